package main

import (
	"os"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/bench/local"
	"signet/cmd/signet/gateway"
)

func TestMain(m *testing.M) {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	m.Run()
}

// The case is called 900 folders: those in which files lie, with those above them.
func TestFolders(t *testing.T) {
	paths := map[string]bool{}
	for i := range folders {
		paths[folder(i)] = true
	}
	if len(paths) != folders {
		t.Errorf("got %d folders, want %d", len(paths), folders)
	}
	for p := range paths {
		if above := p[:len("album-00/")]; !paths[above] {
			t.Errorf("got %s without files, want every folder to have some", above)
		}
	}
}

// Objects that are put past S3 are there for S3, and by the API in order of time.
func TestNewest(t *testing.T) {
	w, err := local.New(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	door, err := w.Open(w.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	b := &cases{World: w, size: size{files: 20, rounds: 1}, ctx: t.Context(), door: door}
	if err := b.newest(); err != nil {
		t.Fatal(err)
	}
	if n := len(b.section.Goals); n != 1 || b.section.Goals[0].Got <= 0 {
		t.Errorf("got the goals %v, want one that was measured", b.section.Goals)
	}
	if n, _, err := w.Stored(t.Context()); n != 0 || err != nil {
		t.Errorf("got %d objects and %v afterwards, want an empty bucket", n, err)
	}
	if err := b.put("album/", 7); err != nil {
		t.Fatal(err)
	}
	list, err := w.Client().ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(local.Bucket)})
	if err != nil || len(list.Contents) != 1 {
		t.Fatalf("got %v and %v, want one object", list, err)
	}
	object := list.Contents[0]
	got, err := w.Client().HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(local.Bucket), Key: object.Key})
	if err != nil || *got.ContentLength != 7 || *got.ETag != *object.ETag || !got.LastModified.Equal(*object.LastModified) {
		t.Errorf("got %+v by HEAD and %v, want what the list has: %+v", got, err, object)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{900: "900", 2_000: "2,000", 10_000: "10,000", 100_000: "100,000"} {
		if got := count(n); got != want {
			t.Errorf("count(%d): got %s, want %s", n, got, want)
		}
	}
}
