package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"

	"signet/bench/local"
	"signet/bench/report"
	"signet/bench/turns"
)

const (
	folders = 900 // 30, with 29 in each of them
	above   = 30

	ours      = "signet ls -R"
	ownBucket = "signet ls -R --bucket"
	s5cmd     = "s5cmd ls"
	awscli    = "aws s3 ls --recursive"
)

// tool is one that lists.
type tool struct {
	name        string
	credentials bool // it is given the owner's; else only an API and a token
	words       []string
}

func tools() []tool {
	all := "s3://" + local.Bucket + "/" + local.Part
	return []tool{
		{ours, false, []string{"bin/signet", "ls", "-R"}},
		{ownBucket, true, []string{"bin/signet", "ls", "-R", "--bucket", local.Bucket}},
		{s5cmd, true, []string{"build/peers/s5cmd", "ls", all + "*"}},
		{awscli, true, []string{".venv/bin/aws", "s3", "ls", "--recursive", all}},
	}
}

// folder is a folder's path: some lie directly in the caller's part, the others in them.
func folder(number int) string {
	below := fmt.Sprintf("album-%02d/", number%above)
	if number >= above {
		below += fmt.Sprintf("day-%02d/", number/above)
	}
	return below
}

// everything has each tool print all objects of many folders.
func (b *cases) everything() error {
	for i := range b.objects {
		if err := b.put(folder(i%folders), i); err != nil {
			return err
		}
	}
	names, of := []string{}, map[string]tool{}
	missing := without()
	for _, t := range tools() {
		if t.name == ownBucket && missing != "" {
			continue
		}
		names, of[t.name] = append(names, t.name), t
	}
	r, err := turns.Take(b.ctx, "all", names, min(b.rounds, 5), func(name string) (turns.Run, error) { return b.list(of[name]) }, os.Stdout)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("%s objects in %d folders", count(b.objects), folders)
	table := r.Table(what, names, ours)
	if missing != "" {
		table.Rows = append(table.Rows, []string{ownBucket, "not run", "", "", ""})
	}
	b.section.Tables = append(b.section.Tables, table)
	b.goal(what+" by the API, against s5cmd", r.Ratio(ours, s5cmd), 1.3)
	direct := report.Goal{Figure: what + " with `--bucket`, against s5cmd", Want: 1, AtMost: true, Unit: "×", NotRun: missing}
	if missing == "" {
		direct.Got = r.Ratio(ownBucket, s5cmd)
	}
	b.section.Goals = append(b.section.Goals, direct)
	return b.Empty(b.ctx)
}

// without says why signet cannot list a bucket by itself; "" when it can.
func without() string {
	usage, err := exec.Command("bin/signet", "ls", "-h").CombinedOutput()
	if err == nil && bytes.Contains(usage, []byte("--bucket")) {
		return ""
	}
	return "`signet ls` has no `--bucket`"
}

// list runs a tool, which must print a line for every object.
func (b *cases) list(t tool) (turns.Run, error) {
	c := exec.CommandContext(b.ctx, t.words[0], t.words[1:]...)
	c.Env = b.door.Environment(b.Path("home"), t.credentials)
	var printed lines
	var said bytes.Buffer
	c.Stdout, c.Stderr = &printed, &said
	r, err := turns.Measure(c, &said)
	if err == nil && int(printed) != b.objects {
		err = fmt.Errorf("got %d lines, want %d", printed, b.objects)
	}
	return r, err
}

// lines counts what is written, and keeps none of it.
type lines int

// Write implements io.Writer.
func (l *lines) Write(p []byte) (int, error) {
	*l += lines(bytes.Count(p, []byte("\n")))
	return len(p), nil
}

// versions says what is compared.
func versions() []string {
	sdkModule := "github.com/aws/aws-sdk-go-v2/service/s3"
	return []string{report.Output("bin/signet", "version"), report.Peer("s5cmd"),
		strings.ReplaceAll(strings.Fields(report.Output(".venv/bin/aws", "--version"))[0], "/", " "), report.Module(sdkModule)}
}
