package cost

import (
	"os"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// What the model takes for granted of our own code is what the code has: the
// values stand there, and whoever changes one sees it here.
func TestWhatOurCodeHas(t *testing.T) {
	for _, row := range []struct {
		file, text string
		times      int
		holds      bool
	}{
		{"infra/uploads/function.go", "functionMemory  = 256 // MiB", 1, functionMemory == 256},
		// Two of the six alarms look at two metrics.
		{"infra/uploads/watch.go", `Alarm", "`, 6, alarmMetrics == 6+2},
		{"infra/uploads/watch.go", "ratio(\"IF(", 2, alarmMetrics == 6+2},
		{"infra/uploads/events.go", `Alarm", "`, 3, eventsAlarms == 3},
		{"infra/uploads/quarantine.go", `Alarm", "`, 2, scanAlarms == 2},
		{"infra/uploads/logs.go", "awslogs.RetentionDays_ONE_MONTH", 1, logCompression > 0},
		{"lambda/api/contents.go", "const lookups = 64", 1, lookups == 64},
		{"cmd/signet/internal/transfer/api.go", "const apiBatch = 250", 1, batchFiles == 250},
		{"cmd/signet/internal/transfer/api.go", "const lookedFirst = 16", 1, lookedFirst == 16},
		{"cmd/signet/internal/transfer/small.go", "batchHeld  = 16 << 20", 1, batchHeld == 16*upload.MiB},
		{"cmd/signet/internal/transfer/small.go", "batchBytes = 64 << 20", 1, batchBytes == 64*upload.MiB},
		{"cmd/signet/internal/transfer/small.go", "s.size <= 3*sample", 1, wholeBytes == 3*64*upload.KiB},
		{"cmd/signet/internal/remote/find.go", "if len(files) > 0 {\n\t\t\treturn byPath(files), nil", 1, true},
		{"cmd/signet/internal/transfer/get.go", "rangeSize  = 8 << 20", 1, rangeBytes == 8*upload.MiB},
		{"cmd/signet/internal/transfer/get.go", "mostRanges = 10_000", 1, mostRanges == 10_000},
		{"cmd/signet/internal/transfer/get.go", "f.Ask != nil && len(f.partial.pieces) > 1", 1, true},
		{"cmd/signet/internal/transfer/api.go", "a.unseen.Store(len(missing) == len(files))", 1, true},
		{"cmd/signet/put_versions.go", "const fewFiles = 8", 1, fewFiles == 8},
		{"cmd/signet/internal/transfer/id.go", "const sample = 64 << 10", 1, true},
		{"frontend/src/engine/batch.ts", "export const BATCH = 250;", 1, true},
	} {
		text, err := os.ReadFile("../../../../../" + row.file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), row.text); n != row.times || !row.holds {
			t.Errorf("%s has %q %d times, want %d, and the model to say the same", row.file, row.text, n, row.times)
		}
	}
}
