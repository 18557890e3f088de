package transfer

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Hundreds of downloads are signed by a few calls, whoever asks first; what has expired,
// or is asked for again, by itself; and a file that is not the caller's fails alone.
func TestAddresses(t *testing.T) {
	w := newWorld(t)
	const count = addressesAtOnce + 50
	var many, single atomic.Int32
	w.api.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		switch r.URL.Path {
		case "/api/files/urls":
			many.Add(1)
		case "/api/files/url":
			single.Add(1)
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	keys := make([]string, count)
	for i := range keys {
		keys[i] = fmt.Sprintf("uploads/alice/f%d~r1234567890.txt", i)
	}
	keys[3] = "uploads/bob/theirs~r1234567890.txt"
	a := NewAddresses(w.api, keys)
	var all sync.WaitGroup
	for i, key := range keys {
		all.Go(func() {
			r, err := a.Sign(t.Context(), key)
			if got := err == nil && r.Key == key && r.URL != "" && len(r.Headers) > 0; got != (i != 3) {
				t.Errorf("%s: %+v, %v", key, r, err)
			}
		})
	}
	all.Wait()
	if n := many.Load(); n != 2 || single.Load() > 0 {
		t.Errorf("got %d calls for many and %d for one, want 2 and none", n, single.Load())
	}
	if _, err := a.Sign(t.Context(), keys[0]); err != nil || single.Load() != 1 {
		t.Errorf("asked again: %v, %d calls for one", err, single.Load())
	}
	w.late.Store(int64(time.Hour))
	old := NewAddresses(w.api, keys)
	if _, err := old.Sign(t.Context(), keys[1]); err != nil || single.Load() != 2 {
		t.Errorf("expired before its turn: %v, %d calls for one", err, single.Load())
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := NewAddresses(w.api, keys).Sign(ended, keys[0]); err == nil {
		t.Error("an interrupted run got an address")
	}
}

// A server that answers for fewer files than it was asked for, or says nothing of one, is
// asked once for all, and then for each by itself.
func TestAddressesLeftOut(t *testing.T) {
	w := newWorld(t)
	calls := map[string]int{}
	w.api.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		calls[r.URL.Path]++
		if r.URL.Path != "/api/files/urls" {
			return http.DefaultTransport.RoundTrip(r)
		}
		body := `{"files":[{"key":"uploads/alice/a~r1234567890.txt"}]}`
		return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body))}, nil
	})}
	keys := []string{"uploads/alice/a~r1234567890.txt", "uploads/alice/b~r1234567890.txt"}
	a := NewAddresses(w.api, keys)
	for _, key := range keys {
		if r, err := a.Sign(t.Context(), key); err != nil || r.URL == "" {
			t.Errorf("%s: %+v, %v", key, r, err)
		}
	}
	if calls["/api/files/urls"] != 1 || calls["/api/files/url"] != 2 {
		t.Errorf("got calls %v, want one for both and one for each", calls)
	}
}

// While some are fetched the next are signed, and none after those; a call that fails
// is made again by whoever asks next, also when nobody had asked for it yet.
func TestAddressesAhead(t *testing.T) {
	w := newWorld(t)
	var calls atomic.Int32
	answered := make(chan int32, 9)
	w.api.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		n := calls.Add(1)
		defer func() { answered <- n }()
		if n == 2 {
			return nil, io.ErrUnexpectedEOF
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	keys := make([]string, 3*addressesAtOnce)
	for i := range keys {
		keys[i] = fmt.Sprintf("uploads/alice/f%d~r1234567890.txt", i)
	}
	a := NewAddresses(w.api, keys)
	sign := func(place int) error {
		r, err := a.Sign(t.Context(), keys[place])
		if err == nil && (r.Key != keys[place] || r.URL == "") {
			t.Errorf("got %+v for %s", r, keys[place])
		}
		return err
	}
	if err := sign(0); err != nil {
		t.Fatal(err)
	}
	<-answered
	<-answered // of those that nobody has asked for
	if err := sign(1); err != nil || calls.Load() != 2 {
		t.Errorf("%v after %d calls, want 2: its own and the one ahead", err, calls.Load())
	}
	if sign(addressesAtOnce) == nil {
		t.Error("a call that failed brought an address")
	}
	if err := sign(addressesAtOnce); err != nil {
		t.Error(err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
