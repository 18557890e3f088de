package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"signet/lambda/upload"
)

// TestTries: what is not taken is tried again with growing pauses, at most eleven times,
// or as late as the receiver asks; 410 is the end at once; other messages are not held up.
func TestTries(t *testing.T) {
	w := newWorld(t)
	w.put(t, report, "content")
	body := w.told(t)[0]
	w.answer = func(*Event) Answer { return Answer{Status: 500, Err: errors.New("got 500")} }
	var all, before time.Duration
	for n := 1; n < upload.EventAttempts; n++ {
		failures, _ := w.Handle(t.Context(), Batch{Records: []Message{message(0, body, n)}})
		pause := w.pauses["m0"]
		if len(failures.Items) != 1 || pause < 5*time.Second || pause > 12*time.Hour || pause <= before {
			t.Errorf("attempt %d: got %+v and a pause of %v after %v, want it later", n, failures, pause, before)
		}
		all, before = all+pause, pause
	}
	if all < 23*time.Hour || all > 27*time.Hour {
		t.Errorf("got %v in all, want a day", all)
	}
	if failures, _ := w.Handle(t.Context(), Batch{Records: []Message{message(0, body, upload.EventAttempts)}}); len(failures.Items) != 0 || len(w.buried) != 1 {
		t.Errorf("got %+v and %v, want it among the failures", failures, w.buried)
	}
	w.answer = func(*Event) Answer { return Answer{Status: 503, Err: errors.New("got 503"), After: 20 * time.Minute} }
	if w.Handle(t.Context(), Batch{Records: []Message{message(0, body, 1)}}); w.pauses["m0"] != 20*time.Minute {
		t.Errorf("got a pause of %v, want the one that was asked for", w.pauses["m0"])
	}
	w.answer = func(*Event) Answer { return Answer{Status: 410, Err: errors.New("got 410"), Gone: true} }
	if failures, _ := w.Handle(t.Context(), Batch{Records: []Message{message(0, body, 1)}}); len(failures.Items) != 0 || len(w.buried) != 2 {
		t.Errorf("got %+v and %v, want it among the failures at once", failures, w.buried)
	}
	w.answer = nil
	failures, _ := w.Handle(t.Context(), Batch{Records: []Message{message(0, "no JSON", 1), message(1, body, 1), message(2, `{"source": "aws.ec2"}`, 1)}})
	if len(failures.Items) != 0 || len(w.buried) != 4 {
		t.Errorf("got %+v and %v, want what is no event among the failures, and the others told", failures, w.buried)
	}
}

// TestSigned has the standard's own library judge what is sent, with either of two
// secrets, and refuse what is old or changed.
func TestSigned(t *testing.T) {
	first, second := Secret(strings.Repeat("a", 32)), Secret(strings.Repeat("b", 24))
	var request *http.Request
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		request, body = r, make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
	}))
	defer server.Close()
	now := time.Now()
	p := NewPoster(server.URL, func(context.Context) ([]Secret, error) { return []Secret{first, second}, nil }, true, func() time.Time { return now })
	e := &Event{ID: "msg_1", Type: upload.FileStored, Data: Data{Name: "<ß>&.txt"}}
	if a := p.Send(t.Context(), e); a.Err != nil {
		t.Fatal(a.Err)
	}
	for _, s := range []Secret{first, second} {
		v, err := standardwebhooks.NewWebhook(s.String())
		if err != nil {
			t.Fatal(err)
		}
		if err := v.Verify(body, request.Header); err != nil {
			t.Errorf("%v", err)
		}
		if v.Verify(append(body, ' '), request.Header) == nil {
			t.Error("got a changed body taken")
		}
	}
	if v, _ := standardwebhooks.NewWebhook(Secret(strings.Repeat("c", 32)).String()); v.Verify(body, request.Header) == nil {
		t.Error("got another secret's signature taken")
	}
	now = now.Add(-6 * time.Minute)
	if a := p.Send(t.Context(), e); a.Err != nil {
		t.Fatal(a.Err)
	}
	if v, _ := standardwebhooks.NewWebhook(first.String()); !errors.Is(v.Verify(body, request.Header), standardwebhooks.ErrMessageTooOld) {
		t.Error("got an old timestamp taken")
	}
	if !json.Valid(body) || !strings.Contains(string(body), "<ß>&.txt") {
		t.Errorf("got %s", body)
	}
}

// TestAnswers reads what receivers answer: never follows, never waits for ever, reads a
// little.
func TestAnswers(t *testing.T) {
	reached := 0
	mux := http.NewServeMux()
	mux.HandleFunc("/other", func(http.ResponseWriter, *http.Request) { reached++ })
	for status := range map[int]bool{200: true, 204: true, 400: true, 410: true, 429: true, 500: true} {
		mux.HandleFunc(fmt.Sprintf("/%d", status), func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(status)
		})
	}
	for _, status := range []int{301, 302, 303, 307, 308} {
		mux.Handle(fmt.Sprintf("/%d", status), http.RedirectHandler("/other", status))
	}
	mux.HandleFunc("/much", func(w http.ResponseWriter, _ *http.Request) {
		for range 1000 {
			if _, err := w.Write(make([]byte, 1<<20)); err != nil {
				return
			}
		}
		reached++
	})
	mux.HandleFunc("/slowly", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	send := func(path string) (Answer, time.Duration) {
		began := time.Now()
		p := NewPoster(server.URL+path, func(context.Context) ([]Secret, error) { return []Secret{Secret(strings.Repeat("a", 32))}, nil }, true, nil)
		return p.Send(t.Context(), &Event{ID: "msg_1"}), time.Since(began)
	}
	for path, ok := range map[string]bool{"/200": true, "/204": true, "/400": false, "/429": false, "/500": false, "/410": false, "/301": false, "/302": false, "/303": false,
		"/307": false, "/308": false, "/much": true, "/slowly": true, "/404": false} {
		a, took := send(path)
		if (a.Err == nil) != ok || a.Gone != (path == "/410") || took > 30*time.Second || len(a.Text) > 200 {
			t.Errorf("%s: got %+v in %v", path, a, took)
		}
		if path == "/429" && a.After != 2*time.Minute {
			t.Errorf("got a pause of %v, want what was asked for", a.After)
		}
	}
	if reached > 0 {
		t.Error("got a redirect followed, or a long answer read to its end")
	}
}

// TestPrivate: nothing of a private network is called, by whatever name.
func TestPrivate(t *testing.T) {
	for address, loopback := range map[string]bool{
		"127.0.0.1": true, "127.8.9.1": true, "::1": true, "::ffff:127.0.0.1": true, "10.0.0.1": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"fd00:ec2::254": false, "fe80::1": false, "0.0.0.0": false, "::": false, "100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "::ffff:10.0.0.1": false,
		"64:ff9b::a9fe:a9fe": false, "2002:0a00:0001::1": false, "198.18.0.1": false, "240.0.0.1": false, "fec0::1": false, "2001:db8::1": false, "ff02::1": false,
		"::ffff:100.64.0.1": false, "::ffff:192.0.0.8": false, "::7f00:1": false, "::a9fe:a9fe": false, "::ffff:0:a00:1": false, "64:ff9b:1::a00:1": false, "2001:0:a00:1::1": false,
		"3fff::1": false, "5f00::1": false, "100::1": false, "192.0.0.170": false, "192.88.99.1": false, "64:ff9b::6440:1": false, "2002:6440:1::1": false,
	} {
		at := address + ":443"
		if strings.Contains(address, ":") {
			at = "[" + address + "]:443"
		}
		if guard(false)("tcp", at, nil) == nil {
			t.Errorf("%s: got it called", address)
		}
		if (guard(true)("tcp", at, nil) == nil) != loopback {
			t.Errorf("%s: got it called in dev: %t", address, !loopback)
		}
	}
	for _, address := range []string{"93.184.216.34:443", "[2606:2800:220:1::1]:443", "[64:ff9b::5db8:d822]:443"} {
		if err := guard(false)("tcp", address, nil); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	p := NewPoster(strings.Replace(server.URL, "127.0.0.1", "localhost", 1), func(context.Context) ([]Secret, error) { return []Secret{Secret(strings.Repeat("a", 32))}, nil }, false, nil)
	if a := p.Send(t.Context(), &Event{}); a.Err == nil || a.Status != 0 || !strings.Contains(a.Err.Error(), "private address") {
		t.Errorf("got %+v, want a name of this machine refused", a)
	}
}
