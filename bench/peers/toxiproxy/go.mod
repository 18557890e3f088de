// The peer as its makers publish it, in a module of its own, so that its requirements are not ours.
module toxiproxy

go 1.26

require github.com/Shopify/toxiproxy/v2 v2.5.0
