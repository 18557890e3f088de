package main

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/lambda/api"
)

// counted starts a local cloud with a quota, and a relay before it.
func counted(t *testing.T, quota map[string]any, config string) *server {
	t.Helper()
	dir := t.TempDir()
	file, keys := filepath.Join(dir, "cdk.json"), filepath.Join(dir, "keys.json")
	if err := os.WriteFile(file, []byte(`{"context":{"signet":`+config+`}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startDev(t, filepath.Join(dir, "dev"), "--config", file, "--s3-keys", keys)
	return serveBefore(t, c, keys, map[string]any{"quota": quota, "passes": true, "stateBucket": c.Bucket + "-state"})
}

// unsized is a body of which nobody says how long it is.
type unsized struct{ io.Reader }

// TestServeQuota: what comes through the relay is held by the quota before it is stored,
// whatever its shape, and what was refused or broken off takes nothing.
func TestServeQuota(t *testing.T) {
	const mib = 1 << 20
	s := counted(t, map[string]any{"bytes": "64 MiB"}, `{"passes":true,"quota":{"bytes":"64 MiB"}}`)
	used := func() (int64, int64) {
		t.Helper()
		list, err := s.client().ListSpaces(t.Context())
		if err != nil || list.Spaces[0].Quota == nil {
			t.Fatalf("got %+v, %v", list, err)
		}
		return list.Spaces[0].Quota.Used.Files, list.Spaces[0].Quota.Used.Bytes
	}
	for _, row := range []struct {
		name   string
		body   io.Reader
		status int
		files  int64 // used then
		mibs   int64
	}{
		{"a small file", bytes.NewReader(bytesOf(1, 5*mib)), 201, 1, 5},
		{"the same again", bytes.NewReader(bytesOf(1, 5*mib)), 200, 1, 5},
		{"in parts", bytes.NewReader(bytesOf(2, 20*mib)), 201, 2, 25},
		{"too long, as declared", bytes.NewReader(bytesOf(3, 40*mib)), 403, 2, 25},
		{"too long, as it turns out", unsized{bytes.NewReader(bytesOf(4, 41*mib))}, 403, 2, 25},
		{"of no length, and not too long", unsized{bytes.NewReader(bytesOf(5, 30*mib))}, 201, 3, 55},
		{"small, and too much", unsized{bytes.NewReader(bytesOf(6, 10*mib))}, 403, 3, 55},
		{"what is left", bytes.NewReader(bytesOf(7, 9*mib)), 201, 4, 64},
	} {
		name := strings.ReplaceAll(row.name, " ", "-")
		if row.name == "the same again" {
			name = "a-small-file"
		}
		status, code, text := s.send(t, http.MethodPut, "/api/relay/"+name, nil, row.body)
		if status != row.status && !(row.status == 200 && status == 201) || row.status == 403 && code != "QuotaExceeded" {
			t.Errorf("%s: got %d %s (%s), want %d", row.name, status, code, text, row.status)
		}
		files, bytes := used()
		if files != row.files || bytes != row.mibs*mib {
			t.Errorf("%s: got %d files of %d bytes used, want %d of %d MiB", row.name, files, bytes, row.files, row.mibs)
		}
	}
	if list, err := s.client().ListFiles(t.Context(), api.FilesQuery{}); err != nil || len(list.Files) != 4 {
		t.Errorf("got %+v, %v, want the four that were taken", list, err)
	}
}

// The backend's calls are refused by a server that cannot check signatures, with where
// they are to be sent.
func TestServeRefusesTheBackend(t *testing.T) {
	s := counted(t, map[string]any{"files": 5}, `{"passes":true,"quota":{"files":5}}`)
	signer := &api.Client{Base: s.url + "/api", HTTP: &http.Client{Transport: backendSigner{s.Backend}}}
	_, err := signer.MakeBackendPass(t.Context(), api.BackendPassRequest{Owner: "user-1", PassRequest: api.PassRequest{Do: "upload", Expires: "1h"}})
	p, ok := err.(*api.Problem)
	if !ok || p.Status != http.StatusForbidden || !strings.Contains(p.Detail, "BackendURL") || strings.Contains(p.Detail, "\n") {
		t.Errorf("got %v, want one line that says where", err)
	}
}
