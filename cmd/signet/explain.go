package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"signet/cmd/signet/internal/evidence"
	"signet/lambda/explain"
)

const explainUsage = `signet explain: why a request to S3 failed

It works offline, on what you have: a HAR file saved from the browser's network
panel, lines of its console, curl -v, aws --debug, what an SDK threw, a URL with
what is known of request and answer, or a POST form. It finds out by itself what
it is given, reads several requests of one upload as one story (preflight, PUT,
retry), and names the cause, the evidence and the fix. Signatures, tokens and
access keys are shortened in what it prints.

Usage:
  signet explain FILE [--json]            a HAR or any of the above; -: standard input
  … | signet explain [--json]
  signet explain URL [--method M] [--header 'Name: value']… [--status N]
                     [--response FILE] [--at TIME] [--body-size N]
                     [--secret-from-env] [--json]
  signet explain [URL] --fields FILE [--status N] [--response FILE] [--json]

Flags:
  --method M         method that was sent
  --header LINE      a header that was sent; once given, give all of them
  --status N         status of the answer; 0: none came
  --response FILE    the answer's body, or all of it as curl -i saves it; -: standard input
  --at TIME          when it was sent, such as 2026-11-24T20:00:00Z (default now)
  --body-size N      bytes of the body, or of the form's file
  --fields FILE      the form's fields in order: a JSON object, a list of
                     [name, value], or a raw multipart body
  --secret-from-env  look with the secret in AWS_SECRET_ACCESS_KEY for what was
                     really signed; it is neither printed nor sent
  --json             print {"requests":[{"url","cause","confidence","evidence","fix","causes"}]}

Exit code: 0 explained or nothing wrong, 1 a cause is unknown or a file cannot
be read, 2 usage.

Example:
  $ signet explain 'https://b.s3.eu-west-1.amazonaws.com/a?X-Amz-…' --status 403 --response body.xml
  request   https://b.s3.eu-west-1.amazonaws.com/a?X-Amz-…&X-Amz-Signature=9f86…
  cause     expired (98 %): the signed URL has run out
  evidence  S3 says AccessDenied: Request has expired; X-Amz-Expires is 900
  fix       sign a new URL right before it is used, or with a longer life
`

type explainFlags struct {
	target           string // URL or file
	method, response string
	at, fields       string
	headers          []string
	status           string
	size             string
	json             bool
	secret           bool
}

// parseExplain reads the flags, which may come before and after the URL.
func parseExplain(args []string, stdout, stderr io.Writer) (f explainFlags, code int, ok bool) {
	set := flag.NewFlagSet("signet explain", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.StringVar(&f.method, "method", "", "")
	set.StringVar(&f.status, "status", "", "")
	set.StringVar(&f.response, "response", "", "")
	set.StringVar(&f.at, "at", "", "")
	set.StringVar(&f.fields, "fields", "", "")
	set.StringVar(&f.size, "body-size", "", "")
	set.BoolVar(&f.json, "json", false, "")
	set.BoolVar(&f.secret, "secret-from-env", false, "")
	set.Func("header", "", func(line string) error { f.headers = append(f.headers, line); return nil })
	for len(args) > 0 {
		switch err := set.Parse(args); {
		case errors.Is(err, flag.ErrHelp):
			fmt.Fprint(stdout, explainUsage)
			return f, exitDone, false
		case err != nil:
			fmt.Fprintf(stderr, "signet: %v: see signet explain --help\n", err)
			return f, exitUsage, false
		}
		args = set.Args()
		if len(args) == 0 {
			break
		}
		if f.target != "" {
			fmt.Fprintf(stderr, "signet: got a second URL or file %q, want one: see signet explain --help\n", explain.Shorten(args[0]))
			return f, exitUsage, false
		}
		f.target, args = strings.Trim(args[0], " \t\r\n<>\"'"), args[1:]
	}
	if f.target == "" && f.fields == "" {
		f.target = "-"
	}
	return f, exitDone, true
}

func explainCommand(args []string, stdout, stderr io.Writer) int {
	f, code, ok := parseExplain(args, stdout, stderr)
	if !ok {
		return code
	}
	requests, code, err := f.requests(os.Stdin)
	if err == nil && f.secret {
		code, err = exitUsage, prove(requests, os.Getenv("AWS_SECRET_ACCESS_KEY"))
	}
	if err != nil {
		fmt.Fprintf(stderr, "signet: %v\n", err)
		return code
	}
	report := evidence.Explain(requests)
	write := report.Text
	if f.json {
		write = report.JSON
	}
	if err := write(stdout); err != nil {
		fmt.Fprintf(stderr, "signet: %v\n", err)
		return exitFailed
	}
	if report.Unknown() {
		return exitFailed
	}
	return exitDone
}

// prove looks for what was signed, with the secret.
func prove(requests []explain.Request, secret string) error {
	if secret == "" {
		return errors.New("got no AWS_SECRET_ACCESS_KEY, want the secret that signed: set it for --secret-from-env")
	}
	for i := range requests {
		if signed := evidence.Prove(requests[i], secret); signed != nil {
			requests[i].Signed = signed
		}
	}
	return nil
}

// requests reads what the flags name. With an error comes the exit code.
func (f explainFlags) requests(stdin io.Reader) ([]explain.Request, int, error) {
	if f.target == "-" && nothingPiped(stdin) {
		return nil, exitUsage, errors.New("got no URL, file or --fields, want one of them or something on standard input: see signet explain --help")
	}
	if f.target != "" && !strings.Contains(f.target, "://") {
		data, err := readFile(f.target, stdin)
		if err != nil {
			return nil, exitFailed, fmt.Errorf("got %q, want a URL with https:// or a file that can be read (%w): correct it",
				explain.Shorten(f.target), reason(err))
		}
		list, err := evidence.Read(data, time.Now())
		return list, exitFailed, err
	}
	r, err := f.request()
	if err != nil {
		return nil, exitUsage, err
	}
	if err := f.read(&r, stdin); err != nil {
		return nil, exitFailed, err
	}
	return []explain.Request{r}, exitDone, nil
}

// reason leaves the path out of a file error: a URL without https:// may be one.
func reason(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}

// request is what the flags say by themselves.
func (f explainFlags) request() (explain.Request, error) {
	r := explain.Request{URL: f.target, Method: f.method, Now: time.Now()}
	var err error
	if f.at != "" {
		if r.Time, err = evidence.Time(f.at); err != nil {
			return r, err
		}
	}
	if f.status != "" {
		if r.Status, err = strconv.Atoi(f.status); err != nil || r.Status < 0 || r.Status > 599 {
			return r, fmt.Errorf("got status %q, want 0 or 100 to 599: correct --status", f.status)
		}
		if r.Status == 0 {
			r.NetworkError, r.Browser = "status 0: CORS or a lost connection", true
		}
	}
	if f.size != "" {
		n, err := strconv.ParseInt(f.size, 10, 64)
		if err != nil || n < 0 {
			return r, fmt.Errorf("got body size %q, want bytes from 0: correct --body-size", f.size)
		}
		r.BodySize = &n
	}
	for _, line := range f.headers {
		h, err := evidence.Header(line)
		if err != nil {
			return r, err
		}
		r.Headers = append(r.Headers, h)
	}
	return r, nil
}

// read adds what is in files.
func (f explainFlags) read(r *explain.Request, stdin io.Reader) error {
	if f.response != "" {
		data, err := readFile(f.response, stdin)
		if err != nil {
			return err
		}
		if err := evidence.Answer(data, r); err != nil {
			return err
		}
	}
	if f.fields == "" {
		return nil
	}
	data, err := readFile(f.fields, stdin)
	if err != nil {
		return err
	}
	form, err := evidence.Form(data)
	if err != nil {
		return err
	}
	form.Into(r)
	if r.FileSize == nil && r.BodySize != nil {
		r.FileSize, r.BodySize = r.BodySize, nil
	}
	return nil
}

// nothingPiped tells whether standard input is a terminal.
func nothingPiped(stdin io.Reader) bool {
	file, ok := stdin.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func readFile(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(stdin)
	}
	return os.ReadFile(name)
}
