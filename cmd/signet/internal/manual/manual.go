// Package manual makes the manual page, and the completions of shells, of what each
// command prints with --help: there alone commands and flags are described.
//
// No library serves here. Those that make all three (cobra, kong) want commands and
// flags as definitions in code, print help in a layout of their own, and have a shell
// ask the program at each key. The texts here are written by hand, with examples, and
// are read by people more often than by shells; the flag package parses, and what stands
// below reads the texts back. It refuses what it does not understand, and a test holds
// the texts to the flags that each command takes.
package manual

import (
	"fmt"
	"regexp"
	"strings"
)

// Command is one command as people know it.
type Command struct {
	Name    string
	Summary string // as signet help lists it
	Help    string // what it prints with --help
	Stored  bool   // its arguments are files that are stored, not files of this machine
}

// Page is a command's help, taken apart.
type Page struct {
	Command
	About  string   // the line at the top, behind the name
	Words  []string // that can follow the name: signet events rotate
	Blocks []Block  // in their order
}

// Block is a paragraph, or a part with a title: Usage, Flags, Example.
type Block struct {
	Title string   // "" for a paragraph
	Lines []string // as they stand; without the indentation of a part with a title
	Flags []Flag   // of a part whose title begins with Flags
}

// Flag is one flag.
type Flag struct {
	Name  string // with its hyphens
	Value string // as FILE; "" where it takes none
	About string // one line, however long
}

// Path says that the flag's value is a file or folder of this machine.
func (f Flag) Path() bool { return f.Value == "FILE" || f.Value == "DIR" || f.Value == "PATH" }

// HelpFlag is what every command has, and no text says.
func HelpFlag() Flag { return Flag{Name: "--help", About: "print the help"} }

// Flags lists all flags of the command, HelpFlag last.
func (p Page) Flags() []Flag {
	var all []Flag
	for _, b := range p.Blocks {
		all = append(all, b.Flags...)
	}
	return append(all, HelpFlag())
}

// Parse reads a command's help. An error says which line it does not understand.
func Parse(c Command) (Page, error) {
	p := Page{Command: c}
	first, rest, _ := strings.Cut(c.Help, "\n")
	about, ok := strings.CutPrefix(first, "signet "+c.Name+": ")
	if !ok {
		return p, fmt.Errorf("got %q, want signet %s: and what it does", first, c.Name)
	}
	p.About, p.Words = about, words(c)
	var last *Block // that lines still belong to
	for line := range strings.Lines(rest) {
		line = strings.TrimRight(line, "\n")
		inside := strings.HasPrefix(line, "  ")
		switch {
		case line == "" && (last == nil || last.Title == ""):
			last = nil
			continue
		case inside && last == nil:
			return p, fmt.Errorf("signet %s: got %q, which no title stands over", c.Name, line)
		case !inside && line != "" && (last == nil || last.Title != "" || strings.HasSuffix(line, ":")):
			p.Blocks = append(p.Blocks, Block{})
			last = &p.Blocks[len(p.Blocks)-1]
			if title, ok := strings.CutSuffix(line, ":"); ok {
				last.Title = title
				continue
			}
		}
		last.Lines = append(last.Lines, strings.TrimPrefix(line, "  "))
	}
	return p, p.readFlags()
}

// readFlags takes the parts of flags apart, and the empty lines at the end of each part.
func (p *Page) readFlags() error {
	for i := range p.Blocks {
		b := &p.Blocks[i]
		for len(b.Lines) > 0 && b.Lines[len(b.Lines)-1] == "" {
			b.Lines = b.Lines[:len(b.Lines)-1]
		}
		if !strings.HasPrefix(b.Title, "Flags") {
			continue
		}
		var err error
		if b.Flags, err = flags(b.Lines); err != nil {
			return fmt.Errorf("signet %s: %w", p.Name, err)
		}
	}
	return nil
}

// entry is a flag at the beginning of a line, or after another one and a comma.
var entry = regexp.MustCompile(`^(-[A-Za-z]|--[a-z][a-z0-9-]+)(?: ([A-Z]\S*?))?(?:(, )|\s+|$)`)

func flags(lines []string) (all []Flag, err error) {
	begun := 0 // flags of the last line that had some: what follows is about them
	for _, line := range lines {
		text := strings.TrimSpace(line)
		if strings.HasPrefix(line, "-") {
			begun = 0
			for more := true; more; begun++ {
				m := entry.FindStringSubmatch(text)
				if m == nil {
					return nil, fmt.Errorf("got %q, want --flag VALUE and what it does", line)
				}
				all = append(all, Flag{Name: m[1], Value: m[2]})
				text, more = text[len(m[0]):], m[3] != ""
			}
		} else if begun == 0 || !strings.HasPrefix(line, "  ") {
			return nil, fmt.Errorf("got %q, want a flag, or what one does", line)
		}
		for i := len(all) - begun; i < len(all); i++ {
			all[i].About = strings.TrimSpace(all[i].About + " " + text)
		}
	}
	return all, nil
}

// words are those that the usage names right behind the command.
func words(c Command) (all []string) {
	usage := regexp.MustCompile(`(?m)^  signet ` + regexp.QuoteMeta(c.Name) + ` ([a-z]+(?: \| [a-z]+)*)(?: |$)`)
	_, text, _ := strings.Cut(c.Help, "\nUsage:\n")
	text, _, _ = strings.Cut(text, "\n\n")
	for _, m := range usage.FindAllStringSubmatch(text, -1) {
		all = append(all, strings.Split(m[1], " | ")...)
	}
	return all
}
