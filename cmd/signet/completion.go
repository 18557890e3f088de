package main

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"signet/cmd/signet/internal/manual"
)

const completionUsage = `signet completion: print the completion for a shell

Usage:
  signet completion bash | zsh | fish

Examples:
  $ signet completion bash > ~/.local/share/bash-completion/completions/signet
  $ signet completion zsh > "${fpath[1]}/_signet"
  $ signet completion fish > ~/.config/fish/completions/signet.fish
`

func completionCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	rest, code, ok := c.parse(c.flags("completion"), completionUsage, args)
	if !ok {
		return code
	}
	shells := map[string]func(io.Writer, []manual.Page){"bash": manual.Bash, "zsh": manual.Zsh, "fish": manual.Fish}
	if len(rest) != 1 || shells[rest[0]] == nil {
		return c.usage("got %q, want bash, zsh or fish: see signet completion --help", strings.Join(rest, " "))
	}
	all, err := pages()
	if err != nil {
		return c.fail(err)
	}
	shells[rest[0]](stdout, all)
	return exitDone
}

// pages are what all commands say with --help, in the order of signet help.
func pages() ([]manual.Page, error) {
	var all []manual.Page
	for _, c := range commands() {
		var text bytes.Buffer
		c.run([]string{"--help"}, &text, io.Discard)
		page, err := manual.Parse(manual.Command{
			Name: c.name, Summary: c.summary, Help: text.String(), Stored: slices.Contains(ofStored(), c.name),
		})
		if err != nil {
			return nil, err
		}
		all = append(all, page)
	}
	return all, nil
}

// ofStored are the commands whose arguments are files that are stored.
func ofStored() []string {
	return []string{"get", "cat", "ls", "url", "share", "mv", "rm", "versions", "restore", "uploads", "request"}
}
