package facts_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/cmd/signet/internal/doctor/facts"
)

// Pages of uploads, and of the parts of each, as AWS documents them: every one is
// counted, and what a part list refuses makes the sum a lower bound.
func TestUnfinishedUploadsOnAllPages(t *testing.T) {
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	upload := func(id string) string {
		return "<Upload><Key>" + id + "</Key><UploadId>" + id + "</UploadId><Initiated>2026-11-14T00:00:00.000Z</Initiated></Upload>"
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		switch {
		case q.Has("uploads") && q.Get("key-marker") == "":
			if q.Get("encoding-type") != "url" {
				t.Error("the list was not asked for in URL encoding, in which alone every key can come")
			}
			fmt.Fprint(w, "<ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>a+%EF%BF%BE%2F</NextKeyMarker><NextUploadIdMarker>a</NextUploadIdMarker>"+upload("a+%EF%BF%BE%2F")+"</ListMultipartUploadsResult>")
		case q.Has("uploads"):
			if got := q.Get("key-marker"); got != "a \ufffe/" {
				t.Errorf("got the marker %q, want it decoded", got)
			}
			fmt.Fprint(w, "<ListMultipartUploadsResult><IsTruncated>false</IsTruncated>"+upload("b")+upload("denied")+"</ListMultipartUploadsResult>")
		case q.Get("uploadId") == "denied" || !q.Has("uploadId"):
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, "<Error><Code>AccessDenied</Code></Error>")
		case strings.HasPrefix(r.URL.Path, "/any-bucket/a") && r.URL.Path != "/any-bucket/a \ufffe/":
			t.Errorf("got parts of %q asked for, want the key decoded", r.URL.Path)
		case q.Get("part-number-marker") == "":
			fmt.Fprint(w, "<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>1</NextPartNumberMarker><Part><PartNumber>1</PartNumber><Size>5242880</Size></Part></ListPartsResult>")
		default:
			fmt.Fprint(w, "<ListPartsResult><IsTruncated>false</IsTruncated><Part><PartNumber>2</PartNumber><Size>7</Size></Part></ListPartsResult>")
		}
	}))
	defer s.Close()
	c := aws.Config{Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), RetryMaxAttempts: 1, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
	})}
	f, err := facts.Read(t.Context(), c, facts.Target{Bucket: "any-bucket", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	want := facts.Unfinished{Count: 3, Bytes: 2 * (5242880 + 7), Oldest: 10 * 24 * time.Hour, Uncounted: 1, Unlisted: "AWS answered AccessDenied"}
	if f.Uploads.Value != want {
		t.Errorf("got %+v, want %+v", f.Uploads.Value, want)
	}
}
