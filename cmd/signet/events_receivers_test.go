package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"signet/lambda/notify"
)

// hook is the path that the receivers take events at.
const hook = "/hooks/signet"

// gotten is a verified event, as a receiver tells of it.
type gotten struct {
	ID        string
	Type      string
	Timestamp time.Time
	Data      notify.Data
	at        time.Time
}

// receiver is an application's server.
type receiver struct {
	mu   sync.Mutex
	all  []gotten
	said func(r *http.Request, e gotten) int // 0: 204; of the Go server alone

	port   int
	server *http.Server
}

func (r *receiver) add(e gotten) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e.at = time.Now()
	r.all = append(r.all, e)
}

func (r *receiver) events() []gotten {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]gotten(nil), r.all...)
}

// distinct are the events by id, in the order of their first arrival.
func (r *receiver) distinct() (list []gotten) {
	seen := map[string]bool{}
	for _, e := range r.events() {
		if !seen[e.ID] {
			seen[e.ID] = true
			list = append(list, e)
		}
	}
	return list
}

// of are those of a key, by id.
func (r *receiver) of(key string) (list []gotten) {
	for _, e := range r.distinct() {
		if e.Data.Key == key {
			list = append(list, e)
		}
	}
	return list
}

// wait waits until a key has so many events, and a little longer, for one too many.
func (r *receiver) wait(t *testing.T, key string, n int) []gotten {
	t.Helper()
	return r.waitFor(t, key, n, 2*time.Second)
}

func (r *receiver) waitFor(t *testing.T, key string, n int, limit time.Duration) []gotten {
	t.Helper()
	for end := time.Now().Add(limit); len(r.of(key)) < n; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("got %d events of %s within %v, want %d: %+v", len(r.of(key)), key, limit, n, r.events())
		}
	}
	time.Sleep(300 * time.Millisecond)
	if got := r.of(key); len(got) != n {
		t.Errorf("got %d events of %s, want %d: %+v", len(got), key, n, got)
	}
	return r.of(key)
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func hookAt(port int) string { return fmt.Sprintf("http://127.0.0.1:%d%s", port, hook) }

// goServer receives with the standard's Go library.
func (r *receiver) goServer(t *testing.T, port int, secret string) *http.Server {
	t.Helper()
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST "+hook, func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		if err := verifier.Verify(body, q.Header); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		e := gotten{ID: q.Header.Get("webhook-id")}
		if err := json.Unmarshal(body, &e); err != nil {
			t.Errorf("got %s: %v", body, err)
		}
		if r.said != nil {
			if status := r.said(q, e); status >= 300 {
				w.WriteHeader(status)
				return
			}
		}
		r.add(e)
		w.WriteHeader(http.StatusNoContent)
	})
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: mux}
	r.port, r.server = port, s
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return s
}

// program runs a receiver that prints its port, and then each event.
func (r *receiver) program(t *testing.T, port int, secret, name string, args ...string) {
	t.Helper()
	c := exec.Command(name, args...)
	c.Env = append(os.Environ(), "SECRET="+secret, "PORT="+strconv.Itoa(port))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Kill()
		c.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() || strings.TrimSpace(lines.Text()) != strconv.Itoa(port) {
		t.Fatalf("got %q of %s, want its port %d", lines.Text(), name, port)
	}
	go func() {
		for lines.Scan() {
			var e gotten
			if err := json.Unmarshal(lines.Bytes(), &e); err == nil {
				r.add(e)
			}
		}
	}()
}

// servers are the receivers that others' libraries verify for, by name.
func servers() map[string]func(t *testing.T, r *receiver, port int, secret string) {
	return map[string]func(t *testing.T, r *receiver, port int, secret string){
		"express": func(t *testing.T, r *receiver, port int, secret string) {
			if _, err := os.Stat("testdata/receivers/node_modules/express"); err != nil {
				t.Fatalf("%v: run make test-go, which installs it", err)
			}
			r.program(t, port, secret, "node", "testdata/receivers/server.mjs")
		},
		"flask": func(t *testing.T, r *receiver, port int, secret string) {
			r.program(t, port, secret, clientTool(t, "python"), filepath.Join("testdata", "receivers", "server.py"))
		},
		"go": func(t *testing.T, r *receiver, port int, secret string) { r.goServer(t, port, secret) },
	}
}
