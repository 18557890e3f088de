package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// askTrivy runs all of the rules of CloudFormation that are embedded in it over the
// same templates.
func askTrivy(templates string) (failures, error) {
	c := exec.Command("build/peers/trivy", templates)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return nil, fmt.Errorf("trivy: %w: run make build/peers/trivy", err)
	}
	found := failures{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var one struct {
			Rule, File string
			Line       int
		}
		if err := d.Decode(&one); err != nil {
			return nil, fmt.Errorf("trivy: %w", err)
		}
		template, err := os.ReadFile(filepath.Join(templates, one.File))
		if err != nil {
			return nil, err
		}
		bucket := strings.TrimSuffix(one.File, ".json")
		found[bucket] = append(found[bucket], one.Rule+" of "+resource(string(template), one.Line))
	}
	for _, ids := range found {
		slices.Sort(ids) // it scans at once, and answers in any order
	}
	if len(found) == 0 {
		return nil, errors.New("trivy says nothing of any template")
	}
	return found, nil
}

// resource is the name of the one that a line of a template is in: templates.py
// indents their names by two.
func resource(template string, line int) string {
	name := ""
	lines := strings.Split(template, "\n")
	for _, l := range lines[:min(line, len(lines))] {
		if rest, ok := strings.CutPrefix(l, `  "`); ok {
			name, _, _ = strings.Cut(rest, `"`)
		}
	}
	return name
}
