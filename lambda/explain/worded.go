package explain

import (
	"regexp"
	"strings"
	"sync"
)

// notSaid are the ways in which sentences deny; they all mean not.
var notSaid = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(` (?:(?:do|does|did|is|are|was|were|has|have|had|will|would|must|may|should)(?:n't| not)|cannot|can't|can not|could(?:n't| not)|unable to|fail(?:s|ed|ure|ing)? to|never)(?: be(?:en)?)? `)
})

// punctuation stands between words, and says nothing that these are read for.
var punctuation = sync.OnceValue(func() *strings.Replacer {
	pairs := []string{"’", "'", "n’t", "n't"}
	for _, mark := range strings.Split("_|-|(|)|[|]|{|}|<|>|:|;|,|\"|`|=|“|”|‘|\t|\n", "|") {
		pairs = append(pairs, mark, " ")
	}
	return strings.NewReplacer(pairs...)
})

// worded is a text as words in small letters, one blank between them and at both ends,
// whose denials are all written alike: "doesn't match" and "did not match" are
// "not match". So few words find many sentences.
func worded(text string) string {
	text = " " + strings.Join(strings.Fields(punctuation().Replace(strings.ToLower(text))), " ") + " "
	text = notSaid().ReplaceAllString(text, " not ")
	return strings.ReplaceAll(text, " not valid", " invalid")
}
