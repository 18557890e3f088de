package sigv4

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

const arn = "arn:aws:iam::111122223333:role/app"

var keys = Keys{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "secret", Region: "eu-west-1", ARN: arn}

// signed is a request that AWS's own signer signed.
func signed(t *testing.T, method, target, body string, at time.Time) *http.Request {
	t.Helper()
	r, err := http.NewRequest(method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	creds := aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(context.Background(), creds, r, hash([]byte(body)), service, keys.Region, at); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCheck(t *testing.T) {
	now := time.Now()
	const body, target = `{"owner":"user-42"}`, "http://127.0.0.1:8080/api/backend/files/info?key=uploads%2Fa%2Fb+c~abcdefgh.txt&owner=user-42"
	for _, row := range []struct {
		name   string
		change func(*http.Request)
		body   string
		at     time.Duration
		want   error
	}{
		{"as it was signed", nil, body, 0, nil},
		{"four minutes old", nil, body, -4 * time.Minute, nil},
		{"six minutes old", nil, body, -6 * time.Minute, ErrTime},
		{"six minutes ahead", nil, body, 6 * time.Minute, ErrTime},
		{"another body", nil, body + " ", 0, ErrWrong},
		{"another owner", func(r *http.Request) { r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "42", "43", 1) }, body, 0, ErrWrong},
		{"another path", func(r *http.Request) { r.URL.Path = "/api/backend/passes" }, body, 0, ErrWrong},
		{"another method", func(r *http.Request) { r.Method = "DELETE" }, body, 0, ErrWrong},
		{"another host", func(r *http.Request) { r.Host = "other.example.com" }, body, 0, ErrWrong},
		{"unsigned", func(r *http.Request) { r.Header.Del("Authorization") }, body, 0, ErrUnsigned},
		{"a caller's token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, body, 0, ErrUnsigned},
		{"another key", func(r *http.Request) { replace(r, "AKIDEXAMPLE", "AKIDOTHER") }, body, 0, ErrUnknown},
		{"another service", func(r *http.Request) { replace(r, "execute-api", "s3") }, body, 0, ErrUnknown},
		{"another region", func(r *http.Request) { replace(r, "eu-west-1", "us-east-1") }, body, 0, ErrUnknown},
		{"host not signed", func(r *http.Request) { replace(r, "host;", "") }, body, 0, ErrWrong},
		{"another signature", func(r *http.Request) { replace(r, "Signature=", "Signature=0") }, body, 0, ErrWrong},
	} {
		r := signed(t, "POST", target, body, now.Add(row.at))
		if row.change != nil {
			row.change(r)
		}
		got, err := keys.Check(r, []byte(row.body), now)
		if !errors.Is(err, row.want) || (row.want == nil) != (got == arn) {
			t.Errorf("%s: %q, %v, want %v", row.name, got, err, row.want)
		}
	}
	if _, err := (Keys{}).Check(signed(t, "GET", target, "", now), nil, now); err == nil {
		t.Error("nobody's keys are somebody's")
	}
}

// A signature that does not name the host, or the time, holds for every host and for
// ever: it is refused, though it is right for what it names.
func TestUnnamedIsRefused(t *testing.T) {
	now := time.Now()
	for _, names := range []string{"host;x-amz-date", "x-amz-date", "host", "content-type;x-amz-date"} {
		r, err := http.NewRequest("GET", "http://127.0.0.1:8080/api/backend/files?owner=user-42", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Date", now.UTC().Format(timeFormat))
		r.Header.Set("Content-Type", "application/json")
		m := presign.Message{Method: "GET", Path: "/api/backend/files", PayloadHash: hash(nil), Query: []upload.Header{{Name: "owner", Value: "user-42"}}}
		for name := range strings.SplitSeq(names, ";") {
			m.Headers = append(m.Headers, upload.Header{Name: name, Value: header(r, name)})
		}
		scope := presign.Scope{Time: now, Region: keys.Region, Service: service}
		signature := presign.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}.Sign(scope, scope.StringToSign(m.CanonicalRequest()))
		r.Header.Set("Authorization", presign.Algorithm+" Credential="+keys.AccessKeyID+"/"+scope.String()+", SignedHeaders="+names+", Signature="+signature)
		got, err := keys.Check(r, nil, now)
		if whole := names == "host;x-amz-date"; whole != (got == arn) || !whole && !errors.Is(err, ErrWrong) {
			t.Errorf("%s: got %q, %v", names, got, err)
		}
	}
}

func replace(r *http.Request, old, with string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, with, 1))
}
