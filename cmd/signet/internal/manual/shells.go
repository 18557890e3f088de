package manual

import (
	"fmt"
	"io"
	"strings"
)

// Bash writes the completion for bash, 3.2 or later, which macOS has.
func Bash(w io.Writer, pages []Page) {
	fmt.Fprint(w, `# bash completion for signet
_signet_lines() {
	local line
	COMPREPLY=()
	while IFS= read -r line; do
		case $line in "$1"*) COMPREPLY+=("$line") ;; esac
	done
}
_signet_remote() {
	local folder= deleted=
	case $1 in */*) folder=${1%/*}/ ;; esac
	if [ "${COMP_WORDS[1]}" = restore ]; then deleted=--deleted; fi
	_signet_lines "$1" < <(signet ls -q $deleted -- ${folder:+"$folder"} 2>/dev/null)
	case ${COMPREPLY[0]-} in */) compopt -o nospace 2>/dev/null || true ;; esac
}
_signet() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} flags='' paths='' values='' words='' stored=''
	case ${COMP_WORDS[1]} in
`)
	for _, p := range pages {
		var all, paths, values []string
		for _, f := range p.Flags() {
			all = append(all, f.Name)
			switch {
			case f.Path():
				paths = append(paths, f.Name)
			case f.Value != "":
				values = append(values, f.Name)
			}
		}
		fmt.Fprintf(w, "\t%s) flags='%s' paths='%s' values='%s' words='%s' stored='%s' ;;\n", p.Name,
			strings.Join(all, " "), strings.Join(paths, " "), strings.Join(values, " "), strings.Join(p.Words, " "), map[bool]string{true: "yes"}[p.Stored])
	}
	fmt.Fprintf(w, `	esac
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W '%s' -- "$word"))
		return
	fi
	case " $paths " in *" $before "*) _signet_lines '' < <(compgen -f -- "$word"); return ;; esac
	case " $values " in *" $before "*) COMPREPLY=(); return ;; esac
	case $word in -*) COMPREPLY=($(compgen -W "$flags" -- "$word")); return ;; esac
	if [ -n "$words" ] && [ "$COMP_CWORD" = 2 ]; then
		COMPREPLY=($(compgen -W "$words" -- "$word"))
	elif [ -n "$stored" ]; then
		_signet_remote "$word"
	else
		_signet_lines '' < <(compgen -f -- "$word")
	fi
}
complete -o filenames -F _signet signet
`, strings.Join(names(pages), " "))
}

// Zsh writes the completion for zsh.
func Zsh(w io.Writer, pages []Page) {
	quote := strings.NewReplacer("'", `'\''`, ":", `\:`, "[", `\[`, "]", `\]`).Replace
	fmt.Fprint(w, `#compdef signet
_signet_remote() {
	local -a found deleted
	local folder=
	[[ $PREFIX == */* ]] && folder=${PREFIX%/*}/
	[[ $command == restore ]] && deleted=(--deleted)
	found=(${(f)"$(signet ls -q $deleted -- $folder 2>/dev/null)"})
	compadd -S '' -- $found
}
_signet() {
	if (( CURRENT == 2 )); then
		local -a commands=(
`)
	for _, p := range pages {
		fmt.Fprintf(w, "\t\t\t'%s:%s'\n", p.Name, quote(p.Summary))
	}
	for _, c := range own() {
		fmt.Fprintf(w, "\t\t\t'%s:%s'\n", c.Name, c.Summary)
	}
	fmt.Fprint(w, "\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tlocal command=$words[2]\n\tshift words; (( CURRENT-- ))\n\tcase $command in\n")
	for _, p := range pages {
		fmt.Fprintf(w, "\t%s) _arguments", p.Name)
		for _, f := range p.Flags() {
			value := map[bool]string{true: ":" + f.Value + ":"}[f.Value != ""]
			if f.Path() {
				value += "_files"
			}
			fmt.Fprintf(w, " '*%s[%s]%s'", f.Name, quote(f.About), value)
		}
		if len(p.Words) > 0 {
			fmt.Fprintf(w, " '1:what:(%s)'", strings.Join(p.Words, " "))
		}
		fmt.Fprintf(w, " '*:file:%s' ;;\n", map[bool]string{true: "_signet_remote", false: "_files"}[p.Stored])
	}
	fmt.Fprint(w, "\tesac\n}\nif [[ $funcstack[1] = _signet ]]; then _signet \"$@\"; else compdef _signet signet; fi\n")
}

// Fish writes the completion for fish.
func Fish(w io.Writer, pages []Page) {
	quote := strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace
	fmt.Fprintln(w, "# fish completion for signet")
	var stored []string // of restore, what was deleted is meant
	for _, p := range pages {
		if p.Stored && p.Name != "restore" {
			stored = append(stored, p.Name)
		}
	}
	for _, row := range []struct{ deleted, commands string }{
		{"", strings.Join(stored, " ")}, {" --deleted", "restore"},
	} {
		fmt.Fprintf(w, "complete -c signet -f -n '__fish_seen_subcommand_from %s' -a '(signet ls -q%s -- (string match -r \".*/\" -- (commandline -ct)) 2>/dev/null)'\n", row.commands, row.deleted)
	}
	for _, p := range pages {
		fmt.Fprintf(w, "complete -c signet -f -n __fish_use_subcommand -a %s -d '%s'\n", p.Name, quote(p.Summary))
		for _, word := range p.Words {
			fmt.Fprintf(w, "complete -c signet -f -n '__fish_seen_subcommand_from %s' -a %s\n", p.Name, word)
		}
		for _, f := range p.Flags() {
			option := "-s " + strings.TrimPrefix(f.Name, "-")
			if long, ok := strings.CutPrefix(f.Name, "--"); ok {
				option = "-l " + long
			}
			switch {
			case f.Path():
				option += " -r -F"
			case f.Value != "":
				option += " -x"
			}
			fmt.Fprintf(w, "complete -c signet -n '__fish_seen_subcommand_from %s' %s -d '%s'\n", p.Name, option, quote(f.About))
		}
	}
	for _, c := range own() {
		fmt.Fprintf(w, "complete -c signet -f -n __fish_use_subcommand -a %s -d '%s'\n", c.Name, c.Summary)
	}
}

// own are the commands that have no page.
func own() []Command {
	return []Command{{Name: "version", Summary: "print the version"}, {Name: "help", Summary: "list the commands"}}
}

func names(pages []Page) (all []string) {
	for _, p := range pages {
		all = append(all, p.Name)
	}
	for _, c := range own() {
		all = append(all, c.Name)
	}
	return all
}
