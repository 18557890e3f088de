package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"signet/cmd/signet/internal/manual"
)

// runBy says for each example which test runs it.
func runBy() map[string]string {
	return map[string]string{
		"curl": "TestReadmeCurl", "cli": "TestReadmeCommandLine", "serve": "TestReadmeServe", "explain": "TestReadmeExplain", "explain-paste": "TestReadmePaste",
		"bill": "TestReadmeBill", "doctor": "TestReadmeCommands", "events": "TestReadmeEvents", "events stack": "TestReadmeWords", "dev spaces": "TestReadmeDevSpaces",
		"cli spaces": "TestScripts", "cli kept": "TestScripts", "estimate": "TestScripts", "module": "TestModuleReadme",
	}
}

// Every example of a shell's commands is run by a test, which is there.
func TestReadmeExamplesAreRun(t *testing.T) {
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	shown := regexp.MustCompile("(?m)(?:^<!-- (?:begin )?example: (.*) -->\n)?^```(?:sh|bash|console)?\n(?s:.*?)\n```$")
	seen := 0
	for name, text := range readmeTexts(t) {
		for _, m := range shown.FindAllStringSubmatch(prose(text), -1) {
			seen++
			if by := runBy()[m[1]]; by == "" || !strings.Contains(tests.String(), "\nfunc "+by+"(t ") {
				t.Errorf("%s: no test runs example %q: %s", name, m[1], m[0])
			}
		}
	}
	if seen < 14 {
		t.Errorf("got %d examples, want 14 or more", seen)
	}
}

// prose is a README without its code in languages, whose ends would else look like the
// beginning of a shell's.
func prose(text string) string {
	return regexp.MustCompile("(?ms)^```(?:[a-rt-z]|s[^h])\\w*\n.*?^```$").ReplaceAllString(text, "")
}

func readmeTexts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range append(readmeFiles, "frontend/README.md") {
		text, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(text)
	}
	return all
}

// What a README calls in a sentence or on a line of its own is there: targets of make with
// their variables, commands of signet with their flags.
func TestReadmeWords(t *testing.T) {
	all, err := pages()
	if err != nil {
		t.Fatal(err)
	}
	makefiles := makefiles(t)
	called := regexp.MustCompile("(?m)(?:`|^ {4,7}|^)((?:make|signet|bin/signet) [^`\n]+)")
	made, said := 0, 0
	for name, text := range readmeTexts(t) {
		for _, m := range called.FindAllStringSubmatch(text, -1) {
			words := strings.Fields(m[1])
			if words[0] == "make" {
				made++
				wantTarget(t, name, makefiles, words[1:])
				continue
			}
			said++
			if problem := unknown(all, words[1:]); problem != "" {
				t.Errorf("%s: %s: %s", name, m[1], problem)
			}
		}
	}
	if made < 30 || said < 60 {
		t.Errorf("got %d calls of make and %d of signet, want 30 and 60 or more", made, said)
	}
}

// unknown says what of a command's words signet does not know.
func unknown(all []manual.Page, words []string) string {
	i := slices.IndexFunc(all, func(p manual.Page) bool { return p.Name == words[0] })
	if i < 0 {
		return map[bool]string{false: "no such command"}[words[0] == "…" || slices.Contains(names(), words[0])]
	}
	for _, word := range words[1:] {
		if word == "#" || word == "|" || word == "&&" {
			break // a remark, or another command
		}
		flag, _, _ := strings.Cut(strings.TrimRight(word, "],.;"), "=")
		if strings.HasPrefix(flag, "-") && len(flag) > 1 && !slices.ContainsFunc(all[i].Flags(), func(f manual.Flag) bool { return f.Name == flag }) {
			return "no such flag " + flag
		}
	}
	return ""
}

func makefiles(t *testing.T) string {
	t.Helper()
	top, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	text := string(top)
	included := regexp.MustCompile(`(?m)^-include (.*)$`)
	for rest := text; ; {
		found := included.FindAllStringSubmatch(rest, -1)
		if len(found) == 0 {
			return text
		}
		rest = ""
		for _, m := range found {
			part, err := os.ReadFile(filepath.Join("../..", m[1]))
			if err != nil {
				t.Fatal(err)
			}
			rest += string(part)
		}
		text += rest
	}
}

func wantTarget(t *testing.T, name, makefiles string, words []string) {
	t.Helper()
	for _, word := range words {
		variable, _, set := strings.Cut(word, "=")
		switch {
		case word == "#":
			return
		case set && regexp.MustCompile(`^[A-Z]+$`).MatchString(variable):
			if !strings.Contains(makefiles, "$("+variable+")") && !strings.Contains(makefiles, variable+"=") {
				t.Errorf("%s: no target of make knows %s", name, variable)
			}
		case regexp.MustCompile(`^[a-z][a-z0-9-]+$`).MatchString(word):
			if !regexp.MustCompile(`(?m)^[a-z -]*\b` + word + `\b[a-z -]*:`).MatchString(makefiles) {
				t.Errorf("%s: make has no target %s", name, word)
			}
		default:
			return // flags of ARGS, and what comes behind them
		}
	}
}

// readmeBlock runs a README's example as it stands: readme NAME
func readmeBlock(ts *testscript.TestScript, neg bool, args []string) {
	all, err := readmes()
	ts.Check(err)
	name := strings.Join(args, " ")
	_, rest, ok := strings.Cut(string(all), "<!-- example: "+name+" -->\n```sh\n")
	block, _, _ := strings.Cut(rest, "\n```")
	if neg || !ok {
		ts.Fatalf("the READMEs have no example %s", name)
	}
	ts.Check(ts.Exec("bash", "-euo", "pipefail", "-c", block))
}

// readmeLine runs the one line of a README that stands by itself and begins so, with words in
// the place of others: line FILE BEGINNING [WORD=OTHER…] [MORE ARGUMENTS…]
func readmeLine(ts *testscript.TestScript, neg bool, args []string) {
	text, err := os.ReadFile(filepath.Join("../..", args[0]))
	ts.Check(err)
	found := regexp.MustCompile(`(?m)^ {4,7}(`+regexp.QuoteMeta(args[1])+` (?:.*\\\n)*.*)$`).FindAllStringSubmatch(string(text), -1)
	if neg || len(found) != 1 {
		ts.Fatalf("%s has %d lines that begin with %s, want one", args[0], len(found), args[1])
	}
	command := found[0][1]
	for _, arg := range args[2:] {
		if word, other, ok := strings.Cut(arg, "="); ok && strings.Contains(command, word) {
			command = strings.ReplaceAll(command, word, other)
			continue
		}
		command += " " + arg
	}
	ts.Check(ts.Exec("bash", "-euo", "pipefail", "-c", command))
}
