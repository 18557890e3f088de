package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/faults"
)

// running is a proxy in front of three servers, each of which answers with its
// name, the host and the path it was asked for.
type running struct{ S3, App, Control string }

func start(t *testing.T) running {
	pages := t.TempDir()
	if err := os.WriteFile(filepath.Join(pages, "a.txt"), []byte("a page"), 0o600); err != nil {
		t.Fatal(err)
	}
	stdin, feed := io.Pipe()
	out, stdout := io.Pipe()
	ended := make(chan error, 1)
	go func() { ended <- run(stdin, stdout) }()
	t.Cleanup(func() {
		feed.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	fmt.Fprintf(feed, `{"pages":{"/pages/":%q}}`+"\n", pages)
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	var p running
	if err := json.Unmarshal(line, &p); err != nil {
		t.Fatal(err)
	}
	to := map[string]string{}
	for _, name := range []string{"s3", "site", "companion"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintf(w, "%s as %s: %s", name, "http://"+r.Host, r.URL.Path)
		}))
		t.Cleanup(server.Close)
		to[name] = server.URL
	}
	p.post(t, "/upstream", to, 200)
	for path, want := range map[string]string{
		p.S3 + "/bucket/key":       "s3 as " + p.S3 + ": /bucket/key",
		p.App + "/api/files":       "site as " + to["site"] + ": /api/files",
		p.App + "/companion/s3/x":  "companion as " + to["companion"] + ": /s3/x",
		p.App + "/pages/a.txt":     "a page",
		p.App + "/elsewhere/a.txt": "404 page not found\n",
	} {
		if got := get(path); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
	return p
}

func (p running) post(t *testing.T, path string, body any, want int) (answer struct{ ID int }) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.Post(p.Control+path, "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if r.StatusCode != want {
		message, _ := io.ReadAll(r.Body)
		t.Fatalf("%s %s: got %d %s, want %d", path, text, r.StatusCode, message, want)
	}
	if want == http.StatusOK {
		_ = json.NewDecoder(r.Body).Decode(&answer) // null, mostly
	}
	return answer
}

func (p running) log(t *testing.T) (log map[string]faults.Log) {
	t.Helper()
	if err := json.Unmarshal([]byte(get(p.Control+"/log")), &log); err != nil {
		t.Fatal(err)
	}
	return log
}

// get is the body of an answer, or that there is none.
func get(url string) string {
	r, err := http.Get(url)
	if err != nil {
		return "no answer"
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	return string(body)
}

func TestProxy(t *testing.T) {
	p := start(t)
	log := p.log(t)
	for layer, path := range map[string]string{"s3": "/bucket/key", "site": "/api/files", "companion": "/s3/x"} {
		if r := log[layer].Requests; len(r) != 1 || r[0].Path != path {
			t.Errorf("%s: got %+v, want one request of %s", layer, r, path)
		}
	}
	p.post(t, "/reset", struct{}{}, 200)
	p.post(t, "/end", p.post(t, "/begin", map[string]string{"kind": "tab killed"}, 200), 200)
	log = p.log(t)
	if e := log["s3"].Events; len(e) != 1 || e[0].Kind != "tab killed" || e[0].Ended == 0 {
		t.Errorf("got %+v, want one fault that is over", e)
	}
	if len(log["site"].Requests) != 0 {
		t.Errorf("got %+v after a reset", log["site"])
	}
}

func TestControlRefuses(t *testing.T) {
	p := start(t)
	p.post(t, "/arm", faults.Fault{Kind: "burn"}, 400)
	p.post(t, "/shape", map[string]int{"bytesPerSecond": 1}, 400)
	p.post(t, "/upstream", map[string]string{"s3": "http://bad host"}, 400)
	p.post(t, "/offline", "soon", 400)
	if got := get(p.S3 + "/bucket/key"); !strings.HasPrefix(got, "s3 as") {
		t.Errorf("got %q after what was refused", got)
	}
}

func TestSlowAndOffline(t *testing.T) {
	p := start(t)
	p.post(t, "/shape", map[string]int{"roundTrip": 60}, 200)
	for _, address := range []string{p.S3 + "/bucket/key", p.App + "/api/files"} {
		begin := time.Now()
		if got := get(address); got == "no answer" || time.Since(begin) < 60*time.Millisecond {
			t.Errorf("%s: got %q after %v, want 60 ms", address, got, time.Since(begin))
		}
	}
	back := make(chan time.Time)
	begin := time.Now()
	go func() {
		p.post(t, "/offline", map[string]int{"milliseconds": 400}, 200)
		back <- time.Now()
	}()
	time.Sleep(150 * time.Millisecond)
	for _, address := range []string{p.S3 + "/bucket/key", p.App + "/api/files"} {
		if got := get(address); got != "no answer" {
			t.Errorf("%s: got %q while offline", address, got)
		}
	}
	if end := <-back; end.Sub(begin) < 400*time.Millisecond {
		t.Errorf("it was back after %v, want 400 ms", end.Sub(begin))
	}
	if got := get(p.S3 + "/bucket/key"); !strings.HasPrefix(got, "s3 as") {
		t.Errorf("got %q when back", got)
	}
}
