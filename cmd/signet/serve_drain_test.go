package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// begin sends the beginning of a file of size bytes, and gives what is left to send.
func (s *server) begin(t *testing.T, size int, content []byte) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", s.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	fmt.Fprintf(c, "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: %d\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", size, s.Token)
	if _, err := c.Write(content); err != nil {
		t.Fatal(err)
	}
	return c
}

func (s *server) wantDraining(t *testing.T) {
	t.Helper()
	wantSoon(t, "the server is not ready", func() bool {
		status, _, _ := s.send(t, "GET", "/readyz", nil, nil)
		return status == http.StatusServiceUnavailable
	})
	answer, err := http.DefaultClient.Do(s.request(t, "late"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("got %d and Retry-After %q for a new upload, want 503 and some seconds", answer.StatusCode, answer.Header.Get("Retry-After"))
	}
}

func (s *server) request(t *testing.T, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("PUT", s.url+"/api/relay/late.txt", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.Token)
	return r
}

// After SIGTERM an upload under way ends well, a new one is told to come again, and
// the process ends with 0.
func TestServeDrains(t *testing.T) {
	s := startServe(t, nil)
	content := bytesOf(4, 12<<20)
	c := s.begin(t, len(content), content[:7<<20])
	wantSoon(t, "the upload is under way", func() bool { return s.figure(t, "signet_relay_uploads_under_way") == 1 })
	s.process.Process.Signal(syscall.SIGTERM)
	s.wantDraining(t)
	if _, err := c.Write(content[7<<20:]); err != nil {
		t.Fatal(err)
	}
	status, text := answerOf(t, c)
	done := wantStored(t, status, text, int64(len(content)))
	if err := s.process.Wait(); err != nil {
		t.Errorf("got %v, want exit code 0", err)
	}
	signed, err := s.client().FileURL(t.Context(), done.Key, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, back, _ := get(t, signed.URL); hexSum(back) != hexSum(content) {
		t.Error("got other bytes back")
	}
}

// answerOf reads an answer from a connection.
func answerOf(t *testing.T, c net.Conn) (int, []byte) {
	t.Helper()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatalf("got no answer: %v", err)
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body) // a refused connection may end early
	return answer.StatusCode, text
}

// An upload that does not end within --drain is ended, and leaves nothing.
func TestServeDrainEnds(t *testing.T) {
	s := startServe(t, nil, "--drain", "1s")
	c := s.begin(t, 20<<20, bytesOf(4, 7<<20))
	wantSoon(t, "the upload is under way", func() bool { return s.figure(t, "signet_relay_uploads_under_way") == 1 })
	s.process.Process.Signal(syscall.SIGTERM)
	if status, text := answerOf(t, c); status != http.StatusServiceUnavailable {
		t.Errorf("got %d %s, want 503", status, text)
	}
	if err := s.process.Wait(); err != nil {
		t.Errorf("got %v, want exit code 0", err)
	}
	page, err := s.client().ListUploads(t.Context(), "")
	if err != nil || len(page.Uploads) != 0 {
		t.Errorf("got %v (%v), want no unfinished upload", page, err)
	}
}
