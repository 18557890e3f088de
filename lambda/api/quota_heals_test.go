package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// kill -9 between a reservation and its upload frees it in time.
func TestReservationsOfTheKilledAreFreed(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 2})
	alice := caller(t)
	must[api.Presigned](w)(w.as(alice).Presign(t.Context(), api.File{Name: "killed", Size: size(1)}))
	begun := must[api.Upload](w)(w.as(alice).CreateUpload(t.Context(), api.UploadRequest{Name: "begun", Size: size(17 << 20)}))
	blocked := func() bool {
		_, err := w.as(alice).Presign(t.Context(), api.File{Name: "next", Size: size(1), ID: "next-file"})
		return isCode(err, upload.QuotaExceeded)
	}
	if !blocked() {
		t.Error("two reservations do not fill a quota of two")
	}
	*now = now.Add(17 * time.Minute)
	if blocked() {
		t.Error("a signature that has ended still holds its place, a count being due")
	}
	*now = now.Add(17 * time.Minute)
	if err := w.as(alice).AbortUpload(t.Context(), begun.Key, begun.UploadID); err != nil {
		t.Fatal(err)
	}
	w.used(alice)
	must[api.Presigned](w)(w.as(alice).Presign(t.Context(), api.File{Name: "more", Size: size(1)}))
}

func TestLedgersHeal(t *testing.T) {
	w, now := limited(t, upload.Quota{Files: 3})
	alice := caller(t)
	for i := range 2 {
		if _, status, err := w.sendTo(w.as(alice), fmt.Sprint(i), []byte("x")); err != nil || status != 200 {
			t.Fatal(status, err)
		}
	}
	ledger := "usage/uploads/" + alice
	put := func(text string) {
		t.Helper()
		in := &s3.PutObjectInput{Bucket: aws.String(stateBucket), Key: &ledger, Body: strings.NewReader(text)}
		if _, err := w.s3.PutObject(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	remove := func(string) {
		t.Helper()
		if _, err := w.s3.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(stateBucket), Key: &ledger}); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name string
		do   func(string)
		text string
		wait time.Duration
	}{
		{"deleted", remove, "", 0},
		{"not JSON", put, "{", 0},
		{"another shape", put, `["x"]`, 0},
		{"less than nothing", put, `{"there":{"files":-5,"bytes":0},"counted":1}`, 0},
		{"counted in the future", put, `{"there":{"files":0,"bytes":0},"counted":99999999999}`, 0},
		{"held for ever", put, `{"counted":1,"held":{"x":{"b":1,"u":99999999999}}}`, 0},
		{"far too much", put, fmt.Sprintf(`{"there":{"files":900,"bytes":0},"counted":%d}`, now.Unix()-61), 0},
		{"far too little", put, fmt.Sprintf(`{"there":{"files":0,"bytes":0},"counted":%d}`, now.Unix()), time.Hour},
	} {
		row.do(row.text)
		*now = now.Add(row.wait)
		// Whoever is refused by it makes it be counted.
		_, _ = w.as(alice).Presign(t.Context(), api.File{Name: "probe", Size: size(1), ID: "the-probe-file"})
		if got := w.used(alice); got.Used.Files < 2 || got.Used.Files > 3 {
			t.Errorf("%s: %+v, want the two that are there, and one on its way", row.name, got)
		}
		_, err := w.as(alice).Presign(t.Context(), api.File{Name: "probe", Size: size(1), ID: "the-probe-file"})
		if err != nil {
			t.Errorf("%s: the third file: %v", row.name, err)
		}
		if _, err := w.as(alice).Presign(t.Context(), api.File{Name: "fourth", Size: size(1)}); !isCode(err, upload.QuotaExceeded) {
			t.Errorf("%s: the fourth file: %v", row.name, err)
		}
	}
}
