package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"
	"time"

	"signet/cmd/signet/internal/mirror"
	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/walk"
)

const syncUsage = `signet sync: make a bucket's folder like one of this machine

Files are compared by size and CRC64NVME, or the checksum that another tool has
given an object. It uses this machine's AWS
credentials: through the API a key has no folders, so there signet put -r sends
what is not there yet.

Usage:
  signet sync [flags] DIR s3://BUCKET/PREFIX
  signet sync [flags] DIR PREFIX --bucket BUCKET

Flags:
  --delete             delete objects under PREFIX that have no file; nothing is
                       deleted when anything else has failed
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
  --retry              go on trying where nobody answers at all (default: for 10 s)
  --bucket BUCKET      the bucket, where PREFIX does not name it
  --region REGION      where it is (default: as the AWS CLI)
  --profile NAME       profile of the AWS CLI
  --endpoint-url URL   an S3 that is not AWS's
  --json               a line of JSON for each change
  -q                   no progress

Example:
  $ signet sync ./site/ s3://my-upload-demo-2025/site/ --delete
  site/index.html  4.2 KiB
  deleted site/old.html
`

type syncFlags struct {
	putFlags
	delete, dryRun bool
	maxDelete      int // -1: no limit
}

func syncCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &syncFlags{}
	set := c.flags("sync")
	f.awsFlags.add(set)
	f.filterFlags.add(set)
	set.BoolVar(&f.delete, "delete", false, "")
	set.BoolVar(&f.dryRun, "dry-run", false, "")
	set.IntVar(&f.maxDelete, "max-delete", -1, "")
	set.StringVar(&f.contentType, "content-type", "", "")
	set.IntVar(&f.concurrency, "concurrency", 0, "")
	set.BoolVar(&f.retry, "retry", false, "")
	rest, code, ok := c.parse(set, syncUsage, args)
	if !ok {
		return code
	}
	if err := f.place(rest); err != nil {
		return c.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	code, err := f.run(ctx, c, rest[0])
	if err != nil {
		return c.fail(err)
	}
	return code
}

// place reads where to.
func (f *syncFlags) place(rest []string) error {
	if len(rest) != 2 {
		return fmt.Errorf("got %d arguments, want DIR and s3://BUCKET/PREFIX: see signet sync --help", len(rest))
	}
	f.prefix = rest[1]
	address, whole := strings.CutPrefix(f.prefix, "s3://")
	if whole {
		bucket, prefix, _ := strings.Cut(address, "/")
		if f.bucket != "" && f.bucket != bucket {
			return fmt.Errorf("got --bucket %s and %s, want one bucket: leave --bucket out", f.bucket, rest[1])
		}
		f.bucket, f.prefix = bucket, prefix
	}
	switch {
	case f.bucket == "":
		return errors.New("got no bucket, want --bucket or s3://BUCKET/PREFIX: through the API a key has no folders; signet put -r sends what is not there yet")
	case f.prefix == "" && !whole:
		return errors.New("got an empty PREFIX, want where the files go: write s3://BUCKET/ for all of a bucket")
	case f.concurrency < 0 || f.concurrency > 512:
		return fmt.Errorf("got --concurrency %d, want 1 to 512: correct it", f.concurrency)
	case f.maxDelete >= 0 && !f.delete:
		return errors.New("got --max-delete without --delete: add it, or leave this out")
	case !isFolder(rest[0]):
		return fmt.Errorf("got %s, want a folder: signet put sends files", rest[0])
	}
	if f.prefix != "" && !strings.HasSuffix(f.prefix, "/") {
		f.prefix += "/" // site must not touch site-old/
	}
	return f.filterFlags.check()
}

func (f *syncFlags) run(ctx context.Context, c *console, dir string) (int, error) {
	t, client, err := f.target(ctx)
	if err != nil {
		return 0, err
	}
	out := newTally(c)
	local, filtered := f.local(dir, out)
	if filtered {
		return c.usage("%v", errFiltered), nil
	}
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return 0, err
	}
	endpoint := ""
	if e := client.Options().BaseEndpoint; e != nil {
		endpoint = *e
	}
	index := mirror.OpenIndex(cacheDir("sync"), endpoint, f.bucket, f.prefix, absolute)
	m := &mirror.Mirror{Local: local, Prefix: f.prefix, Now: time.Now, Index: index, Same: t.Same}
	if m.Remote, err = f.remote(ctx, t); err != nil {
		return 0, err
	}
	plan, err := m.Plan(ctx)
	if err != nil {
		return 0, err
	}
	out.all += plan.Same
	if f.dryRun {
		f.rehearse(m, plan, out)
		return out.end(ctx), nil
	}
	f.carryOut(ctx, t, m, plan, out)
	if err := index.Save(); err != nil && !c.quiet {
		// Only time is lost: the next run compares all again.
		out.line(true, fmt.Sprintf("signet: what was compared is not remembered: %v", err))
	}
	return out.end(ctx), nil
}

// local finds the folder's files; filtered says that there were some and the
// filters left none.
func (f *syncFlags) local(dir string, out *tally) (found []walk.File, filtered bool) {
	o := f.walk(true)
	fault := func(path string, err error) { out.tell(transfer.Result{File: transfer.File{Path: path}, Err: err}) }
	o.Walk(dir, func(file walk.File) { found = append(found, file) }, fault)
	if len(found) > 0 || out.failed > 0 || len(o.Rules) == 0 {
		return found, false
	}
	o.Rules = nil
	o.Walk(dir, func(walk.File) { filtered = true }, func(string, error) {})
	return nil, filtered
}

// remote lists what is under the prefix, but for what was excluded and for the
// empty objects that stand for folders.
func (f *syncFlags) remote(ctx context.Context, t *transfer.Bucket) (map[string]mirror.Object, error) {
	listed, err := t.List(ctx, f.prefix)
	objects := make(map[string]mirror.Object, len(listed))
	for _, o := range listed {
		if rel := strings.TrimPrefix(o.Key, f.prefix); f.rules.Wants(rel) && !strings.HasSuffix(rel, "/") {
			objects[o.Key] = mirror.Object{Size: o.Size, ETag: o.ETag}
		}
	}
	return objects, err
}

// rehearse says what carryOut would do.
func (f *syncFlags) rehearse(m *mirror.Mirror, plan mirror.Plan, out *tally) {
	for _, file := range plan.Put {
		out.would("put", file.Path, m.Prefix+file.Rel)
	}
	for _, key := range f.doomed(plan, out) {
		out.would("delete", "", key)
	}
}

func (f *syncFlags) carryOut(ctx context.Context, t *transfer.Bucket, m *mirror.Mirror, plan mirror.Plan, out *tally) {
	byKey := map[string]walk.File{}
	var files []transfer.File
	for _, file := range plan.Put {
		key := m.Prefix + file.Rel
		byKey[key] = file
		mediatype := f.contentType
		if mediatype == "" {
			mediatype = mediaType(file.Rel)
		}
		files = append(files, transfer.File{Path: file.Path, Name: path.Base(file.Rel), Key: key, Type: mediatype})
	}
	f.transmit(ctx, t, files, out, func(r transfer.Result) {
		if r.Err == nil {
			m.Remember(byKey[r.File.Key], r.ETag)
		}
	})
	if ctx.Err() == nil {
		t.Delete(ctx, f.doomed(plan, out), out.deleted)
	}
}

// doomed are the keys that are deleted, and none when anything has failed: what
// cannot be read is not gone, and what was renamed and not sent has no copy yet.
func (f *syncFlags) doomed(plan mirror.Plan, out *tally) []string {
	switch n := len(plan.Delete); {
	case !f.delete || n == 0:
		return nil
	case out.failed > 0:
		out.line(true, "signet: nothing is deleted, because not all that is here could be read and stored")
		return nil
	case f.maxDelete >= 0 && n > f.maxDelete:
		out.failed++
		out.line(true, fmt.Sprintf("signet: nothing is deleted: got %d objects to delete, want at most the %d of --max-delete: see --dry-run", n, f.maxDelete))
		return nil
	}
	return plan.Delete
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
	r.line(false, "would "+action+" "+key)
}

// deleted tells of an object that was deleted, or not.
func (r *tally) deleted(key string, err error) {
	r.all++
	out := change{Action: "delete", Key: key}
	if err != nil {
		r.failed++
		out.Error = shown(err).Error()
	}
	switch {
	case r.json:
		r.print(out, "")
	case err != nil:
		r.line(true, "signet: "+key+": "+out.Error)
	default:
		r.line(false, "deleted "+key)
	}
}
