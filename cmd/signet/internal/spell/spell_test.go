package spell

import "testing"

func TestDistance(t *testing.T) {
	for pair, want := range map[[2]string]int{
		{"", ""}: 0, {"a", ""}: 1, {"", "ab"}: 2, {"report", "reprot"}: 1, {"get", "gte"}: 1, {"ab", "ba"}: 1, {"abc", "cab"}: 2, {"kitten", "sitting"}: 3, {"안녕", "안영"}: 1, {"same", "same"}: 0,
	} {
		if got := distance(pair[0], pair[1]); got != want {
			t.Errorf("%q: got %d, want %d", pair, got, want)
		}
		if back := distance(pair[1], pair[0]); back != want {
			t.Errorf("%q, the other way: got %d, want %d", pair, back, want)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"put", "get", "ls", "rm", "uploads", "completion", "report.pdf"}
	for given, want := range map[string]string{
		"putt": "put", "upload": "uploads", "completoin": "completion", "ls": "ls", "x": "", "": "", "delete": "", "REPORT.PFD": "report.pdf", "sycn": "", "gte": "get", "uplaod": "",
	} {
		if got := Nearest(given, names); got != want {
			t.Errorf("%q: got %q, want %q", given, got, want)
		}
	}
}
