package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/signettest"
	"signet/lambda/api"
)

// startFaulty is dev with faults, which is this test binary.
func startFaulty(t *testing.T, o signettest.Options) *signettest.Cloud {
	t.Helper()
	o.Binary, o.Env = os.Args[0], []string{asCommand + "=1"}
	return signettest.Start(t, o)
}

func clientOf(c *signettest.Cloud, token *string) *api.Client {
	return &api.Client{Base: c.API, Token: func(context.Context) (string, error) { return *token, nil }}
}

// sendOnce signs and sends a small file, and gives the status; 0: there was no answer.
func sendOnce(t *testing.T, c *signettest.Cloud, name, content string) (key string, status int) {
	t.Helper()
	token := c.NewToken(t, "alice", time.Minute)
	signed, err := clientOf(c, &token).Presign(t.Context(), api.File{Name: name, Size: int64p(int64(len(content)))})
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest("PUT", signed.URL, strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range signed.Headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return signed.Key, 0
	}
	answer.Body.Close()
	return signed.Key, answer.StatusCode
}

// Each fault is done to one file, and the next is stored as it is.
func TestDevFaults(t *testing.T) {
	c := startFaulty(t, signettest.Options{})
	for _, row := range []struct {
		fault  signettest.Fault
		status int
		stored bool
	}{
		{signettest.Fault{Kind: signettest.SlowDown}, 503, false},
		{signettest.Fault{Kind: signettest.Cut, Offset: 2}, 0, false},
		{signettest.Fault{Kind: signettest.Offline, Milliseconds: 50}, 0, false},
		{signettest.Fault{Kind: signettest.AnswerLost}, 0, true},
		{signettest.Fault{Kind: signettest.Flip, Offset: 4}, 200, true},
	} {
		c.Reset(t)
		c.Fault(t, row.fault)
		key, status := sendOnce(t, c, "a.txt", "hello")
		if status != row.status {
			t.Errorf("%s: got status %d, want %d", row.fault.Kind, status, row.status)
		}
		if e := c.Log(t).S3.Events; len(e) != 1 || e[0].Kind != row.fault.Kind {
			t.Errorf("%s: got %+v in the log, want it once", row.fault.Kind, e)
		}
		has := func(o signettest.Object) bool { return o.Key == key }
		if got := slices.ContainsFunc(c.Objects(t, ""), has); got != row.stored {
			t.Errorf("%s: stored is %v, want %v", row.fault.Kind, got, row.stored)
		}
		if row.fault.Kind == signettest.Flip && bytes.Equal(c.Read(t, key), []byte("hello")) {
			t.Error("no bit is flipped")
		}
		for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			c.Online(t)
			again, status := sendOnce(t, c, "b.txt", "hello")
			if status == 200 && string(c.Read(t, again)) == "hello" {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: the next file: status %d", row.fault.Kind, status)
			}
		}
	}
}

func TestDevTokenExpires(t *testing.T) {
	c := startFaulty(t, signettest.Options{Faults: []signettest.Fault{{Kind: signettest.TokenExpired}}})
	token := c.Token
	for _, want := range []int{401, 401, 200} {
		if want == 200 {
			token = c.NewToken(t, "alice", time.Minute)
		}
		_, err := clientOf(c, &token).ListFiles(t.Context(), api.FilesQuery{})
		p, _ := errors.AsType[*api.Problem](err)
		if want == 200 && err != nil || want == 401 && (p == nil || p.Status != 401) {
			t.Errorf("got %v, want %d", err, want)
		}
	}
}

// While the line is cut nobody comes through to S3 or to the site, however often it is
// tried; what was stored is there again, at the same addresses.
func TestDevOffline(t *testing.T) {
	c := startFaulty(t, signettest.Options{})
	key, status := sendOnce(t, c, "a.txt", "hello")
	if status != 200 {
		t.Fatalf("status %d", status)
	}
	c.Offline(t, 0)
	for _, address := range []string{c.Site, c.API + "/healthz", c.S3} {
		if answer, err := http.Get(address); err == nil {
			t.Errorf("%s: got %d, want no answer", address, answer.StatusCode)
		}
	}
	if len(c.Objects(t, "")) != 1 {
		t.Error("the bucket is not seen meanwhile")
	}
	c.Online(t)
	if status, _, _ := get(t, c.API+"/healthz"); status != 200 {
		t.Errorf("back: status %d", status)
	}
	before := []string{c.Site, c.S3}
	c.Restart(t, true)
	if after := []string{c.Site, c.S3}; !slices.Equal(before, after) {
		t.Errorf("got %v after a restart, want %v", after, before)
	}
	o := c.Objects(t, "uploads/alice/")
	if len(o) != 1 || o[0].Key != key || o[0].Name != "a.txt" || o[0].Size != 5 || string(c.Read(t, key)) != "hello" {
		t.Errorf("got %+v, want the file", o)
	}
	if o := c.Objects(t, "uploads/bob/"); len(o) != 0 {
		t.Errorf("got %+v of bob", o)
	}
}

// A pass is made by a user, or by the application's server for an owner.
func TestDevTestingPasses(t *testing.T) {
	c := startFaulty(t, signettest.Options{Config: map[string]any{"passes": true}})
	for owner, wish := range map[string]map[string]any{
		"alice": {"do": "upload", "folder": "inbox"},
		"carol": {"do": "upload", "folder": "inbox", "owner": "carol"},
	} {
		pass := c.MakePass(t, wish)
		guest := &api.Client{Base: c.API, Guest: &api.Guest{Token: pass.Token}}
		signed, err := guest.Presign(t.Context(), api.File{Name: "a.txt", Size: int64p(5)})
		if err != nil || !strings.HasPrefix(signed.Key, "uploads/"+owner+"/inbox/") {
			t.Errorf("%s: got key %q, %v", owner, signed.Key, err)
		}
	}
}

// Without the flag there is nothing of it; with it, only who knows the secret is
// answered.
func TestDevTestingIsOff(t *testing.T) {
	if plain := startDev(t, t.TempDir()); plain.Control != "" {
		t.Errorf("got control %q without --testing", plain.Control)
	}
	var stderr bytes.Buffer
	if code := run([]string{"dev", "--testing", "--port", "0", "--dir", t.TempDir(), "--s3-endpoint", "http://127.0.0.1:9"}, &bytes.Buffer{}, &stderr); code != exitFailed || !strings.Contains(stderr.String(), "leave the store") {
		t.Errorf("with --s3-endpoint: %d, %q", code, &stderr)
	}
	c := startFaulty(t, signettest.Options{})
	if status, _, _ := get(t, c.Control[:strings.LastIndex(c.Control, "/")]+"/objects"); status != 404 {
		t.Errorf("control without its secret: status %d, want 404", status)
	}
}
