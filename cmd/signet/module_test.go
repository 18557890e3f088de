package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/lambda/api"
)

// root and elsewhere are this repository and, in it, an application of somebody else, whose module requires ours.
const (
	root      = "../.."
	elsewhere = "../../infra/example"
)

// say runs a command in a folder, with more in its environment, and answers what it prints.
func say(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, &stderr)
	}
	return string(out)
}

// The README's lines are those of a module that builds.
func TestModuleReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "infra/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "<!-- example: module -->\n```\n")
	lines, _, end := strings.Cut(rest, "```")
	if !ok || !end {
		t.Fatal("the README does not show how another module has ours")
	}
	mod, err := os.ReadFile(filepath.Join(elsewhere, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(lines) {
		// go mod tidy puts what is required into one block.
		here := strings.Replace(strings.TrimPrefix(line, "require "), "=> ../signet", "=> ../..", 1)
		if !strings.Contains(string(mod), here) {
			t.Errorf("the example's go.mod has no line %q", here)
		}
	}
}

// A program of another module uploads with our client.
func TestModuleClient(t *testing.T) {
	c := startDev(t, filepath.Join(t.TempDir(), "data"))
	file := filepath.Join(t.TempDir(), "from elsewhere.txt")
	writeText(t, file, "hello")
	key := strings.TrimSpace(say(t, elsewhere, []string{"SIGNET_API=" + c.API, "SIGNET_TOKEN=" + c.Token}, "go", "run", "./put", file))
	list, err := c.client().ListFiles(t.Context(), api.FilesQuery{})
	if err != nil || len(list.Files) != 1 || list.Files[0].Key != key || list.Files[0].Size != 5 {
		t.Errorf("got %+v, %v, want %s of 5 bytes", list, err, key)
	}
}

// Another module's CDK app has Signet in a stack of its own.
func TestModuleApp(t *testing.T) {
	dir := t.TempDir()
	say(t, elsewhere, nil, "go", "build", "-o", filepath.Join(dir, "app"), ".")
	for name, text := range map[string]string{"build/function/bootstrap": "a program", "build/site/index.html": "<!doctype html>"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		writeText(t, filepath.Join(dir, name), text)
	}
	var file struct{ Context json.RawMessage }
	cdk, err := os.ReadFile(filepath.Join(elsewhere, "cdk.json"))
	if err == nil {
		err = json.Unmarshal(cdk, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	say(t, dir, []string{"CDK_OUTDIR=" + filepath.Join(dir, "out"), "CDK_CONTEXT_JSON=" + string(file.Context)}, filepath.Join(dir, "app"))
	text, err := os.ReadFile(filepath.Join(dir, "out", "PortalFiles.template.json"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct{ Resources, Outputs map[string]any }
	if err := json.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	// Behind each name stands CDK's hash of where it is.
	named := func(all map[string]any, name string) bool {
		return slices.ContainsFunc(slices.Collect(maps.Keys(all)), func(id string) bool { return strings.HasPrefix(id, name) })
	}
	if !named(template.Resources, "FilesBucket") || !named(template.Outputs, "FilesBackendURL") {
		t.Errorf("got a template without our bucket or our backend's address: %d resources, outputs %v", len(template.Resources), template.Outputs)
	}
}
