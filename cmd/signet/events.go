package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"signet/cmd/signet/internal/events"
	"signet/cmd/signet/internal/local"
	"signet/lambda/notify"
	"signet/lambda/upload"
)

const eventsUsage = `signet events: what an application's server was told, and what it answered

With --stack it is a deployment's, else that of signet dev's folder.

Usage:
  signet events [--limit N] ...            what was sent and answered, newest last
  signet events --since TIME [--deliver] ... make the events of a time on again of what
                                           S3 has, with the same ids; --deliver sends them
  signet events secret ...                 print the secret that requests are signed with
  signet events rotate ...                 put a new one in its place; for a day the old
                                           one signs too
  signet events redrive ...                send again what nobody took for a day

Flags:
  --dir DIR      folder of signet dev (default .signet)
  --stack NAME   a deployment's, with this machine's AWS credentials
  --region NAME, --profile NAME
                 as of the AWS CLI
  --config FILE  configuration of the deployment, for --since (default cdk.json)
  --since TIME   2h, 3d, 2026-11-27 or 2026-11-27T10:00:00Z
  --deliver      put what was made again into the queue
  --limit N      of attempts that are listed (default 50; 0: all)
  --json         a line of JSON for each

Example:
  $ signet events --since 2h --deliver
`

// eventsFlags say whose events, and what of them.
type eventsFlags struct {
	dir, stack, region, profile, config string
	since                               string
	deliver                             bool
	limit                               int
}

func eventsCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	var f eventsFlags
	set := c.flags("events")
	f.define(set)
	rest, code, ok := c.parse(set, eventsUsage, args)
	if !ok {
		return code
	}
	verb := "list"
	if len(rest) > 0 {
		verb = rest[0]
	}
	if err := f.check(verb, rest); err != nil {
		return c.usage("%v: see signet events --help", err)
	}
	ctx, stop := interruptible()
	defer stop()
	of, err := f.source(ctx)
	if err == nil {
		err = f.run(ctx, c, of, verb)
	}
	if err != nil {
		return c.fail(err)
	}
	return exitDone
}

func (f *eventsFlags) define(set *flag.FlagSet) {
	set.StringVar(&f.dir, "dir", ".signet", "")
	set.StringVar(&f.stack, "stack", "", "")
	set.StringVar(&f.region, "region", "", "")
	set.StringVar(&f.profile, "profile", "", "")
	set.StringVar(&f.config, "config", "", "")
	set.StringVar(&f.since, "since", "", "")
	set.BoolVar(&f.deliver, "deliver", false, "")
	set.IntVar(&f.limit, "limit", 50, "")
}

func (f *eventsFlags) check(verb string, rest []string) error {
	switch {
	case len(rest) > 1 || verb != "list" && verb != "secret" && verb != "rotate" && verb != "redrive" || verb == "list" && len(rest) > 0:
		return fmt.Errorf("got %q, want secret, rotate, redrive or none", strings.Join(rest, " "))
	case f.deliver && f.since == "":
		return errors.New("got --deliver without --since: add the time to begin with")
	case f.limit < 0:
		return fmt.Errorf("got --limit %d, want 0 or more", f.limit)
	case f.stack == "" && f.region+f.profile+f.config != "":
		return errors.New("got --region, --profile or --config without --stack: add it")
	}
	return nil
}

// eventsOf is a deployment's events, or a folder's.
type eventsOf interface {
	// sent lists the newest attempts, oldest first; 0: all.
	sent(ctx context.Context, limit int) ([]notify.Attempt, error)
	// again makes events again of what S3 has.
	again(ctx context.Context, since time.Time) ([]events.Again, error)
	deliver(ctx context.Context, bodies []string) error
	secret(ctx context.Context) (string, error)
	rotate(ctx context.Context) (string, error)
	redrive(ctx context.Context) error
}

func (f *eventsFlags) source(ctx context.Context) (eventsOf, error) {
	if f.stack != "" {
		return openStackEvents(ctx, *f)
	}
	access, err := events.ReadAccess(f.dir)
	return folderEvents{f.dir, access}, err
}

func (f *eventsFlags) run(ctx context.Context, c *console, of eventsOf, verb string) error {
	switch verb {
	case "secret", "rotate":
		read := of.secret
		if verb == "rotate" {
			read = of.rotate
		}
		secret, err := read(ctx)
		if err == nil {
			c.print(map[string]string{"secret": secret}, "%s", secret)
		}
		return err
	case "redrive":
		return of.redrive(ctx)
	}
	if f.since != "" {
		return f.makeAgain(ctx, c, of)
	}
	all, err := of.sent(ctx, f.limit)
	for _, a := range all {
		c.print(a, "%s", attemptLine(a))
	}
	return err
}

// attemptLine is an attempt as people read it.
func attemptLine(a notify.Attempt) string {
	what := strconv.Itoa(a.Status)
	if a.Error != "" {
		what = a.Error
	}
	switch {
	case a.Failed:
		what += "; it waits among the failures: signet events redrive"
	case a.Next != nil:
		what += "; again at " + a.Next.Local().Format(time.TimeOnly)
	}
	return fmt.Sprintf("%s  %-16s  %s  attempt %d, %d ms: %s", a.Time.Local().Format(time.DateTime), a.Type, a.Key, a.Attempt, a.Millis, what)
}

// makeAgain prints the events of a time on, and has them sent.
func (f *eventsFlags) makeAgain(ctx context.Context, c *console, of eventsOf) error {
	since, err := moment(f.since, time.Now())
	if err != nil {
		return err
	}
	made, err := of.again(ctx, since)
	if err != nil {
		return err
	}
	bodies := make([]string, len(made))
	for i, m := range made {
		bodies[i] = m.Body
		c.print(struct {
			ID string `json:"id"`
			*notify.Event
		}{m.Event.ID, m.Event}, "%s  %-16s  %s  %s", m.Event.Timestamp.Local().Format(time.DateTime), m.Event.Type, m.Event.Data.Key, m.Event.ID)
	}
	if f.deliver {
		err = of.deliver(ctx, bodies)
	}
	if !c.quiet {
		done := "made again"
		if f.deliver {
			done = "put into the queue"
		}
		fmt.Fprintf(c.stderr, "%d events %s. Not among them: deletions whose file was restored or is gone from S3 with all its versions, restored files, and what a malware scan has said.\n", len(made), done)
	}
	return err
}

// moment reads a time, or how long ago it was.
func moment(s string, now time.Time) (time.Time, error) {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	if ago, err := time.ParseDuration(s); err == nil && ago > 0 {
		return now.Add(-ago), nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("got --since %q, want 2h, 3d, 2026-11-27 or 2026-11-27T10:00:00Z", s)
}

// folderEvents are those of signet dev's folder.
type folderEvents struct {
	dir    string
	access events.Access
}

func (e folderEvents) sent(_ context.Context, limit int) ([]notify.Attempt, error) {
	all, err := events.Sent(e.dir)
	if limit > 0 && len(all) > limit {
		all = all[len(all)-limit:]
	}
	return all, err
}

func (e folderEvents) again(ctx context.Context, since time.Time) ([]events.Again, error) {
	return events.Since(ctx, e.access.Client(), e.access.Config, since, time.Now().Add(time.Minute))
}

func (e folderEvents) deliver(_ context.Context, bodies []string) error {
	return events.Enqueue(e.dir, bodies)
}

func (e folderEvents) secret(context.Context) (string, error) {
	return events.OpenSecret(events.Folder(e.dir))
}

func (e folderEvents) rotate(context.Context) (string, error) { return events.Rotate(e.dir) }

func (e folderEvents) redrive(context.Context) error { return events.Redrive(e.dir) }

// eventsLine says in dev's own words whom it tells.
func eventsLine(c *local.Cloud, e *upload.Events) string {
	switch {
	case e == nil:
		return ""
	case c.EventsSecret == "":
		return "Events  are told to nobody here: what the configuration names is AWS's; give --events URL\n"
	}
	return fmt.Sprintf("Events  go to %s\n        signed with %s\n", e.URL, c.EventsSecret)
}
