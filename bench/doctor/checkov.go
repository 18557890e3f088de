package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// writeTemplates has templates.py write one of each bucket from what the bucket is:
// with its policy, its key, and the role and log bucket where the mistake is theirs.
func writeTemplates(dir string, w *world) (string, error) {
	templates := filepath.Join(dir, "templates")
	if err := os.Mkdir(templates, 0o700); err != nil {
		return "", err
	}
	all := map[string]map[string]string{w.Bucket: {"bucket": w.Bucket, "role": w.Role, "logs": w.Logs}}
	for _, one := range w.Each {
		all[one.Bucket] = map[string]string{"bucket": one.Bucket, "role": orElse(one.Role, w.Role), "logs": orElse(one.Logs, w.Logs)}
	}
	orders, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	write := exec.Command(".venv/infra/bin/python", "bench/doctor/templates.py", templates)
	write.Stdin, write.Env = bytes.NewReader(orders), w.environment()
	if out, err := write.CombinedOutput(); err != nil {
		return "", fmt.Errorf("templates.py: %w\n%s", err, out)
	}
	return templates, nil
}

// askCheckov runs all of its checks of CloudFormation over the templates.
func askCheckov(templates string) (failures, error) {
	c := exec.Command(".venv/infra/bin/checkov", "--framework", "cloudformation", "--skip-download", "--quiet", "--compact", "--output", "json", "--directory", templates)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1 || len(out) == 0) {
		return nil, fmt.Errorf("checkov: %w", err)
	}
	return readCheckov(out)
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

// readCheckov names a failure by the check and, because a template has more than
// one bucket, what failed it.
func readCheckov(out []byte) (failures, error) {
	var report struct {
		Results struct {
			Failed []struct {
				Check    string `json:"check_id"`
				File     string `json:"file_path"`
				Resource string `json:"resource"`
			} `json:"failed_checks"`
		} `json:"results"`
	}
	if err := json.Unmarshal(out, &report); err != nil {
		return nil, fmt.Errorf("checkov: %w", err)
	}
	found := failures{}
	for _, one := range report.Results.Failed {
		bucket := strings.TrimSuffix(filepath.Base(one.File), ".json")
		found[bucket] = append(found[bucket], one.Check+" of "+one.Resource[strings.LastIndex(one.Resource, ".")+1:])
	}
	if len(found) == 0 {
		return nil, errors.New("checkov says nothing of any template")
	}
	return found, nil
}
