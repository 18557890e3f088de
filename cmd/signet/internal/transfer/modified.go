package transfer

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// modifiedName is the metadata that keeps a file's time of modification, in seconds
// since 1970 with up to nine decimals: as rclone has it
// (https://rclone.org/s3/#modification-times-and-hashes).
const modifiedName = "mtime"

func writeModified(t time.Time) string {
	text := fmt.Sprintf("%d.%09d", t.Unix(), t.Nanosecond())
	return strings.TrimRight(strings.TrimRight(text, "0"), ".")
}

// mostSeconds is how far from 1970 a time can be that a file is given here: Go counts
// its nanoseconds in 64 bits, which is until 2262.
const mostSeconds = math.MaxInt64 / int64(time.Second)

// Modified is the time of modification in an object's metadata mtime, as put and other
// tools write it. Zero: there is none, it is none, or no file can be given it.
func Modified(mtime string) time.Time {
	whole, fraction, _ := strings.Cut(mtime, ".")
	seconds, err := strconv.ParseInt(whole, 10, 64)
	if err != nil || seconds >= mostSeconds || seconds <= -mostSeconds || len(fraction) > 9 || strings.ContainsAny(fraction, "+-") {
		return time.Time{}
	}
	nanoseconds, err := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, nanoseconds)
}
