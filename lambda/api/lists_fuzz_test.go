package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"unicode/utf8"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// hostile is an S3 that answers whatever it likes.
type hostile struct {
	status int
	body   []byte
}

// RoundTrip implements http.RoundTripper.
func (h hostile) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: h.status, Header: http.Header{"Content-Type": {"application/xml"}}, Body: io.NopCloser(bytes.NewReader(h.body)), ContentLength: int64(len(h.body)), Request: r}, nil
}

// FuzzLists sees that no answer of S3's makes a list anything but a list or a problem,
// in UTF-8, that names keys of the caller's alone.
func FuzzLists(f *testing.F) {
	const object = `<Key>uploads/alice/a~abcdefgh.txt</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><ETag>"e"</ETag><Size>5</Size>`
	paths := []string{"/files", "/uploads", "/files/versions?key=uploads/alice/a~abcdefgh.txt", "/uploads/parts?key=uploads/alice/a~abcdefgh.txt&uploadId=u"}
	for i, seed := range []string{
		`<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken><EncodingType>url</EncodingType><Contents>` + object + `</Contents><CommonPrefixes><Prefix>uploads/alice/b/</Prefix></CommonPrefixes></ListBucketResult>`,
		`<ListMultipartUploadsResult><Upload><Key>uploads/alice/a~abcdefgh.txt</Key><UploadId>u</UploadId><Initiated>2026-01-02T03:04:05.000Z</Initiated></Upload></ListMultipartUploadsResult>`,
		`<ListVersionsResult><Version>` + object + `<VersionId>v</VersionId><IsLatest>true</IsLatest></Version><DeleteMarker>` + object + `<VersionId>w</VersionId></DeleteMarker></ListVersionsResult>`,
		`<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>"e"</ETag><Size>5</Size></Part></ListPartsResult>`,
	} {
		f.Add(i, 200, []byte(seed))
		f.Add(i, 200, bytes.ReplaceAll([]byte(seed), []byte("a~abcdefgh"), []byte("a&#xFFFF;%FF%00+\xff")))
		f.Add(i, 200, bytes.ReplaceAll([]byte(seed), []byte("uploads/alice"), []byte("uploads/bob")))
		f.Add(i, 200, bytes.ReplaceAll([]byte(seed), []byte(">5<"), []byte(">-99999999999999999999<")))
	}
	f.Add(0, 200, []byte(`<!DOCTYPE a [<!ENTITY b "c">]><ListBucketResult>&b;</ListBucketResult>`))
	f.Add(1, 404, []byte(`<Error><Code>NoSuchBucket</Code></Error>`))
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region}
	f.Fuzz(func(t *testing.T, path, status int, body []byte) {
		if path < 0 || path >= len(paths) || status != 404 && status != 403 {
			path, status = max(0, path%len(paths)), 200
		}
		handler := api.New(api.Options{Config: config, Subject: subject, Credentials: fixed, Log: slog.New(slog.DiscardHandler), HTTP: &http.Client{Transport: hostile{status, body}}})
		r := httptest.NewRequest("GET", "/api"+paths[path], nil)
		r.Header.Set("Authorization", "Bearer alice")
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		if !utf8.Valid(answer.Body.Bytes()) || !json.Valid(answer.Body.Bytes()) {
			t.Fatalf("%s: status %d, %q for %q", paths[path], answer.Code, answer.Body, body)
		}
	})
}
