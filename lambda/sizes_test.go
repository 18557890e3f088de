package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What is written in this repository can be read at one sitting, in lines.
const (
	mostFileLines     = 300
	mostFunctionLines = 50 // of nineteen functions in twenty
)

// written are the endings of what people write here and others read.
var written = []string{".go", ".ts", ".tsx", ".css", ".js", ".mjs", ".py"}

// generated are files that a program writes whole.
var generated = []string{"frontend/src/api.d.ts"} // npm run types

// notOurs are folders of what is installed or built.
var notOurs = []string{"node_modules", "dist", "build", "bin", "cdk.out"}

func TestFilesCanBeReadAtOneSitting(t *testing.T) {
	files := sources(t)
	if len(files) < 500 {
		t.Fatalf("found %d files, want all of the repository's", len(files))
	}
	for _, file := range files {
		if n := bytes.Count(read(t, file), []byte("\n")); n > mostFileLines && !slices.Contains(generated, file) {
			t.Errorf("%s has %d lines, want %d at most: split it by what its pieces are about", file, n, mostFileLines)
		}
	}
	for _, file := range generated {
		if !slices.Contains(files, file) {
			t.Errorf("%s is not there, want generated to name what is", file)
		}
	}
}

func TestFunctionsAreShort(t *testing.T) {
	var lengths []int
	for _, file := range sources(t) {
		if !strings.HasSuffix(file, ".go") {
			continue
		}
		for name, n := range functions(t, file, read(t, file)) {
			if lengths = append(lengths, n); n > mostFunctionLines {
				t.Logf("%s: %s has %d lines", file, name, n)
			}
		}
	}
	slices.Sort(lengths)
	if p95 := lengths[len(lengths)*95/100]; p95 > mostFunctionLines {
		t.Errorf("one function in twenty has %d lines or more, want %d at most", p95, mostFunctionLines)
	}
}

func TestFunctionsAreCounted(t *testing.T) {
	got := functions(t, "a.go", []byte("package a\n\n// F does.\nfunc F() {\n\treturn\n}\n\nfunc (x T) G() {}\n"))
	if got["F"] != 3 || got["G"] != 1 || len(got) != 2 {
		t.Errorf("got %v, want F of 3 lines and G of 1", got)
	}
}

// functions are a file's, with their lines from func to the closing brace.
func functions(t *testing.T, file string, text []byte) map[string]int {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	lengths := map[string]int{}
	for _, d := range parsed.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			name := f.Name.Name
			lengths[name] = max(lengths[name], set.Position(f.End()).Line-set.Position(f.Pos()).Line+1)
		}
	}
	return lengths
}

// sources are the repository's files that people write, named from its root.
func sources(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch name := d.Name(); {
		case err != nil:
			return err
		case d.IsDir() && path != ".." && (strings.HasPrefix(name, ".") && name != ".ci" || slices.Contains(notOurs, name)):
			return fs.SkipDir
		case d.Type().IsRegular() && slices.Contains(written, filepath.Ext(name)):
			files = append(files, filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator))))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", file))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
