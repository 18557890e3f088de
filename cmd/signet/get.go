package main

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
)

const getUsage = `signet get: download files and folders

What has arrived of a file that was stopped is kept beside it, and the same
command goes on from there. The checksum is compared before the file gets its
name. Of several files of one name the newest is meant.

Usage:
  signet get [flags] NAME | PATTERN | KEY...
  signet get [flags] -r FOLDER...
  signet get [flags] --bucket BUCKET KEY | PATTERN | -r PREFIX...

Flags:
  -r            folders: FOLDER becomes ./NAME, where NAME is its last one. A file that
                is there already with the same checksum is not fetched again
  -o PATH       file to write, or folder to write into (default: here); with a slash at
                its end it is a folder, and made; - is standard output
  --all         all files of a name: older ones get their keys' last part for a name
  --version ID  an older version of one file; signet versions lists them
  --force       replace files that are there
  --concurrency N    requests at once (default: adapts, up to 64)
  --limit-rate SIZE  bytes a second at most, such as 500KiB
  --retry       go on trying where nobody answers at all (default: for 10 s)
  --json        a line of JSON for each file
  -q            no progress
  --bucket BUCKET     use this machine's AWS credentials and this bucket: keys as they
                      are; -r PREFIX is all that is below PREFIX/
  --region REGION     with --bucket: where it is (default: as the AWS CLI)
  --profile NAME      with --bucket: profile of the AWS CLI
  --endpoint-url URL  with --bucket: an S3 that is not AWS's
  --no-checksum       with --bucket: for a store that knows none of S3's checksums

Examples:
  $ signet get report.pdf
  report.pdf  1.2 MiB, checksum compared

  $ signet get -r photos/2026
  $ signet get 'photos/*.jpg' -o album/
  $ signet get report.pdf -o old.pdf --version 01K4Z7…
  $ signet get -r site --bucket my-upload-demo-2025 -o ./backup/
`

// getsAtOnce is how many files are on their way at once; how many requests they make,
// the limiter says.
const getsAtOnce = 32

type getFlags struct {
	awsFlags
	lineFlags
	out, version        string
	force, recurse, all bool
}

func getCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &getFlags{}
	set := c.flags("get")
	set.StringVar(&f.out, "o", "", "")
	set.StringVar(&f.version, "version", "", "")
	set.BoolVar(&f.force, "force", false, "")
	set.BoolVar(&f.recurse, "r", false, "")
	set.BoolVar(&f.all, "all", false, "")
	f.awsFlags.add(set)
	f.awsFlags.addChecksum(set)
	f.lineFlags.add(set)
	names, code, ok := c.parse(set, getUsage, args)
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
	if f.out == "-" {
		out := newTally(c)
		return out.stream(ctx, f.engine(out, from), from, names)
	}
	return f.run(ctx, c, from, names)
}

// check finds what is wrong with the command line before anything is done.
func (f *getFlags) check(names []string) error {
	several := len(names) > 1 || f.recurse || f.all
	switch {
	case len(names) == 0:
		return errors.New("got no file, want one or more: see signet get --help")
	case f.bucket != "" && (f.version != "" || f.all):
		return errors.New("got --version or --all with --bucket, where a key is one object: leave it out")
	case f.version != "" && several:
		return fmt.Errorf("got --version for %d files, want one: get them one by one", len(names))
	case f.out == "-" && (f.recurse || f.all):
		return errors.New("got standard output for a folder, want a file: leave -r and --all out, or name a folder with -o")
	case len(names) > 1 && !f.recurse && f.out != "-" && !f.intoFolder():
		return fmt.Errorf("got %d files for -o %s, want a folder: add a slash to its end, and it is made", len(names), f.out)
	}
	return cmp.Or(f.lineFlags.check(), f.awsFlags.check())
}

// intoFolder says whether what -o names is a folder to write into.
func (f *getFlags) intoFolder() bool {
	return f.out == "" || f.recurse || strings.HasSuffix(f.out, "/") || strings.HasSuffix(f.out, string(filepath.Separator)) || isFolder(f.out)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (f *getFlags) run(ctx context.Context, c *console, from source, names []string) int {
	out := newTally(c)
	jobs := f.jobs(ctx, from, names, out)
	out.expect(len(jobs))
	if s, ok := from.(*signetFiles); ok && len(jobs) > 1 {
		s.expect(jobs)
	}
	e := f.engine(out, from)
	var fetched []string
	several(ctx, transfer.FilesAtOnce(getsAtOnce, 2), jobs, func(j job) func() {
		got, err := f.get(ctx, e, from, j)
		return func() {
			out.got(j, got, err)
			if err == nil && !got.existed {
				fetched = append(fetched, j.to)
			}
		}
	})
	transfer.DropLeftovers(fetched)
	return out.end(ctx)
}

// engine fetches from a source.
func (f *getFlags) engine(out *tally, from source) *transfer.Engine {
	var region transfer.Target // of a bucket: it finds its region
	if b, ok := from.(*bucketFiles); ok {
		region = b.Bucket
	}
	return f.lineFlags.engine(out, region, &f.awsFlags)
}

// fetched is what became of a job.
type fetched struct {
	transfer.Got
	existed bool // it was there already, and is the same
}

// get fetches one file.
func (f *getFlags) get(ctx context.Context, e *transfer.Engine, from source, j job) (fetched, error) {
	var got fetched
	there, err := occupied(j.to)
	switch {
	case err != nil:
		return got, err
	case there && f.recurse && !f.force:
		if got.existed, err = from.same(ctx, j.file, j.to); err != nil || got.existed {
			got.Size = j.file.Size
			return got, err
		}
	}
	if there && !f.force {
		return got, fmt.Errorf("got %s, which is there already, want a free name: add --force, or -o another", j.to)
	}
	if err := os.MkdirAll(filepath.Dir(j.to), 0o777); err != nil {
		return got, err
	}
	d := from.download(j.file)
	d.Partial, d.To = partialName(j, d.ETag), j.to
	got.Got, err = e.Get(ctx, d)
	return got, err
}

// partialName is where what has arrived of a file is kept. It is the version's alone,
// so that nothing else is ever gone on with, and fits where names are short.
func partialName(j job, etag string) string {
	dir, name := filepath.Split(j.to)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%d\n%d%s", j.file.Key, j.file.VersionID, j.file.Size, j.file.Modified.Unix(), etag))
	return filepath.Join(dir, "."+transfer.PartialBase(name)+"."+hex.EncodeToString(sum[:6])+".partial")
}

// gotRow is a download in JSON.
type gotRow struct {
	Name     string `json:"name"`
	Path     string `json:"path,omitempty"`
	Key      string `json:"key,omitempty"`
	Size     int64  `json:"size"`
	Existed  bool   `json:"existed,omitempty"`
	Resumed  int64  `json:"resumed,omitempty"`
	CRC      string `json:"crc64nvme,omitempty"`
	Compared bool   `json:"compared"`
	Error    string `json:"error,omitempty"`
}

// got tells of one file that was fetched, or not.
func (r *tally) got(j job, g fetched, err error) {
	r.count()
	if err == nil {
		r.sum.file(g.Size, g.existed)
	}
	out := gotRow{Name: remote.Path(j.file), Path: j.to, Key: j.file.Key, Size: g.Size, Existed: g.existed, Resumed: g.Resumed, CRC: g.CRC64NVME, Compared: g.Compared || g.existed}
	if err != nil {
		r.failed++
		out.Error = shown(err).Error()
	}
	switch {
	case r.json:
		r.print(out, "")
	case err != nil && j.to == "":
		r.trouble("%s", out.Error)
	case err != nil:
		r.trouble("%s: %s", printable(out.Name), out.Error)
	case g.existed:
		r.line(printable(j.to) + "  is there already")
	default:
		compared := "checksum compared"
		if !g.Compared {
			compared = "S3 has no checksum of it"
		}
		if g.Resumed > 0 {
			compared = progress.Bytes(g.Resumed) + " of it from an earlier run, " + compared
		}
		r.line(fmt.Sprintf("%s  %s, %s", printable(j.to), progress.Bytes(g.Size), compared))
	}
}
