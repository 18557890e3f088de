package duration

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

func TestParseRate(t *testing.T) {
	for text, want := range map[string]Rate{
		"200Mbps": 200e6, "200 Mbps": 200e6, "200mbps": 200e6, "1.5Gbps": 1.5e9, "56kbps": 56e3, "9bps": 9,
		"25MB/s": 200e6, "25 MB/s": 200e6, "1GB/s": 8e9, "5kB/s": 40e3, "8B/s": 64, "4000Gbps": MaxRate,
	} {
		if got, err := ParseRate(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", text, float64(got), err, float64(want))
		}
	}
	for _, text := range []string{"", "200", "Mbps", "0Mbps", "-1Mbps", "NaNMbps", "InfGbps", "4001Gbps", "200MBps", "200Mb/s", "200 apples", "2e400Mbps", strings.Repeat("9", 100)} {
		if got, err := ParseRate(text); err == nil || !strings.HasPrefix(err.Error(), "got rate \"") || !strings.Contains(err.Error(), "such as 200Mbps") {
			t.Errorf("%q: got %v, %v, want an error that says what is allowed", text, got, err)
		}
	}
	for _, r := range []Rate{200e6, 1.5e9, 1, 999} {
		text, err := json.Marshal(r)
		var back Rate
		if err != nil || json.Unmarshal(text, &back) != nil || back != r {
			t.Errorf("%v comes back from %s as %v", float64(r), text, float64(back))
		}
	}
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]Share{"0": 0, "0%": 0, "0.1%": 0.001, "0.1 %": 0.001, "0.5": 0.5, "100%": 1, "1": 1} {
		if got, err := ParseShare(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", text, float64(got), err, float64(want))
		}
	}
	for _, text := range []string{"", "%", "-1%", "101%", "1.1", "NaN", "much"} {
		if got, err := ParseShare(text); err == nil {
			t.Errorf("%q: got %v, want an error", text, got)
		}
	}
	if _, err := ParseLoss("20%"); err != nil {
		t.Error(err)
	}
	if _, err := ParseLoss("20.1%"); err == nil || !strings.Contains(err.Error(), "at most 20%") {
		t.Errorf("got %v", err)
	}
	var back Share
	if text, err := json.Marshal(Share(0.001)); err != nil || string(text) != `"0.1%"` || json.Unmarshal(text, &back) != nil || back != 0.001 {
		t.Errorf("got %s, %v, %v", text, err, back)
	}
}

func TestParseRTT(t *testing.T) {
	for text, want := range map[string]time.Duration{"180ms": 180 * time.Millisecond, "180 ms": 180 * time.Millisecond, "0.2s": 200 * time.Millisecond, "0ms": 0, "5s": MaxRTT} {
		if got, err := ParseRTT(text); err != nil || got != want {
			t.Errorf("%q: got %v, %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "180", "-1ms", "5001ms", "soon"} {
		if got, err := ParseRTT(text); err == nil || !strings.Contains(err.Error(), "such as 180ms") {
			t.Errorf("%q: got %v, %v", text, got, err)
		}
	}
}
