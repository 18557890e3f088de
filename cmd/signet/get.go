package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"signet/cmd/signet/internal/progress"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

const getUsage = `signet get: download files

What has arrived of a file that was stopped is kept beside it, and the same
command goes on from there. The checksum is compared before the file gets its
name.

Usage:
  signet get [flags] NAME-OR-KEY...

Flags:
  -o PATH       file to write, or folder to write into (default: here)
  --version ID  an older version of one file; signet versions lists them
  --force       replace a file that is there
  --json        a line of JSON for each file
  -q            no progress

Examples:
  $ signet get report.pdf
  report.pdf  1.2 MiB, checksum compared

  $ signet get report.pdf -o old.pdf --version 01K4Z7…
`

type getFlags struct {
	out, version string
	force        bool
}

func getCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &getFlags{}
	set := c.flags("get")
	set.StringVar(&f.out, "o", "", "")
	set.StringVar(&f.version, "version", "", "")
	set.BoolVar(&f.force, "force", false, "")
	names, code, ok := c.parse(set, getUsage, args)
	switch {
	case !ok:
		return code
	case len(names) == 0:
		return c.usage("got no file, want one or more: see signet get --help")
	case f.version != "" && len(names) > 1:
		return c.usage("got --version for %d files, want one: get them one by one", len(names))
	case len(names) > 1 && f.out != "" && !isFolder(f.out):
		return c.usage("got %d files for -o %s, want a folder that is there: make it", len(names), f.out)
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	files, err := newFinder(ctx, client, f.version != "")
	if err != nil {
		return c.fail(err)
	}
	return f.run(ctx, c, files, names)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (f *getFlags) run(ctx context.Context, c *console, files *finder, names []string) int {
	out := newTally(c)
	e := &transfer.Engine{
		HTTP: transfer.NewHTTP(transfer.Line{Connections: defaultMost}), Limit: transfer.NewLimiter(defaultMost, false),
		Meter: out.meter(), Notice: out.notice,
	}
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		got, to, err := f.get(ctx, e, files, name)
		out.got(name, to, got, err)
	}
	return out.end(ctx)
}

// get fetches one file and says where it is.
func (f *getFlags) get(ctx context.Context, e *transfer.Engine, files *finder, name string) (got transfer.Got, to string, err error) {
	file, err := files.find(name)
	if err != nil {
		return got, "", err
	}
	v, err := f.choose(ctx, files.client, file)
	if err != nil {
		return got, "", err
	}
	to = f.place(file.Name)
	if _, err := os.Lstat(to); !f.force && !errors.Is(err, fs.ErrNotExist) {
		return got, to, fmt.Errorf("got %s, which is there already, want a free name: add --force, or -o another", to)
	}
	// The name is the version's alone, so that nothing else is ever gone on with.
	sum := sha256.Sum256([]byte(file.Key + "\n" + v.VersionID))
	partial := filepath.Join(filepath.Dir(to), "."+filepath.Base(to)+"."+hex.EncodeToString(sum[:6])+".partial")
	got, err = e.Get(ctx, transfer.Download{Size: v.Size, Partial: partial, To: to,
		Sign: func(ctx context.Context) (transfer.Request, error) {
			return transfer.SignGet(ctx, files.client, file.Key, v.VersionID)
		}})
	return got, to, err
}

// choose finds the version that is wanted: the current one is named too, so that
// one that comes in between is not mixed in.
func (f *getFlags) choose(ctx context.Context, client *api.Client, file api.StoredFile) (api.Version, error) {
	list, err := client.ListVersions(ctx, file.Key)
	if err != nil {
		return api.Version{}, err
	}
	for _, v := range list.Versions {
		if !v.Deleted && (v.VersionID == f.version || f.version == "" && v.Latest) {
			return v, nil
		}
	}
	return api.Version{}, fmt.Errorf("got version %q, which %s does not have: see signet versions", f.version, file.Name)
}

// place is where a file goes. Its name has no folders: the API has seen to that,
// and nobody else's word is taken for it.
func (f *getFlags) place(name string) string {
	name = strings.Map(func(r rune) rune {
		if r == '/' || r == filepath.Separator || r == 0 {
			return '_'
		}
		return r
	}, name)
	if name == "." || name == ".." || name == "" {
		name = "_"
	}
	switch {
	case f.out == "":
		return name
	case isFolder(f.out):
		return filepath.Join(f.out, name)
	}
	return f.out
}

// gotRow is a download in JSON.
type gotRow struct {
	Name     string `json:"name"`
	Path     string `json:"path,omitempty"`
	Size     int64  `json:"size"`
	Resumed  int64  `json:"resumed,omitempty"`
	CRC      string `json:"crc64nvme,omitempty"`
	Compared bool   `json:"compared"`
	Error    string `json:"error,omitempty"`
}

// got tells of one file that was fetched, or not.
func (r *tally) got(name, to string, g transfer.Got, err error) {
	r.all++
	out := gotRow{Name: name, Path: to, Size: g.Size, Resumed: g.Resumed, CRC: g.CRC64NVME, Compared: g.Compared}
	if err != nil {
		r.failed++
		out.Error = shown(err).Error()
	}
	switch {
	case r.json:
		r.print(out, "")
	case err != nil:
		r.line(true, "signet: "+out.Error)
	default:
		compared := "checksum compared"
		if !g.Compared {
			compared = "S3 has no checksum of it"
		}
		if g.Resumed > 0 {
			compared = progress.Bytes(g.Resumed) + " of it from an earlier run, " + compared
		}
		r.line(false, fmt.Sprintf("%s  %s, %s", to, progress.Bytes(g.Size), compared))
	}
}
