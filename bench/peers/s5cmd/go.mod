// The peer as its makers publish it, in a module of its own, so that its requirements are not ours.
module s5cmd

go 1.26

require github.com/peak/s5cmd/v2 v2.3.0
