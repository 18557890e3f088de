package gateway

import (
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Pages of any length give every version and marker once, newest first.
func TestVersionPages(t *testing.T) {
	g := newGateway(t)
	c := g.roleClient()
	var want []string
	for _, key := range []string{"mine/a", "mine/b", "mine/c/d"} {
		g.put(t, key, "1")
		g.put(t, key, "2")
		if key != "mine/a" {
			if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(testBucket), Key: &key}); err != nil {
				t.Fatal(err)
			}
			want = append(want, key+" marker")
		}
		want = append(want, key+" version", key+" version")
	}
	slices.Sort(want)
	for limit := range int32(9) {
		var got []string
		in := &s3.ListObjectVersionsInput{Bucket: aws.String(testBucket), Prefix: aws.String("mine/"), MaxKeys: aws.Int32(limit + 1)}
		for range 20 {
			out, err := c.ListObjectVersions(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range out.DeleteMarkers {
				got = append(got, *m.Key+" marker")
			}
			for _, v := range out.Versions {
				got = append(got, *v.Key+" version")
			}
			if !aws.ToBool(out.IsTruncated) {
				break
			}
			in.KeyMarker, in.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("pages of %d: got %q, want %q", limit+1, got, want)
		}
	}
}

// A delimiter rolls up what lies below a folder, in pages of any length.
func TestVersionPagesWithFolders(t *testing.T) {
	g := newGateway(t)
	c := g.roleClient()
	for _, key := range []string{"mine/a", "mine/b/1", "mine/b/2/3", "mine/c", "mine/d/1"} {
		g.put(t, key, "1")
		if _, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(testBucket), Key: &key}); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"mine/a marker", "mine/a version", "mine/b/", "mine/c marker", "mine/c version", "mine/d/"}
	for limit := range int32(7) {
		var got []string
		in := &s3.ListObjectVersionsInput{Bucket: aws.String(testBucket), Prefix: aws.String("mine/"), Delimiter: aws.String("/"), MaxKeys: aws.Int32(limit + 1)}
		for range 20 {
			out, err := c.ListObjectVersions(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range out.DeleteMarkers {
				got = append(got, *m.Key+" marker")
			}
			for _, v := range out.Versions {
				got = append(got, *v.Key+" version")
			}
			for _, p := range out.CommonPrefixes {
				got = append(got, *p.Prefix)
			}
			if !aws.ToBool(out.IsTruncated) {
				break
			}
			in.KeyMarker, in.VersionIdMarker = out.NextKeyMarker, out.NextVersionIdMarker
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("pages of %d: got %q, want %q", limit+1, got, want)
		}
	}
}

// Whoever lists a key's versions while markers come and go finds the version each time.
func TestVersionsWhileDeleting(t *testing.T) {
	g := newGateway(t)
	c := g.readerClient()
	g.put(t, "mine/a", "1")
	bucket, key := aws.String(testBucket), aws.String("mine/a")
	stop := make(chan struct{})
	var writer sync.WaitGroup
	writer.Go(func() {
		for range 100 {
			marker, err := c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: key})
			if err == nil {
				_, err = c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: key, VersionId: marker.VersionId})
			}
			if err != nil {
				t.Error(err)
			}
		}
		close(stop)
	})
	defer writer.Wait()
	for {
		select {
		case <-stop:
			return
		default:
		}
		out, err := c.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: bucket, Prefix: key})
		if err != nil || len(out.Versions) != 1 {
			t.Fatalf("got %d versions and %d markers, %v, want one version", len(out.Versions), len(out.DeleteMarkers), err)
		}
	}
}
