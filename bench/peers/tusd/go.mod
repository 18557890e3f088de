// The peer as its makers publish it, in a module of its own, so that its requirements are not ours.
module tusd

go 1.26.0

require github.com/tus/tusd/v2 v2.8.0
