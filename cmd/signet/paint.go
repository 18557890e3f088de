package main

import (
	"io"
	"os"

	"golang.org/x/term"
)

// The colours, as terminals number them.
const (
	red    = "31"
	yellow = "33"
	blue   = "34"
)

// paint colours a text that goes to w, where w is a terminal that shows colours and
// nobody has asked for none (https://no-color.org).
func paint(w io.Writer, colour, text string) string {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" || !isTerminal(w) {
		return text
	}
	return "\x1b[1;" + colour + "m" + text + "\x1b[0m"
}

// isTerminal says whether a person sees w at once.
func isTerminal(w io.Writer) bool {
	switch w := w.(type) {
	case *os.File:
		return term.IsTerminal(int(w.Fd()))
	case *written:
		return isTerminal(w.to)
	}
	return false
}

// complain is how a line of trouble begins.
func complain(w io.Writer) string { return paint(w, red, "signet:") + " " }
