package walk

import (
	"slices"
	"testing"
)

// rules reads "+pattern" and "-pattern".
func rules(signed ...string) (rs Rules) {
	for _, s := range signed {
		rs = append(rs, Rule{Include: s[0] == '+', Pattern: s[1:]})
	}
	return rs
}

func TestRules(t *testing.T) {
	all := []string{".git/config", ".git/objects/ab/cd", "a.html", "docs/a.md", "docs/deep/b.md", "docs/deep/c.html", "mydocs/x"}
	for _, row := range []struct {
		rules Rules
		want  []string
	}{
		{nil, all},
		{rules("+*.html"), []string{"a.html", "docs/deep/c.html"}},
		{rules("-*", "+*.html"), []string{"a.html", "docs/deep/c.html"}}, // the AWS CLI's idiom
		{rules("+*.html", "-*"), nil},                                    // the last one counts
		{rules("-.git/*"), all[2:]},
		{rules("-.git/**"), all[2:]},
		{rules("-.git"), all[2:]},
		{rules("-.git/"), all[2:]},
		{rules("-.git/", "+.git/config"), slices.Concat(all[:1], all[2:])},
		{rules("+docs/*.md"), []string{"docs/a.md", "docs/deep/b.md"}},
		{rules("+docs/**", "-deep"), []string{"docs/a.md"}},
		{rules("+docs/**/*.md"), []string{"docs/a.md", "docs/deep/b.md"}},
		{rules("+/docs/a.md"), []string{"docs/a.md"}},
		{rules("-*.md", "-*.html", "-.git"), []string{"mydocs/x"}},
		{rules("-a.html/"), all}, // a file, and the pattern says folder
		{rules("+{a.html,mydocs}"), []string{"a.html", "mydocs/x"}},
	} {
		var got []string
		for _, rel := range all {
			if row.rules.Wants(rel) {
				got = append(got, rel)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%v: wants %q, want %q", row.rules, got, row.want)
		}
	}
}

// A folder is passed over only where no later rule could let in what is below.
func TestSkips(t *testing.T) {
	for _, row := range []struct {
		rules  Rules
		folder string
		want   bool
	}{
		{nil, "private", false},
		{rules("-private"), "private", true},
		{rules("-private/**"), "private", true},
		{rules("-private/*"), "private/deep", true},
		{rules("-*", "+*.html"), "private", false},
		{rules("+*.html", "-private"), "private", true},
		{rules("+*.html"), "private", false},
		{rules("-private", "+public"), "private", false},
	} {
		if got := row.rules.skips(row.folder); got != row.want {
			t.Errorf("%v skips %s: %v", row.rules, row.folder, got)
		}
	}
}

func TestBadPatterns(t *testing.T) {
	if err := rules("+*.jpg", "+a/**", "-{a,b}").Check(); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"[", "a[", "{a", "", "/"} {
		if (Rules{{Pattern: bad}}).Check() == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

// A name and a pattern mean the same in each Unicode form: macOS writes names in another
// one than keyboards do.
func TestRulesOfForms(t *testing.T) {
	const composed, decomposed = "caf\u00e9", "cafe\u0301"
	for _, pattern := range []string{composed + "*", decomposed + "*", composed + "/", decomposed + "/**"} {
		for _, name := range []string{composed, decomposed} {
			if rules("-" + pattern).Wants(name + "/x") {
				t.Errorf("%q lets in %q", pattern, name)
			}
		}
	}
}
