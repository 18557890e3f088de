package cost

import (
	"math"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// minBilled is what classes for rare access bill at least for an object, and the
// size below which S3 moves none unless a rule asks for it
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html).
const minBilled = 128 * upload.KiB

// For each object in GLACIER S3 keeps an index there and its name in STANDARD,
// and bills both (the same page, "Transitioning objects to the S3 Glacier
// Flexible Retrieval").
const (
	glacierIndex = 32 * upload.KiB
	glacierName  = 8 * upload.KiB
)

// minDays is for how many days a class is paid at least
// (https://aws.amazon.com/s3/storage-classes/, "Minimum storage duration charge").
func minDays(c price.Class) float64 {
	switch c {
	case price.StandardIA:
		return 30
	case price.GlacierIR, price.Glacier:
		return 90
	}
	return 0
}

// billed is how many bytes of an object are billed in its class, and how many
// beside it in STANDARD.
func billed(c price.Class, size float64) (there, standard float64) {
	switch c {
	case price.StandardIA, price.GlacierIR:
		return max(size, minBilled), 0
	case price.Glacier:
		return size + glacierIndex, glacierName
	}
	return size, 0
}

// phase is a part of an object's life, by its age in days.
type phase struct {
	class    price.Class
	from, to float64 // to +Inf: for ever
	state    string
}

// The states in which an object is stored.
const (
	current    = "current"
	noncurrent = "noncurrent"
	unfinished = "unfinished uploads"
	logObjects = "logs"
)

// forEver is an age that nothing here reaches.
var forEver = math.Inf(1)

// life is objects of one size that come in evenly and all go the same way.
type life struct {
	perDay float64
	size   float64 // bytes of each
	phases []phase
}

// livesOf is what becomes of a workload's files: most are kept until they are
// deleted or expire, some are replaced, some never get whole.
func livesOf(w Workload, s Settings) []life {
	perDay, size := w.FilesPerMonth/daysPerMonth, float64(w.AverageSize)
	end := forEver
	for _, days := range []int{w.Retain, s.Lifecycle.Expire} {
		if days > 0 {
			end = min(end, float64(days))
		}
	}
	lives := []life{
		{perDay * (1 - w.Overwritten), size, s.phases(size, end)},
		{perDay * w.Overwritten, size, s.phases(size, min(end, overwrittenAfter))},
	}
	if w.AverageSize >= MultipartFrom {
		left := []phase{{price.Standard, 0, float64(s.Lifecycle.Abort), unfinished}}
		lives = append(lives, life{perDay * w.Unfinished, size / 2, left})
	}
	return lives
}

// phases is the life of a file that is current until it is end days old. Then it
// lies under a delete marker or a newer version, in the class that it had.
func (s Settings) phases(size, end float64) []phase {
	gone := end + float64(s.Lifecycle.Noncurrent)
	moved := float64(s.Lifecycle.Transition)
	if moved == 0 || moved >= end || size < minBilled && !s.SmallToo {
		return []phase{{price.Standard, 0, end, current}, {price.Standard, end, gone, noncurrent}}
	}
	return []phase{{price.Standard, 0, moved, current}, {s.Class, moved, end, current}, {s.Class, end, gone, noncurrent}}
}

// span is a stretch of time in days since the first upload.
type span struct{ from, to float64 }

// held is the sum over all days of the span of how many objects have an age of a
// to b days, where one comes in each day, evenly, from day 0 on. With x⁺ for
// max(x, 0), t-a⁺ of them have reached the age a by the time t, and their
// integral is half the square.
func (s span) held(a, b float64) float64 {
	half := func(x float64) float64 { return max(x, 0) * max(x, 0) / 2 }
	return half(s.to-a) - half(s.from-a) - half(s.to-b) + half(s.from-b)
}

// reached is how many of them reach the age a within the span.
func (s span) reached(a float64) float64 { return max(s.to-a, 0) - max(s.from-a, 0) }

// storage puts what is stored on the bill, and what was moved or deleted too
// early: all in one group, or in those of storage and of requests.
func (l *ledger) storage(s span, lives []life, stored, requested Group) {
	for _, life := range lives {
		for _, p := range life.phases {
			there, standard := billed(p.class, life.size)
			months := life.perDay * s.held(p.from, p.to) / daysPerMonth
			l.add(stored, string(p.class)+", "+p.state, price.Storage(p.class), gb(there)*months)
			l.add(stored, "names of objects in "+string(p.class), price.Storage(price.Standard), gb(standard)*months)
		}
		l.moves(s, life, stored, requested)
	}
}

// moves puts a life's transitions, and the rest of the minimum durations that it
// cuts short, on the bill.
func (l *ledger) moves(s span, life life, stored, requested Group) {
	class, since := price.Standard, 0.0
	for _, p := range life.phases {
		if p.class != class {
			class, since = p.class, p.from
			l.add(requested, "transitions to "+string(class), price.Transition(class), life.perDay*s.reached(p.from))
		}
	}
	if len(life.phases) == 0 {
		return
	}
	end := life.phases[len(life.phases)-1].to
	if short := minDays(class) - (end - since); short > 0 {
		there, _ := billed(class, life.size)
		l.add(stored, "deleted early from "+string(class), price.Storage(class), gb(there)*life.perDay*s.reached(end)*short/daysPerMonth)
	}
}
