package api

import (
	"slices"
	"testing"
	"time"
)

// S3's order holds where its whole seconds, and uploads in parts that began long before
// they were completed, say another one.
func TestNewestFirst(t *testing.T) {
	second := func(n int64) time.Time { return time.Unix(n, 0) }
	for _, row := range []struct {
		name string
		own  []objectVersion // as S3 lists them: versions, then markers, each newest first
		want []string
	}{
		{"one", []objectVersion{{id: "v", latest: true}}, []string{"v"}},
		{"a marker over two", []objectVersion{{id: "v2", modified: second(2)}, {id: "v1", modified: second(1)}, {id: "m", modified: second(3), marker: true, latest: true}}, []string{"m", "v2", "v1"}},
		{"all of one second", []objectVersion{{id: "v2", modified: second(1)}, {id: "v1", modified: second(1)}, {id: "m", modified: second(1), marker: true, latest: true}}, []string{"m", "v2", "v1"}},
		{"the current one is of the same second", []objectVersion{{id: "v2", modified: second(1), latest: true}, {id: "v1", modified: second(1)}, {id: "m", modified: second(1), marker: true}}, []string{"v2", "v1", "m"}},
		{"begun before the marker, completed after it", []objectVersion{{id: "v2", modified: second(1), latest: true}, {id: "v1", modified: second(2)}, {id: "m", modified: second(3), marker: true}}, []string{"v2", "m", "v1"}},
		{"begun before the older one", []objectVersion{{id: "v3", modified: second(9), latest: true}, {id: "v2", modified: second(1)}, {id: "v1", modified: second(5)}, {id: "m", modified: second(4), marker: true}}, []string{"v3", "v2", "v1", "m"}},
	} {
		var got []string
		sorted := newestFirst(slices.Clone(row.own))
		for i, v := range sorted {
			got = append(got, v.id)
			if i > 0 && v.order.After(sorted[i-1].order) {
				t.Errorf("%s: the order of %s is after that of %s", row.name, v.id, sorted[i-1].id)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: got %q, want %q", row.name, got, row.want)
		}
	}
}

// A page never leads back, nor shows what was before it, whatever a store answers.
func TestPagesGetOn(t *testing.T) {
	file, folder := func(key string) entry { return entry{key: key} }, func(key string) entry { return entry{key: key, folder: true} }
	for _, row := range []struct {
		name    string
		place   string
		entries []entry
		more    bool
		want    []string
		behind  string
		goesOn  bool
	}{
		{"files", "a/", []entry{file("a/b"), file("a/c")}, true, []string{"a/b", "a/c"}, "a/c", true},
		{"the last", "a/c", []entry{file("a/d")}, false, []string{"a/d"}, "a/d", false},
		{"nothing", "a/c", nil, false, nil, "a/c", false},
		{"a folder at the end", "a/", []entry{file("a/b"), folder("a/c/")}, true, []string{"a/b", "a/c/"}, "a/c/" + lastRune, true},
		{"the folder again", "a/c/" + lastRune, []entry{folder("a/c/"), file("a/d")}, true, []string{"a/d"}, "a/d", true},
		{"only the folder again", "a/c/" + lastRune, []entry{folder("a/c/")}, true, nil, "a/c/" + lastRune + lastRune, true},
		{"a store that begins with the place", "a/c", []entry{file("a/c"), file("a/d")}, true, []string{"a/d"}, "a/d", true},
		{"a store that does not get on", "a/c", []entry{file("a/c")}, true, nil, "a/c", false},
	} {
		p := pageBehind(row.place, row.entries, row.more)
		var got []string
		for _, e := range p.entries {
			got = append(got, e.key)
		}
		if !slices.Equal(got, row.want) || p.behind != row.behind || p.more != row.goesOn {
			t.Errorf("%s: got %q to %q, more %v", row.name, got, p.behind, p.more)
		}
	}
}
