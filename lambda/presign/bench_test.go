package presign

import (
	"context"
	"strings"
	"testing"
	"time"

	"signet/lambda/upload"
)

// ada asks in these tests.
var ada = upload.Bearer{Caller: "ada"}

// longToken is a session token of the length that a role with session tags has.
var longToken = strings.Repeat("IQoJb3JpZ2luX2VjE/+=", 60)

func testSigner(token string) *Signer { return New(testOptions(token)) }

func testOptions(token string) Options {
	return Options{
		Bucket: "bucket", Region: "eu-central-1",
		Credentials: func(context.Context) (Credentials, error) {
			return Credentials{AccessKeyID: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SessionToken: token}, nil
		},
		Now: func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
	}
}

func testPolicy(t testing.TB, size upload.Size) *upload.Policy {
	t.Helper()
	config := upload.DefaultConfig()
	config.MaxObjectSize = size
	return upload.NewPolicy(config)
}

func putRequest(t testing.TB) upload.Request {
	t.Helper()
	r, err := testPolicy(t, upload.GiB).Authorize(ada, upload.Place{}, upload.File{Name: "holiday photo.jpg", Type: "image/jpeg", Size: 12345678, ID: "0123456789abcdef"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tenThousandParts(t testing.TB) upload.Parts {
	t.Helper()
	p, err := testPolicy(t, upload.TiB).AuthorizeParts(ada, "uploads/ada/film~0123456789abcdef.mov",
		"VXBsb2FkIElEIGZvciA2aWWpbmcncyBteS1tb3ZpZS5tMnRzIHVwbG9hZA.ZXhhbXBsZSBvZiB0aGUgbGVuZ3RoIHRoYXQgUzMgZ2l2ZXMgaXRzIGlkcy4", 10_000*8*upload.MiB-1, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func BenchmarkURL(b *testing.B) {
	s, r := testSigner(longToken), putRequest(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.URL(b.Context(), r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParts(b *testing.B) {
	s, p := testSigner(longToken), tenThousandParts(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Parts(b.Context(), p); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/10_000, "ns/part")
}
