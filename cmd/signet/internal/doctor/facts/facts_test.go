package facts_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
)

// s3Answers stands in for S3 where no emulator has the setting: the answers are
// those that AWS documents for each call, by its subresource.
type s3Answers map[string]string

// request is what was sent.
type request struct{ method, query, target, action string }

// serve answers with the documented XML, or with an error of that code.
func (a s3Answers) serve(t *testing.T, sent *[]request) aws.Config {
	t.Helper()
	var mu sync.Mutex
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		mu.Lock()
		*sent = append(*sent, request{r.Method, r.URL.RawQuery, r.Header.Get("X-Amz-Target"), r.FormValue("Action")})
		mu.Unlock()
		for query, answer := range a {
			if r.URL.Query().Has(query) {
				fmt.Fprint(w, answer)
				return
			}
		}
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
	}))
	t.Cleanup(s.Close)
	return aws.Config{
		Region: "eu-west-1", BaseEndpoint: aws.String(s.URL), RetryMaxAttempts: 1,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "secret"}, nil
		}),
	}
}

func results(t *testing.T, c aws.Config) map[string]doctor.Result {
	t.Helper()
	f, err := facts.Read(t.Context(), c, facts.Target{Bucket: "any-bucket", Role: "any-role", Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]doctor.Result{}
	for _, r := range doctor.Examine(f) {
		all[r.ID] = r
	}
	return all
}

func TestDocumentedAnswers(t *testing.T) {
	var sent []request
	all := results(t, s3Answers{
		"requestPayment": `<RequestPaymentConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Payer>Requester</Payer></RequestPaymentConfiguration>`,
		"encryption": `<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm></ApplyServerSideEncryptionByDefault>
			<BucketKeyEnabled>false</BucketKeyEnabled><BlockedEncryptionTypes><EncryptionType>SSE-C</EncryptionType></BlockedEncryptionTypes></Rule></ServerSideEncryptionConfiguration>`,
		"policy":      `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:PutBucketAcl","Resource":"arn:aws:s3:::any-bucket"}}`,
		"versioning":  `<VersioningConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>`,
		"logging":     `<BucketLoggingStatus xmlns="http://doc.s3.amazonaws.com/2006-03-01"><LoggingEnabled><TargetBucket>any-bucket</TargetBucket><TargetPrefix>logs/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>`,
		"object-lock": `<ObjectLockConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"></ObjectLockConfiguration>`,
	}.serve(t, &sent))
	for id, want := range map[string]doctor.Status{
		"requester-pays": doctor.Fail, "default-kms": doctor.Pass, "sse-c": doctor.Unknown, "versioning": doctor.Pass, "cors-set": doctor.Unknown, "log-elsewhere": doctor.Fail,
	} {
		if all[id].Status != want {
			t.Errorf("%s: %s %s, want %s", id, all[id].Status, all[id].Got, want)
		}
	}
}

// Whoever may read nothing learns of each check what it takes, and never that it
// passes; nor does the command.
func TestDeniedIsUnknown(t *testing.T) {
	var sent []request
	for id, r := range results(t, s3Answers{}.serve(t, &sent)) {
		if r.Status == doctor.Pass && id != "bucket-name" || r.Status == doctor.Fail {
			t.Errorf("%s: %s %s", id, r.Status, r.Got)
		}
		if r.Status == doctor.Unknown && (!strings.Contains(r.Got, ": allow ") || !strings.Contains(r.Read, ":")) {
			t.Errorf("%s: %s lacks the action that it needs", id, r.Got)
		}
	}
}

// Everything that is sent only reads.
func TestReadsOnly(t *testing.T) {
	var sent []request
	results(t, s3Answers{}.serve(t, &sent))
	if len(sent) < 20 {
		t.Errorf("got %d requests, want all of them", len(sent))
	}
	for _, r := range sent {
		operation := r.action
		if r.target != "" {
			_, operation, _ = strings.Cut(r.target, ".")
		}
		reads := r.method == http.MethodGet || r.method == http.MethodHead || r.method == http.MethodPost && facts.ReadOnly(operation)
		if !reads {
			t.Errorf("sent %+v", r)
		}
	}
	if !slices.ContainsFunc(sent, func(r request) bool { return r.action == "DescribeVpcEndpoints" }) {
		t.Error("the call to EC2 was not seen")
	}
}

func TestReadOnlyNames(t *testing.T) {
	for name, want := range map[string]bool{
		"GetBucketPolicy": true, "ListParts": true, "DescribeKey": true, "HeadBucket": true,
		"PutBucketPolicy": false, "DeleteObject": false, "CreateMultipartUpload": false, "UploadPart": false, "": false,
	} {
		if got := facts.ReadOnly(name); got != want {
			t.Errorf("%q: got %t", name, got)
		}
	}
}
