package api

import (
	"sync"
	"time"
)

const (
	// maxSessions bounds the sessions that an instance remembers, at 1.7 kB each.
	maxSessions = 1000
	// vainQuestions is how often S3 is asked at once about sessions that turn out to
	// be none; after that, once in every pause, whoever brings them.
	vainQuestions = 8
	vainPause     = 2 * time.Second
)

// sessions remembers what is known of sessions: those that were made here or that S3
// has found good, and those that it has refused. It also counts the questions that S3
// is asked in vain, for anybody may call.
type sessions struct {
	mu    sync.Mutex
	all   map[string]verdict
	spent int       // questions in vain, or not answered yet
	since time.Time // from when on a question comes back each pause
}

// verdict is what a session is, until when.
type verdict struct {
	good  bool
	until time.Time
}

func (s *sessions) knows(token string, now time.Time) (good, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.all[token]
	return v.good, now.Before(v.until)
}

func (s *sessions) keep(token string, until time.Time, good bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.all) >= maxSessions || s.all == nil {
		s.all = map[string]verdict{} // the others are asked about again
	}
	s.all[token] = verdict{good, until}
}

// begin takes a question to S3, if there is one left.
func (s *sessions) begin(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if back := int(now.Sub(s.since) / vainPause); s.spent == 0 || back >= s.spent {
		s.spent, s.since = 0, now
	} else if back > 0 {
		s.spent -= back
		s.since = s.since.Add(time.Duration(back) * vainPause)
	}
	if s.spent >= vainQuestions {
		return false
	}
	s.spent++
	return true
}

// worthIt gives back a question whose answer was yes.
func (s *sessions) worthIt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spent = max(0, s.spent-1)
}
