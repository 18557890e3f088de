package session

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// mostAgain is how often a call is made once more that the service is too busy for.
	mostAgain = 4
	// longestAgain is as long as is waited for it: who asks for more is told of it.
	longestAgain = 10 * time.Second
)

// patient makes a call again that the service was too busy for, after the time that it
// asks for. Those that transfers make, and S3's copies, have a patience of their own.
type patient struct {
	next http.RoundTripper
	// wait lets time pass.
	wait func(context.Context, time.Duration) error
}

// repeated are the calls besides GETs whose repetition comes to the same.
var repeated = []string{"/files/delete", "/files/restore", "/files/urls"}

// RoundTrip implements http.RoundTripper.
func (t patient) RoundTrip(r *http.Request) (*http.Response, error) {
	for n := 0; ; n++ {
		answer, err := t.next.RoundTrip(r)
		if err != nil || n == mostAgain || !mayRepeat(r) {
			return answer, err
		}
		after, busy := busyFor(answer, r.Method == http.MethodGet)
		if !busy {
			return answer, nil
		}
		again := r.Clone(r.Context())
		if r.GetBody != nil {
			if again.Body, err = r.GetBody(); err != nil {
				return answer, nil
			}
		}
		if t.wait(r.Context(), after) != nil {
			return answer, nil
		}
		answer.Body.Close()
		r = again
	}
}

func mayRepeat(r *http.Request) bool {
	return r.Method == http.MethodGet || slices.ContainsFunc(repeated, func(path string) bool { return strings.HasSuffix(r.URL.Path, path) })
}

// busyFor is how long the service wants to be left alone. Without a word of it a 503 is
// none of its own, and may have done what was asked for: then only what reads is asked
// again, and so it is of a 502 and a 504, which are a gateway's.
func busyFor(answer *http.Response, reads bool) (time.Duration, bool) {
	seconds, err := strconv.Atoi(answer.Header.Get("Retry-After"))
	wait := max(time.Second, time.Duration(seconds)*time.Second)
	switch answer.StatusCode {
	case http.StatusTooManyRequests:
		return wait, wait <= longestAgain
	case http.StatusServiceUnavailable:
		return wait, (reads || err == nil) && wait <= longestAgain
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return wait, reads && wait <= longestAgain
	}
	return 0, false
}
