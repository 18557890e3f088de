package link

import (
	"sync"
	"testing"
	"time"
)

// Two connections share a line, and a single one has all of it.
func TestShared(t *testing.T) {
	line, err := Open(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	if err := line.Reshape(Shape{SharedBytesPerSecond: 1_000_000}); err != nil {
		t.Fatal(err)
	}
	for connections, want := range map[int]time.Duration{1: 400 * time.Millisecond, 2: 800 * time.Millisecond} {
		start := time.Now()
		var all sync.WaitGroup
		for range connections {
			all.Go(func() {
				if _, err := roundTrip(line.Addr(), 400_000); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if took := time.Since(start); took < want-50*time.Millisecond {
			t.Errorf("%d connections took %v, want at least %v", connections, took, want)
		}
	}
}

// A window of 10 segments opens to 20 and 40: 70 segments take three round trips.
// A loss among the first leaves less of it.
func TestWindow(t *testing.T) {
	line, err := Open(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	const rtt = 60 * time.Millisecond
	for _, tt := range []struct {
		lose, segments, least int // in round trips; a busy machine may take longer
	}{{0, 10, 1}, {0, 70, 3}, {0, 150, 4}, {15, 150, 8}} {
		if err := line.Reshape(Shape{RoundTrip: rtt, Window: 10 * segment, LoseEach: tt.lose}); err != nil {
			t.Fatal(err)
		}
		took, err := roundTrip(line.Addr(), tt.segments*segment)
		if err != nil {
			t.Fatal(err)
		}
		if took < time.Duration(tt.least)*rtt-5*time.Millisecond {
			t.Errorf("%d segments, each %dth lost, took %v, want at least %d round trips", tt.segments, tt.lose, took, tt.least)
		}
	}
}

func TestShapesRefused(t *testing.T) {
	line, err := Open(echo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer line.Close()
	for _, s := range []Shape{{SharedBytesPerSecond: -1}, {Window: -1}, {LoseEach: 5}, {Window: segment, LoseEach: -1}} {
		if err := line.Reshape(s); err == nil {
			t.Errorf("%+v is taken", s)
		}
	}
}
