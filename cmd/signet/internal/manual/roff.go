package manual

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Roff writes the manual page of all commands, for release. It has no date, so that it
// is the same whenever it is made.
func Roff(w io.Writer, release string, pages []Page) {
	fmt.Fprintf(w, ".TH SIGNET 1 \"\" \"signet %s\" \"Signet\"\n.SH NAME\nsignet \\- direct uploads into your own S3 bucket\n", release)
	fmt.Fprint(w, ".SH SYNOPSIS\n.B signet\n.I command\n[flags] [arguments]\n.SH COMMANDS\n")
	for _, p := range pages {
		fmt.Fprintf(w, ".SS signet %s\n%s\n", p.Name, roff(sentence(p.About)))
		for _, b := range p.Blocks {
			b.roff(w)
		}
	}
	fmt.Fprint(w, `.SH EXIT STATUS
0 done, 1 failed, 2 wrong usage, 3 some of several files failed.
.SH ENVIRONMENT
.B SIGNET_API
and
.B SIGNET_TOKEN
take the place of signet login. With \-\-bucket, the variables of the AWS CLI count.
`)
}

// roff writes a paragraph filled, flags as a list, and everything else as it stands.
func (b Block) roff(w io.Writer) {
	switch {
	case b.Title == "":
		fmt.Fprintln(w, ".PP")
		for _, line := range b.Lines {
			fmt.Fprintln(w, roff(line))
		}
	case b.Flags != nil:
		fmt.Fprintf(w, ".PP\n%s:\n", roff(b.Title))
		for _, f := range b.Flags {
			fmt.Fprintf(w, ".TP\n\\fB%s\\fR", roff(f.Name))
			if f.Value != "" {
				fmt.Fprintf(w, " \\fI%s\\fR", roff(f.Value))
			}
			fmt.Fprintf(w, "\n%s\n", roff(f.About))
		}
	default:
		fmt.Fprintf(w, ".PP\n%s:\n.PP\n.nf\n.RS 4\n", roff(b.Title))
		for _, line := range b.Lines {
			fmt.Fprintln(w, roff(line))
		}
		fmt.Fprint(w, ".RE\n.fi\n")
	}
}

// sentence is a line as a sentence begins.
func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// roff escapes what would be taken for a request or an escape, quotes that the formatter
// would make typographic, and what is not ASCII, of which formatters know the code alone.
func roff(line string) string {
	line = strings.NewReplacer(`\`, `\e`, "-", `\-`, "'", `\(aq`, "`", `\(ga`, "^", `\(ha`, "~", `\(ti`).Replace(line)
	var b strings.Builder
	for _, r := range line {
		if r < utf8.RuneSelf {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, r)
		}
	}
	if strings.HasPrefix(line, ".") {
		return `\&` + b.String()
	}
	return b.String()
}
