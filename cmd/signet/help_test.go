package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"signet/cmd/signet/internal/manual"
)

// What a command says with --help are the flags that it takes, all of them and no
// others: manual page and completions are made of that.
func TestHelpIsWhole(t *testing.T) {
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	defined := flagNames(t)
	for i, c := range commands() {
		said := map[string]bool{}
		for _, f := range all[i].Flags() {
			said[strings.TrimLeft(f.Name, "-")] = true
			if f.About == "" {
				t.Errorf("signet %s: %s says nothing of itself", c.name, f.Name)
			}
		}
		for _, name := range defined {
			// Every command of the console takes these two, also where they change nothing.
			common := name == "json" || name == "q"
			if takes(c, name) != said[name] && !(common && !said[name]) {
				t.Errorf("signet %s: its help says %v of %s, the command itself %v", c.name, said[name], hyphened(name), !said[name])
			}
			delete(said, name)
		}
		if delete(said, "help"); len(said) > 0 {
			t.Errorf("signet %s: no command defines %v", c.name, said)
		}
	}
}

// takes tells whether a command knows a flag. The second one, which none has, keeps it
// from doing anything.
func takes(c command, name string) bool {
	var stdout, stderr bytes.Buffer
	c.run([]string{"--" + name + "=1", "--no-command-has-this"}, &stdout, &stderr)
	return !strings.Contains(stderr.String(), "not defined: -"+name+":") && !strings.Contains(stderr.String(), "got flag "+hyphened(name)+", which")
}

// flagNames are the names of all flags that this package defines, read from its source.
func flagNames(t *testing.T) (all []string) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".go") || strings.HasSuffix(file.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				all = append(all, defines(call)...)
			}
			return true
		})
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if len(all) < 80 {
		t.Fatalf("got %d flags, want all", len(all))
	}
	return all
}

// defines is the name of the flag that a call such as set.IntVar(&n, "port", 8080, "") defines.
func defines(call *ast.CallExpr) []string {
	method, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	at := map[string]int{"Func": 0, "BoolFunc": 0, "Bool": 0, "String": 0, "Int": 0, "Int64": 0, "Var": 1, "BoolVar": 1, "IntVar": 1, "Int64Var": 1, "Float64Var": 1, "StringVar": 1, "DurationVar": 1}
	i, ok := at[method.Sel.Name]
	if !ok || len(call.Args) < i+2 {
		return nil
	}
	literal, ok := call.Args[i].(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return nil
	}
	name, _ := strconv.Unquote(literal.Value)
	return []string{name}
}

// What a line of help says of a flag is read as people read it.
func TestHelpIsRead(t *testing.T) {
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		command string
		flag    manual.Flag
	}{
		{"dev", manual.Flag{Name: "--s3-keys", Value: "FILE", About: "write access keys to FILE, readable by you alone, of a user who may do what the Lambda's role may: for programs that sign by themselves. New ones at each start"}},
		{"dev", manual.Flag{Name: "--person", Value: "NAME=GROUP,GROUP", About: "somebody else who can sign in, or other groups of alice or bob; can be given several times"}},
		{"doctor", manual.Flag{Name: "--sarif", About: "print JSON or SARIF instead of the table"}},
		{"put", manual.Flag{Name: "--no-follow-symlinks", About: "follow no links"}},
		{"put", manual.Flag{Name: "--storage-class", Value: "NAME", About: "with --bucket: such as STANDARD_IA (default: the bucket's)"}},
		{"events", manual.Flag{Name: "--profile", Value: "NAME", About: "as of the AWS CLI"}},
		{"verify", manual.Flag{Name: "--skip", Value: "STEP,…", About: "steps to leave out, by the ids that --json has"}},
	} {
		i := slices.IndexFunc(all, func(p manual.Page) bool { return p.Name == want.command })
		if !slices.Contains(all[i].Flags(), want.flag) {
			t.Errorf("signet %s: got no %+v in %+v", want.command, want.flag, all[i].Flags())
		}
	}
	for name, words := range map[string][]string{"events": {"secret", "rotate", "redrive"}, "completion": {"bash", "zsh", "fish"}, "put": nil, "explain": nil} {
		i := slices.IndexFunc(all, func(p manual.Page) bool { return p.Name == name })
		if !slices.Equal(all[i].Words, words) {
			t.Errorf("signet %s: got words %v, want %v", name, all[i].Words, words)
		}
	}
}
