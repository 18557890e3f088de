package chart

import (
	"strings"
	"testing"
)

func TestCurves(t *testing.T) {
	rising := Curve{Name: "served", Points: [][2]float64{{1, 1}, {10, 10}, {100, 50}}}
	for _, tall := range []bool{false, true} {
		drawing, err := Curves("What becomes", "begun", "a second", tall, []Curve{rising, {Name: "refused", Points: [][2]float64{{1, 0}, {100, 0}}}})
		if err != nil {
			t.Fatal(err)
		}
		wellFormed(t, drawing)
		for _, want := range []string{">What becomes<", ">begun<", ">served<"} {
			if !strings.Contains(string(drawing), want) {
				t.Errorf("no %s in the drawing", want)
			}
		}
		// What is nothing everywhere has no place on a logarithmic scale.
		if got := strings.Contains(string(drawing), ">refused<"); got == tall {
			t.Errorf("tall %v: the curve of noughts is there: %v", tall, got)
		}
	}
	for _, none := range [][]Curve{nil, {{Name: "one", Points: [][2]float64{{5, 3}}}}} {
		if drawing, err := Curves("Nothing", "x", "y", true, none); err != nil {
			t.Error(err)
		} else {
			wellFormed(t, drawing)
		}
	}
}
