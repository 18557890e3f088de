package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// EnvPlain lets tokens and files travel over plain http to other machines, when it is 1.
const EnvPlain = "SIGNET_ALLOW_HTTP"

// Trusted accepts an address that somebody else names: https, or http on this
// machine, with a host and no user. plain lets http go to other machines too. What it
// opens could else be a file or a program, and what is sent there be read by others.
func Trusted(what, address string, plain bool) error {
	u, err := url.Parse(address)
	local := err == nil && (u.Hostname() == "localhost" || net.ParseIP(u.Hostname()).IsLoopback())
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" || strings.ContainsFunc(address, unicode.IsControl):
	case u.Scheme == "https", u.Scheme == "http" && (local || plain):
		return nil
	case u.Scheme == "http":
		return fmt.Errorf("got %s %.200q, want https: others can read what is sent there; set %s=1 where that is meant", what, address, EnvPlain)
	}
	return fmt.Errorf("got %s %.200q, want an https address with a host, or http on this machine: see who named it", what, address)
}

// pair is a site and the provider at which people sign in to it: nothing in a token
// ties it to the one site that asked for it, so the person has to.
type pair struct {
	Site   string `json:"site"`
	Issuer string `json:"issuer"`
}

func pairsPath() (string, error) {
	p, err := path()
	return filepath.Join(filepath.Dir(p), "sites.json"), err
}

func knownPairs() []pair {
	var known []pair
	if p, err := pairsPath(); err == nil {
		if data, err := os.ReadFile(p); err == nil && json.Unmarshal(data, &known) != nil {
			return nil // then the person is asked again
		}
	}
	return known
}

func (p pair) known() bool { return slices.Contains(knownPairs(), p) }

// remember keeps a pair that a person has agreed to.
func (p pair) remember() error {
	if p.known() {
		return nil
	}
	at, err := pairsPath()
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(append(knownPairs(), p), "", "  ")
	if err != nil {
		return err
	}
	return replace(at, data)
}

// TrustedStorage is Trusted for an address that the API has signed. Its error does not
// show it, for whoever has it may use it.
func TrustedStorage(address string) error {
	if Trusted("address", address, os.Getenv(EnvPlain) == "1") == nil {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("got a storage address that is none: see the service's configuration")
	}
	return fmt.Errorf("got a storage address of %q at %.100q, want https: others can read what is sent there; set %s=1 where that is meant", u.Scheme, u.Host, EnvPlain)
}
