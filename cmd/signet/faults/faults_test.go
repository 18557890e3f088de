package faults

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
)

// storage is a server that keeps whole bodies by path, and refuses some unread.
type storage struct {
	*httptest.Server
	stored chan []byte
	host   chan string
}

func newStorage(t *testing.T) *storage {
	s := &storage{stored: make(chan []byte, 16), host: make(chan string, 16)}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.host <- r.Host
		if strings.HasPrefix(r.URL.Path, "/refused") {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		if strings.HasPrefix(r.URL.Path, "/digest") {
			_, _ = io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if b, err := io.ReadAll(r.Body); err == nil {
			s.stored <- b
		}
	}))
	t.Cleanup(s.Close)
	return s
}

func newLayer(t *testing.T, upstream string) (*Layer, string) {
	l := New(false)
	u, err := url.Parse(upstream)
	if err != nil {
		t.Fatal(err)
	}
	l.SetUpstream(u)
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	return l, server.URL
}

func send(t *testing.T, url string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(t.Context(), "PUT", url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "http://page.example")
	answer, err := http.DefaultClient.Do(r)
	if err == nil {
		answer.Body.Close()
	}
	return answer, err
}

var content = bytes.Repeat([]byte("0123456789abcdef"), 1<<16) // 1 MiB

const part = "/bucket/key?uploadId=u&partNumber=2&X-Amz-Signature=secret"

func TestNothingArmed(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	if answer, err := send(t, address+part, content); err != nil || answer.StatusCode != 200 {
		t.Fatalf("got %v, %v, want 200", answer, err)
	}
	if !bytes.Equal(<-s.stored, content) {
		t.Error("the body is changed")
	}
	if got := "http://" + <-s.host; got != address {
		t.Errorf("the server saw host %s, want the client's %s, which is signed", got, address)
	}
	log := l.Log()
	if len(log.Requests) != 1 || len(log.Events) != 0 {
		t.Fatalf("got %+v, want one request", log)
	}
	got := log.Requests[0]
	if got.Began == 0 || got.Ended < got.Began {
		t.Errorf("got times %f to %f", got.Began, got.Ended)
	}
	got.Began, got.Ended = 0, 0
	want := Request{ID: 1, Method: "PUT", Path: "/bucket/key", UploadID: "u", Part: 2, Length: 1 << 20, Received: 1 << 20, Status: 200}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestFlip(t *testing.T) {
	for _, offset := range []int64{0, 1, 70_000, 1<<20 - 1} {
		s := newStorage(t)
		l, address := newLayer(t, s.URL)
		if err := l.Arm(Fault{Kind: Flip, Offset: offset}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{1, 0} { // the second sending is as it was
			if _, err := send(t, address+part, content); err != nil {
				t.Fatal(err)
			}
			stored, different := <-s.stored, 0
			for i := range stored {
				if stored[i] != content[i] {
					different++
					if int64(i) != offset {
						t.Errorf("byte %d differs, want %d", i, offset)
					}
				}
			}
			if different != want {
				t.Errorf("offset %d: %d bytes differ, want %d", offset, different, want)
			}
		}
		if e := l.Log().Events; len(e) != 1 || e[0].Kind != Flip || e[0].Hit != 1 || len(e[0].InFlight) != 1 {
			t.Errorf("got events %+v, want one flip of the first request", e)
		}
	}
}

func TestCut(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	if err := l.Arm(Fault{Kind: Cut, Offset: 300_000}); err != nil {
		t.Fatal(err)
	}
	// A body shorter than that is let through: the fault waits.
	if answer, err := send(t, address+part, content[:300_000]); err != nil || answer.StatusCode != 200 {
		t.Fatalf("a short part: %v, %v", answer, err)
	}
	<-s.stored
	if answer, err := send(t, address+part, content); err == nil {
		t.Fatalf("got %d, want a connection that ends without an answer", answer.StatusCode)
	}
	if answer, err := send(t, address+part, content); err != nil || answer.StatusCode != 200 {
		t.Fatalf("the next: %v, %v", answer, err)
	}
	if !bytes.Equal(<-s.stored, content) {
		t.Error("the server stored something else than the last body")
	}
	requests := l.Log().Requests
	if requests[1].Received != 300_000 || requests[1].Status != 0 {
		t.Errorf("got %d bytes and status %d of the cut one, want 300,000 and none", requests[1].Received, requests[1].Status)
	}
}

// A fault that did nothing waits for the next part.
func TestArmedAgain(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	for _, f := range []Fault{{Kind: Flip, Offset: 1 << 19}, {Kind: Cut, Offset: 1 << 19}} {
		l.Reset()
		if err := l.Arm(f); err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), "PUT", address+part, io.MultiReader(bytes.NewReader(content[:1000]), iotest.ErrReader(io.ErrClosedPipe)))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = 1 << 20
		if answer, err := http.DefaultClient.Do(r); err == nil {
			t.Fatalf("%s: a body that breaks off: %d, want no answer", f.Kind, answer.StatusCode)
		}
		waitFor(t, func() bool { log := l.Log(); return len(log.Requests) == 1 && log.Requests[0].Ended != 0 })
		if e := l.Log().Events; len(e) != 0 {
			t.Errorf("%s: got %+v after 1,000 bytes", f.Kind, e)
		}
		_, _ = send(t, address+part, content) // cut or flipped
		if e := l.Log().Events; len(e) != 1 || e[0].Kind != f.Kind {
			t.Errorf("%s: got %+v at the next part, want it done", f.Kind, e)
		}
	}
	// A flipped byte that was refused for another reason has harmed nobody; one
	// that S3 found out has done its work.
	for path, want := range map[string]int{"/refused": 2, "/digest": 1} {
		l.Reset()
		if err := l.Arm(Fault{Kind: Flip}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := send(t, address+path+"?uploadId=u&partNumber=1", content[:1000]); err != nil {
				t.Fatal(err)
			}
		}
		if e := l.Log().Events; len(e) != want {
			t.Errorf("%s: got %+v, want %d flips in two parts", path, e, want)
		}
	}
}

func TestSlowDown(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	if err := l.Arm(Fault{Kind: SlowDown, Count: 2}); err != nil {
		t.Fatal(err)
	}
	if answer, err := send(t, address+"/bucket/key", content); err != nil || answer.StatusCode != 200 {
		t.Fatalf("no part: %v, %v, want it let through", answer, err)
	}
	for i, want := range []int{503, 503, 200} {
		answer, err := send(t, address+part, content)
		if err != nil || answer.StatusCode != want {
			t.Fatalf("part %d: %v, %v, want %d", i, answer, err, want)
		}
		if want == 503 && answer.Header.Get("Access-Control-Allow-Origin") != "http://page.example" {
			t.Error("a page could not read the refusal")
		}
	}
	if len(s.stored) != 2 {
		t.Errorf("%d bodies are stored, want two", len(s.stored))
	}
	if log := l.Log(); len(log.Events) != 2 || log.Requests[1].Status != 503 || log.Requests[1].Received != 1<<20 {
		t.Errorf("got %+v", log)
	}
}

// A refusal before the body's end reaches the client, and the rest is counted.
func TestRefusedUnread(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	big := bytes.Repeat(content, 8)
	if answer, err := send(t, address+"/refused", big); err != nil || answer.StatusCode != 403 {
		t.Fatalf("got %v, %v, want 403", answer, err)
	}
	waitFor(t, func() bool { return l.Log().Requests[0].Ended != 0 })
	if got := l.Log().Requests[0]; got.Status != 403 || got.Received == 0 || got.Received > got.Length {
		t.Errorf("got %+v, want status 403 and what came in", got)
	}
}

func TestServerGone(t *testing.T) {
	s := newStorage(t)
	l, address := newLayer(t, s.URL)
	s.Close()
	if answer, err := send(t, address+part, content); err == nil {
		t.Fatalf("got %d, want no answer", answer.StatusCode)
	}
	if got := l.Log().Requests[0]; got.Status != 0 || got.Received == got.Length {
		t.Errorf("got %+v, want no status and not the whole body", got)
	}
}

func TestArmRefuses(t *testing.T) {
	for _, f := range []Fault{{}, {Kind: "burn"}, {Kind: Cut, Offset: -1}, {Kind: SlowDown, Count: -1}, {Kind: Offline, Milliseconds: -1}} {
		if err := New(false).Arm(f); err == nil || !strings.Contains(err.Error(), "want") {
			t.Errorf("%+v: got %v, want it refused", f, err)
		}
	}
}
