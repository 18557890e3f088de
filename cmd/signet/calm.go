package main

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// printable is a name as a terminal may show it: one that holds what a terminal would
// act on is quoted.
func printable(name string) string {
	for _, r := range name {
		if acts(r) || r == utf8.RuneError {
			return strconv.Quote(name)
		}
	}
	return name
}

// tame is a text as a terminal may show it: what it would act on, which a name or a
// server may have brought in, is written out. Lines stay lines.
func tame(text string) string {
	if strings.IndexFunc(text, wild) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if wild(r) {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// wild is what acts on a terminal and is no part of a text's layout.
func wild(r rune) bool { return r != '\n' && r != '\t' && acts(r) }

// acts is what a terminal may act on in place of showing it; joiners belong to letters.
func acts(r rune) bool { return r != '\u200c' && r != '\u200d' && !unicode.IsPrint(r) }

// calm is text of which others have said some: a service, a store, a provider. It does
// nothing to a terminal (see [tame]), and a second line is indented, so that it passes for
// none of ours.
func calm(text string) string {
	return strings.ReplaceAll(tame(strings.TrimRight(text, "\n")), "\n", "\n  ")
}

// calmed are the arguments of a text, with those that are text themselves as calm has
// them.
func calmed(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		if text, ok := a.(string); ok {
			a = calm(text)
		}
		out[i] = a
	}
	return out
}
