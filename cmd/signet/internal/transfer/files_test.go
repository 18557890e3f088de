package transfer

import "testing"

func TestFilesAtOnce(t *testing.T) {
	for _, row := range []struct{ room, most, each, want int }{
		{manyFiles, 250, 3, 250}, {1024, 250, 3, 250}, {256, 250, 3, 42}, {131, 250, 3, 1}, {128, 250, 3, 1}, {10, 32, 2, 1}, {190, 32, 2, 31},
	} {
		if got := atOnce(row.room, row.most, row.each); got != row.want {
			t.Errorf("%+v: got %d", row, got)
		}
	}
}
