package progress

import (
	"unicode"

	"golang.org/x/text/width"
)

// leastName is the room in columns from which a name is worth showing.
const leastName = 8

// shortened is the end of a name that takes so many columns at most; empty where there
// is too little room. What a terminal would act on is left out.
func shortened(name string, columns int) string {
	if columns < leastName {
		return ""
	}
	var shown []rune
	for _, r := range name {
		if unicode.IsPrint(r) {
			shown = append(shown, r)
		}
	}
	taken, from := 0, len(shown)
	for from > 0 && taken+columnsOf(shown[from-1]) <= columns {
		from--
		taken += columnsOf(shown[from])
	}
	if from == 0 {
		return string(shown)
	}
	for taken > columns-1 {
		taken -= columnsOf(shown[from])
		from++
	}
	return "…" + string(shown[from:])
}

// columnsOf is how many columns a terminal gives a character.
func columnsOf(r rune) int {
	if unicode.Is(unicode.Mn, r) {
		return 0
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}
