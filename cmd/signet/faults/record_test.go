package faults

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

// What is in flight at a fault is what began before its end and had not ended
// before its beginning.
func TestInFlight(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	slow := func() (done func()) {
		body, feed := io.Pipe()
		r, err := http.NewRequestWithContext(t.Context(), "PUT", address+part, body)
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = 5
		before := len(l.Log().Requests)
		ended := make(chan error)
		go func() {
			answer, err := http.DefaultClient.Do(r)
			if err == nil {
				answer.Body.Close()
			}
			ended <- err
		}()
		waitFor(t, func() bool { return len(l.Log().Requests) > before })
		return func() {
			_, err := io.WriteString(feed, "hello")
			if err = errors.Join(err, feed.Close(), <-ended); err != nil {
				t.Error(err)
			}
		}
	}
	endBefore, endLater := slow(), slow()
	endBefore()
	waitFor(t, func() bool { return l.Log().Requests[0].Ended != 0 })
	fault := l.Begin("tab killed")
	endDuring := slow()
	l.End(fault)
	endAfter := slow()
	endLater()
	endDuring()
	endAfter()
	log := l.Log()
	later, during := log.Requests[1].ID, log.Requests[2].ID
	e := log.Events
	if len(e) != 1 || e[0].Ended == 0 || len(e[0].InFlight) != 2 || e[0].InFlight[0] != later || e[0].InFlight[1] != during {
		t.Errorf("got %+v, want requests %d and %d in flight", e, later, during)
	}
	l.Reset()
	if log := l.Log(); len(log.Requests)+len(log.Events) != 0 {
		t.Errorf("got %+v after a reset", log)
	}
}

// A fault may lose the answer of a request that is over.
func TestAnswerOnItsWay(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	l.Lag = time.Second
	if _, err := send(t, address+part, content); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return l.Log().Requests[0].Ended != 0 })
	l.Begin("offline")
	time.Sleep(1100 * time.Millisecond)
	l.Begin("offline")
	if e := l.Log().Events; len(e[0].InFlight) != 1 || len(e[1].InFlight) != 0 {
		t.Errorf("got %+v, want the request in flight at the first alone", e)
	}
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it does not happen within 10 s")
		}
	}
}
