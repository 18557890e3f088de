package upload

import "time"

const (
	wrongTries   = 10 // wrong passwords after which a pass pauses
	firstPause   = time.Minute
	longestPause = time.Hour
)

// Wrong counts wrong passwords. They pause a pass and never end it: else anybody who
// has the link could.
type Wrong struct {
	Tries  int   `json:"tries,omitempty"`
	Pauses int   `json:"pauses,omitempty"`
	Until  int64 `json:"until,omitempty"` // Unix seconds: the end of the pause
}

// Paused is how long no password is looked at any more; 0: it is.
func (w Wrong) Paused(now time.Time) time.Duration {
	return max(0, time.Unix(w.Until, 0).Sub(now))
}

// Again counts a wrong password.
func (w *Wrong) Again(now time.Time) {
	if w.Tries++; w.Tries < wrongTries {
		return
	}
	pause := min(longestPause, firstPause<<min(w.Pauses, 10))
	w.Tries, w.Pauses, w.Until = 0, w.Pauses+1, now.Add(pause).Unix()
}
