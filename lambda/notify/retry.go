package notify

import (
	"math/rand/v2"
	"time"

	"signet/lambda/upload"
)

// pauses are those between attempts: 23 hours and 43 minutes in all, so that a receiver
// that is down overnight loses nothing. Each is within the 12 hours that a queue can hide
// a message for.
var pauses = [upload.EventAttempts - 1]time.Duration{
	5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 10 * time.Hour,
}

// longestAsked bounds what a receiver may ask for with Retry-After.
const longestAsked = time.Hour

// Pause is how long to wait after attempt n, from 1, with up to a tenth more, so that
// what failed together does not come back together.
func Pause(n int) time.Duration {
	p := pauses[min(max(n, 1), len(pauses))-1]
	return p + rand.N(p/10)
}
