package main

import (
	"testing"
	"time"
)

func TestRatioIsTheMedianOfTheRounds(t *testing.T) {
	ours := result{times: []time.Duration{1, 100, 2}}
	theirs := result{times: []time.Duration{10, 400, 10}}
	if got := ours.ratio(theirs); got != 5 {
		t.Errorf("got %v, want 5", got)
	}
	if got := ours.median(); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}

// TestPeersSign: a peer that fails would be the fastest.
func TestPeersSign(t *testing.T) {
	for _, token := range []string{"", "token"} {
		one, err := puts(token)
		if err != nil {
			t.Fatal(err)
		}
		all, err := parts(token)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range append(one, all...) {
			if err := p.run(1); err != nil {
				t.Errorf("%s: %v", p.name, err)
			}
		}
	}
}

func TestAnswerOfTenThousandParts(t *testing.T) {
	n, err := answerSize("token")
	if err != nil || n < 10_000*64 || n > 1_000_000 {
		t.Errorf("got %d bytes and %v, want 0.64 to 1 MB", n, err)
	}
}
