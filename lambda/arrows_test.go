package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrows says which of our packages each of our packages may import; a folder
// ending in /... stands for all packages below it. What is not listed may
// import nothing of ours and be imported by nobody.
var arrows = map[string][]string{
	"signet/lambda/rawjson":                      {},
	"signet/lambda/upload":                       {"signet/lambda/rawjson"},
	"signet/lambda/presign":                      {"signet/lambda/upload"},
	"signet/lambda/explain":                      {"signet/lambda/upload", "signet/lambda/presign"},
	"signet/lambda/api":                          {"signet/lambda/api/openapi", "signet/lambda/explain", "signet/lambda/rawjson", "signet/lambda/upload", "signet/lambda/presign"},
	"signet/lambda/api/openapi":                  {},
	"signet/lambda/apigw":                        {"signet/lambda/rawjson"},
	"signet/lambda":                              {"signet/lambda/upload", "signet/lambda/presign", "signet/lambda/api", "signet/lambda/apigw"},
	"signet/lambda/role":                         {},
	"signet/lambda/quarantine":                   {"signet/lambda/role", "signet/lambda/upload", "signet/lambda/presign"},
	"signet/lambda/keys":                         {"signet/lambda/role"},
	"signet/lambda/notify":                       {"signet/lambda/upload"},
	"signet/lambda/notify/function":              {"signet/lambda/role", "signet/lambda/upload", "signet/lambda/notify"},
	"signet/frontend":                            {},
	"signet/frontend/hosting":                    {"signet/lambda/upload"},
	"signet/infra/...":                           {"signet/infra/...", "signet/frontend/hosting", "signet/lambda/api/openapi", "signet/lambda/upload"},
	"signet/cmd/signet/duration":                 {"signet/lambda/upload"},
	"signet/cmd/signet/internal/estimate/price":  {},
	"signet/cmd/signet/internal/estimate/field":  {},
	"signet/cmd/signet/internal/estimate/cost":   {"signet/cmd/signet/internal/estimate/field", "signet/cmd/signet/internal/estimate/price", "signet/lambda/upload"},
	"signet/cmd/signet/internal/estimate/limits": {"signet/cmd/signet/internal/estimate/field", "signet/lambda/upload"},
	"signet/cmd/signet/internal/estimate":        {"signet/cmd/signet/duration", "signet/cmd/signet/internal/estimate/field", "signet/cmd/signet/internal/estimate/limits", "signet/cmd/signet/internal/estimate/price", "signet/lambda/upload"},
	"signet/cmd/signet/...":                      {"signet/lambda/explain", "signet/cmd/signet/...", "signet/frontend", "signet/frontend/hosting", "signet/lambda/upload", "signet/lambda/presign", "signet/lambda/api", "signet/lambda/apigw", "signet/lambda/notify"},
	"signet/bench/...":                           {"signet/bench/...", "signet/cmd/signet/duration", "signet/cmd/signet/faults", "signet/cmd/signet/gateway", "signet/lambda/upload", "signet/lambda/presign", "signet/lambda/api", "signet/lambda/apigw"},
}

// outside says which modules the innermost packages may use besides the
// standard library, so that a cold start loads little.
var outside = map[string][]string{
	"signet/lambda/rawjson": {},
	"signet/lambda/upload":  {"golang.org/x/text/unicode/norm"},
	"signet/lambda/presign": {},
	"signet/lambda/explain": {},
	"signet/lambda/apigw":   {},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

func TestArrows(t *testing.T) {
	packages := list(t)
	for _, p := range packages {
		allowed, ok := rule(p.ImportPath)
		if !ok {
			t.Errorf("%s is not in the table of arrows", p.ImportPath)
		}
		libraries, held := outside[p.ImportPath]
		for _, to := range p.Imports {
			if ours := to == "signet" || strings.HasPrefix(to, "signet/"); ours && !slices.ContainsFunc(allowed, func(a string) bool { return matches(a, to) }) {
				t.Errorf("%s imports %s, which no arrow allows", p.ImportPath, to)
			}
			if strings.Contains(strings.Split(to, "/")[0], ".") && held && !slices.Contains(libraries, to) {
				t.Errorf("%s imports %s, want the standard library and %v", p.ImportPath, to, libraries)
			}
			if strings.HasPrefix(p.ImportPath, "signet/lambda") && to == "github.com/aws/aws-sdk-go-v2/config" {
				t.Errorf("%s imports %s, which costs a cold start", p.ImportPath, to)
			}
		}
	}
	if len(packages) < len(arrows) {
		t.Errorf("found %d packages, want at least %d", len(packages), len(arrows))
	}
}

func list(t *testing.T) []goPackage {
	t.Helper()
	c := exec.Command("go", "list", "-json=ImportPath,Imports", "./...")
	c.Dir = ".."
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var packages []goPackage
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := d.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

// rule is the most exact entry for a package.
func rule(path string) ([]string, bool) {
	if allowed, ok := arrows[path]; ok {
		return allowed, true
	}
	for pattern, allowed := range arrows {
		if matches(pattern, path) {
			return allowed, true
		}
	}
	return nil, false
}

func matches(pattern, path string) bool {
	dir, tree := strings.CutSuffix(pattern, "/...")
	return path == dir || tree && strings.HasPrefix(path, dir+"/")
}
