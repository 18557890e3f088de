package main

import (
	"errors"
	"fmt"
	"io"

	"signet/cmd/signet/internal/progress"
	"signet/lambda/api"
)

const versionsUsage = `signet versions: list all versions of a file, newest first

Usage:
  signet versions [flags] NAME-OR-KEY

Flags:
  --json  a line of JSON for each version: versionId, size, modified, latest, deleted
  -q      ids alone

Example:
  $ signet versions report.pdf
  2026-11-24 09:31:40     deleted  01K4Z8…  current
  2026-11-24 09:30:12     1.2 MiB  01K4Z7…
`

const restoreUsage = `signet restore: bring back a deleted file, or an older version

Usage:
  signet restore [flags] NAME-OR-KEY

Flags:
  --version ID  this version becomes the current one (default: the newest of a
                deleted file); signet versions lists them
  --json        a line of JSON: key, versionId
  -q            say nothing when it went well

Example:
  $ signet rm report.pdf
  $ signet restore report.pdf
  report.pdf is back
`

// oneFile reads the command line of a command for one file and finds it.
func (c *console) oneFile(names []string, command string) (client *api.Client, file api.StoredFile, code int) {
	if len(names) != 1 {
		return nil, file, c.usage("got %d files, want one: see signet %s --help", len(names), command)
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return nil, file, c.fail(err)
	}
	files, err := newFinder(ctx, client, true)
	if err == nil {
		file, err = files.find(names[0])
	}
	if err != nil {
		return nil, file, c.fail(err)
	}
	return client, file, exitDone
}

func versionsCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	names, code, ok := c.parse(c.flags("versions"), versionsUsage, args)
	if !ok {
		return code
	}
	client, file, code := c.oneFile(names, "versions")
	if code != exitDone {
		return code
	}
	ctx, stop := interruptible()
	defer stop()
	list, err := client.ListVersions(ctx, file.Key)
	if err != nil {
		return c.fail(err)
	}
	for _, v := range list.Versions {
		size, current := progress.Bytes(v.Size), ""
		if v.Deleted {
			size = "deleted"
		}
		if v.Latest {
			current = "  current"
		}
		if c.quiet {
			c.print(v, "%s", v.VersionID)
			continue
		}
		c.print(v, "%s  %10s  %s%s", stamp(v.Modified), size, v.VersionID, current)
	}
	return exitDone
}

func restoreCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("restore")
	version := set.String("version", "", "")
	names, code, ok := c.parse(set, restoreUsage, args)
	if !ok {
		return code
	}
	client, file, code := c.oneFile(names, "restore")
	if code != exitDone {
		return code
	}
	ctx, stop := interruptible()
	defer stop()
	if *version == "" {
		list, err := client.ListVersions(ctx, file.Key)
		if err == nil {
			*version, err = newest(file.Name, list.Versions)
		}
		if err != nil {
			return c.fail(err)
		}
	}
	done, err := client.RestoreVersion(ctx, file.Key, *version)
	if err != nil {
		return c.fail(err)
	}
	if !c.quiet {
		c.print(done, "%s is back", file.Name)
	}
	return exitDone
}

// newest is the version under the delete marker of a deleted file.
func newest(name string, versions []api.Version) (string, error) {
	for _, v := range versions {
		if v.Latest && !v.Deleted {
			return "", fmt.Errorf("got %s, which is not deleted, want --version ID to bring an older one back: see signet versions", name)
		}
		if !v.Deleted {
			return v.VersionID, nil
		}
	}
	return "", errors.New("got a file of which no version is left: upload it again")
}
