package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
)

const rmUsage = `signet rm: delete files

A deleted file can be brought back with signet restore until the bucket's
lifecycle removes it for good. Of several files of one name the newest is deleted.
With --bucket it can be brought back only where the bucket keeps versions.

Usage:
  signet rm [flags] NAME | PATTERN | KEY...
  signet rm [flags] --bucket BUCKET KEY | PATTERN | -r PREFIX...

Flags:
  -r         folders, with all that is below them
  --all      all files of a name, not the newest alone
  --dry-run  say what would be deleted, and do nothing
  --json     a line of JSON for each file: key and name, or name and error
  -q         say nothing of what went well
  --bucket BUCKET     use this machine's AWS credentials and this bucket: keys as they
                      are; -r PREFIX is all that is below PREFIX/
  --region REGION     with --bucket: where it is (default: as the AWS CLI)
  --profile NAME      with --bucket: profile of the AWS CLI
  --endpoint-url URL  with --bucket: an S3 that is not AWS's
  --no-checksum       with --bucket: for a store that knows none of S3's checksums

Examples:
  $ signet rm report.pdf
  deleted report.pdf

  $ signet rm -r photos/2025 'photos/2026/*.tmp'
  $ signet rm report.pdf && signet restore report.pdf
  $ signet rm -r uploads/2024 --bucket my-upload-demo-2025 --dry-run
`

// removal is a file that was deleted, in JSON.
type removal struct {
	Key  string `json:"key"`
	Name string `json:"name"`
}

// remover is where files are found and deleted.
type remover interface {
	finder
	// remove deletes files, and tells of each what became of it.
	remove(ctx context.Context, files []api.StoredFile, done func(api.StoredFile, error))
}

type rmFlags struct {
	awsFlags
	recurse, all, dry bool
}

func rmCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &rmFlags{}
	set := c.flags("rm")
	f.awsFlags.add(set)
	f.awsFlags.addChecksum(set)
	set.BoolVar(&f.recurse, "r", false, "")
	set.BoolVar(&f.all, "all", false, "")
	set.BoolVar(&f.dry, "dry-run", false, "")
	names, code, ok := c.parse(set, rmUsage, args)
	if !ok {
		return code
	}
	if err := f.check(names); err != nil {
		return c.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	from, err := f.open(ctx)
	if err != nil {
		return c.fail(err)
	}
	return f.run(ctx, c, from, names)
}

// check finds what is wrong with the command line before anything is done.
func (f *rmFlags) check(names []string) error {
	switch {
	case len(names) == 0:
		return errors.New("got no file, want one or more: see signet rm --help")
	case f.bucket != "" && f.all:
		return errors.New("got --all with --bucket, where a key has one object: leave it out")
	}
	for _, name := range names {
		switch {
		case f.bucket == "":
			if err := checkDoomed(name); err != nil {
				return err
			}
		case name == "":
			return errNoKey
		}
	}
	return f.awsFlags.check()
}

// checkDoomed refuses what an empty variable makes of "$DIR/" and "$DIR/file": never
// are all files deleted, or others, because of one. In a bucket a key may begin with a
// slash, and no other is meant by it.
func checkDoomed(name string) error {
	if name == "" || strings.HasPrefix(name, "/") || slices.Contains([]string{".", "./"}, name) {
		return fmt.Errorf("got %q, want a file or a folder without a slash before it, such as photos/2026: name it; '**' is all", name)
	}
	return nil
}

func (f *rmFlags) open(ctx context.Context) (remover, error) {
	if f.bucket != "" {
		return f.openBucket(ctx)
	}
	client, _, err := service()
	return &signetFiles{Files: &remote.Files{Client: client}, whole: "-r"}, err
}

func (f *rmFlags) run(ctx context.Context, c *console, from remover, names []string) int {
	meant := choice{from, f.all || f.recurse, f.recurse}.choose(ctx, names, c.failed)
	failed := meant.failed
	if f.dry {
		for _, file := range meant.files {
			c.print(removal{file.Key, remote.Path(file)}, "would delete %s", printable(remote.Path(file)))
		}
		return ended(ctx, verdict(failed, failed+len(meant.files)))
	}
	from.remove(ctx, meant.files, func(file api.StoredFile, err error) {
		name := remote.Path(file)
		if err != nil {
			failed++
			c.failed(name, err)
		} else if !c.quiet {
			c.print(removal{file.Key, name}, "deleted %s", printable(name))
		}
	})
	if meant.older > 0 && !c.quiet && !c.json {
		fmt.Fprintf(c.stderr, "signet: older files of the same name are left (%d): add --all to delete them as well\n", meant.older)
	}
	return ended(ctx, verdict(failed, meant.failed+len(meant.files)))
}

func (s *signetFiles) remove(ctx context.Context, files []api.StoredFile, done func(api.StoredFile, error)) {
	inCalls(files, func(rows []api.StoredFile) {
		keys := make([]string, len(rows))
		for i, f := range rows {
			keys[i] = f.Key
		}
		out, err := s.Client.DeleteFiles(ctx, keys)
		if err == nil && len(out.Files) != len(rows) {
			err = errAnswers
		}
		for i, f := range rows {
			why := err
			if why == nil && out.Files[i].Error != nil {
				why = out.Files[i].Error
			}
			done(f, why)
		}
	})
}

func (b *bucketFiles) remove(ctx context.Context, files []api.StoredFile, done func(api.StoredFile, error)) {
	keys := make([]string, len(files))
	for i, f := range files {
		keys[i] = f.Key
	}
	b.Delete(ctx, keys, func(key string, err error) { done(api.StoredFile{Key: key, Name: key}, err) })
}

// errAnswers is a service that does not answer each of several.
var errAnswers = errors.New("got other answers than files were asked for: see that --api is Signet's")

// failed tells of one of several that failed.
func (c *console) failed(name string, err error) {
	if c.json {
		c.print(map[string]string{"name": name, "error": shown(err).Error()}, "")
		return
	}
	if text := shown(err).Error(); !strings.Contains(text, name) && !strings.Contains(text, strconv.Quote(name)) {
		err = fmt.Errorf("%s: %w", name, shown(err))
	}
	c.fail(err)
}
