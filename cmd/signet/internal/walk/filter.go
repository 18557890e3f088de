package walk

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	"golang.org/x/text/unicode/norm"
)

// Rule lets files in or keeps them out.
type Rule struct {
	Include bool
	// Pattern is as the AWS CLI has it, * matches slashes too, and as rsync has it,
	// a pattern without a slash is matched with the name. What matches a folder
	// (.git, .git/, .git/*, docs/**) covers all that lies below it.
	Pattern string
}

// Rules are a run's rules in the order in which they were given: of those that
// match a file the last one counts, as with the AWS CLI. What none matches is
// wanted, unless the first rule lets in: then the rules say all that is wanted. Unicode
// forms of one name are one.
type Rules []Rule

// Check fails when a pattern is none.
func (rs Rules) Check() error {
	for _, r := range rs {
		if strings.Trim(r.Pattern, "/") == "" || !doublestar.ValidatePattern(r.Pattern) {
			return fmt.Errorf("got pattern %q, want one such as *.jpg or docs/**: correct it", r.Pattern)
		}
	}
	return nil
}

// Wants says whether the file at rel, with slashes, is one to take.
func (rs Rules) Wants(rel string) bool {
	wanted, _ := rs.judge(rel, false)
	return wanted
}

// skips says that nothing at or below a folder can be wanted, so that it need not
// be looked at.
func (rs Rules) skips(folder string) bool {
	wanted, by := rs.judge(folder, true)
	return !wanted && !slices.ContainsFunc(rs[by+1:], func(r Rule) bool { return r.Include })
}

// judge gives the verdict and the number of the rule that gave it, -1 for none.
func (rs Rules) judge(rel string, folder bool) (wanted bool, by int) {
	rel = norm.NFC.String(rel)
	for i := len(rs) - 1; i >= 0; i-- {
		if rs[i].covers(rel, folder) {
			return rs[i].Include, i
		}
	}
	return len(rs) == 0 || !rs[0].Include, -1
}

// covers says that the rule matches a path or a folder that leads to it.
func (r Rule) covers(rel string, folder bool) bool {
	pattern, inside := strings.CutSuffix(norm.NFC.String(r.Pattern), "/")
	for _, all := range []string{"/**", "/*"} {
		if short, ok := strings.CutSuffix(pattern, all); ok && short != "" {
			pattern, inside = short, true
			break
		}
	}
	if (!inside || folder) && matches(pattern, rel) {
		return true
	}
	for dir := path.Dir(rel); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if matches(pattern, dir) {
			return true
		}
	}
	return false
}

// matches compares one path with one pattern. A pattern with a slash is tried
// both ways: as paths, where ** stands for folders, and with slashes that mean
// no more than any other character.
func matches(pattern, rel string) bool {
	if !strings.Contains(pattern, "/") {
		return doublestar.MatchUnvalidated(pattern, path.Base(rel))
	}
	pattern = strings.TrimPrefix(pattern, "/")
	flat := strings.NewReplacer("/", "\x00")
	return doublestar.MatchUnvalidated(pattern, rel) ||
		doublestar.MatchUnvalidated(flat.Replace(pattern), flat.Replace(rel))
}
