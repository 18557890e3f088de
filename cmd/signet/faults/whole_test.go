package faults

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"
)

// A file that is sent whole suffers only where that is wanted.
func TestWhole(t *testing.T) {
	for _, whole := range []bool{false, true} {
		s := newStorage(t)
		l, address := newLayer(t, s.URL)
		l.Whole = whole
		if err := l.Arm(Fault{Kind: SlowDown}); err != nil {
			t.Fatal(err)
		}
		want := http.StatusOK
		if whole {
			want = http.StatusServiceUnavailable
		}
		if answer, err := send(t, address+"/bucket/key", content); err != nil || answer.StatusCode != want {
			t.Errorf("whole %v: got %v, %v, want %d", whole, answer, err, want)
		}
	}
}

// The body is stored and its answer lost; a refusal is none worth losing.
func TestAnswerLost(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	if err := l.Arm(Fault{Kind: AnswerLost}); err != nil {
		t.Fatal(err)
	}
	if answer, err := send(t, address+"/refused?partNumber=1", content[:10]); err != nil || answer.StatusCode != 403 {
		t.Fatalf("got %v, %v, want the refusal", answer, err)
	}
	if answer, err := send(t, address+part, content); err == nil {
		t.Fatalf("got %d, want no answer", answer.StatusCode)
	}
	if !bytes.Equal(<-s.stored, content) {
		t.Error("another body is stored")
	}
	if answer, err := send(t, address+part, content); err != nil || answer.StatusCode != 200 {
		t.Errorf("the next: %v, %v, want 200", answer, err)
	}
	if e := l.Log().Events; len(e) != 1 || e[0].Kind != AnswerLost || e[0].Hit != 2 {
		t.Errorf("got %+v, want the second request's answer lost", e)
	}
}

// A token that is taken for expired stays so; another holds.
func TestTokenExpired(t *testing.T) {
	l := Around(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Bearer expired" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	status := func(token string) int {
		r, err := http.NewRequest("GET", server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", token)
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer.StatusCode
	}
	if got := status("Bearer old"); got != 200 {
		t.Fatalf("before: got %d", got)
	}
	if err := l.Arm(Fault{Kind: TokenExpired}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		token string
		want  int
	}{{"", 200}, {"Bearer old", 401}, {"Bearer new", 200}, {"Bearer old", 401}} {
		if got := status(row.token); got != row.want {
			t.Errorf("%q: got %d, want %d", row.token, got, row.want)
		}
	}
	log := l.Log()
	if len(log.Events) != 1 || log.Events[0].Kind != TokenExpired || log.Requests[2].Status != 401 || log.Requests[3].Status != 200 {
		t.Errorf("got %+v, want one token expired, and what was answered", log)
	}
}

// onLine is a layer whose line can be cut.
func onLine(t *testing.T, upstream string) (l *Layer, line *Switch, address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	on := NewSwitch(listener)
	l = New(false)
	l.Lines = Lines{on}
	u, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	l.SetUpstream(u)
	server := &http.Server{Handler: l}
	go func() { _ = server.Serve(on) }()
	t.Cleanup(func() { server.Close() })
	return l, on, "http://" + listener.Addr().String()
}

// The line is cut in the middle of a body, stays so for others, and comes back by
// itself.
func TestOfflineInABody(t *testing.T) {
	s := newStorage(t)
	l, _, address := onLine(t, s.URL)
	if err := l.Arm(Fault{Kind: Offline, Offset: 300_000, Milliseconds: 300}); err != nil {
		t.Fatal(err)
	}
	if answer, err := send(t, address+part, content); err == nil {
		t.Fatalf("got %d, want no answer", answer.StatusCode)
	}
	if answer, err := send(t, address+"/elsewhere", nil); err == nil {
		t.Errorf("another request: got %d, want no answer", answer.StatusCode)
	}
	waitFor(t, func() bool {
		_, err := send(t, address+part, content)
		return err == nil
	})
	requests := l.Log().Requests
	if requests[0].Received != 300_000 || len(requests) != 2 {
		t.Errorf("got %+v, want the cut request after 300,000 bytes, and the one that came through", requests)
	}
}

func TestSwitch(t *testing.T) {
	s := newStorage(t)
	l, line, address := onLine(t, s.URL)
	body, feed := io.Pipe()
	defer body.Close()
	r, err := http.NewRequestWithContext(t.Context(), "PUT", address+part, body)
	if err != nil {
		t.Fatal(err)
	}
	r.ContentLength = 5
	ended := make(chan error)
	go func() {
		_, err := http.DefaultClient.Do(r)
		ended <- err
	}()
	waitFor(t, func() bool { return len(l.Log().Requests) == 1 })
	line.Offline()
	_, _ = io.WriteString(feed, "hello") // the client may have heard of the end by now
	if err := <-ended; err == nil {
		t.Error("an open connection goes on")
	}
	if _, err := send(t, address+part, content); err == nil {
		t.Error("a new connection carries")
	}
	line.Online()
	if answer, err := send(t, address+part, content); err != nil || answer.StatusCode != 200 {
		t.Errorf("online again: %v, %v", answer, err)
	}
	line.Cut()
	waitFor(t, func() bool { // a client that has not heard of it yet takes the old connection
		answer, err := send(t, address+part, content)
		return err == nil && answer.StatusCode == 200
	})
	if err := line.Close(); err != nil {
		t.Error(err)
	}
	time.AfterFunc(0, line.Online) // as a pause that ends late
	if _, err := net.Dial("tcp", line.Addr().String()); err == nil {
		t.Error("a closed line is open")
	}
}
