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
  --delete             delete objects under PREFIX that have no file
  --dry-run            only say what would be done
  --include PATTERN    only files that match, such as *.html; may be repeated
  --exclude PATTERN    no files that match; may be repeated. What is not
                       included is not deleted either
  --content-type TYPE  media type (default: guessed from the name)
  --concurrency N      requests at once (default: adapts, up to 64)
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
}

func syncCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &syncFlags{}
	set := c.flags("sync")
	f.add(set)
	set.BoolVar(&f.delete, "delete", false, "")
	set.BoolVar(&f.dryRun, "dry-run", false, "")
	set.Var(&f.include, "include", "")
	set.Var(&f.exclude, "exclude", "")
	set.StringVar(&f.contentType, "content-type", "", "")
	set.IntVar(&f.concurrency, "concurrency", 0, "")
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
	if address, ok := strings.CutPrefix(f.prefix, "s3://"); ok {
		bucket, prefix, _ := strings.Cut(address, "/")
		if f.bucket != "" && f.bucket != bucket {
			return fmt.Errorf("got --bucket %s and %s, want one bucket: leave --bucket out", f.bucket, rest[1])
		}
		f.bucket, f.prefix = bucket, prefix
	}
	f.prefix = strings.TrimPrefix(f.prefix, "/")
	switch {
	case f.bucket == "":
		return errors.New("got no bucket, want --bucket or s3://BUCKET/PREFIX: through the API a key has no folders; signet put -r sends what is not there yet")
	case f.concurrency < 0 || f.concurrency > 512:
		return fmt.Errorf("got --concurrency %d, want 1 to 512: correct it", f.concurrency)
	case !isFolder(rest[0]):
		return fmt.Errorf("got %s, want a folder: signet put sends files", rest[0])
	}
	if f.prefix != "" && !strings.HasSuffix(f.prefix, "/") {
		f.prefix += "/" // site must not touch site-old/
	}
	f.recurse = true
	return f.walk().Check()
}

func (f *syncFlags) run(ctx context.Context, c *console, dir string) (int, error) {
	t, client, err := f.target(ctx)
	if err != nil {
		return 0, err
	}
	out := newTally(c)
	var local []walk.File
	f.walk().Walk(dir, func(file walk.File) { local = append(local, file) }, func(path string, err error) {
		out.tell(transfer.Result{File: transfer.File{Path: path}, Err: err})
	})
	whole := out.failed == 0
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return 0, err
	}
	cache, err := cacheDir("sync")
	if err != nil {
		return 0, err
	}
	endpoint := ""
	if e := client.Options().BaseEndpoint; e != nil {
		endpoint = *e
	}
	m := &mirror.Mirror{Local: local, Prefix: f.prefix, Now: time.Now, Index: mirror.OpenIndex(cache, endpoint, f.bucket, f.prefix, absolute), Same: t.Same}
	if m.Remote, err = f.remote(ctx, t); err != nil {
		return 0, err
	}
	plan, err := m.Plan(ctx)
	if err != nil {
		return 0, err
	}
	f.carryOut(ctx, t, m, plan, out, whole)
	return out.end(ctx), m.Index.Save()
}

// remote lists what is under the prefix, but for what was excluded and for the
// empty objects that stand for folders.
func (f *syncFlags) remote(ctx context.Context, t *transfer.Bucket) (map[string]mirror.Object, error) {
	listed, err := t.List(ctx, f.prefix)
	objects := make(map[string]mirror.Object, len(listed))
	for _, o := range listed {
		if rel := strings.TrimPrefix(o.Key, f.prefix); f.walk().Wants(rel) && !strings.HasSuffix(rel, "/") {
			objects[o.Key] = mirror.Object{Size: o.Size, ETag: o.ETag}
		}
	}
	return objects, err
}

func (f *syncFlags) carryOut(ctx context.Context, t *transfer.Bucket, m *mirror.Mirror, plan mirror.Plan, out *tally, whole bool) {
	out.all += plan.Same
	if f.dryRun {
		for _, file := range plan.Put {
			out.would("put", file.Path, m.Prefix+file.Rel)
		}
		for _, key := range plan.Delete {
			if f.delete {
				out.would("delete", "", key)
			}
		}
		return
	}
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
	transmit(ctx, t, f.concurrency, files, out, func(r transfer.Result) {
		if r.Err == nil {
			m.Remember(byKey[r.File.Key], r.ETag)
		}
	})
	switch {
	case !f.delete || len(plan.Delete) == 0 || ctx.Err() != nil:
	case !whole:
		// What cannot be seen is not gone.
		out.line(true, "signet: nothing was deleted, because part of the folder cannot be read")
	default:
		t.Delete(ctx, plan.Delete, out.deleted)
	}
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
