package presign

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/lambda/upload"
)

func TestURL(t *testing.T) {
	signed, err := testSigner("a/+=b").URL(context.Background(), putRequest(t))
	if err != nil {
		t.Fatal(err)
	}
	want := "https://bucket.s3.eu-central-1.amazonaws.com/uploads/ada/holiday%20photo~0123456789abcdef.jpg" +
		"?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAIOSFODNN7EXAMPLE%2F20261123%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date=20261123T120000Z" +
		"&X-Amz-Expires=900&X-Amz-Security-Token=a%2F%2B%3Db&X-Amz-SignedHeaders=content-length%3Bcontent-type%3Bhost%3Bif-none-match&X-Amz-Signature="
	if got, signature, _ := strings.Cut(signed.URL, "X-Amz-Signature="); got+"X-Amz-Signature=" != want || len(signature) != 64 {
		t.Errorf("URL\n got %s\nwant %s…", signed.URL, want)
	}
	if signed.Method != "PUT" {
		t.Errorf("got method %s, want PUT", signed.Method)
	}
	headers := map[string]string{"content-length": "12345678", "content-type": "image/jpeg", "if-none-match": "*"}
	if !maps.Equal(signed.Headers, headers) {
		t.Errorf("got headers %v, want %v", signed.Headers, headers)
	}
	if want := time.Date(2026, 11, 23, 12, 15, 0, 0, time.UTC); !signed.Expires.Equal(want) {
		t.Errorf("got Expires %s, want %s", signed.Expires, want)
	}
}

// TestNoChecksumIsAdded: an SDK that signs the checksum of an empty body makes
// URLs with which no real file can be uploaded.
func TestNoChecksumIsAdded(t *testing.T) {
	signed, err := testSigner("").URL(context.Background(), putRequest(t))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(strings.ToLower(signed.URL), "checksum") || strings.Contains(signed.URL, "x-id") {
		t.Errorf("got %s, want no parameter that the request does not have", signed.URL)
	}
}

// TestPartsAreURLs holds the table to the one-at-a-time signer: the same
// signature for every part, and the same parameters in the URL.
func TestPartsAreURLs(t *testing.T) {
	policy := testPolicy(t, upload.TiB)
	for _, tt := range []struct {
		size         int64
		first, count int
	}{
		{1, 0, 0}, {8 * upload.MiB, 0, 0}, {8*upload.MiB + 1, 0, 0}, {100*8*upload.MiB - 1, 0, 0}, {100 * 8 * upload.MiB, 7, 1}, {100*8*upload.MiB - 5, 95, 0},
		{upload.TiB, 9, 3},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			for _, token := range []string{"", longToken} {
				parts, err := policy.AuthorizeParts(ada, "uploads/ada/a bü%+~0123456789abcdef", "id.+=~_-", tt.size, tt.first, tt.count)
				if err != nil {
					t.Fatal(err)
				}
				s := testSigner(token)
				table, err := s.Parts(context.Background(), parts)
				if err != nil {
					t.Fatal(err)
				}
				if table.First != parts.First() || len(table.Signatures) != parts.Count() {
					t.Fatalf("got %d signatures from %d, want %d from %d", len(table.Signatures), table.First, parts.Count(), parts.First())
				}
				for i, signature := range table.Signatures {
					n := table.First + i
					comparePart(t, s, parts.Part(n), table, n, signature)
				}
			}
		})
	}
}

// TestPartsOnBothHosts holds even parts to a signer of the dual-stack host and
// odd ones to that of the other.
func TestPartsOnBothHosts(t *testing.T) {
	parts, err := testPolicy(t, upload.TiB).AuthorizeParts(ada, "uploads/ada/a~0123456789abcdef", "id", upload.GiB, 2, 5)
	if err != nil {
		t.Fatal(err)
	}
	one, both, second := testOptions(longToken), testOptions(longToken), testOptions(longToken)
	both.TwoHosts, second.DualStack = true, true
	table, err := New(both).PartsOn(t.Context(), parts, Hosts{Both: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := "https://bucket.s3.dualstack.eu-central-1.amazonaws.com/"; !strings.HasPrefix(table.Alternate, want) {
		t.Fatalf("got alternate %s, want it at %s", table.Alternate, want)
	}
	for i, signature := range table.Signatures {
		n := table.First + i
		host, signer := table, New(one)
		if n%2 == 0 {
			host.URL, signer = table.Alternate, New(second)
		}
		comparePart(t, signer, parts.Part(n), host, n, signature)
	}
	for name, options := range map[string]Options{"one host": one, "accelerated": {Accelerate: true, TwoHosts: true}, "a second endpoint": {Endpoint: "http://127.0.0.1:1", SecondEndpoint: "http://localhost:1"}} {
		options.Bucket, options.Region, options.Credentials, options.Now = one.Bucket, one.Region, one.Credentials, one.Now
		table, err := New(options).PartsOn(t.Context(), parts, Hosts{Both: true})
		want := map[string]string{"accelerated": "https://bucket.s3-accelerate.dualstack.amazonaws.com", "a second endpoint": "http://localhost:1/bucket"}[name]
		if err != nil || !strings.HasPrefix(table.Alternate, want) || want == "" && table.Alternate != "" {
			t.Errorf("%s: got %q, %v, want %q", name, table.Alternate, err, want)
		}
	}
}

func comparePart(t *testing.T, s *Signer, part upload.Request, table Table, n int, signature string) {
	t.Helper()
	single, err := s.URL(context.Background(), part)
	if err != nil {
		t.Fatal(err)
	}
	got, err := url.Parse(table.URL + "&partNumber=" + strconv.Itoa(n) + "&X-Amz-Signature=" + signature)
	if err != nil {
		t.Fatal(err)
	}
	want, err := url.Parse(single.URL)
	if err != nil {
		t.Fatal(err)
	}
	if got.Scheme != want.Scheme || got.Host != want.Host || got.EscapedPath() != want.EscapedPath() || got.Query().Encode() != want.Query().Encode() {
		t.Errorf("part %d\n got %s\nwant %s", n, got, want)
	}
	if !single.Expires.Equal(table.Expires) {
		t.Errorf("part %d: got Expires %s, want %s", n, table.Expires, single.Expires)
	}
}

func TestTableJSON(t *testing.T) {
	got, err := json.Marshal(Table{URL: "https://h/k?a=b", First: 3, Signatures: []string{"00", "ff"}, Expires: time.Now()})
	if want := `{"url":"https://h/k?a=b","first":3,"signatures":["00","ff"]}`; err != nil || string(got) != want {
		t.Errorf("got %s and error %v, want %s", got, err, want)
	}
}
