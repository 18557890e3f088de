package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"os"
	"os/user"
	"strings"

	"signet/cmd/signet/internal/session"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

// envPass has a link for --pass -, so that it stands in no list of processes and in no
// shell's history, and envPassword its password.
const (
	envPass     = "SIGNET_PASS"
	envPassword = "SIGNET_PASS_PASSWORD"
)

// guestClient is the API for whoever has a pass's link: https://site/p#token.
func guestClient(link string) (*api.Client, error) {
	if link == "-" {
		link = os.Getenv(envPass)
	}
	u, err := url.Parse(link)
	if err != nil || u.Fragment == "" || u.Host == "" || strings.TrimSuffix(u.Path, "/") != "/p" {
		return nil, errors.New("got no link of a pass, want one such as https://files.example.com/p#…: give it in quotes, or in " + envPass + " with --pass -")
	}
	site := u.Scheme + "://" + u.Host
	if err := session.Trusted("link", site, os.Getenv(session.EnvPlain) == "1"); err != nil {
		return nil, err
	}
	return &api.Client{Base: site + "/api", Guest: &api.Guest{Token: u.Fragment, Password: os.Getenv(envPassword), ID: guestID(u.Fragment)}}, nil
}

// guestID is the same each time on this machine, and says nothing of it.
func guestID(token string) string {
	host, _ := os.Hostname()
	name := ""
	if who, err := user.Current(); err == nil {
		name = who.Uid
	}
	sum := sha256.Sum256([]byte("signet guest\n" + host + "\n" + name + "\n" + token))
	return hex.EncodeToString(sum[:12])
}

// guestTarget is where a guest's signatures come from.
func guestTarget(ctx context.Context, link string) (transfer.Target, error) {
	client, err := guestClient(link)
	if err != nil {
		return nil, err
	}
	pass, err := client.ShowPass(ctx)
	if err != nil {
		return nil, err
	}
	return &transfer.API{Client: client, MaxFiles: pass.MaxFiles}, nil
}
