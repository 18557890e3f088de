package upload

import "fmt"

// minPlannedPart is the least part size, in bytes, and about the one of every
// upload up to 78 GiB. It is above S3's minimum of 5 MiB because each part costs a
// request and a round trip.
const minPlannedPart = 8 * MiB

const (
	// round is how many parts are in flight at once: six connections to each of a
	// bucket's two hosts, which is the most that a browser opens.
	round = 12
	// fewParts is where an unfinished last round stops to matter: it costs less
	// than a hundredth of the time.
	fewParts = 600
	// partAlign is what part sizes are a multiple of: a page of memory.
	partAlign = 4 * KiB
)

// Plan is how a file is cut into parts. It depends on the size alone, so that
// every client, and every resume of an upload, cuts the same file the same way.
type Plan struct {
	Size      int64 // of the whole file, in bytes, 1 to [MaxObjectSize]
	PartSize  int64 // of every part but the last, in bytes
	PartCount int   // 1 to [MaxParts]
}

// NewPlan picks the smallest part size of 8 MiB, 16 MiB, 32 MiB and so on, at
// most 5 GiB, that keeps the count at or below [MaxParts]. Where there are few
// parts it makes them larger by up to the half, so that they go in whole rounds:
// 256 MiB in 32 parts over six equal connections take six rounds, of which the
// last has two parts and four idle connections; in 24 they take four. Sizes below 1 are
// EntityTooSmall, because S3 has no part of 0 bytes that helps anybody; sizes
// above [MaxObjectSize] are EntityTooLarge.
func NewPlan(size int64) (Plan, error) {
	if size < 1 {
		return Plan{}, Errorf(EntityTooSmall, "got size %d, want 1 or more: send an empty file with a presigned PUT", size)
	}
	if size > MaxObjectSize {
		return Plan{}, Errorf(EntityTooLarge, "got size %d, want at most %d (48.8 TiB, S3's largest object): split the file", size, int64(MaxObjectSize))
	}
	part := int64(minPlannedPart)
	for part < MaxPartSize && (size+part-1)/part > MaxParts {
		part = min(part*2, MaxPartSize)
	}
	count := (size + part - 1) / part
	if whole := wholeRounds(count); whole < count {
		part = (size + whole*partAlign - 1) / (whole * partAlign) * partAlign
		count = (size + part - 1) / part
	}
	return Plan{Size: size, PartSize: part, PartCount: int(count)}, nil
}

// wholeRounds is the most parts, of count at most, that fill their rounds.
func wholeRounds(count int64) int64 {
	switch {
	case count >= fewParts || count <= round/2:
		return count
	case count < round:
		return round / 2
	default:
		return count - count%round
	}
}

// Length is the size of part n in bytes. n outside 1 to PartCount is 0.
func (p Plan) Length(n int) int64 {
	switch {
	case n < 1 || n > p.PartCount:
		return 0
	case n == p.PartCount:
		return p.Size - int64(n-1)*p.PartSize
	default:
		return p.PartSize
	}
}

// Offset is where part n starts in the file, in bytes.
func (p Plan) Offset(n int) int64 { return int64(n-1) * p.PartSize }

// Range checks a run of part numbers. first 0 means 1, count 0 means all that
// remain. Anything outside the plan is InvalidPart.
func (p Plan) Range(first, count int) (from, n int, err error) {
	if first == 0 {
		first = 1
	}
	if first < 1 || first > p.PartCount {
		return 0, 0, Errorf(InvalidPart, "got first part %d, want 1 to %d: a file of %d bytes has %d parts of %d bytes",
			first, p.PartCount, p.Size, p.PartCount, p.PartSize)
	}
	if count == 0 {
		count = p.PartCount - first + 1
	}
	if count < 1 || count > p.PartCount-first+1 {
		return 0, 0, Errorf(InvalidPart, "got %d parts from part %d, want 1 to %d: a file of %d bytes has %d parts of %d bytes",
			count, first, p.PartCount-first+1, p.Size, p.PartCount, p.PartSize)
	}
	return first, count, nil
}

// String says the plan in words, for messages.
func (p Plan) String() string {
	return fmt.Sprintf("%d parts of %d bytes", p.PartCount, p.PartSize)
}
