package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// rss is what a process has in memory, in bytes; peak is the most that it ever had.
func rss(t *testing.T, pid int) (now, peak int64) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	field := func(name string) int64 {
		_, rest, _ := strings.Cut(string(text), name+":")
		value, _, ok := strings.Cut(strings.TrimSpace(rest), " kB")
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || !ok {
			t.Fatalf("got no %s in %s", name, text)
		}
		return n << 10
	}
	return field("VmRSS"), field("VmHWM")
}

// repeated is a body of any length that costs its sender no memory.
type repeated struct {
	piece []byte
	left  int64
	at    int
}

// Read implements io.Reader.
func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), r.left)], r.piece[r.at:])
	r.left -= int64(n)
	r.at = (r.at + n) % len(r.piece)
	return n, nil
}

func sumOf(piece []byte, n int64) string {
	h := sha256.New()
	io.Copy(h, &repeated{piece: piece, left: n}) // neither fails
	return hex.EncodeToString(h.Sum(nil))
}

// memoryGoal is the most that the server may ever have had in memory, in bytes.
const memoryGoal = 120_000_000

// Sixteen uploads at once, half of them forms, half of those of unknown length: all
// arrive, and the process stays small.
func TestServeMemory(t *testing.T) {
	s := startServe(t, nil)
	size := either[int64](256<<20, 24<<20)
	var all sync.WaitGroup
	keys := make([]string, 16)
	for i := range keys {
		all.Go(func() {
			piece := bytesOf(byte(i), 1<<20+i)
			var body io.Reader = &repeated{piece: piece, left: size}
			method, path, header := "PUT", "/api/relay/a.bin", map[string]string{}
			length := size
			if i%2 == 0 {
				form, kind := formOf("a.bin", "", []byte("HERE"))
				before, after, _ := bytes.Cut(form, []byte("HERE"))
				body = io.MultiReader(bytes.NewReader(before), body, bytes.NewReader(after))
				method, path, header["Content-Type"] = "POST", "/api/relay", kind
				length += int64(len(before) + len(after))
			}
			if i%4 < 2 {
				header["Content-Length"] = strconv.FormatInt(length, 10)
			}
			status, _, text := s.send(t, method, path, header, body)
			if status != http.StatusCreated {
				t.Errorf("upload %d: got %d %s, want 201", i, status, text)
				return
			}
			keys[i] = wantStored(t, status, text, size).Key
		})
	}
	all.Wait()
	now, peak := rss(t, s.process.Process.Pid)
	t.Logf("16 uploads of %d MiB at once: at most %d kB in memory, %d kB afterwards", size>>20, peak/1000, now/1000)
	if peak > memoryGoal {
		t.Errorf("got %d bytes in memory at most, want %d or less", peak, memoryGoal)
	}
	if t.Failed() {
		return
	}
	for i, key := range keys {
		if got, want := s.sha256Of(t, key), sumOf(bytesOf(byte(i), 1<<20+i), size); got != want {
			t.Errorf("upload %d: got other bytes back", i)
		}
	}
}

// Sixteen connections that are cut in mid-upload leave nothing: no object, no
// unfinished upload, no upload that the server takes to be under way.
func TestServeCuts(t *testing.T) {
	s := startServe(t, nil)
	content := bytesOf(1, 40<<20)
	form, kind := formOf("a.bin", "", content)
	var lines []net.Conn
	for i := range 16 {
		c, err := net.Dial("tcp", s.Address)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, c)
		head, body := fmt.Sprintf("PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: %d\r\n", len(content)), content
		switch i % 3 {
		case 1:
			head, body = fmt.Sprintf("POST /api/relay HTTP/1.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n", kind, len(form)), form
		case 2:
			head, body = "PUT /api/relay/a.bin HTTP/1.1\r\nTransfer-Encoding: chunked\r\n", append(fmt.Appendf(nil, "%x\r\n", len(content)), content...)
		}
		cut := (i + 1) * len(content) / 20 // from 2 MiB to 32 MiB
		go func() {
			fmt.Fprintf(c, "%sHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", head, s.Address, s.Token)
			c.Write(body[:cut])
		}()
	}
	// They stand in one another's way, as all of them hold what they have.
	wantSoon(t, "some uploads are unfinished in S3", func() bool {
		_, _, text := s.send(t, "GET", "/api/uploads", nil, nil)
		return strings.Count(string(text), "uploadId") >= 3
	})
	if x := s.figure(t, "signet_relay_uploads_under_way"); x != 16 {
		t.Errorf("got %v uploads under way, want 16", x)
	}
	for i, c := range lines {
		if i%2 == 0 { // as a process that is killed
			c.(*net.TCPConn).SetLinger(0)
		}
		c.Close()
	}
	wantSoon(t, "no upload is under way", func() bool { return s.figure(t, "signet_relay_uploads_under_way") == 0 })
	s.wantNothing(t)
}

// slowly gives 50 kB a second.
type slowly struct {
	from  io.Reader
	began time.Time
	sent  int64
}

const slowRate = 50_000 // bytes a second

// Read implements io.Reader.
func (s *slowly) Read(p []byte) (int, error) {
	if s.began.IsZero() {
		s.began = time.Now()
	}
	time.Sleep(time.Until(s.began.Add(time.Duration(s.sent) * time.Second / slowRate)))
	n, err := s.from.Read(p[:min(len(p), slowRate/10)])
	s.sent += int64(n)
	return n, err
}

// A sender of 50 kB/s arrives while 200 others come and go, and one that stalls is
// sent away: time counts by what moves, not as a whole.
func TestServeSlow(t *testing.T) {
	s := startServe(t, nil, "--stall", "3s")
	size := either(6<<20, 300<<10) // two minutes, or six seconds: longer than a stall
	content := bytesOf(9, size)
	slow := make(chan string, 1)
	began := time.Now()
	go func() {
		defer close(slow)
		status, _, text := s.send(t, "PUT", "/api/relay/slow.bin", map[string]string{"Content-Length": strconv.Itoa(size)}, &slowly{from: bytes.NewReader(content)})
		if status != http.StatusCreated {
			t.Errorf("the slow one: got %d %s, want 201", status, text)
			return
		}
		slow <- wantStored(t, status, text, int64(size)).Key
	}()
	turns := make(chan struct{}, 12)
	var others sync.WaitGroup
	for i := range 200 {
		turns <- struct{}{}
		others.Go(func() {
			defer func() { <-turns }()
			other := bytesOf(byte(i), 1+i*i*40) // up to 1.6 MB
			status, _, text := s.send(t, "PUT", "/api/relay/other.bin", nil, bytes.NewReader(other))
			if status != http.StatusCreated {
				t.Errorf("another: got %d %s, want 201", status, text)
			}
		})
	}
	others.Wait()
	t.Logf("200 others took %v", time.Since(began).Round(time.Millisecond))
	key, ok := <-slow
	if !ok {
		return
	}
	t.Logf("the slow one took %v", time.Since(began).Round(time.Millisecond))
	if got := s.sha256Of(t, key); got != hexSum(content) {
		t.Error("the slow one: got other bytes back")
	}
}

func TestServeStall(t *testing.T) {
	s := startServe(t, nil, "--stall", "1s")
	for what, sent := range map[string]int{"at its beginning": 10, "in its midst": 7 << 20} {
		status, text := s.dial(t, "PUT /api/relay/a.bin HTTP/1.1\r\nContent-Length: 20000000\r\n", bytesOf(1, sent))
		if status != http.StatusRequestTimeout || !strings.Contains(string(text), "RequestTimeout") {
			t.Errorf("%s: got %d %s, want 408", what, status, text)
		}
	}
	s.wantNothing(t)
}
