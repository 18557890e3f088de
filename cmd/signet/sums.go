package main

import (
	"fmt"
	"strings"
	"time"

	"signet/cmd/signet/internal/progress"
)

// sums are what a run has come to.
type sums struct {
	began                   time.Time
	moved, existed, deleted int // files
	bytes                   int64
}

// file counts one that has moved, or was there already.
func (s *sums) file(size int64, existed bool) {
	if existed {
		s.existed++
		return
	}
	s.moved++
	s.bytes += size
}

// text is the line at the end; of one file all is said already.
func (s *sums) text() string {
	if s.moved+s.existed+s.deleted < 2 {
		return ""
	}
	var parts []string
	if s.moved > 0 {
		took := time.Since(s.began)
		speed := int64(float64(s.bytes) / max(took.Seconds(), 0.001))
		parts = append(parts, fmt.Sprintf("%s, %s in %.1f s, %s/s", fileCount(s.moved), progress.Bytes(s.bytes), took.Seconds(), progress.Bytes(speed)))
	}
	if s.existed > 0 {
		parts = append(parts, fileCount(s.existed)+" there already")
	}
	if s.deleted > 0 {
		parts = append(parts, fileCount(s.deleted)+" deleted")
	}
	return strings.Join(parts, "; ")
}

func fileCount(n int) string {
	if n == 1 {
		return "1 file"
	}
	return fmt.Sprintf("%d files", n)
}
