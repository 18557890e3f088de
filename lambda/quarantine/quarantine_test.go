package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

var infected = []byte("not a virus, but called one")

// TestMoves moves a version under names that need care: its bytes, type and
// metadata arrive, the tag says why, and nothing is left under its key.
func TestMoves(t *testing.T) {
	w := newWorld(t)
	longest := strings.Repeat(strings.Repeat("d", 200)+"/", 4)
	longest += strings.Repeat("n", upload.LongestKey-len("uploads/ada/"+longest+"~abcdefgh")) + "~abcdefgh"
	for _, name := range []string{"report~abcdefgh.pdf", "a b+c/~d%2Fe%~abcdefgh.txt", "ß 日本語/😀~abcdefgh.jpg", "'()*!$&,;=:@[]?#~abcdefgh.x", longest} {
		key := "uploads/ada/" + name
		id := w.put(t, key, infected)
		w.report(t, key, id)
		if data, _ := w.get(t, key, id); data != nil {
			t.Errorf("%s: got the version still there, want it gone", name)
		}
		to := upload.QuarantineKey(key, id)
		data, out := w.get(t, to, "")
		if !bytes.Equal(data, infected) {
			t.Fatalf("%s: got %q at %s, want what was uploaded", name, data, to)
		}
		if aws.ToString(out.ContentType) != "application/x-thing" || out.Metadata["by"] != "ada" {
			t.Errorf("%s: got type %q and metadata %v, want the file's own", name, aws.ToString(out.ContentType), out.Metadata)
		}
		if got := w.tags(t, to); got != "GuardDutyMalwareScanStatus=THREATS_FOUND" {
			t.Errorf("%s: got the tags %q", name, got)
		}
	}
	if n := w.versions(t, "uploads/"); n != 0 {
		t.Errorf("got %d versions and markers under uploads/, want none", n)
	}
}

// TestReplacedMeanwhile leaves what the owner stored after the scan, and before it.
func TestReplacedMeanwhile(t *testing.T) {
	w := newWorld(t)
	key := "uploads/ada/report~0123456789abcdef.pdf"
	before := w.put(t, key, []byte("clean before"))
	id := w.put(t, key, infected)
	after := w.put(t, key, []byte("clean after"))
	w.report(t, key, id)
	for version, want := range map[string]string{"": "clean after", before: "clean before", after: "clean after"} {
		if data, _ := w.get(t, key, version); string(data) != want {
			t.Errorf("version %q: got %q, want %q", version, data, want)
		}
	}
	if n := w.versions(t, key); n != 2 {
		t.Errorf("got %d versions and markers, want the two clean ones", n)
	}
}

// TestDeletedMeanwhile moves a version that its owner hid behind a marker, which stays.
func TestDeletedMeanwhile(t *testing.T) {
	w := newWorld(t)
	key := "uploads/ada/report~0123456789abcdef.pdf"
	id := w.put(t, key, infected)
	if _, err := w.owner.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: &key}); err != nil {
		t.Fatal(err)
	}
	w.report(t, key, id)
	if data, _ := w.get(t, upload.QuarantineKey(key, id), ""); !bytes.Equal(data, infected) {
		t.Errorf("got %q in quarantine, want what was uploaded", data)
	}
	if data, _ := w.get(t, key, ""); data != nil {
		t.Errorf("got %q, want the file deleted as its owner left it", data)
	}
}

// TestAgain hands the event over twice, and after each way in which a first
// attempt may have ended.
func TestAgain(t *testing.T) {
	w := newWorld(t)
	key := "uploads/ada/report~0123456789abcdef.pdf"
	id := w.put(t, key, infected)
	to := upload.QuarantineKey(key, id)
	w.report(t, key, id)
	w.report(t, key, id)
	if n := w.versions(t, upload.QuarantinePrefix); n != 1 {
		t.Errorf("got %d versions in quarantine after the event came twice, want 1", n)
	}
	if said := w.said.String(); strings.Count(said, `"did":"moved"`) != 1 || strings.Count(said, `"did":"gone"`) != 1 || !strings.Contains(said, "EICAR") {
		t.Errorf("got the log %s, want moved, then gone, and the threat's name", said)
	}
	// It ended between the copy and the deletion.
	second := w.put(t, key, infected)
	v := version{bucket, key, second}
	source, err := w.head(t.Context(), v)
	if err == nil {
		err = w.copy(t.Context(), v, source, upload.QuarantineKey(key, second))
	}
	if err != nil {
		t.Fatal(err)
	}
	w.report(t, key, second)
	if n := w.versions(t, upload.QuarantinePrefix); n != 2 {
		t.Errorf("got %d versions in quarantine, want the copy used that was there", n)
	}
	if data, _ := w.get(t, to, ""); !bytes.Equal(data, infected) {
		t.Errorf("got %q, want the first copy as it was", data)
	}
}

// TestLarge copies in parts, as what is larger than 5 GiB has to be, and compares
// the checksum of the whole.
func TestLarge(t *testing.T) {
	w := newWorld(t)
	w.single, w.part = 6<<20, 5<<20
	for _, size := range []int{6 << 20, 6<<20 + 1, 10 << 20, 11<<20 + 3} { // one request, and parts
		data := make([]byte, size)
		_, _ = rand.Read(data)
		key := "uploads/ada/large~0123456789abcdef.bin"
		id := w.put(t, key, data)
		w.report(t, key, id)
		got, out := w.get(t, upload.QuarantineKey(key, id), "")
		if !bytes.Equal(got, data) {
			t.Fatalf("%d bytes: got %d others in quarantine", size, len(got))
		}
		if aws.ToString(out.ContentType) != "application/x-thing" || out.Metadata["by"] != "ada" || w.tags(t, upload.QuarantineKey(key, id)) != threatTag {
			t.Errorf("%d bytes: got type %q, metadata %v, tags %q", size, aws.ToString(out.ContentType), out.Metadata, w.tags(t, upload.QuarantineKey(key, id)))
		}
		if left, _ := w.get(t, key, id); left != nil {
			t.Errorf("%d bytes: got the version still there", size)
		}
	}
}

// spoiled answers each request for the copy's HEAD as if its checksum were another.
type spoiled struct{ prefix string }

func (s spoiled) Do(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultClient.Do(r)
	if err == nil && r.Method == http.MethodHead && strings.Contains(r.URL.Path, s.prefix) {
		answer.Header.Set("X-Amz-Checksum-Crc64nvme", "AAAAAAAAAAA=")
	}
	return answer, err
}

// TestBadCopy deletes nothing when the copy is not the file.
func TestBadCopy(t *testing.T) {
	w := newWorld(t)
	key := "uploads/ada/report~0123456789abcdef.pdf"
	id := w.put(t, key, infected)
	w.s3 = s3.New(w.s3.Options(), func(o *s3.Options) { o.HTTPClient = spoiled{upload.QuarantinePrefix} })
	err := w.handle(context.Background(), recorded(t, "threat.json", key, id))
	if err == nil || !strings.Contains(err.Error(), "the version is left where it is") {
		t.Errorf("got %v, want an error that says what to do", err)
	}
	if data, _ := w.get(t, key, id); !bytes.Equal(data, infected) {
		t.Errorf("got %q, want the version where it was", data)
	}
}

// TestAbort leaves no unfinished upload when a part cannot be copied.
func TestAbort(t *testing.T) {
	w := newWorld(t)
	w.single, w.part = 5<<20, 5<<20
	key := "uploads/ada/large~0123456789abcdef.bin"
	id := w.put(t, key, make([]byte, 12<<20))
	w.s3 = s3.New(w.s3.Options(), func(o *s3.Options) { o.HTTPClient, o.RetryMaxAttempts = lost{}, 1 })
	if err := w.handle(context.Background(), recorded(t, "threat.json", key, id)); err == nil || !strings.Contains(err.Error(), "part 2") {
		t.Errorf("got %v, want the error of part 2", err)
	}
	out, err := w.owner.ListMultipartUploads(t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(bucket)})
	if err != nil || len(out.Uploads) != 0 {
		t.Errorf("got %d unfinished uploads, %v, want none", len(out.Uploads), err)
	}
	if data, _ := w.get(t, key, id); len(data) != 12<<20 {
		t.Errorf("got %d bytes, want the version where it was", len(data))
	}
}

// lost loses the second part.
type lost struct{}

func (lost) Do(r *http.Request) (*http.Response, error) {
	if r.URL.Query().Get("partNumber") == "2" {
		return nil, context.DeadlineExceeded
	}
	return http.DefaultClient.Do(r)
}

// TestOtherEvents are refused, and change nothing.
func TestOtherEvents(t *testing.T) {
	w := newWorld(t)
	key := "uploads/ada/report~0123456789abcdef.pdf"
	id := w.put(t, key, infected)
	other := recorded(t, "threat.json", key, id)
	other.Source = "aws.s3"
	for _, row := range []struct {
		event event
		want  string
	}{
		{recorded(t, "clean.json", key, id), `got the scan result "NO_THREATS_FOUND", want THREATS_FOUND`},
		{recorded(t, "threat.json", key, ""), "want all three"},
		{recorded(t, "threat.json", "", id), "want all three"},
		{other, `of "aws.s3", want a scan result of aws.guardduty`},
		{event{}, "want a scan result of aws.guardduty"},
	} {
		if err := w.handle(context.Background(), row.event); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("got %v, want %q", err, row.want)
		}
	}
	if data, _ := w.get(t, key, id); !bytes.Equal(data, infected) {
		t.Errorf("got %q, want the version where it was", data)
	}
}

// TestOutside may touch nothing but uploads: the role, and not this program, holds it to that.
func TestOutside(t *testing.T) {
	w := newWorld(t)
	id := w.put(t, "private/report.pdf", infected)
	if err := w.handle(context.Background(), recorded(t, "threat.json", "private/report.pdf", id)); err == nil {
		t.Error("got a version outside of uploads/ moved, want it refused")
	}
	if data, _ := w.get(t, "private/report.pdf", id); !bytes.Equal(data, infected) {
		t.Errorf("got %q, want the version where it was", data)
	}
}
