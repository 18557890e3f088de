// Command write reads a section of bench/RESULTS.md from standard input, as
// JSON of report.Section, for benchmarks that are not in Go. It prints it, saves
// it unless -dry is given, and exits with 1 where a goal is missed, with 2 when
// it cannot do its work. Run it at the root of the repository.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"

	"signet/bench/report"
)

func main() {
	dry := flag.Bool("dry", false, "print the section, save nothing")
	flag.Parse()
	met, err := run(*dry)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	case !met:
		os.Exit(1)
	}
}

func run(dry bool) (bool, error) {
	var s report.Section
	input := json.NewDecoder(os.Stdin)
	input.DisallowUnknownFields()
	if err := input.Decode(&s); err != nil {
		return false, err
	}
	if dry {
		return s.Print(), nil
	}
	return s.Finish("bench/RESULTS.md")
}
