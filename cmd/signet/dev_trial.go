package main

import (
	"errors"
	"flag"
	"net/url"
	"strings"
	"time"

	"signet/cmd/signet/internal/local"
)

// trialFlags are dev's flags that no deployment has the like of.
type trialFlags struct {
	endpoint, site     string
	keys, log          string
	expires, tokenLife time.Duration
	people             []local.Person
	clock              string
	testing            bool
}

func (f *trialFlags) define(set *flag.FlagSet) {
	set.Func("s3-endpoint", "", originFlag(&f.endpoint))
	set.Func("site-endpoint", "", originFlag(&f.site))
	set.StringVar(&f.keys, "s3-keys", "", "")
	set.StringVar(&f.log, "access-log", "", "")
	set.StringVar(&f.clock, "clock", "", "")
	set.BoolVar(&f.testing, "testing", false, "")
	set.Func("person", "", func(value string) error {
		name, groups, ok := strings.Cut(value, "=")
		if !ok || name == "" {
			return errors.New("want NAME=GROUP,GROUP, or NAME= for nobody's")
		}
		p := local.Person{Name: name}
		if groups != "" {
			p.Groups = strings.Split(groups, ",")
		}
		f.people = append(f.people, p)
		return nil
	})
	set.Func("expires", "", life(&f.expires))
	set.Func("token-life", "", life(&f.tokenLife))
}

// originFlag reads an origin.
func originFlag(into *string) func(string) error {
	return func(value string) error {
		u, err := url.Parse(value)
		if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Scheme+"://"+u.Host != value {
			return errors.New("want http://host:port and no path")
		}
		*into = value
		return nil
	}
}

// life reads a length of time that something signed may live.
func life(into *time.Duration) func(string) error {
	return func(value string) error {
		d, err := time.ParseDuration(value)
		if err != nil || d < time.Second || d > 12*time.Hour {
			return errors.New("want 1s to 12h, such as 10s")
		}
		*into = d
		return nil
	}
}
