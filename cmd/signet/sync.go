package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"signet/cmd/signet/internal/mirror"
	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/walk"
)

const syncUsage = `signet sync: make a folder there like one here, or one here like one there

Files are compared by size and checksum: CRC64NVME, SHA-256, or the one that
another tool has given an object. What was compared is remembered, for as long as
neither side changes. remote: is Signet, for whoever has signed in; s3:// is any
bucket, with this machine's AWS credentials.

Usage:
  signet sync [flags] DIR remote:FOLDER          to Signet
  signet sync [flags] remote:FOLDER DIR          from Signet; remote:@SPACE/FOLDER is
                                                 in a space
  signet sync [flags] DIR s3://BUCKET/PREFIX     to a bucket
  signet sync [flags] s3://BUCKET/PREFIX DIR     from a bucket
  signet sync [flags] DIR PREFIX --bucket BUCKET

Flags:
  --delete             delete what the first side has not, and on remote: the older
                       files of a name; nothing is deleted when anything else has failed,
                       behind links, or here where there is nothing on the first side
  --max-delete N       with --delete: delete nothing where more than N would go
  --dry-run            only say what would be done
  --include PATTERN    files that match, such as *.html; may be repeated
  --exclude PATTERN    no files that match; may be repeated. Of all that match a
                       file the last one counts: --exclude '*' --include '*.html'.
                       What is left out is not deleted either
  --follow             follow links that lead out of the folder, too
  --no-follow-symlinks follow no links
  --content-type TYPE  media type (default: guessed from the name)
  --concurrency N      requests at once (default: adapts, up to 64)
  --limit-rate SIZE    bytes a second at most, such as 500KiB
  --retry              go on trying where nobody answers at all (default: for 10 s)
  --bucket BUCKET      the bucket, where PREFIX does not name it
  --region REGION      where it is (default: as the AWS CLI)
  --profile NAME       profile of the AWS CLI
  --endpoint-url URL   an S3 that is not AWS's
  --cache-control TEXT to a bucket: how long caches may keep it, such as max-age=3600
  --storage-class NAME to a bucket: such as STANDARD_IA (default: the bucket's)
  --no-checksum        for a store that knows none of S3's checksums: Content-MD5 and
                       ETags that are the MD5 of the bytes take their place
  --json               a line of JSON for each change
  -q                   no progress

Examples:
  $ signet sync ./site/ s3://my-upload-demo-2025/site/ --delete
  site/index.html  4.2 KiB
  deleted site/old.html

  $ signet sync ./photos remote:photos
  $ signet sync remote:photos ./photos
`

type syncFlags struct {
	putFlags
	delete, dryRun bool
	maxDelete      int    // -1: no limit
	dir            string // the side that is here
	down           bool   // from there to here
	signet         bool   // there is Signet
	folder         string // of Signet
}

func syncCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &syncFlags{}
	set := c.flags("sync")
	f.awsFlags.add(set)
	f.filterFlags.add(set)
	set.BoolVar(&f.delete, "delete", false, "")
	set.BoolVar(&f.dryRun, "dry-run", false, "")
	f.maxDelete = -1
	set.Func("max-delete", "", func(s string) (err error) {
		if f.maxDelete, err = strconv.Atoi(s); err != nil || f.maxDelete < 0 {
			err = errors.New("want 0 or more: leave it out for no limit")
		}
		return err
	})
	set.StringVar(&f.contentType, "content-type", "", "")
	f.lineFlags.add(set)
	f.awsFlags.addStorage(set)
	f.awsFlags.addChecksum(set)
	rest, code, ok := c.parse(set, syncUsage, args)
	if !ok {
		return code
	}
	if err := f.place(rest); err != nil {
		return c.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	code, err := f.run(ctx, c)
	if err != nil {
		return c.fail(err)
	}
	return code
}

// sides are what an argument may be.
const (
	signetSide = "remote:"
	bucketSide = "s3://"
)

func isElsewhere(side string) bool {
	return strings.HasPrefix(side, signetSide) || strings.HasPrefix(side, bucketSide)
}

// place reads from where to where.
func (f *syncFlags) place(rest []string) error {
	if len(rest) != 2 {
		return fmt.Errorf("got %d arguments, want DIR and remote:FOLDER or s3://BUCKET/PREFIX, or these two the other way round: see signet sync --help", len(rest))
	}
	here, there := rest[0], rest[1]
	if f.down = isElsewhere(here); f.down {
		here, there = there, here
	}
	f.dir = here
	if err := f.readThere(there); err != nil {
		return err
	}
	switch {
	case isElsewhere(here):
		return fmt.Errorf("got %s and %s, want one of them here: get it first", rest[0], rest[1])
	case f.down && (f.storage.CacheControl != "" || f.storage.Class != ""):
		return errors.New("got --cache-control or --storage-class for what is fetched, want it where files are stored: leave it out")
	case f.maxDelete >= 0 && !f.delete:
		return errors.New("got --max-delete without --delete: add it, or leave this out")
	case here == "" || !f.down && !isFolder(here):
		return fmt.Errorf("got %q, want a folder: signet put sends files", here)
	}
	return cmp.Or(f.filterFlags.check(), f.lineFlags.check(), f.awsFlags.checkStorage())
}

// readThere reads the side that is not here.
func (f *syncFlags) readThere(there string) error {
	if folder, ok := strings.CutPrefix(there, signetSide); ok {
		f.signet, f.folder = true, strings.Trim(folder, "/")
		switch {
		case f.bucket != "":
			return fmt.Errorf("got --bucket %s and %s, want one of them: leave --bucket out", f.bucket, there)
		case folder == "" && f.delete: // as an empty variable leaves it
			return fmt.Errorf("got %s with --delete, want a folder: write %s/ for all of your files", there, there)
		case f.folder != "" && strings.HasPrefix(folder, "/"):
			return fmt.Errorf("got %s, want a folder without a slash before it, such as %s%s: an empty variable would lead to another one", there, signetSide, f.folder)
		}
		return nil
	}
	address, whole := strings.CutPrefix(there, bucketSide)
	if f.prefix = there; whole {
		bucket, prefix, _ := strings.Cut(address, "/")
		if f.bucket != "" && f.bucket != bucket {
			return fmt.Errorf("got --bucket %s and %s, want one bucket: leave --bucket out", f.bucket, there)
		}
		f.bucket, f.prefix = bucket, prefix
	}
	switch {
	case f.bucket == "":
		return fmt.Errorf("got %q, want remote:FOLDER, s3://BUCKET/PREFIX, or a prefix with --bucket: correct it", there)
	case f.prefix == "" && !whole:
		return errors.New("got an empty PREFIX, want where the files go: write s3://BUCKET/ for all of a bucket")
	}
	if f.prefix != "" && !strings.HasSuffix(f.prefix, "/") {
		f.prefix += "/" // site must not touch site-old/
	}
	return nil
}

// shelf is the side that is not here. What lies there it calls by paths from the
// place that was named, with slashes.
type shelf interface {
	// name tells this place from all others.
	name() []string
	// form is a path as it is once it is there.
	form(rel string) string
	// label is how people know a path.
	label(rel string) string
	// list gives what lies there, and what a deletion takes besides: older files of a
	// name that stay.
	list(ctx context.Context, wants func(rel string) bool) (there map[string]mirror.Object, older map[string][]string, err error)
	// same compares a file with what lies at rel.
	same(ctx context.Context, rel, path string) (bool, error)
	// target sends; file says how.
	target() transfer.Target
	file(f walk.File) transfer.File
	// held is the one of older files that holds what is in a file here; empty: none.
	held(path string, older []string) (key string)
	// renew makes an older file the newest of its name.
	renew(ctx context.Context, key string) error
	// mark is what stays as it is while what was stored does.
	mark(r transfer.Result) string
	// download says how to fetch what lies at rel.
	download(rel string, o mirror.Object) transfer.Download
	// remove deletes what lies at the paths, and by key what list called older.
	remove(ctx context.Context, rels, keys []string, done func(label string, err error))
}

// shelf opens the side that is not here.
func (f *syncFlags) shelf(ctx context.Context) (shelf, error) {
	if f.signet {
		return f.openSignet(ctx)
	}
	t, client, err := f.awsFlags.target(ctx)
	if err != nil {
		return nil, err
	}
	s := &bucketShelf{Bucket: t, bucket: f.bucket, prefix: f.prefix}
	if e := client.Options().BaseEndpoint; e != nil {
		s.endpoint = *e
	}
	return s, nil
}

// change is a change in JSON.
type change struct {
	Action string `json:"action"` // put or delete
	Path   string `json:"path,omitempty"`
	Key    string `json:"key"`
	Error  string `json:"error,omitempty"`
}

func (r *tally) would(action, path, key string) {
	r.all++
	if r.json {
		r.print(change{Action: action, Path: path, Key: key}, "")
		return
	}
	r.line("would " + action + " " + printable(key))
}

// deleted tells of an object that was deleted, or not.
func (r *tally) deleted(key string, err error) {
	r.all++
	out := change{Action: "delete", Key: key}
	if err == nil {
		r.sum.deleted++
	} else {
		r.failed++
		out.Error = shown(err).Error()
	}
	switch {
	case r.json:
		r.print(out, "")
	case err != nil:
		r.trouble("%s: %s", printable(key), out.Error)
	default:
		r.line("deleted " + printable(key))
	}
}
