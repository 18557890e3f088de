package relay

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// Every way that a header can be cut into reads, and what follows it.
func TestConnStopsAtTheHeader(t *testing.T) {
	for _, end := range []string{"\r\n\r\n", "\n\n", "\r\n\n"} {
		header, body := "PUT / HTTP/1.1\r\nA: b"+end, "12345\r\n\r\n6789"
		for piece := 1; piece <= len(header)+len(body); piece++ {
			near, far := net.Pipe()
			go func() {
				for rest := []byte(header + body); len(rest) > 0; rest = rest[min(piece, len(rest)):] {
					far.Write(rest[:min(piece, len(rest))])
				}
				far.Close()
			}()
			c := &conn{Conn: near, header: true}
			var got bytes.Buffer
			for buffer := make([]byte, 64); c.header; {
				n, err := c.Read(buffer)
				if err != nil {
					t.Fatal(err)
				}
				got.Write(buffer[:n])
			}
			if got.String() != header {
				t.Errorf("in pieces of %d: got header %q, want %q", piece, &got, header)
			}
			if rest, _ := io.ReadAll(c); string(rest) != body || c.passed != int64(len(body)) {
				t.Errorf("in pieces of %d: got %q and %d bytes counted, want %q", piece, rest, c.passed, body)
			}
		}
	}
}

func TestSeal(t *testing.T) {
	s := newSealer()
	text, err := s.seal(session{Subject: "alice", CSRF: "x"}, "purpose", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var got session
	if err := s.open(text, "purpose", &got); err != nil || got.Subject != "alice" || got.CSRF != "x" {
		t.Errorf("got %v (%v), want what was sealed", got, err)
	}
	old, err := s.seal(session{Subject: "alice"}, "purpose", -time.Second)
	if err != nil {
		t.Fatal(err)
	}
	for what, open := range map[string]func() error{
		"another purpose": func() error { return s.open(text, "other", &got) },
		"another key":     func() error { return newSealer().open(text, "purpose", &got) },
		"a changed one":   func() error { return s.open(text[:len(text)-2]+"AA", "purpose", &got) },
		"an old one":      func() error { return s.open(old, "purpose", &got) },
		"none":            func() error { return s.open("", "purpose", &got) },
	} {
		if open() == nil {
			t.Errorf("%s: got it opened, want an error", what)
		}
	}
}

// A file that changes is read again; one that breaks leaves what there was.
func TestFileIsReadAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	f := &file[string]{path: path, parse: func() (string, error) {
		text, err := os.ReadFile(path)
		if string(text) == "broken" {
			err = io.ErrUnexpectedEOF
		}
		return string(text), err
	}}
	if _, err := f.get(); err == nil {
		t.Error("got no error without a file, want one")
	}
	at := time.Now().Add(-time.Hour)
	for _, c := range []struct{ content, want string }{{"one", "one"}, {"two", "two"}, {"broken", "two"}, {"three", "three"}} {
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		at = at.Add(time.Second)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		if got, err := f.get(); err != nil || got != c.want {
			t.Errorf("with %q in it: got %q (%v), want %q", c.content, got, err, c.want)
		}
	}
}

// The document has the codes and the statuses of the answers, and is one of the routes.
func TestDocument(t *testing.T) {
	var d struct {
		Paths      map[string]map[string]struct{ Responses map[string]any }
		Components struct {
			Schemas struct {
				Problem struct {
					Properties struct{ Code struct{ Enum []upload.Code } }
				}
			}
		}
	}
	if err := json.Unmarshal(Document(), &d); err != nil {
		t.Fatal(err)
	}
	if d.Paths["/relay"]["post"].Responses == nil || d.Paths["/relay/{name}"]["put"].Responses == nil || len(d.Paths) != 2 {
		t.Errorf("got %v, want POST /relay and PUT /relay/{name}", d.Paths)
	}
	known := d.Components.Schemas.Problem.Properties.Code.Enum
	for _, code := range known {
		text := strconv.Itoa(status(code))
		if d.Paths["/relay"]["post"].Responses[text] == nil {
			t.Errorf("%s: the document has no %s", code, text)
		}
	}
	for _, code := range []upload.Code{IncompleteBody, RequestTimeout, upload.ServiceUnavailable, HeaderFieldsTooLarge, MalwareFound} {
		if !slices.Contains(known, code) {
			t.Errorf("the document has no code %s", code)
		}
	}
	validate(t, "Stored", Stored{Completed: api.Completed{Key: "k", ETag: "e", Checksum: &api.Checksum{CRC64NVME: "AAAAAAAAAAA="}}, Type: "a/b"})
	p, _ := api.ProblemOf(upload.Errorf(upload.BadDigest, "x"))
	validate(t, "Problem", p)
}

func validate(t *testing.T, schema string, v any) {
	t.Helper()
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(Document()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("relay.json", parsed); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("relay.json#/components/schemas/" + schema)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	got, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(got); err != nil {
		t.Errorf("%s: %v", text, err)
	}
}

// systemd takes the unit, and finds little to expose.
func TestUnit(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "signet")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "signet.service")
	text := strings.ReplaceAll(Unit(), "/usr/local/bin/signet", program)
	text = strings.ReplaceAll(text, "Documentation=man:signet(1)\n", "") // which this machine need not have
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("systemd-analyze", "verify", path).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("systemd-analyze verify: %v\n%s: make test-go installs it (Debian: systemd)", err, out)
	}
	if out, err := exec.Command("systemd-analyze", "security", "--offline=true", "--threshold=20", path).CombinedOutput(); err != nil {
		t.Errorf("systemd-analyze security, want an exposure of at most 2.0: %v\n%s", err, out)
	}
}
