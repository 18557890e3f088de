package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// varying is what makes equal failures look different: numbers, ids, addresses.
var varying = regexp.MustCompile(`[0-9a-fA-F]{8,}|\d+|[A-Z2-7]{16,}`)

// mostFailures are shown.
const mostFailures = 10

// failureIn reads a line of serve's log, which is JSON, or of dev's, which is text.
func failureIn(line string) (what string, bad bool) {
	var l struct{ Level, Msg, Route, Code, Error string }
	if json.Unmarshal([]byte(line), &l) == nil {
		return fmt.Sprint(l.Msg, " ", l.Route, " ", l.Code, ": ", l.Error), l.Level == "ERROR"
	}
	_, what, bad = strings.Cut(line, "level=ERROR ")
	return what, bad
}

// failures says what the two processes have logged as errors, the most frequent first,
// so that a run that missed its goals says why.
func (w *world) failures(to io.Writer) error {
	file, err := os.Open(w.logs.Name())
	if err != nil {
		return err
	}
	defer file.Close()
	seen := map[string]int{}
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if what, bad := failureIn(lines.Text()); bad {
			seen[varying.ReplaceAllString(what, "…")]++
		}
	}
	kinds := slices.SortedFunc(maps.Keys(seen), func(a, b string) int { return cmp.Or(seen[b]-seen[a], cmp.Compare(a, b)) })
	for _, kind := range kinds[:min(len(kinds), mostFailures)] {
		fmt.Fprintf(to, "%6d × %.300s\n", seen[kind], kind)
	}
	return nil
}
