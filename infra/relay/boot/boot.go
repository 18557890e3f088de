// Package boot writes what the relay's machine runs at its first start: it fetches
// the program, compares its hash, and starts it as a service of systemd.
package boot

import (
	_ "embed"
	"strings"
)

// Machine is what a machine has to know. Values may be tokens of a template; none
// of them is a secret, and all are read again by whoever may see user data.
type Machine struct {
	Region string
	// Program is the address of the program in S3, s3://…, and SHA256 its hash in
	// hexadecimal.
	Program, SHA256 string
	// Keys is the address of the issuer's public keys in S3.
	Keys string
	// Config is the configuration as [signet/lambda/upload.Config.JSON] writes it.
	Config string
	// Ready is an address that takes the news of the first start: the handle of a
	// CloudFormation wait condition.
	Ready string
}

// KeysFile is where the machine keeps the issuer's public keys.
const KeysFile = "/run/signet-keys/jwks.json"

//go:embed boot.sh
var script string

// Script is the user data: a shell script.
func (m Machine) Script() string {
	return strings.NewReplacer(
		"@REGION@", m.Region, "@PROGRAM@", m.Program, "@SHA256@", m.SHA256, "@KEYS@", m.Keys, "@KEYSFILE@", KeysFile,
		// systemd takes what stands between apostrophes as it is, so that there must
		// be none within; JSON can have them otherwise.
		"@CONFIG@", strings.ReplaceAll(m.Config, "'", `\u0027`), "@READY@", m.Ready,
	).Replace(script)
}
