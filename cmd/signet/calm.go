package main

import "strings"

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
