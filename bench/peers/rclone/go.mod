// The peer as its makers publish it, in a module of its own, so that its requirements are not ours.
module rclone

go 1.26.0

require github.com/rclone/rclone v1.76.0
