package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
	"signet/lambda/upload"
)

const shareUsage = `signet share: make a link by which others download files

Whoever has the link sees and downloads the files without signing in, until it ends or
is revoked. Files of one space can be shared together, as @SPACE/FOLDER/NAME, and a
whole folder as @SPACE/FOLDER. No mail is sent. The link is told this once: signet links lists what there
is, without it.

Usage:
  signet share [flags] NAME | PATTERN | KEY... | FOLDER

Flags:
  --days N      how long it lives, 1 to 365 (default 7)
  --password    ask for a password, which is read from SIGNET_PASS_PASSWORD
  --title TEXT  what the guest reads
  --uses N      how many guests may begin (default: any number)
  --folder      the one argument is a folder, with all that is in it at any time
  --json        a line of JSON: id, token, url, expires
  -q            the same as without

Example:
  $ signet share report.pdf --days 3
  https://files.example.com/p#…
`

const requestUsage = `signet request: make a link by which others upload files to you

Whoever has the link uploads into FOLDER, which may be @SPACE or @SPACE/FOLDER, without
signing in, and sees nothing that is there. No mail is sent. The link is told this once.

Usage:
  signet request [flags] FOLDER

Flags:
  --days N         how long it lives, 1 to 365 (default 7)
  --files N        how many files can come (default: as many as will)
  --bytes SIZE     how much can come in all, such as 10GiB
  --max-size SIZE  the largest file
  --types LIST     media types, such as image/*,application/pdf
  --uses N         how many guests may begin (default: any number)
  --show           let guests see what has come by the link
  --password       ask for a password, which is read from SIGNET_PASS_PASSWORD
  --title TEXT     what the guest reads
  --json           a line of JSON: id, token, url, expires
  -q               the same as without

Example:
  $ signet request inbox --days 14 --types 'image/*'
  https://files.example.com/p#…
  $ signet put --pass 'https://files.example.com/p#…' photo.jpg
`

// passFlags are what both kinds of links have.
type passFlags struct {
	days, uses int
	password   bool
	title      string
}

func (f *passFlags) add(set *flag.FlagSet) {
	set.IntVar(&f.days, "days", 7, "")
	set.Func("uses", "", atLeastOne(&f.uses))
	set.BoolVar(&f.password, "password", false, "")
	set.StringVar(&f.title, "title", "", "")
}

// errNoLimit is a limit that lets nothing through: taken for none, it would let all.
var errNoLimit = errors.New("want 1 or more: leave it out for no limit")

// atLeastOne reads a limit.
func atLeastOne[N int | int64](to *N) func(string) error {
	return func(s string) error {
		n, err := strconv.Atoi(s)
		if *to = N(n); err != nil || n < 1 {
			return errNoLimit
		}
		return nil
	}
}

func (f *passFlags) check() error {
	switch {
	case f.days < 1 || f.days > upload.MostPassDays:
		return fmt.Errorf("got --days %d, want 1 to %d: correct it", f.days, upload.MostPassDays)
	case f.password && os.Getenv(envPassword) == "":
		return errors.New("got --password and no " + envPassword + ", want the password there: a command line is for everybody to read")
	}
	return nil
}

// request is what is asked of the API.
func (f *passFlags) request(do string) api.PassRequest {
	p := api.PassRequest{Do: do, Title: f.title, Expires: fmt.Sprintf("%dd", f.days), Uses: api.Limit(f.uses)}
	if f.password {
		p.Password = os.Getenv(envPassword)
	}
	return p
}

func shareCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &passFlags{}
	set := c.flags("share")
	f.add(set)
	folder := set.Bool("folder", false, "")
	names, code, ok := c.parse(set, shareUsage, args)
	switch {
	case !ok:
		return code
	case len(names) == 0:
		return c.usage("got nothing to share, want a file or a folder: see signet share --help")
	case *folder && len(names) != 1:
		return c.usage("got --folder for %d names, want one folder: share them one by one", len(names))
	}
	if err := f.check(); err != nil {
		return c.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	wish, files := f.request(upload.DoRead), &remote.Files{Client: client}
	if *folder {
		wish.Space, wish.Folder, err = sharedFolder(ctx, files, names[0])
	} else {
		wish.Space, wish.Keys, err = c.sharedKeys(ctx, files, names)
	}
	if err != nil {
		return ended(ctx, c.fail(err))
	}
	return c.make(ctx, client, wish)
}

// sharedFolder is the space of a folder, and what it is called there.
func sharedFolder(ctx context.Context, files *remote.Files, name string) (space, folder string, err error) {
	called, there, err := files.Folder(ctx, strings.Trim(name, "/"))
	if err != nil {
		return "", "", err
	}
	space, folder, err = files.In(ctx, called)
	if err == nil && (!there || folder == "") {
		err = fmt.Errorf("got folder %q, in which there is nothing, want one with files: see signet ls", name)
		if space != "" {
			err = fmt.Errorf("got %q, a space as a whole, want a folder of it: see signet ls", name)
		}
	}
	return space, folder, err
}

// sharedKeys are those of the files that are meant, all of them or an error, and the one
// space that they are in: a pass is for one place.
func (c *console) sharedKeys(ctx context.Context, files *remote.Files, names []string) (space string, keys []string, err error) {
	meant := choice{finder: &signetFiles{Files: files, whole: "--folder"}}.choose(ctx, names, c.failed)
	if meant.failed > 0 {
		return "", nil, errors.New("not all files were found, and nothing is shared")
	}
	for i, file := range meant.files {
		in, _, err := files.In(ctx, file.Folder)
		switch {
		case err != nil:
			return "", nil, err
		case i > 0 && in != space:
			return "", nil, fmt.Errorf("got %s and %s, want files of one space: share them one by one", remote.Path(meant.files[0]), remote.Path(file))
		}
		space, keys = in, append(keys, file.Key)
	}
	return space, keys, nil
}

// make makes a pass and prints its link.
func (c *console) make(ctx context.Context, client *api.Client, wish api.PassRequest) int {
	made, err := client.MakePass(ctx, wish)
	if err != nil {
		return c.fail(err)
	}
	if strings.HasPrefix(made.URL, "/") { // a deployment that does not know where its site is
		made.URL = strings.TrimSuffix(client.Base, "/api") + made.URL
	}
	c.print(made, "%s", made.URL)
	return exitDone
}

func requestCommand(args []string, stdout, stderr io.Writer) int {
	c, f := &console{stdout: stdout, stderr: stderr}, &passFlags{}
	set := c.flags("request")
	f.add(set)
	show, types := set.Bool("show", false, ""), set.String("types", "", "")
	var files int64
	var bytes, largest upload.Size
	size := func(to *upload.Size) func(string) error {
		return func(s string) (err error) {
			if *to, err = upload.ParseSize(s); err == nil && *to < 1 {
				err = errNoLimit
			}
			return err
		}
	}
	set.Func("files", "", atLeastOne(&files))
	set.Func("bytes", "", size(&bytes))
	set.Func("max-size", "", size(&largest))
	names, code, ok := c.parse(set, requestUsage, args)
	switch {
	case !ok:
		return code
	case len(names) == 1 && names[0] == "":
		return c.usage("got an empty folder, as an empty variable leaves it, want one to upload into: / is where all of your files are")
	case len(names) != 1:
		return c.usage("got %d folders, want one to upload into: see signet request --help", len(names))
	}
	if err := f.check(); err != nil {
		return c.usage("%v", err)
	}
	ctx, stop := interruptible()
	defer stop()
	client, _, err := service()
	if err != nil {
		return c.fail(err)
	}
	wish := f.request(upload.DoUpload)
	wish.Files, wish.Show, wish.Bytes, wish.MaxObjectSize = api.Limit(files), *show, api.Limit(bytes), api.Limit(largest)
	if wish.Space, wish.Folder, err = (&remote.Files{Client: client}).Place(ctx, strings.Trim(names[0], "/")); err != nil {
		return c.fail(err)
	}
	if *types != "" {
		wish.Types = strings.Split(*types, ",")
	}
	return c.make(ctx, client, wish)
}
