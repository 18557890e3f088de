// Command trivy scans a folder of CloudFormation templates with trivy's scanner and
// the rules that are embedded in it, so that nothing is fetched, and prints what
// failed: one JSON object a line, with the rule, the file and the line.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aquasecurity/trivy/pkg/iac/rego"
	"github.com/aquasecurity/trivy/pkg/iac/scanners/cloudformation"
)

type failure struct {
	Rule, File string
	Line       int
}

func main() {
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	s := cloudformation.New(rego.WithEmbeddedPolicies(true), rego.WithEmbeddedLibraries(true))
	results, err := s.ScanFS(context.Background(), os.DirFS(dir), ".")
	if err != nil {
		return err
	}
	out := json.NewEncoder(os.Stdout)
	for _, r := range results.GetFailed() {
		if err := out.Encode(failure{r.Rule().ID, r.Range().GetFilename(), r.Range().GetStartLine()}); err != nil {
			return err
		}
	}
	return nil
}
