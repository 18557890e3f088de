package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The Korean README is the English one for other readers: the same examples, which the
// tests of the English one run, the same links, headings and tables.
func TestReadmeKorean(t *testing.T) {
	var texts [2]string
	for i, name := range readmeFiles[:2] {
		text, err := os.ReadFile("../../" + name)
		if err != nil {
			t.Fatal(err)
		}
		texts[i] = string(text)
	}
	if !strings.Contains(texts[0], "(README.ko.md)") || !strings.Contains(texts[1], "(README.md)") {
		t.Error("want each README to lead to the other")
	}
	for _, row := range []struct {
		what  string
		least int
		of    func(string) []string
	}{
		{"example", 5, blocks}, {"link", 20, links}, {"heading", 9, headings}, {"row of a table", 25, rows}, {"code in a sentence", 25, spans},
	} {
		english, korean := row.of(texts[0]), row.of(texts[1])
		if len(english) < row.least {
			t.Errorf("got %d of %s in English, want %d or more", len(english), row.what, row.least)
		}
		for i := range max(len(english), len(korean)) {
			if i >= len(english) || i >= len(korean) || english[i] != korean[i] {
				t.Errorf("%s %d: got %q, want %q", row.what, i+1, at(korean, i), at(english, i))
				break
			}
		}
	}
	if strings.Count(texts[1], "니다") < 40 {
		t.Error("README.ko.md is not in Korean")
	}
}

func at(all []string, i int) string {
	if i < len(all) {
		return all[i]
	}
	return "nothing"
}

var (
	fenced   = regexp.MustCompile("(?ms)^(?:<!-- .*? -->\n)?```.*?^```$")
	indented = regexp.MustCompile(`(?m)^    .*$`)
	spoken   = regexp.MustCompile(`"[^"]*"|-- [^-]*? -->|subgraph .*`)
)

// blocks are the fenced and the indented lines of code. What a picture says is for
// readers, how it is drawn is not.
func blocks(text string) []string {
	all := fenced.FindAllString(text, -1)
	for i, block := range all {
		if strings.HasPrefix(block, "```mermaid") {
			all[i] = spoken.ReplaceAllString(block, "…")
		}
	}
	return append(all, indented.FindAllString(fenced.ReplaceAllString(text, ""), -1)...)
}

// links are the addresses, sorted, because sentences have another order; but for those
// from one README to the other.
func links(text string) (all []string) {
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		if m[1] != "README.md" && m[1] != "README.ko.md" {
			all = append(all, m[1])
		}
	}
	slices.Sort(all)
	return all
}

// headings are the levels of the headings.
func headings(text string) (all []string) {
	for _, m := range regexp.MustCompile(`(?m)^(#+) `).FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		all = append(all, m[1])
	}
	return all
}

// rows are the tables, each row as its number of cells.
func rows(text string) (all []string) {
	for _, line := range regexp.MustCompile(`(?m)^\|.*\|$`).FindAllString(text, -1) {
		all = append(all, strings.Repeat("|", strings.Count(line, "|")))
	}
	return all
}

// spans are what stands in a sentence as code, sorted: commands, paths, names.
func spans(text string) []string {
	all := regexp.MustCompile("`[^`\n]+`").FindAllString(fenced.ReplaceAllString(text, ""), -1)
	slices.Sort(all)
	return all
}
