package main

import (
	"context"
	"fmt"
	"io"
	"slices"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

const versionsUsage = `signet versions: list all versions of a file, newest first

They are those of its name in its folder: a file that was sent again after it had
changed is a version, too, with a key of its own.

Usage:
  signet versions [flags] NAME | KEY

Flags:
  -l      show keys as well
  --json  a line of JSON for each version: key, versionId, size, modified, latest,
          deleted
  -q      ids alone

Example:
  $ signet versions report.pdf
  2026-11-24 09:31:40     deleted  01K4Z8…  current
  2026-11-24 09:30:12     1.2 MiB  01K4Z7…
`

const restoreUsage = `signet restore: bring back deleted files, or an older version

Usage:
  signet restore [flags] NAME | PATTERN | KEY...

Flags:
  -r            folders, with all that was deleted below them
  --all         all deleted files of a name, not the last one alone
  --version ID  this version of one file becomes the current one (default: the newest
                of each deleted file); signet versions lists them
  --json        a line of JSON for each: key, versionId, name
  -q            say nothing of what went well

Example:
  $ signet rm report.pdf
  $ signet restore report.pdf
  report.pdf is back
`

func versionsCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("versions")
	long := set.Bool("l", false, "")
	names, code, ok := c.parse(set, versionsUsage, args)
	switch {
	case !ok:
		return code
	case len(names) != 1:
		return c.usage("got %d files, want one: see signet versions --help", len(names))
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	file, err := thereOrGone(ctx, client, names[0])
	if err != nil {
		return c.fail(err)
	}
	list, err := client.ListVersions(ctx, file.Key)
	if err != nil {
		return c.fail(err)
	}
	current := max(slices.IndexFunc(list.Versions, isThere), 0)
	for i, v := range list.Versions {
		c.version(v, i == current, *long)
	}
	return exitDone
}

// isThere says of a version that it is what its key means.
func isThere(v api.Version) bool { return v.Latest && !v.Deleted }

// version prints a version; current is what the name means, or the deletion of all.
func (c *console) version(v api.Version, current, long bool) {
	size, more := progress.Bytes(v.Size), ""
	if v.Deleted {
		size = "deleted"
	}
	if current {
		more = "  current"
	}
	if long {
		more += "  " + printable(v.Key)
	}
	if c.quiet {
		c.print(v, "%s", v.VersionID)
		return
	}
	c.print(v, "%s  %10s  %s%s", stamp(v.Modified), size, v.VersionID, more)
}

func restoreCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("restore")
	version, recurse, all := set.String("version", "", ""), set.Bool("r", false, ""), set.Bool("all", false, "")
	names, code, ok := c.parse(set, restoreUsage, args)
	switch {
	case !ok:
		return code
	case len(names) == 0:
		return c.usage("got no file, want one or more: see signet restore --help")
	case *version != "" && (len(names) > 1 || *recurse || *all):
		return c.usage("got --version for several files, want one: restore them one by one")
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	if *version != "" {
		return c.restoreVersion(ctx, client, names[0], *version)
	}
	meant := choice{&signetFiles{Files: &remote.Files{Client: client, Deleted: true}, whole: "-r"}, *all || *recurse, *recurse}.choose(ctx, names, func(name string, err error) {
		if there, found := newest(ctx, &remote.Files{Client: client}, name); found == nil {
			err = fmt.Errorf("got %s, which is not deleted, want --version ID to bring an older one back: see signet versions", remote.Path(there))
		}
		c.failed(name, err)
	})
	failed := meant.failed + c.restore(ctx, client, meant.files)
	return ended(ctx, verdict(failed, meant.failed+len(meant.files)))
}

// restoreVersion makes one version of a name the current one of its key, and its key's
// file the newest of the name.
func (c *console) restoreVersion(ctx context.Context, client *api.Client, name, id string) int {
	file, err := thereOrGone(ctx, client, name)
	if err != nil {
		return c.fail(err)
	}
	v, err := versionOf(ctx, client, file, id)
	if err != nil {
		return c.fail(err)
	}
	done, err := client.RestoreVersion(ctx, v.Key, v.VersionID)
	if err == nil && !v.Latest {
		// It is what its key means now; by the second call what its name means, too.
		done, err = client.RestoreVersion(ctx, v.Key, done.VersionID)
	}
	if err != nil {
		return ended(ctx, c.fail(fmt.Errorf("%s: %w", remote.Path(file), err)))
	}
	file.Key = v.Key
	c.back(file, done.VersionID)
	return exitDone
}

// back tells of a file that was restored.
func (c *console) back(file api.StoredFile, versionID string) {
	if !c.quiet {
		c.print(restored{api.Restored{Key: file.Key, VersionID: versionID}, remote.Path(file)}, "%s is back", printable(remote.Path(file)))
	}
}

// versionOf finds a version of a file's name by its id.
func versionOf(ctx context.Context, client *api.Client, file api.StoredFile, id string) (api.Version, error) {
	list, err := client.ListVersions(ctx, file.Key)
	for _, v := range list.Versions {
		if v.VersionID == id && !v.Deleted {
			return v, nil
		}
	}
	if err == nil {
		err = fmt.Errorf("got version %q, which %s does not have: see signet versions", id, remote.Path(file))
	}
	return api.Version{}, err
}

// restored is a file that is back, in JSON.
type restored struct {
	api.Restored
	Name string `json:"name"`
}

// restore makes the versions of files the current ones, and says how many could not be.
func (c *console) restore(ctx context.Context, client *api.Client, files []api.StoredFile) (failed int) {
	inCalls(files, func(rows []api.StoredFile) {
		wanted := make([]api.RestoreFile, len(rows))
		for i, f := range rows {
			wanted[i] = api.RestoreFile{Key: f.Key, VersionID: f.VersionID}
		}
		done, err := client.RestoreFiles(ctx, wanted)
		if err == nil && len(done.Files) != len(rows) {
			err = errAnswers
		}
		for i, f := range rows {
			why := err
			if why == nil && done.Files[i].Error != nil {
				why = done.Files[i].Error
			}
			if why != nil {
				failed++
				c.failed(remote.Path(f), why)
			} else {
				c.back(f, done.Files[i].VersionID)
			}
		}
	})
	return failed
}
