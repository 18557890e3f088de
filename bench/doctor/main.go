// Command doctor puts `signet doctor` beside prowler's checks of S3, and beside
// checkov and trivy on templates, on the same mistakes: one bucket for each, all on
// one moto.
// It writes its section of bench/RESULTS.md and exits with 1 where a goal is missed.
//
// Run it at the root of the repository, with moto and checkov in .venv/infra,
// prowler in .venv/prowler and trivy's scanner in build/peers.
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
	templates, err := writeTemplates(dir, w)
	if err != nil {
		return false, err
	}
	checkov, err := askCheckov(templates)
	if err != nil {
		return false, err
	}
	trivy, err := askTrivy(templates)
	if err != nil {
		return false, err
	}
	return tally(w, seeds, ours, []peer{{"prowler, its checks of S3", theirs}, {"checkov, all its checks, on templates", checkov}, {"trivy, the rules embedded in it, on templates", trivy}})
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

// peer is another tool with what it says of each bucket.
type peer struct {
	name  string
	found failures
}

// more is what it says of a mistake that it does not say of the good bucket.
func (p peer) more(w *world, s seed) []string {
	bucket, logs := w.Each[s.ID].Bucket, w.Each[s.ID].Logs
	other := p.found.more(bucket, w.Bucket)
	if logs != "" { // where the mistake is
		other = append(other, p.found.more(logs, w.Logs)...)
	}
	return other
}

// count is how many mistakes were found, and how many of those of the bucket alone.
type count struct{ all, bucket int }

func (c *count) add(s seed, found bool) {
	if !found {
		return
	}
	c.all++
	if s.ofBucket() {
		c.bucket++
	}
}

// ofBucket leaves the mistakes of the key and the role out.
func (s seed) ofBucket() bool {
	return !strings.HasPrefix(s.Expect, "key-") && !strings.HasPrefix(s.Expect, "role-")
}

// tally counts a mistake as found by a peer when any of its checks fails that does
// not fail on the bucket without one; by the doctor, when its own check does.
func tally(w *world, seeds []seed, ours failures, peers []peer) (bool, error) {
	table := report.Table{Caption: "Each mistake, on a bucket that otherwise has our own stack's settings", Columns: []string{"mistake", "`signet doctor`", "prowler", "checkov", "trivy"}}
	var all, own count
	theirs := make([]count, len(peers))
	for _, s := range seeds {
		found := slices.Contains(ours.more(w.Each[s.ID].Bucket, w.Bucket), s.Expect)
		all.add(s, true)
		own.add(s, found)
		row := []string{s.ID, mark(found, s.Expect)}
		for i, p := range peers {
			other := p.more(w, s)
			theirs[i].add(s, len(other) > 0)
			row = append(row, mark(len(other) > 0, fmt.Sprint(other)))
		}
		table.Rows = append(table.Rows, row)
	}
	row := func(name string, c count, good []string) []string {
		return []string{name, strconv.Itoa(c.all), strconv.Itoa(all.all), strconv.Itoa(c.bucket), strconv.Itoa(all.bucket), strings.TrimSuffix(fmt.Sprintf("%d %v", len(good), good), " []")}
	}
	tallies := report.Table{Caption: "Tallies", Columns: []string{"tool", "mistakes found", "of", "of buckets alone", "of", "reported on our own stack's settings"},
		Rows: [][]string{row("`signet doctor`", own, ours[w.Bucket])}}
	for i, p := range peers {
		tallies.Rows = append(tallies.Rows, row(p.name, theirs[i], p.found[w.Bucket]))
	}
	section := report.Section{
		Name: "bench-doctor", Title: "Mistakes found in a bucket",
		Versions: []string{version(".venv/prowler", "prowler"), version(".venv/infra", "checkov"), report.Peer("trivy"), version(".venv/infra", "moto")},
		Tables:   []report.Table{tallies, table},
		Goals: []report.Goal{
			{Figure: "mistakes found by the check meant for each", Got: float64(own.all) / float64(all.all) * 100, Want: 100, Unit: " %"},
			{Figure: "reported on our own stack's settings", Got: float64(len(ours[w.Bucket])), Want: 0, AtMost: true},
		},
		Notes: []string{
			"The mistakes are ours, and the doctor was written with them in view; prowler is a general auditor, whose checks of S3 are run here and none of its others, and it knows nothing of what is intended, where the doctor is given the configuration and, for mistakes of a role, the role.",
			"checkov and trivy read templates, not buckets: each is written from what the bucket is on moto, with its policy, key, log bucket and role, so that a mistake that no template can hold (an upload given up, an inventory) is not in it. Of trivy it is the scanner of CloudFormation, with the rules that its module embeds; what it would fetch as newer rules is not in it.",
			"A mistake counts as found by prowler, checkov and trivy when any check fails that does not fail on the bucket without a mistake, whatever that check is about; by the doctor, when the check that is meant for it fails.",
		},
	}
	return section.Finish("bench/RESULTS.md")
}

func mark(found bool, as string) string {
	if !found {
		return "–"
	}
	return as
}

func version(venv, module string) string {
	return module + " " + report.Output(venv+"/bin/python", "-c", "from importlib.metadata import version; print(version('"+module+"'))")
}
