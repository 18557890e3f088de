package cost

import (
	"testing"

	"signet/lambda/upload"
)

// What goes through the site's distribution is on the bill, and nothing else.
func TestEdge(t *testing.T) {
	for _, row := range []struct {
		use      upload.EdgeUse
		size     int64
		terminal bool
		requests float64 // of 1,000 files
		heads    float64
	}{
		{upload.EdgeSmall, 20 << 10, false, 1000, 0},
		{upload.EdgeSmall, 1 << 20, false, 0, 1000},
		{upload.EdgeAll, 1 << 20, false, 1000, 0},
		{upload.EdgeAll, 64 << 20, false, 6000, 1000},
		{upload.EdgeOff, 20 << 10, false, 0, 1000},
		{upload.EdgeAll, 20 << 10, true, 0, 1000},
	} {
		w := DefaultWorkload()
		w.AverageSize, w.Terminal = row.size, row.terminal
		got := trafficOf(w, Settings{Edge: row.use})
		if got.edge != row.requests || (got.edgeBytes > 0) != (row.requests > 0) || got.ops[upload.HeadObject] != row.heads {
			t.Errorf("%+v: got %v requests, %v bytes and %v looks", row, got.edge, got.edgeBytes, got.ops[upload.HeadObject])
		}
	}
}
