package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Real shells complete commands, flags, their values, words and what is stored.
func TestShells(t *testing.T) {
	c := startDev(t, t.TempDir())
	dir := shellFolder(t)
	environ := append(os.Environ(), asCommand+"=1", "PATH="+dir+string(os.PathListSeparator)+os.Getenv("PATH"), "HOME="+dir, "ZDOTDIR="+dir, "TERM=dumb",
		"SIGNET_API="+c.API, "SIGNET_TOKEN="+c.Token)
	shell := func(args ...string) string {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		cmd := exec.CommandContext(ctx, args[0], args[1:]...)
		cmd.Dir, cmd.Env = dir, environ
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%q: %v\n%s", args, err, out)
		}
		return string(out)
	}
	put := exec.Command(filepath.Join(dir, "signet"), "put", "here/local.txt", "here/other.txt", "--folder", "stored")
	put.Dir, put.Env = dir, environ
	if out, err := put.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, row := range []struct{ line, want, not string }{
		// One answer alone: zsh shows several only where it has nothing else to read.
		{"signet verif", "verify", "versions"},
		{"signet sync --dry", "--dry-run", "--delete"},
		{"signet dev --s3-k", "--s3-keys", "--json"},
		{"signet events ro", "rotate", "redrive"},
		{"signet put --folder x here/lo", "here/local.txt", "other"},
		{"signet put here/l", "here/local.txt", "stored"},
		{"signet serve --jwks here/lo", "here/local.txt", "other"},
		{"signet get stored/lo", "stored/local.txt", "here"},
		{"signet share sto", "stored/", "here"},
	} {
		for name, complete := range map[string]func(string) string{
			"bash": func(line string) string { return shell("bash", "--norc", "complete.bash", line) },
			"zsh":  func(line string) string { return shell("zsh", "-f", "complete.zsh", line) },
			"fish": func(line string) string { return shell("fish", "--no-config", "complete.fish", line) },
		} {
			got := complete(row.line)
			for _, want := range strings.Fields(row.want) {
				if !strings.Contains(got, want) || strings.Contains(got, row.not) {
					t.Errorf("%s completes %q to %q, want %s and no %s", name, row.line, got, row.want, row.not)
				}
			}
		}
	}
}

// shellFolder has signet, its completions, and for each shell a script that says what
// the shell makes of a line when somebody presses Tab.
func shellFolder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	self, err := filepath.Abs(os.Args[0])
	if err == nil {
		err = os.Symlink(self, filepath.Join(dir, "signet"))
	}
	if err == nil {
		err = os.Mkdir(filepath.Join(dir, "here"), 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"bash", "zsh", "fish"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("%s is missing: run make need-shells", name)
		}
		text, err := signet("completion", name).Output()
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, map[string]string{"bash": "signet.bash", "zsh": "_signet", "fish": "signet.fish"}[name]), text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"here/local.txt": "1", "here/other.txt": "2",
		"complete.bash": `. ./signet.bash
read -ra COMP_WORDS <<< "$1"
COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))
_signet
printf '%s\n' "${COMPREPLY[@]}"
`,
		"complete.fish": "source signet.fish\ncomplete -C $argv[1]\n",
		".zshrc": `PROMPT=
fpath=($ZDOTDIR $fpath)
autoload -Uz compinit && compinit -u -d $ZDOTDIR/dump
setopt no_beep
show() { print -r -- "<$BUFFER>"; BUFFER= }
zle -N show
bindkey '^X' show
print READY
`,
		// Tab, then what stands on the line.
		"complete.zsh": `zmodload zsh/zpty
zpty z zsh -i
zpty -r z out '*READY*'
zpty -w -n z "$1"$'\t\x18'
zpty -r z out '*<*>*'
print -r -- "$out"
zpty -d z
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// The manual page has nothing that its formatter stumbles over, and says what flags say.
func TestManualFormats(t *testing.T) {
	page, err := signet("man").Output()
	if err != nil {
		t.Fatal(err)
	}
	groff := exec.Command("groff", "-man", "-Tutf8", "-ww", "-P-cbou")
	groff.Stdin = strings.NewReader(string(page))
	var shown, warned strings.Builder
	groff.Stdout, groff.Stderr = &shown, &warned
	if err := groff.Run(); err != nil || warned.Len() > 0 {
		t.Fatalf("%v: %s: groff is installed by make need-shells", err, &warned)
	}
	for _, want := range []string{"--no-follow-symlinks", "--s3-keys FILE", "signet events rotate", "$ signet share report.pdf --days 3", "https://files.example.com/p#…"} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("the manual page does not say %q", want)
		}
	}
}
