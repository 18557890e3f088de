// Command write reads a section of bench/RESULTS.md from standard input, as
// JSON of report.Section, for benchmarks that are not in Go. It prints it, saves
// it unless -dry is given, and exits with 1 where a goal is missed, with 2 when
// it cannot do its work. Run it at the root of the repository.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"

	"signet/bench/report"
)

func main() {
	dry := flag.Bool("dry", false, "print the section, save nothing")
	flag.Parse()
	met, err := run(os.Stdin, *dry)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	case !met:
		os.Exit(1)
	}
}

func run(stdin io.Reader, dry bool) (bool, error) {
	var s report.Section
	input := json.NewDecoder(stdin)
	input.DisallowUnknownFields()
	if err := input.Decode(&s); err != nil {
		return false, err
	}
	if s.Name == "" || len(s.Goals) == 0 {
		return false, fmt.Errorf("got section %q with %d goals, want a name and goals: nothing measured is nothing met", s.Name, len(s.Goals))
	}
	if dry {
		return s.Print(), nil
	}
	return s.Finish("bench/RESULTS.md")
}
