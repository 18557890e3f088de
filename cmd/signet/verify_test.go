package main

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"signet/cmd/signet/internal/local"
	"signet/cmd/signet/internal/verify"
)

// startVerified starts a local cloud with spaces, passes and a quota, in which carol is
// in no group.
func startVerified(t *testing.T, config string) *cloud {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "cdk.json")
	if err := os.WriteFile(file, []byte(`{"context":{"signet":`+config+`}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return startDev(t, filepath.Join(dir, "data"), "--config", file, "--person", "carol=")
}

// outcomes runs the steps whose ids are wanted, and those that they need, against the
// local cloud as alice, with carol as the other one.
func outcomes(t *testing.T, c *cloud, keys aws.CredentialsProvider, want map[string]verify.Status, change ...func(*verify.Target)) {
	t.Helper()
	needed := map[string]bool{"token": true, "put": true, "parts": true}
	var skip []string
	target := verify.Target{
		Site: c.Site, Token: c.Tokens["alice"], Other: c.Tokens["carol"], Passes: true, Backend: c.API + "/backend", Credentials: keys, Region: local.Region,
		HTTP: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	for _, f := range change {
		f(&target)
	}
	for _, s := range verify.IDs() {
		if _, wanted := want[s]; !wanted && !needed[s] {
			skip = append(skip, s)
		}
	}
	target.Skip = skip
	for _, r := range verify.Run(t.Context(), target, func(verify.Result) {}) {
		expected, wanted := want[r.ID]
		if !wanted && needed[r.ID] {
			expected, wanted = verify.Pass, true
		}
		if wanted && r.Status != expected {
			t.Errorf("%s: got %s (%s), want %s", r.ID, r.Status, r.Got, expected)
		}
	}
}

// What verify tries of spaces, passes, quotas and the backend holds in the local cloud.
func TestVerifySharing(t *testing.T) {
	c := startVerified(t, `{"passes":true,"quota":{"bytes":"1 GiB"},"spaces":{"team":{"per":"group"},"avatars":{"maxObjectSize":"2 MiB","allowedTypes":["image/*"]},"forms":{"per":"all","metadata":{"must":["case"]}},"pictures":{"read":["public"]}}}`)
	keys := credentials.NewStaticCredentialsProvider(c.Backend.AccessKeyID, c.Backend.SecretAccessKey, "")
	outcomes(t, c, keys, map[string]verify.Status{
		"companion": verify.Pass, "spaces": verify.Pass, "spaces-other": verify.Pass, "spaces-limits": verify.Pass, "public": verify.Pass, "quota": verify.Pass, "pass-upload": verify.Pass,
		"pass-refused": verify.Pass, "pass-read": verify.Pass, "pass-revoked": verify.Pass, "backend-refused": verify.Pass, "backend": verify.Pass,
	})
	// Somebody else's keys are no backend's: that is well, too.
	other := credentials.NewStaticCredentialsProvider("AKIAANOTHER", "secret", "")
	outcomes(t, c, other, map[string]verify.Status{"backend-refused": verify.Pass, "backend": verify.Pass})
}

// Where there is nothing of it, it is skipped; where a deployment says that there are
// passes and has none, that fails.
func TestVerifyWithout(t *testing.T) {
	c := startVerified(t, `{}`)
	outcomes(t, c, nil, map[string]verify.Status{
		"spaces": verify.Skip, "spaces-other": verify.Skip, "spaces-limits": verify.Skip, "public": verify.Skip, "quota": verify.Skip, "pass-upload": verify.Fail, "companion": verify.Pass,
	})
}

// A deployment that takes little is verified with what it takes.
func TestVerifyNarrow(t *testing.T) {
	want := map[string]verify.Status{
		"put": verify.Pass, "put-again": verify.Pass, "parts": verify.Skip, "form": verify.Pass, "list": verify.Pass, "get": verify.Pass, "versions": verify.Pass, "restore": verify.Pass,
		"pass-upload": verify.Pass, "pass-refused": verify.Pass, "pass-read": verify.Pass, "other-type": verify.Pass,
	}
	c := startVerified(t, `{"passes":true,"allowedTypes":["image/*"],"maxObjectSize":"1 MiB","overwrite":true}`)
	outcomes(t, c, nil, want)
	want["quota"] = verify.Pass
	c = startVerified(t, `{"passes":true,"quota":{"bytes":"2 MiB"}}`)
	outcomes(t, c, nil, want)
}

// A file goes through the relay to those who have a token.
func TestVerifyRelay(t *testing.T) {
	s := startServe(t, nil)
	outcomes(t, s.cloud, nil, map[string]verify.Status{"relay": verify.Pass}, func(target *verify.Target) { target.Relay = s.url + "/api/relay" })
	outcomes(t, s.cloud, nil, map[string]verify.Status{"relay": verify.Skip})
}
