package main

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
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
	shells := map[string]func(io.Writer){"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	if len(rest) != 1 || shells[rest[0]] == nil {
		return c.usage("got %q, want bash, zsh or fish: see signet completion --help", strings.Join(rest, " "))
	}
	shells[rest[0]](stdout)
	return exitDone
}

// helpFlag is a flag as a command's help lists it. Help is the one place where
// flags are described; completion and manual follow it.
type helpFlag struct{ name, about string }

// help is what a command prints with --help.
func (c command) help() string {
	var text bytes.Buffer
	c.run([]string{"--help"}, &text, io.Discard)
	return text.String()
}

// flags reads the flags out of a command's help.
func (c command) flags() (flags []helpFlag) {
	line := regexp.MustCompile(`^  (--?[a-z-]+)( [A-Z][A-Z=-]*)?  +(.*)$`)
	_, rest, _ := strings.Cut(c.help(), "\nFlags:\n")
	for l := range strings.Lines(rest) {
		if l == "\n" {
			break
		}
		if m := line.FindStringSubmatch(strings.TrimRight(l, "\n")); m != nil {
			flags = append(flags, helpFlag{m[1], m[3]})
		}
	}
	return append(flags, helpFlag{"--help", "print the help"})
}

// ofRemote are the commands whose arguments are files that are stored.
func ofRemote() []string {
	return []string{"get", "cat", "ls", "url", "mv", "rm", "versions", "restore", "uploads"}
}

func bashCompletion(w io.Writer) {
	fmt.Fprint(w, `# bash completion for signet
_signet_remote() {
	local line folder= deleted=
	case $1 in */*) folder=${1%/*}/ ;; esac
	if [ "${COMP_WORDS[1]}" = restore ]; then deleted=--deleted; fi
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in "$1"*) COMPREPLY+=("$line") ;; esac
	done < <(signet ls -q $deleted -- ${folder:+"$folder"} 2>/dev/null)
	case ${COMPREPLY[0]-} in */) compopt -o nospace 2>/dev/null || true ;; esac
}
_signet() {
	local word=${COMP_WORDS[COMP_CWORD]}
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W "`, strings.Join(names(), " "), `" -- "$word"))
		return
	fi
	case $word in -*) ;; *)
		case ${COMP_WORDS[1]} in
		`, strings.Join(ofRemote(), "|"), `) _signet_remote "$word" ;;
		*) COMPREPLY=($(compgen -f -- "$word")) ;;
		esac
		return ;;
	esac
	case ${COMP_WORDS[1]} in
`)
	for _, c := range commands() {
		fmt.Fprintf(w, "\t%s) COMPREPLY=($(compgen -W \"", c.name)
		for i, f := range c.flags() {
			fmt.Fprint(w, map[bool]string{true: " "}[i > 0], f.name)
		}
		fmt.Fprint(w, "\" -- \"$word\")) ;;\n")
	}
	fmt.Fprint(w, "\tesac\n}\ncomplete -o filenames -F _signet signet\n")
}

func zshCompletion(w io.Writer) {
	quote := strings.NewReplacer("'", `'\''`, ":", `\:`, "[", "(", "]", ")")
	fmt.Fprint(w, `#compdef signet
_signet_remote() {
	local -a found
	local folder=
	[[ $PREFIX == */* ]] && folder=${PREFIX%/*}/
	found=(${(f)"$(signet ls -q -- $folder 2>/dev/null)"})
	compadd -S '' -- $found
}
`+"_signet() {\n\tif (( CURRENT == 2 )); then\n\t\tlocal -a commands=(\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "\t\t\t'%s:%s'\n", c.name, quote.Replace(c.summary))
	}
	fmt.Fprint(w, "\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tlocal command=$words[2]\n\tshift words; (( CURRENT-- ))\n\tcase $command in\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "\t%s) _arguments", c.name)
		for _, f := range c.flags() {
			fmt.Fprintf(w, " '*%s[%s]'", f.name, quote.Replace(f.about))
		}
		files := "_files"
		if slices.Contains(ofRemote(), c.name) {
			files = "_signet_remote"
		}
		fmt.Fprintf(w, " '*:file:%s' ;;\n", files)
	}
	fmt.Fprint(w, "\tesac\n}\n_signet \"$@\"\n")
}

func fishCompletion(w io.Writer) {
	quote := strings.NewReplacer(`\`, `\\`, "'", `\'`)
	fmt.Fprintln(w, "# fish completion for signet")
	fmt.Fprintf(w, "complete -c signet -f -n '__fish_seen_subcommand_from %s' -a '(signet ls -q -- (string match -r \".*/\" -- (commandline -ct)) 2>/dev/null)'\n", strings.Join(ofRemote(), " "))
	for _, c := range commands() {
		fmt.Fprintf(w, "complete -c signet -f -n __fish_use_subcommand -a %s -d '%s'\n", c.name, quote.Replace(c.summary))
		for _, f := range c.flags() {
			option := "-l " + strings.TrimPrefix(f.name, "--")
			if !strings.HasPrefix(f.name, "--") {
				option = "-s " + strings.TrimPrefix(f.name, "-")
			}
			fmt.Fprintf(w, "complete -c signet -n '__fish_seen_subcommand_from %s' %s -d '%s'\n", c.name, option, quote.Replace(f.about))
		}
	}
}
