package main

import (
	"testing"

	"signet/bench/report"
	"signet/cmd/signet/gateway/gatewaytest"
)

func TestMain(m *testing.M) { gatewaytest.Main(m) }

// TestSharing holds the requests that passes and quotas cost, which no machine changes.
func TestSharing(t *testing.T) {
	var section report.Section
	if err := sharing(&section, 2, 3); err != nil {
		t.Fatal(err)
	}
	want := map[string][3]string{ // first, following, 31 s later
		"by token, passes and quota off": {"0", "0", "0"},
		"by token, passes on":            {"0", "0", "0"},
		"by a pass without counts":       {"1 GET", "0", "1 GET"},
		"by a pass that counts files":    {"2 GET, 1 PUT", "1 GET, 1 PUT", "2 GET, 1 PUT"},
		"by token, with a quota":         {"3 GET, 3 PUT, 1 other", "1 GET, 1 PUT", "1 GET, 1 PUT"}, // the first counts what is there
	}
	rows := section.Tables[0].Rows
	if len(rows) != len(want) {
		t.Errorf("got %d ways, want %d", len(rows), len(want))
	}
	for _, r := range rows {
		if got := [3]string{r[2], r[4], r[6]}; got != want[r[0]] {
			t.Errorf("%s: got %v, want %v", r[0], got, want[r[0]])
		}
	}
	for _, g := range section.Goals {
		if g.Unit == "" && !g.Met() { // the others are times
			t.Errorf("%s: got %v, want %v", g.Figure, g.Got, g.Want)
		}
	}
}
