package cost

import (
	"math"
	"testing"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// held and reached, against a count of objects that come in one an hour.
func TestHeldIsWhatACountFinds(t *testing.T) {
	const perDay = 240
	for _, row := range []struct{ from, to, a, b float64 }{
		{0, 30, 0, math.Inf(1)}, {30, 60, 0, math.Inf(1)}, {0, 30, 10, 20}, {30, 60, 25, 45}, {0, 10, 20, 30}, {60, 90, 0, 7},
	} {
		s := span{row.from, row.to}
		held, reached := 0.0, 0.0
		for born := 0.5 / perDay; born < row.to; born += 1.0 / perDay {
			held += max(0, min(row.to, born+row.b)-max(row.from, born+row.a)) / perDay
			if at := born + row.a; at >= row.from && at < row.to {
				reached += 1.0 / perDay
			}
		}
		if got := s.held(row.a, row.b); math.Abs(got-held) > 0.01*max(1, held) {
			t.Errorf("%+v: held %v, counted %v", row, got, held)
		}
		if got := s.reached(row.a); math.Abs(got-reached) > 0.01*max(1, reached) {
			t.Errorf("%+v: reached %v, counted %v", row, got, reached)
		}
	}
}

// The edges of S3's lifecycle, by hand. One object of a size comes in each day, so
// in month 12 there are as many in a phase of life as it has days: GB-months are
// their size times those days.
func TestLifecycle(t *testing.T) {
	kib := func(n float64) float64 { return n * upload.KiB / upload.GiB }
	ir := Settings{Lifecycle: upload.Lifecycle{Noncurrent: 30, Transition: 30}, Class: price.GlacierIR}
	ia, glacier, small := ir, ir, ir
	ia.Class, glacier.Class, small.SmallToo = price.StandardIA, price.Glacier, true
	smallGlacier := glacier
	smallGlacier.SmallToo = true
	never := ir
	never.Lifecycle.Transition = 0
	for _, row := range []struct {
		name   string
		s      Settings
		size   int64
		retain int
		line   string
		want   float64
	}{
		{"never moved: STANDARD until 60 days old", never, 1 << 20, 60, "STANDARD, current", kib(1024) * 60},
		{"never moved: 30 more days as noncurrent", never, 1 << 20, 60, "STANDARD, noncurrent", kib(1024) * 30},
		{"moved at 30 days: 30 in STANDARD", ir, 1 << 20, 200, "STANDARD, current", kib(1024) * 30},
		{"moved at 30 days: 170 in GLACIER_IR", ir, 1 << 20, 200, "GLACIER_IR, current", kib(1024) * 170},
		{"noncurrent stays in its class", ir, 1 << 20, 200, "GLACIER_IR, noncurrent", kib(1024) * 30},
		{"170 + 30 days are over the 90", ir, 1 << 20, 200, "deleted early from GLACIER_IR", 0},
		{"40 + 30 days in the class: 20 short", ir, 1 << 20, 70, "deleted early from GLACIER_IR", kib(1024) * 20},
		{"59 + 30 days: 1 short", ir, 1 << 20, 89, "deleted early from GLACIER_IR", kib(1024) * 1},
		{"60 + 30 days: none", ir, 1 << 20, 90, "deleted early from GLACIER_IR", 0},
		{"1 + 30 days in STANDARD_IA: none", ia, 1 << 20, 31, "deleted early from STANDARD_IA", 0},
		{"GLACIER too: 20 short, with its index", glacier, 1 << 20, 70, "deleted early from GLACIER", kib(1024+32) * 20},
		{"each is moved once", ir, 1 << 20, 200, "transitions to GLACIER_IR", daysPerMonth},
		{"deleted at 30 days: never moved", ir, 1 << 20, 30, "transitions to GLACIER_IR", 0},
		{"128 KiB less a byte stays", ir, 128<<10 - 1, 200, "transitions to GLACIER_IR", 0},
		{"128 KiB is moved", ir, 128 << 10, 200, "transitions to GLACIER_IR", daysPerMonth},
		{"a filter moves 10 KiB, billed as 128", small, 10 << 10, 200, "GLACIER_IR, current", kib(128) * 170},
		{"… and deleted early as 128", small, 10 << 10, 70, "deleted early from GLACIER_IR", kib(128) * 20},
		{"GLACIER bills 32 KiB more", smallGlacier, 10 << 10, 200, "GLACIER, current", kib(42) * 170},
		{"… and 8 KiB in STANDARD, noncurrent too", smallGlacier, 10 << 10, 200, "names of objects in GLACIER", kib(8) * 200},
	} {
		w := Workload{FilesPerMonth: daysPerMonth, AverageSize: row.size, Retain: row.retain, FilesPerVisit: 1, Months: 12}
		if err := w.Check(row.s); err != nil {
			t.Errorf("%s: %v", row.name, err)
			continue
		}
		m := month(12, w, row.s, prices(t), nil)
		if got := amountOf(m, row.line); !near(got, row.want) {
			t.Errorf("%s: %s is %v, want %v", row.name, row.line, got, row.want)
		}
	}
}

// Versions that were replaced, and parts of uploads that were left, are stored
// too, and for as long as the rules say.
func TestWhatLiesAbout(t *testing.T) {
	s := SettingsOf(upload.DefaultConfig())
	s.Overwrite = true
	w := Workload{FilesPerMonth: 100 * daysPerMonth, AverageSize: 32 * upload.MiB, Overwritten: 0.25, Unfinished: 0.1, FilesPerVisit: 1, Months: 12}
	m := month(12, w, s, prices(t), nil)
	const each = 32.0 / 1024
	for what, want := range map[string]float64{
		"STANDARD, noncurrent":         100 * 0.25 * 30 * each,           // 30 days after the newer version
		"STANDARD, unfinished uploads": 100 * 0.1 * 2 * each / 2,         // half of the parts, 2 days
		"CreateMultipartUpload":        100 * daysPerMonth * 1.1,         // begun
		"CompleteMultipartUpload":      100 * daysPerMonth,               // finished
		"UploadPart":                   4 * 100 * daysPerMonth * 1.05,    // the plan has four of 8 MiB
		"ListMultipartUploads":         100 * daysPerMonth * (2*1.1 + 1), // each visit asks what is unfinished
	} {
		if got := amountOf(m, what); !near(got, want) {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	if got := amountOf(m, "HeadObject"); got != 0 {
		t.Errorf("%v HEAD requests where files may be overwritten, want none", got)
	}
}
