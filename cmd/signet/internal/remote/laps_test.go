package remote

import (
	"fmt"
	"testing"
)

func TestLaps(t *testing.T) {
	for round := 1; round < 40; round++ {
		for before := range 20 {
			var l Laps
			n := 0
			for ; n < 1000; n++ {
				at := n
				if n > before {
					at = before + (n-before)%round
				}
				if l.Go(fmt.Sprint(at)) != nil {
					break
				}
			}
			if n == 1000 {
				t.Errorf("a round of %d after %d is not noticed", round, before)
			}
		}
	}
	var l Laps
	for n := range 10_000 {
		if err := l.Go(fmt.Sprint(n)); err != nil {
			t.Fatal(n, err)
		}
	}
}
