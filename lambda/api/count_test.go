package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// crowd is a bucket in which an owner has very many files, whose list takes its time; the
// state bucket beside it is a shelf.
type crowd struct {
	shelf
	files int
	slow  time.Duration // of a page
	pages int
}

func (c *crowd) RoundTrip(r *http.Request) (*http.Response, error) {
	query := r.URL.Query()
	if !query.Has("versions") {
		return c.shelf.RoundTrip(r)
	}
	time.Sleep(c.slow)
	c.pages++
	from, _ := strconv.Atoi(strings.TrimPrefix(query.Get("key-marker"), "uploads/alice/f"))
	var b bytes.Buffer
	b.WriteString(`<ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	to := min(from+1000, c.files)
	for n := from + 1; n <= to; n++ {
		fmt.Fprintf(&b, `<Version><Key>uploads/alice/f%08d</Key><VersionId>v</VersionId><IsLatest>true</IsLatest><Size>1</Size><LastModified>2026-11-27T12:00:00.000Z</LastModified></Version>`, n)
	}
	fmt.Fprintf(&b, `<IsTruncated>%v</IsTruncated>`, to < c.files)
	if to < c.files {
		fmt.Fprintf(&b, `<NextKeyMarker>uploads/alice/f%08d</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>`, to)
	}
	b.WriteString(`</ListVersionsResult>`)
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/xml"}}, Body: io.NopCloser(&b), Request: r}, nil
}

// An owner with 200,000 files is counted over several calls, each of about a second, and
// is never locked out meanwhile; once the count is there, the quota holds.
func TestManyFilesAreCountedOverSeveralCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &crowd{files: 200_000, slow: 15 * time.Millisecond}
		config := upload.DefaultConfig()
		config.Quota = &upload.Quota{Files: 200_005}
		config.Resolved = upload.Resolved{Bucket: "b", Region: "eu-west-1", StateBucket: "state", Endpoint: "http://127.0.0.1:1"}
		h := New(Options{
			Config: config, HTTP: &http.Client{Transport: c}, Log: slog.New(slog.DiscardHandler), Subject: func(*http.Request) string { return "alice" },
			Credentials: func(context.Context) (presign.Credentials, error) {
				return presign.Credentials{AccessKeyID: "A", SecretAccessKey: "s"}, nil
			},
		})
		at, limit := ledgerPart{"", "alice"}, *config.Quota
		calls := 0
		for ; calls < 60; calls++ {
			start := time.Now()
			errs, l, err := h.reserveIn(t.Context(), at, limit, []upload.Wish{{Key: fmt.Sprint("uploads/alice/new", calls%3), Bytes: 1, Until: start.Add(time.Minute)}})
			if err != nil || errs[0] != nil {
				t.Fatalf("call %d: %v, %v", calls, err, errs)
			}
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("call %d took %v", calls, took)
			}
			if l.Counted != 0 {
				break
			}
		}
		if calls < 2 || c.pages != 200 {
			t.Errorf("%d calls and %d pages, want several calls and each page once", calls+1, c.pages)
		}
		wishes := []upload.Wish{}
		for i := range 10 {
			wishes = append(wishes, upload.Wish{Key: fmt.Sprint("uploads/alice/more", i), Bytes: 1, Until: time.Now().Add(time.Minute)})
		}
		errs, _, err := h.reserveIn(t.Context(), at, limit, wishes)
		if err != nil {
			t.Fatal(err)
		}
		refused := 0
		for _, e := range errs {
			if is(e, upload.QuotaExceeded) {
				refused++
			}
		}
		if refused != 8 { // 3 of 5 places were taken while it was counted
			t.Errorf("%d of 10 refused, want 8", refused)
		}
	})
}
