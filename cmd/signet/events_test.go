package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/notify"
	"signet/lambda/upload"
)

// told is a cloud that tells a Go server.
func told(t *testing.T, args ...string) (*cloud, *receiver) {
	t.Helper()
	port := freePort(t)
	c := startDev(t, t.TempDir(), append([]string{"--events", hookAt(port)}, args...)...)
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	return c, r
}

// store puts a file and gives its key.
func (c *cloud) store(t *testing.T, name, content string) (key string) {
	t.Helper()
	signed, err := c.client().Presign(t.Context(), api.File{Name: name, Type: "text/plain", Size: int64p(int64(len(content))), Metadata: map[string]string{"case": "4711"}})
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, []byte(content)); status != http.StatusOK {
		t.Fatalf("got %d, want the file stored", status)
	}
	return signed.Key
}

// postForm sends a signed form's fields and a file.
func postForm(t *testing.T, address string, fields []upload.Header, content string) int {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range fields {
		if err := w.WriteField(f.Name, f.Value); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "file")
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Post(address, w.FormDataContentType(), &body)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func (c *cloud) form(t *testing.T, name string) api.Form {
	t.Helper()
	form, err := c.client().PresignForm(t.Context(), api.FormRequest{Name: name, Type: "text/plain"})
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func fieldOf(fields []upload.Header, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// parts uploads 9 MB in parts.
func (c *cloud) parts(t *testing.T) string {
	t.Helper()
	content := bytesOf(7, 9_000_000)
	u, err := c.client().CreateUpload(t.Context(), api.UploadRequest{Name: "large.bin", Size: int64p(int64(len(content)))})
	if err != nil {
		t.Fatal(err)
	}
	for n := 1; n <= u.PartCount; n++ {
		from := int64(n-1) * u.PartSize
		address := fmt.Sprintf("%s&partNumber=%d&X-Amz-Signature=%s", u.Sign.URL, n, u.Sign.Signatures[n-1])
		if status := put(t, address, nil, content[from:min(from+u.PartSize, int64(len(content)))]); status != http.StatusOK {
			t.Fatalf("part %d: got %d", n, status)
		}
	}
	if _, err := c.client().CompleteUpload(t.Context(), api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: int64p(int64(len(content)))}); err != nil {
		t.Fatal(err)
	}
	return u.Key
}

// companion uploads as Uppy does with a Companion server.
func (c *cloud) companion(t *testing.T) string {
	t.Helper()
	session, err := c.client().CreateSession(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := get(t, c.Site+session.CompanionEndpoint+"/s3/params?filename=companion.txt&type=text/plain")
	var params struct {
		Method, URL string
		Fields      map[string]string
		Headers     map[string]string
	}
	if err := json.Unmarshal(text, &params); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if params.Method == "POST" {
		var fields []upload.Header
		for name, value := range params.Fields {
			fields = append(fields, upload.Header{Name: name, Value: value})
		}
		if status := postForm(t, params.URL, fields, "by Companion"); status >= 300 {
			t.Fatalf("got %d", status)
		}
		return params.Fields["key"]
	}
	if status := put(t, params.URL, params.Headers, []byte("by Companion")); status != http.StatusOK {
		t.Fatalf("got %d", status)
	}
	return keyIn(t, params.URL, c.Bucket)
}

func keyIn(t *testing.T, address, bucket string) string {
	t.Helper()
	path, _, _ := strings.Cut(address, "?")
	_, key, ok := strings.Cut(path, "/"+bucket+"/")
	if !ok {
		t.Fatalf("got %s, want the bucket's address", address)
	}
	return strings.NewReplacer("%7E", "~").Replace(key)
}

// commandLine puts a file with the command line.
func (c *cloud) commandLine(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "line.txt")
	if err := os.WriteFile(file, []byte("by the command line"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := signet("put", "--json", file)
	p.Env = append(p.Env, "SIGNET_API="+c.API, "SIGNET_TOKEN="+c.Token)
	out, err := p.Output()
	var done struct{ Key string }
	if err == nil {
		err = json.Unmarshal(bytes.SplitN(out, []byte("\n"), 2)[0], &done)
	}
	if err != nil || done.Key == "" {
		t.Fatalf("%v: %s", err, out)
	}
	return done.Key
}

// TestEventsReachServers has an Express, a Flask and a Go server verify what they get:
// one event for each file, whatever way it came, within two seconds.
func TestEventsReachServers(t *testing.T) {
	for name, serve := range servers() {
		t.Run(name, func(t *testing.T) {
			port, keys := freePort(t), filepath.Join(t.TempDir(), "keys.json")
			c := startDev(t, t.TempDir(), "--events", hookAt(port), "--s3-keys", keys)
			r := &receiver{}
			serve(t, r, port, c.EventsSecret)
			relay := serveBefore(t, c, keys, nil)
			ways := map[string]func() string{
				"PUT": func() string { return c.store(t, "put.txt", "by PUT") },
				"form": func() string {
					f := c.form(t, "form.txt")
					postForm(t, f.URL, f.Fields, "by form")
					return fieldOf(f.Fields, "key")
				},
				"parts": func() string { return c.parts(t) }, "Companion": func() string { return c.companion(t) },
				"command line": func() string { return c.commandLine(t) },
				"relay": func() string {
					status, _, text := relay.send(t, "PUT", "/api/relay/relay.txt", map[string]string{"Content-Type": "text/plain"}, strings.NewReader("by relay"))
					return wantStored(t, status, text, 8).Key
				},
			}
			for way, send := range ways {
				key := send()
				got := r.wait(t, key, 1)
				if got[0].Type != upload.FileStored || got[0].Data.Owner != "alice" || got[0].Data.VersionID == "" || got[0].Data.Sequence == "" ||
					got[0].Data.Checksum == nil || got[0].Data.Uploader != "alice" {
					t.Errorf("%s: got %+v", way, got[0])
				}
			}
			for _, e := range r.events() {
				if e.Type != upload.FileStored {
					t.Errorf("got %+v, want stored files alone", e)
				}
			}
		})
	}
}

// TestEventTypes sees each thing that happens to a file tell the type of the table and
// no other.
func TestEventTypes(t *testing.T) {
	c, r := told(t)
	api1 := c.client()
	key := c.store(t, "a b/ß 日本.txt", "content")
	stored := r.wait(t, key, 1)[0]
	if d := stored.Data; d.Folder != "a b" || d.Name != "ß 日本.txt" || d.Space != "" || *d.Size != 7 || d.Type != "text/plain" ||
		d.Metadata["case"] != "4711" || len(d.Metadata) != 1 || stored.ID != notify.ID(upload.FileStored, key, d.VersionID) {
		t.Errorf("got %+v of %s", d, stored.ID)
	}
	if err := api1.DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	deleted := r.wait(t, key, 2)[1]
	if deleted.Type != upload.FileDeleted || deleted.Data.Name != "ß 日本.txt" || deleted.Data.VersionID == stored.Data.VersionID {
		t.Errorf("got %+v, want it deleted", deleted)
	}
	if _, err := api1.RestoreVersion(t.Context(), key, stored.Data.VersionID); err != nil {
		t.Fatal(err)
	}
	restored := r.wait(t, key, 3)[2]
	if restored.Type != upload.FileRestored || restored.Data.VersionID != stored.Data.VersionID || *restored.Data.Size != 7 {
		t.Errorf("got %+v, want it restored", restored)
	}
	if err := api1.DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	r.wait(t, key, 4)
	if _, err := api1.RestoreVersion(t.Context(), key, stored.Data.VersionID); err != nil {
		t.Fatal(err)
	}
	again := r.wait(t, key, 5)[4]
	if again.Type != upload.FileRestored || again.ID == restored.ID {
		t.Errorf("got %+v, want the second restore told apart from the first", again)
	}
	folder := "elsewhere"
	moved, err := api1.MoveFile(t.Context(), api.MoveRequest{Key: key, Folder: &folder})
	if err != nil {
		t.Fatal(err)
	}
	m := r.wait(t, moved.Key, 1)[0]
	if m.Type != upload.FileMoved || m.Data.From != key || m.Data.Folder != folder || m.Data.Metadata["case"] != "4711" || len(m.Data.Metadata) != 1 {
		t.Errorf("got %+v, want it moved", m)
	}
	r.wait(t, key, 5) // the marker of the old key says nothing

	// The old key's file is back, and deleted: that is no move, however soon it is.
	if _, err := api1.RestoreVersion(t.Context(), key, stored.Data.VersionID); err != nil {
		t.Fatal(err)
	}
	if err := api1.DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	last := r.wait(t, key, 7)
	if types := []string{last[5].Type, last[6].Type}; !slices.Contains(types, upload.FileRestored) || !slices.Contains(types, upload.FileDeleted) {
		t.Errorf("got %v, want it restored and deleted", types)
	}
	for i, e := range r.events() {
		for _, other := range r.events()[i+1:] {
			if e.Data.Key == other.Data.Key && (e.Data.Sequence < other.Data.Sequence) != (e.at.Before(other.at)) && e.ID != other.ID && e.Data.Sequence != "" {
				t.Errorf("got sequence %s before %s of %s, want them in order", e.Data.Sequence, other.Data.Sequence, e.Data.Key)
			}
		}
	}
}

// TestFormTwice: the same form sent twice is one file; what is stored over a deleted
// one is another.
func TestFormTwice(t *testing.T) {
	c, r := told(t)
	form := c.form(t, "twice.txt")
	key := fieldOf(form.Fields, "key")
	for range 3 {
		if status := postForm(t, form.URL, form.Fields, "the same"); status >= 300 {
			t.Fatalf("got %d", status)
		}
	}
	r.wait(t, key, 1)
	if err := c.client().DeleteFile(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	r.wait(t, key, 2)
	if status := postForm(t, form.URL, form.Fields, "another"); status >= 300 {
		t.Fatalf("got %d", status)
	}
	if got := r.wait(t, key, 3); got[2].Type != upload.FileStored || *got[2].Data.Size != 7 {
		t.Errorf("got %+v, want the new file stored", got[2])
	}
}

// TestReceiverDown: what was not taken comes again, signed anew, and nothing is lost.
func TestReceiverDown(t *testing.T) {
	port := freePort(t)
	c := startDev(t, t.TempDir(), "--events", hookAt(port))
	key := c.store(t, "down.txt", "nobody listens")
	time.Sleep(time.Second)
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	r.waitFor(t, key, 1, 12*time.Second)
	if out, err := signet("events", "--dir", c.dir, "--json").Output(); err != nil || strings.Count(string(out), "\n") != 2 {
		t.Errorf("got %s (%v), want an attempt that failed and one that did not", out, err)
	}
}

// TestReceiverRefuses: answers that are none are tried again; 410 is the end, from which
// redrive brings back; one that hangs holds up no other.
func TestReceiverRefuses(t *testing.T) {
	c, r := told(t)
	var hangs = make(chan struct{})
	defer close(hangs)
	first := map[string]bool{}
	gone := true
	r.said = func(q *http.Request, e gotten) int {
		r.mu.Lock()
		again := first[e.Data.Name]
		first[e.Data.Name] = true
		isGone := gone
		r.mu.Unlock()
		switch {
		case e.Data.Name == "gone.txt" && isGone:
			return http.StatusGone
		case e.Data.Name == "hangs.txt":
			select {
			case <-hangs:
			case <-q.Context().Done():
			}
		case again:
		case e.Data.Name == "500.txt":
			return http.StatusInternalServerError
		case e.Data.Name == "redirect.txt":
			return http.StatusTemporaryRedirect
		}
		return 0
	}
	c.store(t, "hangs.txt", "never answered")
	for _, name := range []string{"500.txt", "redirect.txt"} {
		defer func(key string) { r.waitFor(t, key, 1, 12*time.Second) }(c.store(t, name, "x"))
	}
	goneKey := c.store(t, "gone.txt", "nobody wants it")
	for i := range 20 {
		r.wait(t, c.store(t, "while"+strconv.Itoa(i)+".txt", "x"), 1)
	}
	out, err := signet("events", "--dir", c.dir).Output()
	if err != nil || !strings.Contains(string(out), "redrive") || !strings.Contains(string(out), "redirect") || !strings.Contains(string(out), "500") {
		t.Errorf("got %s (%v), want what was answered", out, err)
	}
	r.mu.Lock()
	gone = false
	r.mu.Unlock()
	if out, err := signet("events", "redrive", "--dir", c.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	r.waitFor(t, goneKey, 1, 4*time.Second)
}

// TestKilledBeforeTelling: kill -9 of dev, and what was stored is told after the restart.
func TestKilledBeforeTelling(t *testing.T) {
	port, dir := freePort(t), t.TempDir()
	c := startDev(t, dir, "--events", hookAt(port))
	var keys []string
	for i := range 5 {
		keys = append(keys, c.store(t, fmt.Sprintf("killed%d.txt", i), "stored"))
	}
	pids := children(t, c.process.Process.Pid)
	if err := c.process.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.process.Wait()
	waitGone(t, pids)
	// As if the process had been killed before it wrote the last one down.
	inbox := filepath.Join(dir, "events", "inbox.jsonl")
	text, err := os.ReadFile(inbox)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	if err := os.WriteFile(inbox, bytes.Join(lines[:len(lines)-1], nil), 0o600); err != nil {
		t.Fatal(err)
	}
	c = startDev(t, dir, "--events", hookAt(port))
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	for _, key := range keys {
		r.waitFor(t, key, 1, 8*time.Second)
	}
}

// TestSecretRotates: while the secret changes both sign, so that a receiver with either
// takes everything.
func TestSecretRotates(t *testing.T) {
	c, old := told(t)
	old.wait(t, c.store(t, "before.txt", "x"), 1)
	out, err := signet("events", "rotate", "--dir", c.dir).Output()
	secret := strings.TrimSpace(string(out))
	if err != nil || !strings.HasPrefix(secret, "whsec_") || secret == c.EventsSecret {
		t.Fatalf("got %q (%v), want a new secret", out, err)
	}
	old.wait(t, c.store(t, "while.txt", "x"), 1)
	old.server.Close()
	fresh := &receiver{}
	fresh.goServer(t, old.port, secret)
	fresh.wait(t, c.store(t, "new.txt", "x"), 1)
	if out, err := signet("events", "secret", "--dir", c.dir).Output(); err != nil || strings.TrimSpace(string(out)) != secret {
		t.Errorf("got %s (%v), want the new secret", out, err)
	}
}

// TestWrongSecret: a receiver with another secret refuses, and what it refused is sent
// again.
func TestWrongSecret(t *testing.T) {
	port := freePort(t)
	c := startDev(t, t.TempDir(), "--events", hookAt(port))
	wrong := &receiver{}
	server := wrong.goServer(t, port, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	key := c.store(t, "wrong.txt", "x")
	time.Sleep(time.Second)
	server.Close()
	if got := wrong.events(); len(got) != 0 {
		t.Fatalf("got %+v, want all of it refused", got)
	}
	r := &receiver{}
	r.goServer(t, port, c.EventsSecret)
	r.waitFor(t, key, 1, 12*time.Second)
}

// TestEventsAgain makes events again: the same ids, and sends them.
func TestEventsAgain(t *testing.T) {
	c, r := told(t)
	key := c.store(t, "again.txt", "x")
	other := c.store(t, "other.txt", "y")
	if err := c.client().DeleteFile(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	folder := "moved"
	moved, err := c.client().MoveFile(t.Context(), api.MoveRequest{Key: key, Folder: &folder})
	if err != nil {
		t.Fatal(err)
	}
	r.wait(t, other, 2)
	r.wait(t, moved.Key, 1)
	list := func(args ...string) map[string]bool {
		p := signet(append([]string{"events", "--dir", c.dir, "--json", "--since", "1h"}, args...)...)
		var stderr bytes.Buffer
		p.Stderr = &stderr
		out, err := p.Output()
		if err != nil || !strings.Contains(stderr.String(), "Not among them") {
			t.Fatalf("%v: %s%s", err, out, &stderr)
		}
		ids := map[string]bool{}
		for line := range strings.Lines(string(out)) {
			var e struct{ ID string }
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatal(err)
			}
			ids[e.ID] = true
		}
		return ids
	}
	want := map[string]bool{}
	for _, e := range r.distinct() {
		want[e.ID] = true
	}
	got := list()
	if len(want) != 4 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want the ids that were told: %v", got, want)
	}
	before := len(r.events())
	list("--deliver")
	for end := time.Now().Add(5 * time.Second); len(r.events()) < before+4 && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
	if now := r.events(); len(now) != before+4 || len(r.distinct()) != 4 {
		t.Errorf("got %d events with %d ids, want each once more", len(now), len(r.distinct()))
	}
}

// TestNoEvents: without the field nothing is written and nobody is told.
func TestNoEvents(t *testing.T) {
	c := startDev(t, t.TempDir())
	c.store(t, "quiet.txt", "x")
	if _, err := os.Stat(filepath.Join(c.dir, "events")); err == nil || c.EventsSecret != "" {
		t.Errorf("got a folder of events or a secret %q, want neither", c.EventsSecret)
	}
}
