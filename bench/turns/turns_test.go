package turns

import (
	"bytes"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTake(t *testing.T) {
	var order []string
	took := map[string]time.Duration{"a": 1, "b": 2, "c": 6}
	r, err := Take(t.Context(), "case", []string{"a", "b", "c"}, 3, func(tool string) (Run, error) {
		order = append(order, tool)
		return Run{Took: took[tool] * time.Second, Memory: int64(len(order))}, nil
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"a", "b", "c", "b", "c", "a", "c", "a", "b"}; !slices.Equal(order, want) {
		t.Errorf("got the order %v, want each to begin a round: %v", order, want)
	}
	if got := r.Fastest("b", "c", "d"); got != "b" {
		t.Errorf("got %s as the fastest of b and c, want b", got)
	}
	if got := r.Fastest("d"); got != "" {
		t.Errorf("got %s as the fastest of those that did not run, want none", got)
	}
	if got := r.Ratio("c", "b"); got != 3 {
		t.Errorf("got %v times, want 3", got)
	}
	if got := r.Memory("a"); got != 8 {
		t.Errorf("got %d bytes at most, want 8", got)
	}
	table := r.Table("", []string{"a", "c"}, "a")
	if row := table.Rows[1]; row[0] != "c" || row[1] != "6" || row[2] != "6" {
		t.Errorf("got the row %v, want c with 6 seconds, 6 times ours", row)
	}
}

func TestTakeTellsWhoFailed(t *testing.T) {
	broken := errors.New("broken")
	_, err := Take(t.Context(), "case", []string{"a", "b"}, 2, func(tool string) (Run, error) {
		if tool == "b" {
			return Run{}, broken
		}
		return Run{}, nil
	}, io.Discard)
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "case, b") {
		t.Errorf("got %v, want what b of the case died of", err)
	}
}

func TestMeasure(t *testing.T) {
	r, err := Measure(exec.CommandContext(t.Context(), "true"), &bytes.Buffer{})
	if err != nil || r.Took <= 0 || r.Memory <= 0 {
		t.Errorf("got %+v and %v, want a time and a size", r, err)
	}
	var said bytes.Buffer
	c := exec.CommandContext(t.Context(), "sh", "-c", "echo no such bucket >&2; exit 3")
	c.Stderr = &said
	if _, err := Measure(c, &said); err == nil || !strings.Contains(err.Error(), "no such bucket") {
		t.Errorf("got %v, want what the command said", err)
	}
}
