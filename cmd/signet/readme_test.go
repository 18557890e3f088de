package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signet/lambda/explain"
)

// example is a marked code block of the README.
func example(t *testing.T, name string) string {
	t.Helper()
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "<!-- example: "+name+" -->\n```sh\n")
	block, _, end := strings.Cut(rest, "\n```")
	if !ok || !end {
		t.Fatalf("the README has no example %s", name)
	}
	return block
}

// The README's curl example, as it stands there, in an empty folder.
func TestReadmeCurl(t *testing.T) {
	if out := runExamples(t, "curl"); !strings.HasSuffix(strings.TrimSpace(out), "hello.txt") {
		t.Errorf("got %s, want hello.txt at the end", out)
	}
}

// The README's example of the command line.
func TestReadmeCommandLine(t *testing.T) {
	if out := runExamples(t, "cli"); !strings.HasSuffix(strings.TrimSpace(out), "back.txt  5 B, checksum compared") {
		t.Errorf("got %s, want the file back at the end", out)
	}
}

// The README's example of uploads through a server: three ways, three objects.
func TestReadmeServe(t *testing.T) {
	out := runExamples(t, "serve")
	if strings.Count(out, `"key":"uploads/alice/`) != 3 || strings.Count(out, `"size":5,`) != 2 || !strings.Contains(out, `"type":"application/x-tar"`) {
		t.Errorf("got %s, want three stored files", out)
	}
}

// The README's explain example, which goes on where the other ends.
func TestReadmeExplain(t *testing.T) {
	out := runExamples(t, "curl", "explain")
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"cause     query-changed (", "evidence  the parameter utm_source is none of S3's", "fix       use the signed URL"} {
		_, rest, ok := strings.Cut(string(readme), "    "+line)
		rest, _, _ = strings.Cut(rest, "\n")
		if !ok || !strings.Contains(out, line+rest+"\n") {
			t.Errorf("got %s, want the README's line %s%s", out, line, rest)
		}
	}
}

// The README's example of a pasted error.
func TestReadmePaste(t *testing.T) {
	if out := runExamples(t, "curl", "explain-paste"); !strings.Contains(out, "cause     acl-disabled (97 %): the bucket takes no ACLs, and the request brings one\n") {
		t.Errorf("got %s, want the README's cause", out)
	}
}

// The causes that the README names are causes, and as many as it says.
func TestReadmeCauses(t *testing.T) {
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	if count := fmt.Sprintf("It knows [%d causes]", len(explain.Codes())-2); !strings.Contains(string(readme), count) { // without ok and unknown
		t.Errorf("the README does not say %q", count)
	}
	_, rest, _ := strings.Cut(string(readme), "| symptom | causes |\n|---|---|\n")
	rows, _, ok := strings.Cut(rest, "\n\n")
	if !ok {
		t.Fatal("the README has no table of causes")
	}
	causes := regexp.MustCompile("`([a-z0-9-]+)`[,;:|\\n ]")
	for _, row := range strings.Split(rows, "\n") {
		known := 0
		for _, name := range causes.FindAllStringSubmatch(row, -1) {
			if name[1] == "accelerate" {
				continue // the field of the configuration
			}
			if !slices.Contains(explain.Codes(), explain.Code(name[1])) {
				t.Errorf("got %s, want a cause", name[1])
			}
			known++
		}
		if known == 0 {
			t.Errorf("got %s, want a cause in it", row)
		}
	}
}

// runExamples runs examples of the README one after another, in an empty folder.
func runExamples(t *testing.T, names ...string) string {
	t.Helper()
	var blocks []string
	for _, name := range names {
		blocks = append(blocks, example(t, name))
	}
	for _, tool := range []string{"bash", "curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing, which the README's examples use: install it", tool)
		}
	}
	self, err := filepath.Abs(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "bin"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(dir, "bin", "signet")); err != nil {
		t.Fatal(err)
	}
	// The reader's own port 8080 may be taken; any port does.
	script := strings.Replace(strings.Join(blocks, "\n"), "dev --json", "dev --json --port 0", 1)
	c := exec.Command("bash", "-euo", "pipefail", "-c", script+"\nkill %1; wait")
	c.Dir, c.Env = dir, append(os.Environ(), asCommand+"=1")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// The README's commands for events, in a folder in which signet dev has told of a file.
func TestReadmeEvents(t *testing.T) {
	c, r := told(t)
	r.wait(t, c.store(t, "hello.txt", "hello"), 1)
	dir := t.TempDir()
	if err := os.Symlink(c.dir, filepath.Join(dir, ".signet")); err != nil {
		t.Fatal(err)
	}
	out := inFolder(t, dir, example(t, "events"))
	if strings.Count(out, "file.stored") < 2 || !strings.Contains(out, "whsec_") {
		t.Errorf("got %s, want what was sent, what is made again, and a new secret", out)
	}
}

// The example of spaces on a laptop, with the configuration above it.
func TestReadmeDevSpaces(t *testing.T) {
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(readme), "<!-- example: spaces -->\n```json\n")
	config, _, ok := strings.Cut(rest, "\n```")
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cdk.json"), []byte(config), 0o600); err != nil || !ok {
		t.Fatal("got no configuration", err)
	}
	block := strings.ReplaceAll(example(t, "dev spaces"), "8080", fmt.Sprint(freePort(t)))
	out := inFolder(t, dir, block+"\nkill %1; wait")
	if !strings.Contains(out, `"complete":true`) {
		t.Errorf("got %s, want the team's list", out)
	}
}

// inFolder runs a script in a folder, with signet by its name.
func inFolder(t *testing.T, dir, script string) string {
	t.Helper()
	bin := t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	if err == nil {
		err = os.Symlink(self, filepath.Join(bin, "signet"))
	}
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command("bash", "-euo", "pipefail", "-c", script)
	c.Dir, c.Env = dir, append(os.Environ(), asCommand+"=1", "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// What 0.1.0 had stored comes over as the changelog says.
func TestChangelogFiles(t *testing.T) {
	changelog, err := os.ReadFile("../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	const move = `signet mv '*/*' /`
	if !strings.Contains(string(changelog), "`"+move+"`") {
		t.Fatalf("the changelog does not say %s", move)
	}
	out := inFolder(t, t.TempDir(), `PATH=`+venv(t)+`:$PATH
signet dev --json --port 0 --s3-keys keys.json > ready.json &
until [ -s ready.json ]; do sleep 0.1; done
export SIGNET_API=$(jq -r .api ready.json) SIGNET_TOKEN=$(jq -r .token ready.json) AWS_REGION=us-east-1
export AWS_ACCESS_KEY_ID=$(jq -r .accessKeyId keys.json) AWS_SECRET_ACCESS_KEY=$(jq -r .secretAccessKey keys.json)
for name in report.pdf plan.pdf; do
	echo $name > $name
	aws --endpoint-url $(jq -r .s3 ready.json) s3api put-object --bucket $(jq -r .bucket ready.json) --key uploads/alice/$(md5sum < $name | head -c 32)/$name --body $name
done
`+move+`
signet ls -q
signet cat report.pdf
kill %1; wait`)
	if !strings.HasSuffix(strings.TrimSpace(out), "plan.pdf\nreport.pdf\nreport.pdf") {
		t.Errorf("got %s, want both files under their names", out)
	}
}
