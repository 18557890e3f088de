package facts_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"signet/cmd/signet/internal/doctor/facts"
)

// Why something is unknown says whether a right would help: it does not where the
// network or TLS failed, where the store has no such call, or where the credentials
// are not known there.
func TestWhatUnknownNeeds(t *testing.T) {
	answer := func(status int, code string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodHead {
				return // the bucket is there
			}
			w.WriteHeader(status)
			if code != "" {
				fmt.Fprintf(w, "<Error><Code>%s</Code><Message>no</Message></Error>", code)
			}
		}
	}
	page := func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
		fmt.Fprint(w, "<html>Bad gateway</html>")
	}
	for name, row := range map[string]struct {
		s3   http.HandlerFunc
		want string
		no   string
	}{
		"right":       {answer(403, "AccessDenied"), "AWS answered AccessDenied: allow s3:GetBucketPolicy", "no such call"},
		"no call":     {answer(501, "NotImplemented"), "AWS answered NotImplemented: this store has no such call", "allow s3:"},
		"no method":   {answer(405, "MethodNotAllowed"), "this store has no such call", "allow s3:"},
		"credentials": {answer(403, "InvalidAccessKeyId"), "the credentials are not known there", "allow s3:"},
		"skew":        {answer(403, "RequestTimeTooSkewed"), "set this machine's clock", "allow s3:"},
		"proxy":       {answer(407, ""), "the network failed, not a right", "allow s3:"},
	} {
		s := httptest.NewServer(row.s3)
		for key, value := range map[string]string{"AWS_ENDPOINT_URL_S3": s.URL, "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a",
			"AWS_SECRET_ACCESS_KEY": "b", "AWS_MAX_ATTEMPTS": "1", "AWS_CA_BUNDLE": "", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"} {
			t.Setenv(key, value)
		}
		c, err := config.LoadDefaultConfig(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f, err := facts.Read(t.Context(), c, facts.Target{Bucket: "any-bucket", Now: time.Now()})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got, unknown := f.Bucket.Policy.Unknown()
		if !unknown || !strings.Contains(got, row.want) || strings.Contains(got, row.no) {
			t.Errorf("%s: got %q, want %q and not %q", name, got, row.want, row.no)
		}
		// Nobody listens where the other services are.
		for _, fact := range []facts.Unknowable{f.Account, f.AccountBlock, f.Trails, f.Endpoints, f.Points, f.Fronts} {
			if got, unknown := fact.Unknown(); !unknown || !strings.Contains(got, "the network failed") || strings.Contains(got, ": allow ") {
				t.Errorf("%s: got %q of %s, want the network's fault", name, got, fact.Action())
			}
		}
		s.Close()
	}
	s := httptest.NewServer(http.HandlerFunc(page))
	defer s.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s.URL)
	c, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := facts.Read(t.Context(), c, facts.Target{Bucket: "any-bucket", Now: time.Now()}); err == nil || !strings.Contains(err.Error(), "try again later") {
		t.Errorf("a proxy's page: got %v", err)
	}
}

// TLS that fails is told from a right, and a certificate for another name from one
// that nobody vouches for.
func TestTLSTrouble(t *testing.T) {
	tls := httptest.NewTLSServer(http.NotFoundHandler())
	defer tls.Close()
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer s3.Close()
	for key, value := range map[string]string{"AWS_ENDPOINT_URL_S3": s3.URL, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "a",
		"AWS_SECRET_ACCESS_KEY": "b", "AWS_MAX_ATTEMPTS": "1", "AWS_CA_BUNDLE": "", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"} {
		t.Setenv(key, value)
	}
	for _, row := range []struct {
		address string
		client  *http.Client
		want    string
	}{
		{tls.URL, http.DefaultClient, "check AWS_CA_BUNDLE"},
		{strings.Replace(tls.URL, "127.0.0.1", "localhost", 1), tls.Client(), "check the endpoint's name"},
		{"https://signet-doctor.invalid", http.DefaultClient, "the name is not known"},
	} {
		t.Setenv("AWS_ENDPOINT_URL", row.address)
		c, err := config.LoadDefaultConfig(t.Context(), config.WithHTTPClient(row.client))
		if err != nil {
			t.Fatal(err)
		}
		f, err := facts.Read(t.Context(), c, facts.Target{Bucket: "any-bucket", Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := f.Account.Unknown(); !strings.Contains(got, row.want) || strings.Contains(got, ": allow ") {
			t.Errorf("%s: got %q, want %q", row.address, got, row.want)
		}
	}
}
