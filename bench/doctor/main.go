// Command doctor puts `signet doctor` beside prowler's checks of S3 on the same
// mistakes: one bucket for each, all on one moto. It writes its section of
// bench/RESULTS.md and exits with 1 where a goal is missed.
//
// Run it at the root of the repository, with moto in .venv/infra and prowler in
// .venv/prowler.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"signet/bench/report"
)

// testdata has the mistakes and what makes them.
const testdata = "cmd/signet/internal/doctor/testdata"

func main() {
	met, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

// seed is one mistake and the doctor's check that has to find it.
type seed struct{ ID, On, Expect string }

func run() (bool, error) {
	dir, err := os.MkdirTemp("", "signet-bench-doctor-")
	if err != nil {
		return false, err
	}
	defer os.RemoveAll(dir)
	seeds, err := readSeeds()
	if err != nil {
		return false, err
	}
	w, err := startWorld()
	if err != nil {
		return false, err
	}
	defer w.stop()
	ours, err := askDoctor(dir, w, seeds)
	if err != nil {
		return false, err
	}
	theirs, err := askProwler(dir, w)
	if err != nil {
		return false, err
	}
	return tally(w, seeds, ours, theirs)
}

func readSeeds() ([]seed, error) {
	data, err := os.ReadFile(filepath.Join(testdata, "seeds.json"))
	if err != nil {
		return nil, err
	}
	var all []seed
	err = json.Unmarshal(data, &all)
	return slices.DeleteFunc(all, func(s seed) bool { return s.On != "bucket" }), err
}

// failures are the checks that failed, by bucket.
type failures map[string][]string

// more are those that the bucket without a mistake does not have.
func (f failures) more(bucket, good string) []string {
	return slices.DeleteFunc(slices.Clone(f[bucket]), func(id string) bool { return slices.Contains(f[good], id) })
}

func askDoctor(dir string, w *world, seeds []seed) (failures, error) {
	program := filepath.Join(dir, "signet")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/signet").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, out)
	}
	found := failures{}
	ask := func(bucket, role string) error {
		args := []string{"doctor", "--bucket", bucket, "--config", filepath.Join(testdata, "cdk.json"), "--json"}
		if role != "" {
			args = append(args, "--role", role)
		}
		c := exec.Command(program, args...)
		c.Env = w.environment()
		out, err := c.Output()
		if exit := new(exec.ExitError); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1 || len(out) == 0) {
			return fmt.Errorf("signet doctor --bucket %s: %w", bucket, err)
		}
		var r struct{ Results []struct{ ID, Status string } }
		if err := json.Unmarshal(out, &r); err != nil {
			return err
		}
		for _, one := range r.Results {
			if one.Status == "fail" {
				found[bucket] = append(found[bucket], one.ID)
			}
		}
		return nil
	}
	if err := ask(w.Bucket, w.Role); err != nil {
		return nil, err
	}
	for _, s := range seeds {
		if err := ask(w.Each[s.ID].Bucket, w.Each[s.ID].Role); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// askProwler runs all of its checks of S3, once, over all buckets.
func askProwler(dir string, w *world) (failures, error) {
	c := exec.Command(".venv/prowler/bin/prowler", "aws", "--services", "s3", "--region", w.region(), "--output-formats", "json-ocsf",
		"--output-directory", dir, "--output-filename", "prowler", "--no-banner", "--ignore-exit-code-3")
	c.Env = w.environment()
	if out, err := c.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("prowler: %w\n%s", err, out)
	}
	data, err := os.ReadFile(filepath.Join(dir, "prowler.ocsf.json"))
	if err != nil {
		return nil, err
	}
	var all []struct {
		StatusCode string `json:"status_code"`
		Metadata   struct {
			EventCode string `json:"event_code"`
		}
		Resources []struct{ Name string }
	}
	if err := json.Unmarshal(data, &all); err != nil {
		return nil, err
	}
	found := failures{}
	for _, one := range all {
		for _, r := range one.Resources {
			if one.StatusCode == "FAIL" {
				found[r.Name] = append(found[r.Name], one.Metadata.EventCode)
			}
		}
	}
	if len(found) == 0 {
		return nil, errors.New("prowler says nothing of any bucket")
	}
	return found, nil
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// tally counts a mistake as found by prowler when any of its checks fails that
// does not fail on the bucket without one; by the doctor, when its own check does.
func tally(w *world, seeds []seed, ours, theirs failures) (bool, error) {
	table := report.Table{Caption: "Each mistake, on a bucket that otherwise has our own stack's settings", Columns: []string{"mistake", "`signet doctor`", "prowler"}}
	mark := func(ids []string) string {
		if len(ids) == 0 {
			return "–"
		}
		return fmt.Sprint(ids)
	}
	right, any := 0, 0
	bucketRight, bucketAny, bucketAll := 0, 0, 0 // without those of the key and the role
	for _, s := range seeds {
		bucket := w.Each[s.ID].Bucket
		found, other := "–", theirs.more(bucket, w.Bucket)
		if logs := w.Each[s.ID].Logs; logs != "" { // where the mistake is
			other = append(other, theirs.more(logs, w.Logs)...)
		}
		if slices.Contains(ours.more(bucket, w.Bucket), s.Expect) {
			right++
			found = s.Expect
		}
		if len(other) > 0 {
			any++
		}
		if !strings.HasPrefix(s.Expect, "key-") && !strings.HasPrefix(s.Expect, "role-") {
			bucketAll++
			bucketRight += one(found == s.Expect)
			bucketAny += one(len(other) > 0)
		}
		table.Rows = append(table.Rows, []string{s.ID, found, mark(other)})
	}
	section := report.Section{
		Name: "bench-doctor", Title: "Mistakes found in a bucket",
		Versions: []string{"prowler " + report.Output(".venv/prowler/bin/python", "-c", "from importlib.metadata import version; print(version('prowler'))"), "moto " + report.Output(".venv/infra/bin/python", "-c", "import moto; print(moto.__version__)")},
		Tables: []report.Table{
			{Caption: "Tallies", Columns: []string{"tool", "mistakes found", "of", "of buckets alone", "of", "reported on our own stack's settings"}, Rows: [][]string{
				{"`signet doctor`", strconv.Itoa(right), strconv.Itoa(len(seeds)), strconv.Itoa(bucketRight), strconv.Itoa(bucketAll), strconv.Itoa(len(ours[w.Bucket]))},
				{"prowler, its checks of S3", strconv.Itoa(any), strconv.Itoa(len(seeds)), strconv.Itoa(bucketAny), strconv.Itoa(bucketAll), fmt.Sprintf("%d %v", len(theirs[w.Bucket]), theirs[w.Bucket])},
			}},
			table,
		},
		Goals: []report.Goal{
			{Figure: "mistakes found by the check meant for each", Got: float64(right) / float64(len(seeds)) * 100, Want: 100, Unit: " %"},
			{Figure: "reported on our own stack's settings", Got: float64(len(ours[w.Bucket])), Want: 0, AtMost: true},
		},
		Notes: []string{
			"The mistakes are ours, and the doctor was written with them in view; prowler is a general auditor, whose checks of S3 are run here and none of its others, and it knows nothing of what is intended, where the doctor is given the configuration and, for mistakes of a role, the role.",
			"A mistake counts as found by prowler when any check fails that does not fail on the bucket without a mistake, whatever that check is about; by the doctor, when the check that is meant for it fails.",
		},
	}
	return section.Finish("bench/RESULTS.md")
}
