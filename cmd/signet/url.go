package main

import (
	"context"
	"io"
	"time"

	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

const urlUsage = `signet url: print addresses from which files can be downloaded

Whoever has an address can download the file until it expires, without signing in.
Of several files of one name the newest is meant.

Usage:
  signet url [flags] NAME | PATTERN | KEY...

Flags:
  --inline      to be shown by a browser, not saved; for types that cannot run script
  --version ID  an older version of one file; signet versions lists them
  --json        a line of JSON for each: name, key, url, expires
  -q            the same as without

Example:
  $ signet url report.pdf
  https://my-bucket.s3.eu-west-1.amazonaws.com/uploads/…
`

// address is a download address in JSON.
type address struct {
	Name    string    `json:"name"`
	Key     string    `json:"key"`
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"`
}

func urlCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("url")
	inline, version := set.Bool("inline", false, ""), set.String("version", "", "")
	names, code, ok := c.parse(set, urlUsage, args)
	switch {
	case !ok:
		return code
	case len(names) == 0:
		return c.usage("got no file, want one or more: see signet url --help")
	case *version != "" && len(names) > 1:
		return c.usage("got --version for %d files, want one: ask one by one", len(names))
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	sign := client.FileURL
	if *inline {
		sign = client.InlineFileURL
	}
	if *version != "" {
		file, err := (&signetVersion{&signetFiles{Files: &remote.Files{Client: client}}, *version}).current(ctx, names[0])
		if err == nil {
			err = c.address(ctx, file, sign)
		}
		if err != nil {
			return c.fail(err)
		}
		return exitDone
	}
	meant := choice{finder: &signetFiles{Files: &remote.Files{Client: client}}}.choose(ctx, names, c.failed)
	failed := meant.failed
	for _, file := range meant.files {
		if err := c.address(ctx, file, sign); err != nil {
			failed++
			c.failed(remote.Path(file), err)
		}
	}
	return ended(ctx, verdict(failed, meant.failed+len(meant.files)))
}

func (c *console) address(ctx context.Context, file api.StoredFile, sign func(ctx context.Context, key, versionID string) (api.FileURL, error)) error {
	link, err := sign(ctx, file.Key, file.VersionID)
	if err == nil {
		c.print(address{remote.Path(file), file.Key, link.URL, link.Expires}, "%s", link.URL)
	}
	return err
}
