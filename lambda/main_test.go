package main

import (
	"encoding/base64"
	"log/slog"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/apigw"
	"signet/lambda/upload"
)

// Who asks is told by the event: a person with groups by the token that the authorizer
// has verified, the backend by its signature.
func TestWhoAsks(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	config, err := upload.ParseConfig([]byte(`{"passes": true, "backend": {"roles": ["arn:aws:iam::123456789012:role/app"]}, "spaces": {"team": {"per": "group"}},
		"bucket": "b", "region": "eu-west-1", "stateBucket": "s"}`))
	if err != nil {
		t.Fatal(err)
	}
	function := apigw.Wrap(api.New(options(config, "", slog.New(slog.DiscardHandler))))
	part := base64.RawURLEncoding.EncodeToString
	token := part([]byte(`{}`)) + "." + part([]byte(`{"sub":"alice","cognito:groups":["design"]}`)) + "." + part([]byte("x"))
	person := &apigw.Authorizer{JWT: &apigw.JWT{Claims: map[string]string{"sub": "alice", "cognito:groups": "[design]"}}}
	signed := func(arn string) *apigw.Authorizer { return &apigw.Authorizer{IAM: &apigw.IAM{UserARN: arn}} }
	for _, row := range []struct {
		name, path, query, body string
		who                     *apigw.Authorizer
		status                  int
		want                    string
	}{
		{"a person", "/api/spaces", "", "", person, 200, `"space":"team/design"`},
		{"nobody", "/api/spaces", "", "", nil, 401, "Unauthorized"},
		{"the backend", "/api/backend/files/url", "owner=alice&key=uploads/alice/a~abcdefgh", "", signed("arn:aws:sts::123456789012:assumed-role/app/i-1"), 200, "X-Amz-Signature"},
		{"another role", "/api/backend/files/url", "owner=alice&key=uploads/alice/a~abcdefgh", "", signed("arn:aws:sts::123456789012:assumed-role/other/i-1"), 403, "AccessDenied"},
		{"a person as the backend", "/api/backend/files/url", "owner=alice&key=uploads/alice/a~abcdefgh", "", person, 403, "AccessDenied"},
		{"the backend as a person", "/api/spaces", "", "", signed("arn:aws:sts::123456789012:assumed-role/app/i-1"), 401, "Unauthorized"},
	} {
		e := apigw.Event{Version: "2.0", RawPath: row.path, RawQueryString: row.query, Headers: map[string]string{"authorization": "Bearer " + token}}
		e.RequestContext.HTTP.Method, e.RequestContext.Authorizer = "GET", row.who
		answer, err := function(t.Context(), e)
		if err != nil || answer.StatusCode != row.status || !strings.Contains(answer.Body, row.want) {
			t.Errorf("%s: %d %s, %v, want %d %s", row.name, answer.StatusCode, answer.Body, err, row.status, row.want)
		}
	}
}
