package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/lambda/api"
)

// victim is an API that is attacked: alice's token is the attacker's, bob's that of
// whom she is after.
type victim struct {
	api        string // with /api
	alice, bob string

	secret   string // key of bob's file
	version  string // its version
	own      string // key of alice's file
	upload   api.Upload
	contents []byte // of bob's file
}

// attack is something that must come to nothing. It says what happened instead.
type attack struct {
	what string
	try  func(t *testing.T, v *victim) (happened string)
}

// attacks that were tried once and failed. They are to go on failing.
func attacks() (all []attack) {
	return slices.Concat(onKeys(), onVersions(), onLists(), onUploads(), onSessions(), onPaths(), onBodies(), onSignatures(), onForms())
}

// attacksHere are all that are tried on dev and serve. What stands here and not above
// was never run against a deployment, or an emulator of AWS.
func attacksHere() []attack {
	return slices.Concat(attacks(), onURLs(), onParts(), onReading(), onFormTails(), onRenewal(), onReuse(), onReadings())
}

// TestAttacks tries them all on signet dev and on signet serve. Tokens, the relay's
// framing and its page have tests of their own, which make test-attacks runs too.
func TestAttacks(t *testing.T) {
	dir, keys := t.TempDir(), filepath.Join(t.TempDir(), "keys.json")
	c := startDev(t, dir, "--s3-keys", keys)
	s := serveBefore(t, c, keys, nil)
	bob := newForger(t, c, dir).with(t, map[string]any{"sub": "bob"})
	victims := map[string]*victim{
		"dev":   {api: c.API, alice: c.Token, bob: bob},
		"serve": {api: s.url + "/api", alice: c.Token, bob: bob},
	}
	for name, v := range victims {
		t.Run(name, func(t *testing.T) {
			v.settle(t)
			for _, a := range attacksHere() {
				if happened := a.try(t, v); happened != "" {
					t.Errorf("%s: %s", a.what, happened)
				}
			}
			v.wantUnharmed(t)
		})
	}
	t.Logf("%d attacks on each of %d", len(attacksHere()), len(victims))
}

// TestAttacksDeployed tries them on a deployment, where SIGNET_ATTACK names one by its
// API (tokens in SIGNET_ATTACK_ALICE and _BOB). SIGNET_ATTACK_GAPS names, a line each,
// those that an emulator of AWS is known not to refuse; one that it refuses fails, so
// that none stands there for longer than it must.
func TestAttacksDeployed(t *testing.T) {
	v := deployed(t)
	gaps := strings.Split(os.Getenv("SIGNET_ATTACK_GAPS"), "\n")
	v.settle(t)
	for _, a := range attacks() {
		happened, known := a.try(t, v), slices.Contains(gaps, a.what)
		if happened != "" && !known {
			t.Errorf("%s: %s", a.what, happened)
		}
		if happened == "" && known {
			t.Errorf("%s: got it refused, want it off the list of gaps", a.what)
		}
	}
	v.wantUnharmed(t)
}

// deployed is the deployment that is to be attacked.
func deployed(t *testing.T) *victim {
	t.Helper()
	base := os.Getenv("SIGNET_ATTACK")
	if base == "" {
		t.Skip("SIGNET_ATTACK names no deployment")
	}
	return &victim{api: base, alice: os.Getenv("SIGNET_ATTACK_ALICE"), bob: os.Getenv("SIGNET_ATTACK_BOB")}
}

func (v *victim) client(token string) *api.Client {
	return &api.Client{Base: v.api, Token: func(context.Context) (string, error) { return token, nil }}
}

// settle has bob store a file and begin another, and alice store one.
func (v *victim) settle(t *testing.T) {
	t.Helper()
	v.contents = []byte("bob's secret")
	v.secret = v.store(t, v.bob, fmt.Sprintf("secret-%d.txt", time.Now().UnixNano()), v.contents) // a name has all versions of that name
	v.own = v.store(t, v.alice, "own.txt", []byte("alice's own"))
	versions, err := v.client(v.bob).ListVersions(t.Context(), v.secret)
	if err != nil || len(versions.Versions) == 0 {
		t.Fatalf("got %v (%v), want a version", versions, err)
	}
	v.version = versions.Versions[0].VersionID
	if v.upload, err = v.client(v.bob).CreateUpload(t.Context(), api.UploadRequest{Name: "large.bin", Size: int64p(20 << 20)}); err != nil {
		t.Fatal(err)
	}
}

func (v *victim) store(t *testing.T, token, name string, content []byte) (key string) {
	t.Helper()
	signed, err := v.client(token).Presign(t.Context(), api.File{Name: name, Type: "text/plain", Size: int64p(int64(len(content)))})
	if err != nil {
		t.Fatal(err)
	}
	if status := put(t, signed.URL, signed.Headers, content); status != http.StatusOK {
		t.Fatalf("got %d for a PUT, want 200", status)
	}
	return signed.Key
}

// wantUnharmed sees that bob has what he had, and alice no more than hers.
func (v *victim) wantUnharmed(t *testing.T) {
	t.Helper()
	signed, err := v.client(v.bob).FileURL(t.Context(), v.secret, "")
	if err != nil {
		t.Fatalf("bob's file is gone: %v", err)
	}
	if _, body, _ := get(t, signed.URL); !bytes.Equal(body, v.contents) {
		t.Errorf("bob's file has become %q", body)
	}
	if parts, err := v.client(v.bob).ListParts(t.Context(), v.upload.Key, v.upload.UploadID); err != nil || len(parts.Parts) != 0 {
		t.Errorf("bob's upload has become %v (%v), want it as it was", parts, err)
	}
	versions, err := v.client(v.bob).ListVersions(t.Context(), v.secret)
	if err != nil || len(versions.Versions) != 1 {
		t.Errorf("bob's file has the versions %v (%v), want one", versions, err)
	}
}

// ask sends a request with a token, or none.
func (v *victim) ask(t *testing.T, token, method, path, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequest(method, v.api+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	client := http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 8<<20))
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// refused says what happened unless the answer is one of these, and tells nothing of
// bob's.
func (v *victim) refused(status int, text string, want ...int) string {
	switch {
	case !slices.Contains(want, status):
		return fmt.Sprintf("got %d %.200s, want one of %v", status, text, want)
	case strings.Contains(text, string(v.contents)), strings.Contains(text, v.version):
		return "the answer tells something of bob's"
	case len(text) > 2000:
		return fmt.Sprintf("got an answer of %d bytes, want a short one", len(text))
	}
	return ""
}

// query makes one of alice's requests an attack.
func query(what, method, path string, values func(v *victim) url.Values, want ...int) attack {
	return attack{what, func(t *testing.T, v *victim) string {
		status, text := v.ask(t, v.alice, method, path+"?"+values(v).Encode(), "")
		return v.refused(status, text, want...)
	}}
}

// message makes one of alice's messages an attack.
func message(what, method, path string, body func(v *victim) any, want ...int) attack {
	return attack{what, func(t *testing.T, v *victim) string {
		text, err := json.Marshal(body(v))
		if err != nil {
			t.Fatal(err)
		}
		status, answer := v.ask(t, v.alice, method, path, string(text))
		return v.refused(status, answer, want...)
	}}
}
