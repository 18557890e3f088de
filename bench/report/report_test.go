package report

import (
	"strings"
	"testing"
)

func TestGoalMet(t *testing.T) {
	tests := []struct {
		goal Goal
		want bool
	}{
		{Goal{Got: 10, Want: 10}, true},
		{Goal{Got: 9.99, Want: 10}, false},
		{Goal{Got: 10, Want: 10, AtMost: true}, true},
		{Goal{Got: 10.01, Want: 10, AtMost: true}, false},
	}
	for _, tt := range tests {
		if got := tt.goal.Met(); got != tt.want {
			t.Errorf("Met of %+v: got %t, want %t", tt.goal, got, tt.want)
		}
	}
}

// A goal that was not run is no goal met, and says so.
func TestGoalNotRun(t *testing.T) {
	s := Section{Goals: []Goal{{Figure: "a", Want: 1, AtMost: true, NotRun: "no tool"}, {Figure: "b", Got: 2, Want: 1, AtMost: true}}}
	if s.Goals[0].Met() || len(s.Missed()) != 1 || s.Missed()[0].Figure != "b" {
		t.Errorf("got met %t and missed %v, want a not met and b missed alone", s.Goals[0].Met(), s.Missed())
	}
	if text := s.String(); !strings.Contains(text, "| a |  | at most 1 | **not run**: no tool |") {
		t.Errorf("got %s, want a row that says that it was not run", text)
	}
}

func TestSectionReplacesItself(t *testing.T) {
	a, b := Section{Name: "a", Title: "First"}, Section{Name: "b", Title: "Second"}
	file := b.into(a.into("# Results\n"))
	a.Title = "Third"
	file = a.into(file)
	if strings.Contains(file, "First") || strings.Count(file, "## ") != 2 || strings.Index(file, "Third") > strings.Index(file, "Second") {
		t.Errorf("got %s, want Third before Second and First gone", file)
	}
	if again := a.into(file); again != file {
		t.Errorf("saved twice: got %s, want %s", again, file)
	}
}

func TestNumber(t *testing.T) {
	for x, want := range map[float64]string{0.123: "0.12", 4: "4", 12.34: "12.3", 1234.5: "1234"} {
		if got := Number(x); got != want {
			t.Errorf("Number(%v): got %s, want %s", x, got, want)
		}
	}
}
