package api_test

import (
	"net/http"
	"strings"
	"testing"

	"signet/lambda/estimate"
	"signet/lambda/estimate/cost"
	"signet/lambda/upload"
)

// TestEstimate asks for everything; the answer is held to the document, and the
// bill is that of the stack's own configuration.
func TestEstimate(t *testing.T) {
	w := service(t)
	c := w.as(caller(t))
	question := estimate.Question{
		Region: "eu-west-1",
		Time:   &estimate.Time{Size: "1 GiB", Link: "100Mbps", RTT: "30ms", PerConnection: "20Mbps"},
		Cost:   &estimate.Workload{Workload: cost.DefaultWorkload()},
		Limits: &estimate.Limits{Rate: 150, Size: "10 MiB", Simulate: true, Seed: 3},
	}
	got := must[estimate.Answer](w)(c.Estimate(t.Context(), question))
	if len(got.Time.Methods) != 4 || got.Limits.Most != 100 || len(got.Limits.Simulation.Points) != 25 || len(got.Cost.Months) != 12 {
		t.Errorf("got %+v", got)
	}
	if trail := option(t, got, "trail"); trail.On <= trail.Off || trail.Is != "on" {
		t.Errorf("got %+v, want the trail to be on and to cost something", trail)
	}
	off := service(t, func(c *upload.Config) { c.Trail = false })
	got = must[estimate.Answer](off)(off.as(caller(t)).Estimate(t.Context(), question))
	if trail := option(t, got, "trail"); trail.Is != "off" {
		t.Errorf("got %+v, want the configuration's trail, which is off", trail)
	}
}

func option(t *testing.T, a estimate.Answer, name string) cost.Option {
	t.Helper()
	for _, o := range a.Cost.Options {
		if o.Name == name {
			return o
		}
	}
	t.Fatalf("no option %s", name)
	return cost.Option{}
}

func TestEstimateRefuses(t *testing.T) {
	w := service(t)
	for body, want := range map[string]string{
		`{}`: "want time, cost or limits",
		`{"time":{"size":"1GB","link":"fast","rtt":"1ms"}}`: `time.link: got rate "fast"`,
		`{"cost":{"nonsense":1}}`:                           `got the unknown field "nonsense"`,
		`{"cost":{"months":"x"}}`:                           "want a whole number",
		`{"region":"moon","cost":{}}`:                       "want one of ap-northeast-2, eu-west-1, us-east-1",
		`{"limits":{"rate":1e9,"size":"1MB"}}`:              "limits.rate: got 1e+09",
	} {
		if p := w.raw(http.MethodPost, "/estimate", body); p.Status != 400 || !strings.Contains(p.Detail, want) {
			t.Errorf("%s: got %+v, want %s", body, p, want)
		}
	}
}
