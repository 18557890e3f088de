package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"signet/cmd/signet/internal/local"
	"signet/lambda/upload"
)

const devUsage = `signet dev: the whole of Signet on this machine

It starts an S3 gateway that checks signatures and policies, the Lambda's
handler behind an API Gateway's events, the site, and an OpenID Connect
provider with two users, alice and bob, who are both in the group design,
alice in admins too. Everything listens on 127.0.0.1.
Ctrl-C ends it; what was uploaded stays in the folder. With a store in the
configuration, S3 is that one, and its keys are AWS_ACCESS_KEY_ID,
AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the environment.

Usage:
  signet dev [--port N] [--dir DIR] [--user NAME] [--config FILE] [--json] [-v] ...

Flags:
  --port N       port of the site (default 8080; 0: any free one)
  --dir DIR      folder that keeps objects and keys (default .signet)
  --user NAME    whose token is printed: alice (default) or bob
  --config FILE  configuration (default cdk.json, if it is there)
  --events URL   tell the server at URL what happens to files, as the field
                 events does: https, or http on this machine
  --tls          speak TLS and HTTP/2, with a certificate that is made in the
                 folder (tls/site.pem); SSL_CERT_FILE has signet take it
  --json         print one line of JSON when ready: site, api, s3, bucket, token,
                 and with --tls certificate
  -v             log each request to standard error

Flags for benchmarks and trials, which a deployment has no like of:
  --s3-endpoint URL  address under which clients reach S3, such as a proxy in
                     front of it: what is signed is for this host, and the
                     site's policy names it (default: S3's own address)
  --site-endpoint URL  one more address under which browsers reach the site, such
                     as a proxy in front of it: what may go through the site's
                     own origin to S3 is then said to go there
  --s3-keys FILE     write access keys to FILE, readable by you alone, of a user
                     who may do what the Lambda's role may: for programs that
                     sign by themselves. New ones at each start
  --access-log FILE  append a line to FILE for each request to S3, as in S3's own
                     server access logs, for signet bill
  --person NAME=GROUP,GROUP
                     somebody else who can sign in, or other groups of alice or
                     bob; can be given several times
  --clock FILE       FILE holds how much later than now it is for what expires by
                     itself, such as 25h; it is read again and again
  --expires LIFE     life of signed URLs, 1s to 12h, in place of the
                     configuration's, which is a minute at least
  --testing          have faults happen, and say what is in the bucket, at the
                     address control of the line of JSON: for @signet/testing and
                     its like. It ends when standard input does
  --token-life LIFE  life of tokens, 1s to 12h (default 12h for the token that
                     is printed, 1h for those of signing in)

Example:
  $ signet dev --json --port 0 | jq -r .site
  http://127.0.0.1:43121
`

type devFlags struct {
	port              int
	dir, user, config string
	events            string
	json, verbose     bool
	tls               bool
	trial             trialFlags
}

// parseDev reads dev's flags; ok is false when there is nothing to run, and
// then code is the exit code.
func parseDev(args []string, stdout, stderr io.Writer) (f devFlags, code int, ok bool) {
	set := flag.NewFlagSet("signet dev", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.IntVar(&f.port, "port", 8080, "")
	set.StringVar(&f.dir, "dir", ".signet", "")
	set.StringVar(&f.user, "user", "alice", "")
	set.StringVar(&f.config, "config", "", "")
	set.BoolVar(&f.tls, "tls", false, "")
	set.StringVar(&f.events, "events", "", "")
	set.BoolVar(&f.json, "json", false, "")
	set.BoolVar(&f.verbose, "v", false, "")
	f.trial.define(set)
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, devUsage)
		return f, exitDone, false
	case err != nil:
		fmt.Fprintf(stderr, "signet: %v: see signet dev --help\n", err)
		return f, exitUsage, false
	case set.NArg() > 0:
		fmt.Fprintf(stderr, "signet: got %q, want flags only: see signet dev --help\n", set.Arg(0))
		return f, exitUsage, false
	case f.port < 0 || f.port > 65535:
		fmt.Fprintf(stderr, "signet: got port %d, want 0 to 65535: correct --port\n", f.port)
		return f, exitUsage, false
	}
	return f, exitDone, true
}

func dev(args []string, stdout, stderr io.Writer) int {
	f, code, ok := parseDev(args, stdout, stderr)
	if !ok {
		return code
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := runDev(ctx, f, stdout, stderr); err != nil {
		fmt.Fprintf(stderr, "signet: %v\n", err)
		return exitFailed
	}
	return exitDone
}

func runDev(ctx context.Context, f devFlags, stdout, stderr io.Writer) error {
	config, err := loadConfig(f.config)
	if err != nil {
		return err
	}
	if config, err = config.Telling(f.events); err != nil {
		return fmt.Errorf("--events: got %s, want an address of https, or of http on this machine, such as http://localhost:3000/hooks/signet", f.events)
	}
	level := slog.LevelWarn
	if f.verbose {
		level = slog.LevelDebug
	}
	if f.trial.testing {
		ctx = untilEnd(ctx, os.Stdin)
	}
	cloud, err := local.Start(ctx, local.Options{
		Config: config, Dir: f.dir, Port: f.port, User: f.user, TLS: f.tls, SiteEndpoint: f.trial.site,
		Endpoint: f.trial.endpoint, KeysFile: f.trial.keys, AccessLog: f.trial.log, Expires: f.trial.expires, TokenLife: f.trial.tokenLife,
		People: f.trial.people, ClockFile: f.trial.clock, Testing: f.trial.testing,
		Log: slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: level})),
	})
	if err != nil {
		return err
	}
	defer cloud.Close()
	if f.json {
		err = json.NewEncoder(stdout).Encode(cloud)
	} else {
		err = announce(stdout, cloud, f, eventsLine(cloud, config.Events))
	}
	if err != nil {
		return err
	}
	return cloud.Wait(ctx)
}

// untilEnd is a context that ends when r does, as the standard input of a child does
// with its parent, however that dies.
func untilEnd(ctx context.Context, r io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, r)
	}()
	return ctx
}

func announce(w io.Writer, c *local.Cloud, f devFlags, events string) error {
	_, err := fmt.Fprintf(w, `S3      %s/%s
API     %s
        %s shows and tries it
Users   alice and bob, who sign in without a password
%sFolder  %s
Ctrl-C ends it.
Signet is ready at %s
`, c.S3, c.Bucket, c.API, c.Site+local.Reference, events, f.dir, c.Site)
	return err
}

// loadConfig reads the configuration from a cdk.json; without a name it is the
// one in this folder, or the defaults when there is none.
func loadConfig(name string) (upload.Config, error) {
	path := name
	if path == "" {
		path = "cdk.json"
	}
	data, err := os.ReadFile(path)
	if name == "" && errors.Is(err, fs.ErrNotExist) {
		return upload.DefaultConfig(), nil
	}
	if err != nil {
		return upload.Config{}, err
	}
	config, err := upload.ParseCDK(data)
	if err != nil {
		return config, fmt.Errorf("%s: %w", path, err)
	}
	return config, nil
}
