package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/accept"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/probe"
	"signet/cmd/signet/internal/doctor/report"
)

const doctorUsage = `signet doctor: what is wrong with a bucket for direct uploads

It reads the settings of a bucket and of what stands around it, and says of each
check whether it passes, what was found, why it matters, and the exact fix. What
it may not read is unknown, with what it takes, and never a pass. It changes
nothing. With --probe it also sends requests that have to be refused, and removes
what they leave, at Ctrl-C too.

Of any bucket only what is wrong for everybody fails, and how we would have it is
advice. With --stack or --config it is known what is meant, and all of it fails.

Credentials and region are the AWS SDK's: AWS_PROFILE, AWS_REGION and so on.

Usage:
  signet doctor --bucket NAME [--role NAME] [--config FILE] [--probe] [flags]
  signet doctor --stack NAME [--config FILE] [--probe] [flags]

Flags:
  --bucket NAME     any bucket
  --stack NAME      a stack of ours: its bucket, key, role, function, API, site
  --role NAME       the role that signs for --bucket; what it can reach is simulated
  --signs LIST      what the role signs: put, post, parts, get, head, delete, list,
                    versions; without it, that it can sign anything is enough
  --client NAME     what uploads from a page, by which CORS is judged: uppy, signet,
                    form, sdk; without it, by the least that a page needs
  --config FILE     the cdk.json that says what is intended; with --stack the
                    deployed function knows
  --probe           also try what must be refused (writes, and cleans up)
  --severity LEVEL  exit 1 for a failure from this level on: info, low, medium,
                    high (default), critical
  --skip ID=REASON  accept what a check finds; may be given again
  --ignore FILE     the same for many: lines of an id, the last day on which it is
                    ignored (2027-01-31, or never) and the reason
  --baseline FILE   accept what an earlier report of --json has found already
  --json, --sarif   print JSON or SARIF instead of the table
  --html FILE       also write a page with a picture of what stands

Exit code: 0 nothing at or above --severity failed or is unknown, 1 something did,
could not be read, or the bucket cannot be examined, 2 wrong usage.

Example:
  $ signet doctor --bucket my-uploads --html report.html
  Bucket my-uploads in eu-west-1

  Who may get in
    FAIL     high      BlockPublicPolicy is on
             check     block-public-policy
             got       the bucket has no public access block
`

type doctorFlags struct {
	target                         facts.Target
	config, html, ignore, baseline string
	accepted                       []accept.Rule
	severity                       doctor.Severity
	probe, json, sarif             bool
}

// add registers the flags; what is read after all of them comes back.
func (f *doctorFlags) add(set *flag.FlagSet) (severity *string) {
	set.StringVar(&f.target.Bucket, "bucket", "", "")
	set.StringVar(&f.target.Stack, "stack", "", "")
	set.StringVar(&f.target.Role, "role", "", "")
	set.StringVar(&f.target.Client, "client", "", "")
	set.StringVar(&f.config, "config", "", "")
	set.StringVar(&f.html, "html", "", "")
	set.StringVar(&f.ignore, "ignore", "", "")
	set.StringVar(&f.baseline, "baseline", "", "")
	set.BoolVar(&f.probe, "probe", false, "")
	set.BoolVar(&f.json, "json", false, "")
	set.BoolVar(&f.sarif, "sarif", false, "")
	set.Func("signs", "", func(list string) (err error) {
		f.target.Signs, err = doctor.ParseSigns(list)
		return err
	})
	set.Func("skip", "", func(text string) error {
		rule, err := accept.ParseSkip(text)
		f.accepted = append(f.accepted, rule)
		return err
	})
	return set.String("severity", "high", "")
}

// parseDoctor reads doctor's flags; ok is false when there is nothing to run,
// and then code is the exit code.
func parseDoctor(args []string, stdout, stderr io.Writer) (f doctorFlags, code int, ok bool) {
	set := flag.NewFlagSet("signet doctor", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	severity := f.add(set)
	err := set.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, doctorUsage)
		return f, exitDone, false
	}
	if err == nil {
		f.severity, err = doctor.ParseSeverity(*severity)
	}
	switch {
	case err != nil:
	case set.NArg() > 0:
		err = fmt.Errorf("got %q, want flags only", set.Arg(0))
	case (f.target.Bucket == "") == (f.target.Stack == ""):
		err = fmt.Errorf("got --bucket %q and --stack %q, want one of the two", f.target.Bucket, f.target.Stack)
	case f.target.Stack != "" && f.target.Role != "":
		err = errors.New("got --role with --stack, whose function names the role: leave it out")
	case f.target.Client != "" && !slices.Contains(doctor.Clients(), f.target.Client):
		err = fmt.Errorf("got --client %q, want one of %s", f.target.Client, strings.Join(doctor.Clients(), ", "))
	case f.target.Signs != nil && f.target.Role == "":
		err = errors.New("got --signs without --role, want the role whose rights to look at")
	case f.json && f.sarif:
		err = errors.New("got --json and --sarif, want one of the two")
	}
	if err != nil {
		fmt.Fprintf(stderr, "signet: %v: see signet doctor --help\n", err)
		return f, exitUsage, false
	}
	return f, exitDone, true
}

func runDoctor(args []string, stdout, stderr io.Writer) int {
	f, code, ok := parseDoctor(args, stdout, stderr)
	if !ok {
		return code
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	r, err := examine(ctx, f, stderr)
	if err == nil {
		err = show(f, r, stdout)
	}
	if err != nil {
		fmt.Fprintf(stderr, "signet: %v\n", err)
		return exitFailed
	}
	if unread := r.Unread(f.severity); len(unread) > 0 {
		fmt.Fprintf(stderr, "signet: %d check(s) from %s on are unknown, which is not passed: %s: let them be read, or say why not with --skip ID=REASON\n", len(unread), f.severity, strings.Join(unread, ", "))
	}
	if r.FailsAt(f.severity) {
		return exitFailed
	}
	return exitDone
}

// examine reads, judges and, where asked to, probes.
func examine(ctx context.Context, f doctorFlags, stderr io.Writer) (*report.Report, error) {
	aws, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	if aws.Region == "" {
		aws.Region = "us-east-1" // S3 tells the bucket's own
	}
	f.target.Now = time.Now()
	if err := f.readIgnored(); err != nil { // before anything is asked of AWS
		return nil, err
	}
	if f.config != "" {
		intended, err := loadConfig(f.config)
		if err != nil {
			return nil, err
		}
		f.target.Config = &intended
	}
	if isTerminal(stderr) {
		fmt.Fprint(stderr, "Reading settings …\r")
	}
	read, err := facts.Read(ctx, aws, f.target)
	if err != nil {
		return nil, err
	}
	r := &report.Report{
		Bucket: read.Bucket.Name, Region: read.Bucket.Region, Account: read.Account.Value, Stack: f.target.Stack,
		Time: f.target.Now, Probed: f.probe, Version: release, Results: doctor.Examine(read),
	}
	if u := read.Uploads; u.Set {
		r.Unfinished = &report.Unfinished{Count: u.Value.Count, Bytes: u.Value.Bytes, OldestDays: u.Value.Oldest.Hours() / 24, Cost: doctor.Cost(u.Value.Bytes, read.Bucket.Region)}
	}
	if f.probe {
		found, err := probes(ctx, aws, read)
		if err != nil {
			return nil, err
		}
		r.Results = append(r.Results, found...)
	}
	known, err := f.readBaseline(read.Bucket.Name)
	if err != nil {
		return nil, err
	}
	accept.Apply(r.Results, f.accepted, known, f.target.Now)
	r.Sort()
	return r, nil
}

// readIgnored adds what the file of --ignore accepts.
func (f *doctorFlags) readIgnored() error {
	if f.ignore == "" {
		return nil
	}
	file, err := os.Open(f.ignore)
	if err != nil {
		return err
	}
	defer file.Close()
	rules, err := accept.ParseFile(file)
	if err != nil {
		return fmt.Errorf("%s: %w", f.ignore, err)
	}
	f.accepted = append(f.accepted, rules...)
	return nil
}

func (f *doctorFlags) readBaseline(bucket string) (accept.Baseline, error) {
	if f.baseline == "" {
		return nil, nil
	}
	file, err := os.Open(f.baseline)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	known, err := accept.ParseBaseline(file, bucket)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.baseline, err)
	}
	return known, nil
}

func probes(ctx context.Context, aws aws.Config, read *facts.Facts) ([]doctor.Result, error) {
	aws.Region = read.Bucket.Region
	return probe.Run(ctx, aws, probe.Target{
		Bucket: read.Bucket.Name, Prefix: read.Config.Prefix, Expires: time.Duration(read.Config.Expires),
	})
}

func show(f doctorFlags, r *report.Report, stdout io.Writer) error {
	if f.html != "" {
		file, err := os.Create(f.html)
		if err != nil {
			return err
		}
		if err := errors.Join(r.HTML(file), file.Close()); err != nil {
			return err
		}
	}
	switch {
	case f.json:
		return r.JSON(stdout)
	case f.sarif:
		return r.SARIF(stdout)
	}
	return r.Table(stdout)
}
