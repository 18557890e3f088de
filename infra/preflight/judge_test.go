package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// well is an account in which the defaults can be deployed: a new one.
func well() facts {
	return facts{
		region: "ap-northeast-2", caller: ask("111122223333", nil), bootstrap: ask(30, nil),
		unreserved: ask(10, nil), trails: ask([]string{"account"}, nil),
	}
}

func TestNewAccountIsWell(t *testing.T) {
	for _, f := range judge(upload.DefaultConfig(), well()) {
		if f.Status != pass {
			t.Errorf("got %s, want %s", f, pass)
		}
	}
}

func TestJudge(t *testing.T) {
	for _, row := range []struct {
		context string
		change  func(*facts)
		title   string
		status  string
		says    string
	}{
		{`{}`, func(f *facts) { f.region = "ap-east-1" }, "region", fail, "set AWS_REGION to one of ap-northeast-1"},
		{`{}`, func(f *facts) { f.bootstrap.value = 0 }, "bootstrap", fail, "npx aws-cdk bootstrap aws://111122223333/ap-northeast-2"},
		{`{}`, func(f *facts) { f.bootstrap.value = 5 }, "bootstrap", fail, "got version 5"},
		{`{}`, func(f *facts) { f.bootstrap.err = errors.New("AccessDenied") }, "bootstrap", unknown, "AccessDenied"},
		{`{}`, func(f *facts) { f.stack.value = stack{"CREATE_COMPLETE", "Signet: uploads straight into S3"} }, "name", pass, "will be updated"},
		{`{}`, func(f *facts) { f.stack.value = stack{"CREATE_COMPLETE", "my site"} }, "name", fail, "somebody else's"},
		{`{}`, func(f *facts) { f.stack.value = stack{"ROLLBACK_COMPLETE", "Signet: uploads straight into S3"} }, "name", fail, "delete it"},
		{`{}`, func(f *facts) { f.stack.value = stack{"UPDATE_IN_PROGRESS", "Signet: uploads straight into S3"} }, "name", fail, "wait"},
		{`{}`, func(f *facts) { f.stack.value = stack{"REVIEW_IN_PROGRESS", ""} }, "name", pass, "free"},
		{`{}`, func(f *facts) {
			f.stack.value = stack{"UPDATE_ROLLBACK_FAILED", "Signet: uploads straight into S3"}
		}, "name", fail, "continue-update-rollback"},
		{`{}`, func(f *facts) { f.stack.value = stack{"DELETE_COMPLETE", "my site"} }, "name", pass, "free"},
		{`{}`, func(f *facts) { f.dashboard.value = true }, "dashboard", fail, "choose another name"},
		{`{}`, func(f *facts) { f.alias.value = true }, "key", fail, "alias/signet-uploads"},
		{`{}`, func(f *facts) { f.trails.value = []string{"a", "b", "c", "d", "e"} }, "trail", fail, `"trail": false`},
		{`{}`, func(f *facts) { f.trails.value = []string{"signet"} }, "trail", fail, "got a trail signet"},
		{`{"domain": {"name": "a.example.com", "zone": "Z0123"}}`, func(f *facts) {}, "certificate", fail, "npx aws-cdk bootstrap aws://111122223333/us-east-1"},
		{`{"domain": {"name": "a.example.com", "zone": "Z0123"}}`, func(f *facts) { f.east.value = 30 }, "certificate", pass, "us-east-1"},
		{`{"concurrency": 50}`, func(f *facts) {}, "concurrency", fail, "got -40 copies"},
		{`{"concurrency": 50}`, func(f *facts) { f.unreserved.value = 150 }, "concurrency", pass, "100 copies"},
		{`{"concurrency": 50}`, func(f *facts) { f.unreserved.value = 149 }, "concurrency", fail, "got 99 copies"},
		{`{"concurrency": 50}`, func(f *facts) { f.unreserved.value, f.reserved.value = 100, 50 }, "concurrency", pass, "100 copies"},
		{`{}`, func(f *facts) { f.relay.value = stack{"CREATE_COMPLETE", "Signet: uploads through a server"} }, "relay", pass, "--stack-name signet-relay"},
		{`{"auth": {"issuer": "https://id.example.com", "audience": ["a"]}}`, func(f *facts) { f.algorithms.value = []string{"ES256"} }, "issuer", fail, "RS256"},
		{`{"auth": {"issuer": "https://id.example.com", "audience": ["a"]}}`, func(f *facts) { f.algorithms.value = []string{"ES256", "RS384"} }, "issuer", pass, "RS384"},
	} {
		c, err := upload.ParseContext([]byte(row.context))
		if err != nil {
			t.Fatal(err)
		}
		f := well()
		row.change(&f)
		found := judge(c, f)
		i := slices.IndexFunc(found, func(f finding) bool { return f.Title == row.title })
		if i < 0 || found[i].Status != row.status || !strings.Contains(found[i].Detail, row.says) {
			t.Errorf("%s, %s: got %v, want %s with %q", row.context, row.title, found, row.status, row.says)
		}
	}
}

// TestAlgorithms asks issuers that publish what they sign with, or do not.
func TestAlgorithms(t *testing.T) {
	for _, row := range []struct {
		name, issuer, key string
		signs             []string
		want              []string
		err               string
	}{
		{"as Cognito", "", "RSA", []string{"RS256"}, []string{"RS256"}, ""},
		{"no RSA key", "", "EC", []string{"RS256", "ES256"}, []string{"ES256"}, ""},
		{"another name", "https://other.example", "RSA", []string{"RS256"}, nil, "letter by letter"},
	} {
		var server *httptest.Server
		server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/keys" {
				json.NewEncoder(w).Encode(map[string]any{"keys": []any{map[string]any{"kty": row.key}}})
				return
			}
			issuer := row.issuer
			if issuer == "" {
				issuer = server.URL
			}
			json.NewEncoder(w).Encode(map[string]any{"issuer": issuer, "jwks_uri": server.URL + "/keys", "id_token_signing_alg_values_supported": row.signs})
		}))
		got, err := algorithms(context.Background(), server.Client(), server.URL)
		server.Close()
		if !slices.Equal(got, row.want) || (err == nil) != (row.err == "") || err != nil && !strings.Contains(err.Error(), row.err) {
			t.Errorf("%s: got %v, %v, want %v, %q", row.name, got, err, row.want, row.err)
		}
	}
}
