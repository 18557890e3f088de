package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

const linksUsage = `signet links: list your links, or end one

Usage:
  signet links [flags]
  signet links --revoke ID

Flags:
  --revoke ID  end this one: within 30 seconds nobody gets in by it any more
  --json       a line of JSON for each
  -q           the same as without

Example:
  $ signet links
  bXk0aWRpc25vdHlvdXJzIQ  upload  inbox  3 of 10 files  until 2026-12-04  Photos
`

func linksCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("links")
	revoke := set.String("revoke", "", "")
	rest, code, ok := c.parse(set, linksUsage, args)
	switch {
	case !ok:
		return code
	case len(rest) > 0:
		return c.usage("got %q, want flags only: see signet links --help", rest[0])
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	if *revoke != "" {
		if err := client.RevokePass(ctx, *revoke); err != nil {
			return c.fail(err)
		}
		c.print(map[string]string{"revoked": *revoke}, "revoked %s", *revoke)
		return exitDone
	}
	for cursor, more := "", true; more; {
		list, err := client.ListPasses(ctx, cursor)
		if err != nil {
			return c.fail(err)
		}
		for _, p := range list.Passes {
			c.print(p, "%s", linkLine(p, time.Now()))
		}
		cursor, more = list.Next, list.Next != ""
	}
	return exitDone
}

// linkLine says what a link is for, in one line.
func linkLine(p api.PassInfo, now time.Time) string {
	place := p.Folder
	if len(p.Keys) > 0 {
		place = upload.NameOf(p.Keys[0])
	}
	place = strings.TrimSuffix(inSpace(p.Space, place), "/")
	if len(p.Keys) > 0 {
		if more := len(p.Keys) - 1; more > 0 {
			place += fmt.Sprintf(" and %d more", more)
		}
	}
	if place == "" {
		place = "/"
	}
	fields := []string{p.ID, p.Do, printable(place)}
	if p.Used != nil {
		count := fmt.Sprintf("%d files", p.Used.Files)
		if p.Files > 0 {
			count = fmt.Sprintf("%d of %d files", p.Used.Files, p.Files)
		}
		fields = append(fields, count)
	}
	ends := "until " + p.Expires.Local().Format(time.DateOnly)
	if !now.Before(p.Expires) {
		ends = "over since " + p.Expires.Local().Format(time.DateOnly)
	}
	fields = append(fields, ends)
	if p.Title != "" {
		fields = append(fields, printable(p.Title))
	}
	return strings.Join(fields, "  ")
}
