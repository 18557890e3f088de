package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"signet/lambda/upload"
)

const report = "uploads/ada/2026/report~rabcdefghabcdefghabcdefgha.pdf"

// TestStored tells a stored file once, with all that S3 knows of it, whatever S3 repeats.
func TestStored(t *testing.T) {
	w := newWorld(t)
	id := w.put(t, report, "content")
	told := w.told(t)
	got := w.take(t, told...)
	if len(got) != 1 {
		t.Fatalf("got %d events, want 1", len(got))
	}
	e := got[0]
	want := Data{Owner: "ada", Folder: "2026", Name: "report.pdf", Key: report, VersionID: id, Size: aws.Int64(7), Type: "text/plain",
		Checksum: e.Data.Checksum, Metadata: map[string]string{"case": "4711"}, Uploader: "bob", Sequence: e.Data.Sequence}
	if e.Type != upload.FileStored || e.ID != ID(upload.FileStored, report, id) || !reflect.DeepEqual(e.Data, want) || e.Data.Checksum.CRC64NVME == "" || e.Data.Sequence == "" {
		t.Errorf("got %s %s %+v, want %+v", e.Type, e.ID, e.Data, want)
	}
	if again := w.take(t, told...)[0]; string(again.Body()) != string(e.Body()) || again.ID != e.ID {
		t.Errorf("got %s, want the same bytes as before: %s", again.Body(), e.Body())
	}
}

// TestOfNoFile tells nothing of what is none: outside of the spaces, a folder of the
// console, a version that is gone.
func TestOfNoFile(t *testing.T) {
	w := newWorld(t)
	w.put(t, "moved/"+report+"/1", "")
	w.put(t, "private/report.pdf", "x")
	id := w.put(t, report, "gone")
	w.remove(t, report, id)
	if got := w.take(t, w.told(t)...); len(got) != 0 {
		t.Errorf("got %+v, want nothing told", got)
	}
}

// TestLaterVersions are told only where they are no repetition of what lies under them.
func TestLaterVersions(t *testing.T) {
	for overwrite, want := range map[bool][]string{false: {"one"}, true: {"one", "two"}} {
		w := newWorld(t, func(c *upload.Config) { c.Overwrite = overwrite })
		for _, content := range []string{"one", "one", "two", "two"} {
			w.put(t, report, content)
		}
		told := w.told(t)
		slices.Reverse(told) // in any order
		got := w.take(t, told...)
		if len(got) != len(want) {
			t.Errorf("overwrite %t: got %d events, want %d", overwrite, len(got), len(want))
		}
		marker := w.remove(t, report, "")
		w.put(t, report, "three")
		types := map[string]string{}
		for _, e := range w.take(t, w.told(t)...) {
			types[e.Type] = e.Data.VersionID
		}
		if len(types) != 2 || types[upload.FileDeleted] != marker {
			t.Errorf("overwrite %t: got %v, want a deletion and a new file", overwrite, types)
		}
	}
}

// TestDeletedAndRestored: S3 tells both as deletions.
func TestDeletedAndRestored(t *testing.T) {
	w := newWorld(t)
	old := w.put(t, report, "old")
	id := w.put(t, report, "content")
	w.told(t)
	marker := w.remove(t, report, "")
	got := w.take(t, w.told(t)...)
	if len(got) != 1 || got[0].Type != upload.FileDeleted || got[0].Data.VersionID != marker || got[0].Data.Size != nil {
		t.Fatalf("got %+v, want it deleted", got)
	}
	w.remove(t, report, marker)
	restored := w.told(t)
	got = w.take(t, restored...)
	if len(got) != 1 || got[0].Type != upload.FileRestored || got[0].Data.VersionID != id || *got[0].Data.Size != 7 {
		t.Fatalf("got %+v, want it restored", got)
	}
	// Of a marker that S3 tells without an ETag it is the same; an old version that
	// expires, and data that is removed, restore nothing.
	if got := w.take(t, strings.Replace(restored[0], emptyETag, "", 1)); len(got) != 1 {
		t.Errorf("got %d events, want the restored file", len(got))
	}
	if got := w.take(t, strings.Replace(restored[0], "DeleteObject", ByLifecycle, 1)); len(got) != 0 {
		t.Errorf("got %+v, want nothing of what expires", got)
	}
	w.remove(t, report, old)
	if got := w.take(t, w.told(t)...); len(got) != 0 {
		t.Errorf("got %+v, want nothing of an old version that is removed", got)
	}
	// By lifecycle a file is deleted as by a person.
	w.remove(t, report, "")
	if got := w.take(t, strings.Replace(w.told(t)[0], "DeleteObject", ByLifecycle, 1)); len(got) != 1 || got[0].Type != upload.FileDeleted {
		t.Errorf("got %+v, want it deleted", got)
	}
}

// TestMovedByWord: the marker of a move is known by its word, or while there is the
// first one alone by its time.
func TestMovedByWord(t *testing.T) {
	w := newWorld(t)
	id := w.put(t, report, "content")
	word := upload.MovedKey(report, id)
	w.put(t, word, "", func(in *s3.PutObjectInput) { in.Metadata = nil })
	w.told(t)
	marker := w.remove(t, report, "")
	told := w.told(t)
	if got := w.take(t, told...); len(got) != 0 {
		t.Errorf("got %+v, want nothing of a move that is not at its end", got)
	}
	w.put(t, word, "", func(in *s3.PutObjectInput) { in.Metadata = map[string]string{upload.MetadataMarker: marker} })
	if got := w.take(t, told...); len(got) != 0 {
		t.Errorf("got %+v, want nothing of a move", got)
	}
	w.put(t, word, "", func(in *s3.PutObjectInput) { in.Metadata = map[string]string{upload.MetadataMarker: "another"} })
	if got := w.take(t, told...); len(got) != 1 || got[0].Type != upload.FileDeleted {
		t.Errorf("got %+v, want a deletion after an earlier move", got)
	}
	to := "uploads/ada/elsewhere/report~rabcdefghabcdefghabcdefgha.pdf"
	w.told(t)
	w.put(t, to, "content", func(in *s3.PutObjectInput) { in.Metadata[upload.MetadataMovedFrom] = report })
	got := w.take(t, w.told(t)...)
	if len(got) != 1 || got[0].Type != upload.FileMoved || got[0].Data.From != report || got[0].Data.Uploader != "bob" {
		t.Fatalf("got %+v, want it moved", got)
	}
	// Deleted, and an older version copied over the marker: it is there again, and was
	// not moved again.
	w.remove(t, to, "")
	w.take(t, w.told(t)...)
	w.put(t, to, "content", func(in *s3.PutObjectInput) { in.Metadata[upload.MetadataMovedFrom] = report })
	if got := w.take(t, w.told(t)...); len(got) != 1 || got[0].Type != upload.FileStored || got[0].Data.From != "" {
		t.Errorf("got %+v, want it stored", got)
	}
}

// TestScan: with the malware scan a file is told when there is a verdict, a threat as
// one, and nothing before.
func TestScan(t *testing.T) {
	w := newWorld(t, func(c *upload.Config) { c.MalwareScan = true })
	id := w.put(t, report, "content")
	if got := w.take(t, w.told(t)...); len(got) != 0 {
		t.Fatalf("got %+v, want nothing before the scan", got)
	}
	for _, status := range []string{upload.NoThreats, "UNSUPPORTED", "ACCESS_DENIED", "FAILED"} {
		got := w.take(t, verdict(report, id, status))
		if len(got) != 1 || got[0].Type != upload.FileStored || got[0].Data.Scan.Status != status || *got[0].Data.Size != 7 || got[0].ID != ID(upload.FileStored, report, id) {
			t.Errorf("%s: got %+v, want it stored with the verdict", status, got)
		}
	}
	w.remove(t, report, id) // moved away
	got := w.take(t, verdict(report, id, upload.ThreatFound, "EICAR-Test-File (not a virus)"))
	want := Data{Owner: "ada", Folder: "2026", Name: "report.pdf", Key: report, VersionID: id, Scan: &Scan{upload.ThreatFound, []string{"EICAR-Test-File (not a virus)"}}}
	if len(got) != 1 || got[0].Type != upload.FileQuarantined || !reflect.DeepEqual(got[0].Data, want) {
		t.Errorf("got %+v, want key, version and names only", got)
	}
}

// TestConfirm: where files are confirmed, a file is told when its tag is gone.
func TestConfirm(t *testing.T) {
	w := newWorld(t, func(c *upload.Config) {
		c.Spaces = map[string]upload.Space{"forms": {Confirm: 1}}
	})
	key := "forms/ada/report~rabcdefghabcdefghabcdefgha.pdf"
	id := w.put(t, key, "content", func(in *s3.PutObjectInput) { in.Tagging = aws.String(upload.ConfirmTag + "=" + upload.ConfirmNo) })
	w.put(t, report, "content", func(in *s3.PutObjectInput) { in.Tagging = aws.String("a=b") })
	got := w.take(t, w.told(t)...)
	if len(got) != 1 || got[0].Data.Key != report {
		t.Fatalf("got %+v, want nothing of a file that is not confirmed", got)
	}
	for _, k := range []string{key, report} {
		if _, err := w.owner.DeleteObjectTagging(t.Context(), &s3.DeleteObjectTaggingInput{Bucket: aws.String(bucket), Key: &k}); err != nil {
			t.Fatal(err)
		}
	}
	got = w.take(t, w.told(t)...)
	if len(got) != 1 || got[0].Type != upload.FileStored || got[0].Data.Key != key || got[0].Data.VersionID != id || got[0].Data.Space != "forms" {
		t.Errorf("got %+v, want the confirmed file stored", got)
	}
}

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

// TestTypes: what is not in the configuration's types is not told.
func TestTypes(t *testing.T) {
	w := newWorld(t, func(c *upload.Config) { c.Events.Types = []string{upload.FileDeleted} })
	w.put(t, report, "content")
	w.remove(t, report, "")
	if got := w.take(t, w.told(t)...); len(got) != 1 || got[0].Type != upload.FileDeleted {
		t.Errorf("got %+v, want the deletion alone", got)
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
		if (a.Err == nil) != ok || a.Gone != (path == "/410") || took > 5*time.Second || len(a.Text) > 200 {
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
