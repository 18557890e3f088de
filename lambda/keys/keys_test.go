package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
)

func TestMain(m *testing.M) { gatewaytest.Main(m) }

// issuer answers with what a test says.
type issuer struct {
	*httptest.Server
	name, keys string
	status     int
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{status: http.StatusOK}
	i.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if i.status != http.StatusOK {
			w.WriteHeader(i.status)
			return
		}
		switch r.URL.Path {
		case "/pool/.well-known/openid-configuration":
			fmt.Fprintf(w, `{"issuer": %q, "jwks_uri": %q}`, i.name, i.URL+"/pool/keys")
		case "/plain/.well-known/openid-configuration":
			fmt.Fprintf(w, `{"issuer": %q, "jwks_uri": "http://keys.example.com"}`, i.URL+"/plain")
		case "/away/.well-known/openid-configuration":
			http.Redirect(w, r, "http://id.example.com/", http.StatusFound)
		case "/pool/keys":
			io.WriteString(w, i.keys)
		}
	}))
	t.Cleanup(i.Close)
	i.name = i.URL + "/pool"
	return i
}

const (
	one = `{"keys": [{"kid": "1", "kty": "RSA", "use": "sig", "alg": "RS256", "n": "AQAB", "e": "AQAB", "x5c": ["MII"]}]}`
	two = `{"keys": [{"kid": "2", "kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}, {"kid": "3", "kty": "oct", "k": "c2VjcmV0"}, {"kid": "4", "kty": "RSA", "use": "enc", "n": "AQAB", "e": "AQAB"}]}`
)

// newKeeper is a keeper over a real S3 gateway, with the role that it has on AWS.
func newKeeper(t *testing.T, i *issuer) (*keeper, order) {
	t.Helper()
	const role = `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::site/relay/jwks.json"},
		{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::site"}]}`
	g := gatewaytest.Start(t, gateway.Config{Bucket: "site", Region: "us-east-1", Role: gateway.Role{Policy: role}})
	fetches := i.Client()
	fetches.CheckRedirect = stayEncrypted
	return &keeper{s3: gatewaytest.Client(g, "us-east-1"), http: fetches, log: slog.New(slog.DiscardHandler)}, order{Issuer: i.name, Bucket: "site", Key: "relay/jwks.json"}
}

// TestKeeps stores the keys, follows a change and leaves them alone otherwise.
func TestKeeps(t *testing.T) {
	i := newIssuer(t)
	k, o := newKeeper(t, i)
	var last *string
	for _, row := range []struct {
		name, keys, want string
		written          bool
	}{
		{"first", one, `{"keys":[{"kid":"1","kty":"RSA","use":"sig","alg":"RS256","n":"AQAB","e":"AQAB"}]}`, true},
		{"same", one, `{"keys":[{"kid":"1","kty":"RSA","use":"sig","alg":"RS256","n":"AQAB","e":"AQAB"}]}`, false},
		{"new", two, `{"keys":[{"kid":"2","kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}`, true},
	} {
		i.keys = row.keys
		if err := k.handle(context.Background(), o); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		out, err := k.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &o.Bucket, Key: &o.Key})
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(out.Body)
		if string(data) != row.want {
			t.Errorf("%s: got %s, want %s", row.name, data, row.want)
		}
		if written := last == nil || *last != *out.VersionId; written != row.written {
			t.Errorf("%s: got written %v, want %v", row.name, written, row.written)
		}
		last = out.VersionId
	}
}

// TestTrouble leaves the keys that are there.
func TestTrouble(t *testing.T) {
	i := newIssuer(t)
	k, o := newKeeper(t, i)
	i.keys = one
	if err := k.handle(context.Background(), o); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, want string
		breaks     func()
	}{
		{"down", "got status 503", func() { i.status = 503 }},
		{"no keys", "got 0 keys", func() { i.keys = `{"keys": []}` }},
		{"a secret", "got 1 keys", func() { i.keys = `{"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}` }},
		{"a page", "got no JSON", func() { i.keys = "<html>" }},
		{"endless", "got more than", func() { i.keys = strings.Repeat(" ", maxAnswer+1) }},
		{"another issuer", "want \"https://", func() { i.name = "https://other.example.com" }},
		{"keys over http", "want https", func() { o.Issuer = i.URL + "/plain" }},
		{"a redirect to http", "got a redirect to", func() { o.Issuer = i.URL + "/away" }},
		{"http", "want https", func() { o.Issuer = "http://id.example.com" }},
	} {
		i.status, i.keys, i.name, o.Issuer = http.StatusOK, two, i.URL+"/pool", i.URL+"/pool"
		row.breaks()
		if err := k.handle(context.Background(), o); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
	out, err := k.s3.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &o.Bucket, Key: &o.Key})
	if err != nil {
		t.Fatal(err)
	}
	var kept set
	if err := json.NewDecoder(out.Body).Decode(&kept); err != nil || len(kept.Keys) != 1 || kept.Keys[0].ID != "1" {
		t.Errorf("got %+v, %v, want the first keys as they were", kept, err)
	}
}
