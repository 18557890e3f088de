package transfer

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// A list in XML cannot name such a key: the SDK would write U+FFFD for the character,
// and another object would be deleted in its place.
func TestDeleteKeyThatXMLCannotHold(t *testing.T) {
	w := newWorld(t)
	b := NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{})
	put := func(key string) {
		t.Helper()
		name := testBucket
		if _, err := w.client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &name, Key: &key, Body: strings.NewReader("x")}); err != nil {
			t.Fatal(err)
		}
	}
	const odd, other = "odd\x01key", "odd\ufffdkey"
	put(odd)
	put(other)
	put("plain")
	var told []string
	b.Delete(t.Context(), []string{odd, "plain"}, func(key string, err error) {
		told = append(told, fmt.Sprint(key, err))
	})
	if want := []string{odd + "<nil>", "plain<nil>"}; !slices.Equal(told, want) {
		t.Errorf("got %q, want %q", told, want)
	}
	for key, want := range map[string]bool{odd: false, "plain": false, other: true} {
		if _, there, err := b.Head(t.Context(), key); err != nil || there != want {
			t.Errorf("%q is there: %v (%v), want %v", key, there, err, want)
		}
	}
}

func TestPages(t *testing.T) {
	w := newWorld(t)
	b := NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{})
	name := testBucket
	var want []string
	for i := range 1002 {
		key := fmt.Sprintf("in/%04d", i)
		if i == 1001 {
			key = "in/9/deep"
		}
		if _, err := w.client().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &name, Key: &key}); err != nil {
			t.Fatal(err)
		}
		want = append(want, key)
	}
	var got []string
	pages := 0
	for page, err := range b.Pages(t.Context(), "in/", "") {
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, o := range page.Objects {
			got = append(got, o.Key)
		}
	}
	if !slices.Equal(got, want) || pages != 2 {
		t.Errorf("got %d keys on %d pages, want %d on 2", len(got), pages, len(want))
	}
	var folders []string
	for page, err := range b.Pages(t.Context(), "in/", "/") {
		if err != nil {
			t.Fatal(err)
		}
		folders = append(folders, page.Folders...)
	}
	if !slices.Equal(folders, []string{"in/9/"}) {
		t.Errorf("got folders %q", folders)
	}
}
