package progress

import (
	"strings"
	"testing"
	"time"
)

func TestShortened(t *testing.T) {
	for _, row := range []struct {
		name    string
		columns int
		want    string
	}{
		{"photos/beach.jpg", 40, "photos/beach.jpg"}, {"photos/beach.jpg", 16, "photos/beach.jpg"}, {"photos/beach.jpg", 10, "…beach.jpg"}, {"photos/beach.jpg", 7, ""},
		{"사진/바닷가에서.jpg", 19, "사진/바닷가에서.jpg"}, {"사진/바닷가에서.jpg", 12, "…가에서.jpg"}, {"사진/바닷가에서.jpg", 10, "…에서.jpg"},
		{"a\x1b[2J\nb", 20, "a[2Jb"}, {"", 20, ""}, {"cafe\u0301-x", 8, "cafe\u0301-x"},
	} {
		if got := shortened(row.name, row.columns); got != row.want {
			t.Errorf("%q in %d columns: %q, want %q", row.name, row.columns, got, row.want)
		}
	}
}

// Files are counted, and the one that moves is named where there is room.
func TestFiles(t *testing.T) {
	b, _, pass := bar(true)
	b.Expect(1000)
	b.Files(230)
	for range 17 {
		b.Ended()
	}
	b.Move(500)
	b.Start("photos/2026/beach.jpg")
	pass(time.Second)
	b.draw()
	for columns, want := range map[int]string{
		100: "[############------------]  50 %  500 B of 1000 B  500 B/s  0:01 left  17 of 230 files  …/beach.jpg",
		72:  " 50 %  500 B of 1000 B  500 B/s  0:01 left  17 of 230 files  …beach.jpg",
		40:  " 50 %  0:01 left  17 of 230 files",
		20:  " 50 %  0:01 left",
	} {
		if got := b.fitting(columns); got != want {
			t.Errorf("%d columns: %q, want %q", columns, got, want)
		}
	}
	for columns := range 150 {
		if got := b.fitting(columns); len([]rune(got)) >= columns && got != "" {
			t.Errorf("%d columns: %q", columns, got)
		}
	}
	b.terminal = false
	var out strings.Builder
	b.out = &out
	if b.draw(); !strings.HasSuffix(out.String(), "  17 of 230 files\n") {
		t.Errorf("got %q", out.String())
	}
}
