package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/walk"
	"signet/lambda/upload"
)

const putUsage = `signet put: upload files

A file that is there already, in the same folder and under the same name, is not
sent again: it counts as the same once the checksum of its whole is equal. One
that has changed is stored beside the older one, and is the one that is meant by
the name from then on. An upload that was stopped, by Ctrl-C, a crash or a closed
lid, goes on where it was when the same command is run again; one that was begun
in the browser does too. Checksums are compared before a file counts as stored.

With --bucket a file takes the place of the object of its key, and below 16 MiB it
is sent each time: signet sync leaves out what is the same.

Usage:
  signet put [flags] FILE... DIR... | -

Flags:
  -r                   go into folders; DIR is stored under its own last name
  --folder FOLDER      the folder to store into, such as photos/2026
  --space SPACE        the space to store into, such as team/design; signet spaces
                       lists yours. --folder @team/design/photos says the same
  --include PATTERN    files that match, such as *.jpg or docs/**; may be repeated
  --exclude PATTERN    no files that match; may be repeated. Of all that match a
                       file the last one counts: --exclude '*' --include '*.jpg'
  --follow             follow links that lead out of a folder, too
  --no-follow-symlinks follow no links
  --name NAME          the name to store a single file, or standard input, under;
                       it may be a path, which is made below the folder
  --content-type TYPE  media type (default: guessed from the name)
  --metadata K=V       user-defined metadata; may be repeated
  --concurrency N      requests at once (default: adapts, up to 64)
  --limit-rate SIZE    bytes a second at most, such as 500KiB
  --retry              go on trying where nobody answers at all (default: for 10 s)
  --expected-size SIZE of standard input, about: from 156 GiB on, parts have to be larger
  --part-size SIZE     only what Signet chooses by itself is taken, see below
  --pass LINK          upload by a link of signet request, without an account; - takes it
                       from SIGNET_PASS, and a password is in SIGNET_PASS_PASSWORD
  --bucket BUCKET      use this machine's AWS credentials and this bucket
  --prefix PREFIX      with --bucket: what keys begin with, such as docs/
  --region REGION      with --bucket: where it is (default: as the AWS CLI)
  --profile NAME       with --bucket: profile of the AWS CLI
  --endpoint-url URL   with --bucket: an S3 that is not AWS's
  --cache-control TEXT with --bucket: how long caches may keep it, such as max-age=3600
  --storage-class NAME with --bucket: such as STANDARD_IA (default: the bucket's)
  --no-checksum        with --bucket: for a store that knows none of S3's checksums; it
                       compares Content-MD5, which all know
  --json               a line of JSON for each file
  -q                   no progress

The part size follows from the file's size alone, 8 MiB up to 78 GiB, so that
any client can go on where another stopped. Another --part-size is refused.

Examples:
  $ signet put report.pdf
  report.pdf  1.2 MiB

  $ signet put -r ./photos --exclude '*.tmp' --folder 2026
  $ pg_dump shop | signet put - --name shop.sql
  $ signet put example.jpg --bucket my-upload-demo-2025 --prefix uploads/
`

type putFlags struct {
	awsFlags
	filterFlags
	lineFlags
	recurse           bool
	name, contentType string
	metadata          list
	expected          upload.Size
	partSize, prefix  string
	folder            string
	pass, space       string
	last              placedFolder
}

func putCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &putFlags{}
	set := c.flags("put")
	f.awsFlags.add(set)
	f.filterFlags.add(set)
	set.BoolVar(&f.recurse, "r", false, "")
	set.StringVar(&f.name, "name", "", "")
	set.StringVar(&f.contentType, "content-type", "", "")
	set.Var(&f.metadata, "metadata", "")
	f.lineFlags.add(set)
	f.awsFlags.addStorage(set)
	f.awsFlags.addChecksum(set)
	set.StringVar(&f.partSize, "part-size", "", "")
	set.Func("expected-size", "", func(s string) (err error) {
		f.expected, err = upload.ParseSize(s)
		return err
	})
	set.StringVar(&f.prefix, "prefix", "", "")
	set.StringVar(&f.folder, "folder", "", "")
	set.StringVar(&f.space, "space", "", "")
	set.StringVar(&f.pass, "pass", "", "")
	names, code, ok := c.parse(set, putUsage, args)
	if !ok {
		return code
	}
	f.folder = strings.TrimSuffix(f.folder, "/")
	if err := f.check(names); err != nil {
		return c.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	return f.run(ctx, c, names)
}

// check finds what is wrong with the command line before anything is done.
func (f *putFlags) check(names []string) error {
	switch {
	case len(names) == 0:
		return errors.New("got no file, want one or more: see signet put --help")
	case f.prefix != "" && f.bucket == "":
		return errors.New("got --prefix without --bucket: through the API files have folders: use --folder")
	case f.pass != "" && f.bucket != "":
		return errors.New("got --pass with --bucket: use one of them")
	case f.space != "" && f.bucket != "":
		return errors.New("got --space with --bucket, where there are keys alone: use --prefix")
	case f.space != "" && f.pass != "":
		return errors.New("got --space with --pass, whose link says where files go: leave it out")
	case f.folder != "" && f.bucket != "":
		return errors.New("got --folder with --bucket: use --prefix, which keys begin with")
	case f.name != "" && (len(names) != 1 || f.recurse):
		return errors.New("got --name for several files, want one file: leave it out")
	case names[0] == "-" && f.name == "":
		return errors.New("got standard input without a name: add --name NAME")
	}
	for i, n := range names {
		if n == "-" && i > 0 {
			return errors.New("got - among files, want it alone: run signet put twice")
		}
	}
	_, err := f.pairs()
	return cmp.Or(err, f.filterFlags.check(), f.lineFlags.check(), f.awsFlags.check())
}

// pairs reads the metadata.
func (f *putFlags) pairs() (map[string]string, error) {
	pairs := map[string]string{}
	for _, given := range f.metadata {
		// a=1,b=2 as the AWS CLI has it, where each has a name.
		for _, pair := range strings.Split(given, ",") {
			k, v, ok := strings.Cut(pair, "=")
			if !ok || k == "" {
				return nil, fmt.Errorf("got --metadata %q, want name=value: correct it", given)
			}
			pairs[k] = v
		}
	}
	return pairs, nil
}

func (f *putFlags) run(ctx context.Context, c *console, names []string) int {
	t, err := f.signer(ctx)
	if err != nil {
		return c.fail(err)
	}
	out := newTally(c)
	out.foldered, out.space = f.bucket == "", f.space
	if names[0] == "-" {
		return f.pipe(ctx, t, out)
	}
	files, empty := f.files(names, out)
	switch {
	case len(files) == 0 && out.failed == 0 && len(f.rules) > 0 && len(empty) == 0:
		return c.usage("%v", errFiltered)
	case f.partSize != "" || f.bucket != "":
		if err := f.agree(files); err != nil {
			return c.usage("%v", err)
		}
	}
	for _, folder := range empty {
		out.note("there was nothing in %s, and nothing is stored of it", folder)
	}
	var sent []transfer.Result
	f.transmit(ctx, t, files, out, func(r transfer.Result) {
		if r.Err == nil && len(files) <= fewFiles {
			sent = append(sent, r)
		}
	})
	if a, ok := t.(*transfer.API); ok && out.bar != nil && ctx.Err() == nil {
		out.tellVersions(ctx, a.Client, sent)
	}
	return out.end(ctx)
}

// transmit sends files. Without --concurrency it adapts. also hears of each result
// besides the report; one call at a time.
func (f *putFlags) transmit(ctx context.Context, t transfer.Target, files []transfer.File, out *tally, also ...func(transfer.Result)) {
	out.expect(len(files))
	f.engine(out, t, &f.awsFlags).Put(ctx, files, func(r transfer.Result) {
		out.tell(r)
		for _, hear := range also {
			hear(r)
		}
	})
}

// signer is where signatures come from.
func (f *putFlags) signer(ctx context.Context) (transfer.Target, error) {
	if f.bucket != "" {
		t, _, err := f.target(ctx)
		return t, err
	}
	if f.pass != "" {
		return guestTarget(ctx, f.pass)
	}
	client, s, err := service()
	if err != nil {
		return nil, err
	}
	t := &transfer.API{Client: client, MaxFiles: s.MaxFiles}
	return t, f.enter(ctx, t)
}

// files finds what is to be sent, and folders in which there is nothing; what cannot
// be read is reported.
func (f *putFlags) files(names []string, out *tally) (files []transfer.File, empty []string) {
	metadata, _ := f.pairs() // checked before
	o := f.walk(f.recurse)
	o.Empty = func(path string) { empty = append(empty, path) }
	for _, name := range names {
		o.Walk(name, func(found walk.File) {
			if found.Top != "" && transfer.IsLeftover(found.Path) {
				return
			}
			file := f.file(found)
			file.Metadata = metadata
			files = append(files, file)
		}, func(path string, err error) {
			out.tell(transfer.Result{File: transfer.File{Path: path}, Err: err})
		})
	}
	return files, empty
}

// agree refuses what would be stored otherwise than it was asked for.
func (f *putFlags) agree(files []transfer.File) error {
	keys := map[string]string{}
	for _, file := range files {
		if other, twice := keys[file.Key]; twice && file.Key != "" {
			return fmt.Errorf("got %s and %s for the same key %s: put one of them under another --prefix", other, file.Path, file.Key)
		}
		keys[file.Key] = file.Path
	}
	if f.partSize == "" {
		return nil
	}
	size, err := upload.ParseSize(f.partSize)
	if err != nil {
		return err
	}
	for _, file := range files {
		info, err := os.Stat(file.Path)
		if err != nil || info.Size() < transfer.MultipartFrom {
			continue
		}
		plan, err := upload.NewPlan(info.Size())
		if err != nil {
			return err
		}
		if int64(size) != plan.PartSize {
			return fmt.Errorf("got --part-size %s for %s, want %s, which its size leads to: leave it out, or no other client could go on", size, file.Path, upload.Size(plan.PartSize))
		}
	}
	return nil
}
