package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"signet/bench/report"
	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/apigw"
	"signet/lambda/upload"
)

const (
	stateBucket = "state-123456789012"
	// sharedRounds is how many new instances answer in each way, and sharedCalls how
	// many presigns follow the first on each.
	sharedRounds = 15
	sharedCalls  = 100
	// memory is how long an instance knows a pass for what it was, and a bit.
	memory = 31 * time.Second
)

// way is a way to have a PUT signed, and how it is configured.
type way struct {
	name   string
	change func(*upload.Config)
	// pass is what a pass is made with, as JSON; empty: the caller has a token.
	pass string
	// gets and puts are the most that a presign after the first may send to S3.
	gets, puts float64
}

func ways() []way {
	passes := func(c *upload.Config) { c.Passes = true }
	return []way{
		{name: "by token, passes and quota off", change: func(*upload.Config) {}},
		{name: "by token, passes on", change: passes},
		{name: "by a pass without counts", change: passes, pass: `{"do":"upload","folder":"in","expires":"1d"}`},
		{name: "by a pass that counts files", change: passes, pass: `{"do":"upload","folder":"in","expires":"1d","files":10000}`, gets: 1, puts: 1},
		{name: "by token, with a quota", change: func(c *upload.Config) { c.Quota = &upload.Quota{Files: 10_000} }, gets: 1, puts: 1},
	}
}

// shared is what the presigns of one way took.
type shared struct {
	first, following []time.Duration // a round each; following: the median of its calls
	begun            counts          // of one first call
	sent             counts          // of all that followed
	calls            int
	later            counts // of one call when the pass is no longer remembered
}

// sharing measures what passes and quotas cost a presign, before the real gateway.
func sharing(section *report.Section, rounds, calls int) error {
	dir, err := os.MkdirTemp("", "signet-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	g, err := stateful(filepath.Join(dir, "s3"))
	if err != nil {
		return err
	}
	defer g.Close()
	all := ways()
	results := make([]shared, len(all))
	for round := range rounds {
		for i, w := range all {
			if err := results[i].add(g, w, round, calls); err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
		}
	}
	section.Tables = append(section.Tables, sharedTable(all, results))
	section.Goals = append(section.Goals, sharedGoals(all, results)...)
	section.Notes = append(section.Notes, fmt.Sprintf("Passes and quotas: %d new instances of the handler for each way, taking turns, each with a caller of its own who has no file yet; "+
		"the first presign of each, then %d of other files, then one %v later by its clock. Requests are counted where the handler sends them to the local gateway, over loopback; S3 takes some 20 to 40 ms for each in place of a few.",
		rounds, calls, memory))
	return nil
}

// stateful is a gateway whose role may do what the deployed one may.
func stateful(dir string) (*gateway.Gateway, error) {
	grants := append(upload.Grants("arn:aws:s3:::"+bucket, []string{"uploads/"}, "", region), upload.StateGrants("arn:aws:s3:::"+stateBucket)...)
	role, err := upload.PolicyDocument(grants)
	if err != nil {
		return nil, err
	}
	return gateway.Start(ctx, gateway.Config{Dir: dir, Bucket: bucket, StateBucket: stateBucket, Region: region, Role: gateway.Role{Policy: string(role)}})
}

// add is one round: a new instance, its first presign, and those that follow.
func (s *shared) add(g *gateway.Gateway, w way, round, calls int) error {
	caller := fmt.Sprintf("caller-%d", round)
	v := newInstance(g, w)
	var pass string
	if w.pass != "" {
		made, err := newInstance(g, w).call("/passes", caller, "", w.pass)
		if err != nil {
			return err
		}
		var answer struct{ Token string }
		if err := json.Unmarshal([]byte(made), &answer); err != nil {
			return err
		}
		pass = answer.Token
	}
	file := func(n int) (time.Duration, error) {
		start := time.Now()
		path := "/presign"
		if pass != "" {
			path = "/pass/presign"
		}
		_, err := v.call(path, caller, pass, fmt.Sprintf(`{"name":"photo %d.jpg","type":"image/jpeg","size":12345678}`, n))
		return time.Since(start), err
	}
	took, err := file(0)
	if err != nil {
		return err
	}
	s.first, s.begun = append(s.first, took), v.sent.take()
	var following []time.Duration
	for n := range calls {
		if took, err = file(1 + n); err != nil {
			return err
		}
		following = append(following, took)
	}
	s.following, s.calls = append(s.following, report.Median(following)), s.calls+calls
	s.sent = s.sent.plus(v.sent.take())
	v.later = memory
	_, err = file(1 + calls)
	s.later = v.sent.take()
	return err
}

// instance is one of the handler's, as Lambda runs it.
type instance struct {
	handle func(context.Context, apigw.Event) (apigw.Response, error)
	sent   *counter
	later  time.Duration // what its clock is ahead
}

func newInstance(g *gateway.Gateway, w way) *instance {
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region, Endpoint: g.URL(), StateBucket: stateBucket}
	w.change(&config)
	v := &instance{sent: &counter{}}
	v.handle = apigw.Wrap(api.New(api.Options{
		Config: config, Credentials: g.SigningCredentials, Log: slog.New(slog.DiscardHandler), HTTP: &http.Client{Transport: v.sent},
		Subject: func(r *http.Request) string { return apigw.Claim(r, "sub") }, Now: func() time.Time { return time.Now().Add(v.later) },
	}))
	return v
}

// call is one of the API's, by a caller's token or by a pass; its answer has to be good.
func (v *instance) call(path, caller, pass, message string) (string, error) {
	event := apigw.Event{Version: "2.0", RawPath: api.Base + path, Body: message, Headers: map[string]string{"content-type": "application/json"},
		RequestContext: apigw.RequestContext{HTTP: apigw.HTTP{Method: http.MethodPost}}}
	if pass != "" {
		event.Headers["signet-pass"] = pass
	} else {
		event.RequestContext.Authorizer = &apigw.Authorizer{JWT: &apigw.JWT{Claims: map[string]string{"sub": caller}}}
	}
	answer, err := v.handle(ctx, event)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("POST %s: got %d %s, want 2xx", path, answer.StatusCode, answer.Body)
	}
	return answer.Body, err
}

// counts are requests to S3.
type counts struct{ gets, puts, others int }

func (c counts) plus(d counts) counts {
	return counts{c.gets + d.gets, c.puts + d.puts, c.others + d.others}
}

// String is for the table: nothing, or what there is of each.
func (c counts) String() string { return c.per(1) }

// per is what each of so many calls sent.
func (c counts) per(calls int) string {
	var all []string
	for _, one := range []struct {
		n    int
		name string
	}{{c.gets, "GET"}, {c.puts, "PUT"}, {c.others, "other"}} {
		if one.n > 0 {
			all = append(all, report.Number(float64(one.n)/float64(calls))+" "+one.name)
		}
	}
	if all == nil {
		return "0"
	}
	return strings.Join(all, ", ")
}

// counter counts requests on their way; lists are neither GET nor PUT of an object.
type counter struct {
	mu  sync.Mutex
	now counts
}

// RoundTrip sends a request on.
func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.mu.Lock()
	switch list := r.URL.Query().Has("versions") || r.URL.Query().Has("list-type"); {
	case r.Method == http.MethodGet && !list:
		c.now.gets++
	case r.Method == http.MethodPut:
		c.now.puts++
	default:
		c.now.others++
	}
	c.mu.Unlock()
	return http.DefaultTransport.RoundTrip(r)
}

// take is what was counted since the last time.
func (c *counter) take() counts {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.now
	c.now = counts{}
	return taken
}

func sharedTable(all []way, results []shared) report.Table {
	t := report.Table{Caption: "POST /presign with passes and quotas", Columns: []string{"way", "first, ms", "S3 requests", "following, ms", "S3 requests each", "times by token", "S3 requests 31 s later"}}
	for i, w := range all {
		r := results[i]
		t.Rows = append(t.Rows, []string{w.name, millis(report.Median(r.first)), r.begun.String(), millis(report.Median(r.following)), r.sent.per(r.calls),
			report.Number(report.Ratio(r.following, results[0].following)), r.later.String()})
	}
	return t
}

func sharedGoals(all []way, results []shared) (goals []report.Goal) {
	for i, w := range all {
		each := func(n int) float64 { return float64(n) / float64(results[i].calls) }
		sent := results[i].sent
		goals = append(goals,
			report.Goal{Figure: "presign " + w.name + ", GET requests each", Got: each(sent.gets), Want: w.gets, AtMost: true},
			report.Goal{Figure: "… PUT requests each", Got: each(sent.puts), Want: w.puts, AtMost: true},
			report.Goal{Figure: "… other requests each", Got: each(sent.others), AtMost: true})
	}
	return append(goals, report.Goal{Figure: "presign by token with passes on, against off", Got: report.Ratio(results[1].following, results[0].following), Want: 1.05, AtMost: true, Unit: "×"})
}

func millis(d time.Duration) string { return report.Number(float64(d) / 1e6) }
