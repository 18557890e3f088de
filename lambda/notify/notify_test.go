package notify

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

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

// TestTypes: what is not in the configuration's types is not told.
func TestTypes(t *testing.T) {
	w := newWorld(t, func(c *upload.Config) { c.Events.Types = []string{upload.FileDeleted} })
	w.put(t, report, "content")
	w.remove(t, report, "")
	if got := w.take(t, w.told(t)...); len(got) != 1 || got[0].Type != upload.FileDeleted {
		t.Errorf("got %+v, want the deletion alone", got)
	}
}
