package manual

import (
	"strings"
	"testing"
)

// What Parse does not understand, it refuses, so that no flag is left out in silence.
func TestParseRefuses(t *testing.T) {
	for name, row := range map[string]struct{ help, want string }{
		"another command":        {"signet get: fetch\n", "want signet put:"},
		"lines without a title":  {"signet put: send\n\n  --name NAME  its name\n", "no title"},
		"an upper-case flag":     {"signet put: send\n\nFlags:\n  --Name NAME  its name\n", "want --flag VALUE"},
		"three hyphens":          {"signet put: send\n\nFlags:\n  ---name  its name\n", "want --flag VALUE"},
		"about nothing":          {"signet put: send\n\nFlags:\n           its name\n", "want a flag"},
		"a line that is no flag": {"signet put: send\n\nFlags:\n  name NAME  its name\n", "want a flag"},
	} {
		if _, err := Parse(Command{Name: "put", Help: row.help}); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want an error with %s", name, err, row.want)
		}
	}
}

const sample = `signet put: send files

A file that is
there already is not sent.

Usage:
  signet put [flags] FILE...

Flags:
  --name NAME  its name,
               else that of the file
  --from DIR, -r
               a folder

Nothing more.

Example:
  $ signet put 'a b'…
  .hidden
`

// The manual page has every word of the help, in its order.
func TestRoff(t *testing.T) {
	p, err := Parse(Command{Name: "put", Help: sample})
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	Roff(&got, "1.2.3", []Page{p})
	_, text, _ := strings.Cut(got.String(), ".SH COMMANDS\n")
	text, _, _ = strings.Cut(text, ".SH EXIT STATUS")
	want := `.SS signet put
Send files
.PP
A file that is
there already is not sent.
.PP
Usage:
.PP
.nf
.RS 4
signet put [flags] FILE...
.RE
.fi
.PP
Flags:
.TP
\fB\-\-name\fR \fINAME\fR
its name, else that of the file
.TP
\fB\-\-from\fR \fIDIR\fR
a folder
.TP
\fB\-r\fR
a folder
.PP
Nothing more.
.PP
Example:
.PP
.nf
.RS 4
$ signet put \(aqa b\(aq\[u2026]
\&.hidden
.RE
.fi
`
	if text != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
}
