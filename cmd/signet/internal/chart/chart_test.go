package chart

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

// wellFormed reads a drawing as XML.
func wellFormed(t *testing.T, drawing []byte) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(drawing)); ; {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestStacked(t *testing.T) {
	two, err := Stacked("Cost", "USD", []string{"1", "2", "3"}, []Series{{"storage", []float64{1, 2, 3}}, {"nothing", []float64{0, 0, 0}}, {"requests", []float64{1, 1, 1}}})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, two)
	// A part's colour is in each column, and once more in the legend.
	for part, want := range map[string]int{"#332288": 4, "#44AA99": 4, "#88CCEE": 0} {
		if n := strings.Count(string(two), "fill:"+part); n != want {
			t.Errorf("%s is filled %d times, want %d", part, n, want)
		}
	}
	for _, want := range []string{"Cost", "USD", "storage", "requests"} {
		if !strings.Contains(string(two), ">"+want+"<") {
			t.Errorf("no %s in the drawing", want)
		}
	}
	if strings.Contains(string(two), "nothing") {
		t.Error("a part that is 0 is in the legend")
	}
	if _, err := Stacked("Cost", "USD", []string{"1"}, []Series{{"storage", []float64{1, 2}}}); err == nil {
		t.Error("two values for one column are drawn")
	}
}

func TestBars(t *testing.T) {
	drawing, err := Bars("Time", "s", []Bar{{"one PUT", 90}, {"12 parts at once <fast>", 10}})
	if err != nil {
		t.Fatal(err)
	}
	wellFormed(t, drawing)
	if !strings.Contains(string(drawing), "12 parts at once &lt;fast&gt;") {
		t.Error("a name is missing or not escaped")
	}
}

func TestPage(t *testing.T) {
	drawing, err := Bars("Time", "s", []Bar{{"a", 1}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := Page(&out, "A & B", []Figure{{"caption", drawing}}, "total <1>"); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, want := range []string{"<h1>A &amp; B</h1>", "total &lt;1&gt;", "<svg", "<figcaption>caption", "default-src 'none'"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s in the page", want)
		}
	}
	for _, never := range []string{"<script", "<?xml", "http://", "src="} {
		if strings.Contains(strings.ReplaceAll(page, "http://www.w3.org", ""), never) {
			t.Errorf("%s is in the page", never)
		}
	}
}
