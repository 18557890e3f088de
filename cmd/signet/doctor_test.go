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
	"testing"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

// doctorAt is the command with the gateway for S3 and nobody for the rest.
func doctorAt(t *testing.T, args ...string) (x *exec.Cmd, stdout, stderr *bytes.Buffer) {
	t.Helper()
	g := gatewaytest.Start(t, gateway.Config{Bucket: "examined", KMSKey: "arn:aws:kms:us-east-1:111122223333:key/x",
		AllowedHeaders: upload.CORSAllowedHeaders(), Origins: []string{"https://app.example.com"}, Role: gateway.Role{Policy: gatewaytest.UploadPolicy(t, "examined", "", "")}})
	keys, err := g.Credentials(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	x = signet(append([]string{"doctor"}, args...)...)
	x.Env = append(x.Env, "AWS_ENDPOINT_URL_S3="+g.URL(), "AWS_ENDPOINT_URL=http://127.0.0.1:1", "AWS_REGION=us-east-1", "AWS_MAX_ATTEMPTS=1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ACCESS_KEY_ID="+keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+keys.SecretAccessKey, "AWS_SESSION_TOKEN="+keys.SessionToken)
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	x.Stdout, x.Stderr = stdout, stderr
	return x, stdout, stderr
}

func exitCode(err error) int {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	return 0
}

// Against the gateway: what its role may not read is unknown, which is not passed;
// the probes are real.
func TestDoctorProbesGateway(t *testing.T) {
	page := filepath.Join(t.TempDir(), "report.html")
	x, stdout, stderr := doctorAt(t, "--bucket", "examined", "--probe", "--json", "--html", page)
	if err := x.Run(); exitCode(err) != 1 || !strings.Contains(stderr.String(), "from high on are unknown, which is not passed: ") {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	var got struct {
		Probed  bool
		Summary struct{ Fail, Unknown, Pass int }
		Results []struct{ ID, Status, Got, Severity string }
	}
	if err := json.Unmarshal(stdout.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	probes := map[string]int{}
	for _, r := range got.Results {
		if strings.HasPrefix(r.ID, "probe-") {
			probes[r.Status]++
		}
	}
	// Over plain HTTP, to this machine, and without MaxSignatureAge.
	if !got.Probed || probes["pass"] != 10 || probes["skip"] != 1 || probes["fail"] != 1 || got.Summary.Unknown < 20 {
		t.Errorf("got probes %v and %+v", probes, got.Summary)
	}
	if html, err := os.ReadFile(page); err != nil || !bytes.Contains(html, []byte("<svg")) {
		t.Errorf("page: %v", err)
	}
	for _, secret := range []string{"X-Amz-Signature", "AWS_SECRET", x.Env[len(x.Env)-1][len("AWS_SESSION_TOKEN="):]} {
		if strings.Contains(stdout.String()+stderr.String(), secret) {
			t.Errorf("the output has %s", secret[:8])
		}
	}
}

func TestDoctorExitCodes(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(bad, []byte(`{"context": {"signet": {"origins": ["*"]}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		args string
		code int
		want string
	}{
		{"", 2, "want one of the two"},
		{"--bucket a --stack b", 2, "want one of the two"},
		{"--stack a --role b", 2, "leave it out"},
		{"--bucket a --severity bad", 2, `got severity "bad", want one of info, low, medium, high, critical`},
		{"--bucket a --json --sarif", 2, "want one of the two"},
		{"--bucket a --client dropzone", 2, `got --client "dropzone", want one of uppy, signet, form, sdk`},
		{"--bucket a --role r --signs put,take", 2, `got "take" in --signs, want some of delete,get,head,list,parts,post,put,versions`},
		{"--bucket a --signs put", 2, "got --signs without --role"},
		{"--bucket a --skip versioning", 2, "want ID=reason"},
		{"--bucket a --skip versionning=x", 2, `got "versionning", want the id of a check`},
		{"--bucket examined --ignore " + bad, 1, "line 1: got"},
		{"--bucket examined --baseline " + bad, 1, `got a report of bucket "", want one of "examined"`},
		{"--bucket a b", 2, `got "b", want flags only`},
		{"--bucket nowhere", 1, "got bucket nowhere, which is not there"},
		{"--bucket examined --config " + bad, 1, `origins: got ["*"]`},
		{"--stack nowhere", 1, "stack nowhere"},
	} {
		x, stdout, stderr := doctorAt(t, strings.Fields(row.args)...)
		if err := x.Run(); exitCode(err) != row.code || !strings.Contains(stderr.String(), row.want) || stdout.Len() > 0 {
			t.Errorf("signet doctor %s: %v, %q, want exit code %d with %s", row.args, err, stderr, row.code, row.want)
		}
	}
	x, stdout, _ := doctorAt(t, "--bucket", "examined", "--probe", "--severity", "medium")
	if err := x.Run(); exitCode(err) != 1 || !strings.Contains(stdout.String(), "FAIL") {
		t.Errorf("from medium on: %v, want exit code 1\n%s", err, stdout)
	}
}

// What was accepted with a reason, or found before, fails nothing; the rest does.
func TestDoctorAccepts(t *testing.T) {
	dir := t.TempDir()
	x, stdout, stderr := doctorAt(t, "--bucket", "examined", "--json")
	if err := x.Run(); exitCode(err) != 1 {
		t.Fatalf("%v\n%s", err, stderr)
	}
	before := filepath.Join(dir, "before.json")
	if err := os.WriteFile(before, stdout.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var report struct {
		Results []struct{ ID, Status, Severity string }
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	var lines, skips []string
	for _, r := range report.Results {
		if r.Status == "fail" || r.Status == "unknown" {
			lines = append(lines, r.ID+" 2999-12-31 the gateway has no such call")
			skips = append(skips, "--skip", r.ID+"=the gateway has no such call")
		}
	}
	ignored := filepath.Join(dir, "ignored")
	for _, row := range []struct {
		lines []string
		args  []string
		code  int
	}{
		{nil, []string{"--baseline", before}, 0},
		{nil, skips, 0},
		{nil, skips[2:], 1},
		{lines, []string{"--ignore", ignored}, 0},
		{lines[1:], []string{"--ignore", ignored}, 1},
		{append([]string{strings.Replace(lines[0], "2999", "2020", 1)}, lines[1:]...), []string{"--ignore", ignored}, 1},
	} {
		if err := os.WriteFile(ignored, []byte(strings.Join(row.lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		x, stdout, stderr := doctorAt(t, append([]string{"--bucket", "examined", "--severity", "info"}, row.args...)...)
		if err := x.Run(); exitCode(err) != row.code || row.code == 0 && !strings.Contains(stdout.String(), " accepted\n") {
			t.Errorf("%.60s: %v, want exit code %d\n%s%s", row.args, err, row.code, stdout, stderr)
		}
	}
}

// The README's table of the checklist names checks that are there.
func TestReadmeNamesChecks(t *testing.T) {
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(readme), "<!-- begin checklist -->")
	section, _, ended := strings.Cut(section, "<!-- end checklist -->")
	if !ok || !ended {
		t.Fatal("the README has no checklist")
	}
	if want := fmt.Sprintf("its %d checks", len(doctor.Checks())); !strings.Contains(string(readme), want) {
		t.Errorf("the README does not say %q", want)
	}
	known := map[string]bool{}
	for _, c := range doctor.Checks() {
		known[c.ID] = true
	}
	rows := 0
	for _, line := range strings.Split(section, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 4 || strings.HasPrefix(cells[1], "---") || !strings.Contains(cells[2], "`") {
			continue
		}
		rows++
		for i, word := range strings.Split(cells[2], "`") {
			if i%2 == 1 && !known[strings.TrimSpace(word)] && !strings.HasPrefix(word, "probe-") {
				t.Errorf("the README names the check %s, which is not there", word)
			}
		}
	}
	if rows != 8 {
		t.Errorf("got %d rows of the checklist, want 8", rows)
	}
}

// The README's commands are ones that doctor takes.
func TestReadmeCommands(t *testing.T) {
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, line := range strings.Split(string(readme), "\n") {
		command, _, _ := strings.Cut(line, "#")
		args, ok := strings.CutPrefix(command, "signet doctor ")
		if !ok {
			continue
		}
		lines++
		var stderr bytes.Buffer
		if _, _, ok := parseDoctor(strings.Fields(args), &stderr, &stderr); !ok {
			t.Errorf("%s: %s", line, &stderr)
		}
	}
	if lines < 4 {
		t.Errorf("got %d commands, want 4 or more", lines)
	}
}

// Every check has all that a person needs, and an id of its own.
func TestChecksAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range doctor.Checks() {
		if c.ID == "" || c.Title == "" || c.Why == "" || c.Fix == "" || c.Group == "" || c.Judge == nil || c.Reads == nil || seen[c.ID] {
			t.Errorf("check %+v lacks something, or its id is taken", c.ID)
		}
		c.Reads(&facts.Facts{}) // which must not need a stack
		seen[c.ID] = true
	}
	if len(seen) < 40 {
		t.Errorf("got %d checks, want 40 or more", len(seen))
	}
}

// The table of other tools' rules names checks that are there.
func TestRulesNameChecks(t *testing.T) {
	text, err := os.ReadFile("internal/doctor/RULES.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, c := range doctor.Checks() {
		known[c.ID] = true
	}
	rows := 0
	for _, line := range strings.Split(string(text), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], "---") || strings.Contains(cells[3], "the doctor") {
			continue
		}
		rows++
		named := 0
		for i, word := range strings.Split(cells[3], "`") {
			if i%2 == 1 && word != "*" && !strings.HasPrefix(word, "--") {
				named++
				if !known[word] {
					t.Errorf("RULES.md names the check %s, which is not there", word)
				}
			}
		}
		if reason := strings.Contains(cells[3], "not asked for") || strings.Contains(cells[3], "not for this"); named == 0 && !reason {
			t.Errorf("RULES.md has neither a check nor a reason in %q", line)
		}
	}
	if rows < 45 {
		t.Errorf("got %d rows of rules, want 45 or more", rows)
	}
}
