package relay

import _ "embed"

//go:embed signet.service
var unit string

// Unit is the systemd unit that runs signet serve, without privileges.
func Unit() string { return unit }
