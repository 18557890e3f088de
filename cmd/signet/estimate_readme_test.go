package main

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signet/cmd/signet/internal/estimate/cost"
)

// The README's estimates: each line's arithmetic, done again as it stands there,
// is what the command says, its last factor is the price, and the dollars beside
// it are right.
func TestReadmeEstimates(t *testing.T) {
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "<!-- begin estimates -->\n")
	section, _, ok := strings.Cut(rest, "<!-- end estimates -->")
	if !ok {
		t.Fatal("the README has no estimates")
	}
	lines := map[string][]cost.Line{}
	regions := map[string]string{}
	for _, m := range regexp.MustCompile("- \\*\\*(.)\\*\\*: `signet ([^`]+)`").FindAllStringSubmatch(section, -1) {
		lines[m[1]], regions[m[1]] = lastMonth(t, strings.Fields(m[2]))
	}
	book, err := readPrices("")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| ([A-C]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|`).FindAllStringSubmatch(section, -1)
	for _, row := range rows {
		example, what, sum, shown := row[1], row[2], row[3], row[4]
		i := slices.IndexFunc(lines[example], func(l cost.Line) bool { return l.What == what })
		if i < 0 {
			t.Errorf("%s has no line %s", example, what)
			continue
		}
		line, byHand := lines[example][i], arithmetic(t, sum)
		if math.Abs(byHand-line.USD) > 1e-6*line.USD {
			t.Errorf("%s, %s: by hand %v, the command says %v", example, what, byHand, line.USD)
		}
		if got := dollars(byHand); got != shown {
			t.Errorf("%s, %s: %s are %s dollars, the README says %s", example, what, sum, got, shown)
		}
		prices, err := book.Table(regions[example])
		if err != nil {
			t.Fatal(err)
		}
		factors := strings.Fields(sum)
		if last := number(t, factors[len(factors)-1]); last != prices.Figure(line.Item).Tiers[0].USD {
			t.Errorf("%s, %s: priced at %v, the table has %v", example, what, last, prices.Figure(line.Item).Tiers[0].USD)
		}
	}
	if len(lines) != 3 || len(rows) < 10 {
		t.Errorf("%d examples with %d lines, want 3 with 10", len(lines), len(rows))
	}
}

// lastMonth runs the command and gives its last month's lines, and the region.
func lastMonth(t *testing.T, args []string) ([]cost.Line, string) {
	t.Helper()
	var out, errs bytes.Buffer
	empty := writeFile(t, "{}") // not the cdk.json of this folder, if there is one
	if code := run(append(args, "--json", "--config", empty), &out, &errs); code != exitDone {
		t.Fatalf("signet %v: exit code %d: %s", args, code, &errs)
	}
	var said struct{ Cost cost.Report }
	if err := json.Unmarshal(out.Bytes(), &said); err != nil {
		t.Fatal(err)
	}
	return said.Cost.Months[len(said.Cost.Months)-1].Lines, said.Cost.Region
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err == nil {
		_, err = file.WriteString(text)
	}
	if err != nil || file.Close() != nil {
		t.Fatal(err)
	}
	return file.Name()
}

// arithmetic multiplies and divides from left to right, as a person does.
func arithmetic(t *testing.T, sum string) float64 {
	t.Helper()
	words := strings.Fields(sum)
	result := number(t, words[0])
	for i := 1; i+1 < len(words); i += 2 {
		switch next := number(t, words[i+1]); words[i] {
		case "×":
			result *= next
		case "/":
			result /= next
		default:
			t.Fatalf("got %s in %s, want × or /", words[i], sum)
		}
	}
	return result
}

func number(t *testing.T, word string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.ReplaceAll(word, ",", ""), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The README's example of a bill: one file in parts, with what is around them.
func TestReadmeBill(t *testing.T) {
	out := runExamples(t, "bill")
	for _, want := range []string{"What it costs: 1 file a month of", "requests: UploadPart", "requests from 20", "CompleteMultipartUpload", "in all", "Not in these logs"} {
		if !strings.Contains(out, want) {
			t.Errorf("got %s, want %s in it", out, want)
		}
	}
}
