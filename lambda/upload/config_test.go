package upload

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseContextDefaults(t *testing.T) {
	for _, text := range []string{`{}`, `{"budget": null, "name": null}`} {
		c, err := ParseContext([]byte(text))
		if err != nil || !reflect.DeepEqual(c, DefaultConfig()) {
			t.Errorf("%s: got %+v, %v, want the defaults", text, c, err)
		}
	}
	c, err := ParseCDK([]byte(`{"app": "go run ./infra", "context": {"@aws-cdk/x": true}}`))
	if err != nil || !reflect.DeepEqual(c, DefaultConfig()) {
		t.Errorf("cdk.json without our context: got %+v, %v", c, err)
	}
}

// everyField sets each field to something other than its default.
const everyField = `{
	"name": "files-2", "prefix": "in/box/", "maxObjectSize": "48.8 TiB", "maxFiles": 7, "allowedTypes": ["image/*", "text/plain"],
	"expires": "12h", "overwrite": true, "origins": ["https://a.example", "http://localhost:3000"],
	"auth": {"issuer": "https://id.example/", "audience": ["signet"], "scopes": ["openid", "https://api.example/files"], "groupsClaim": "roles"}, "accelerate": true, "dualStack": true, "edge": "all",
	"lifecycle": {"abort": 1, "noncurrent": 2, "transition": 3, "expire": 4, "logsTransition": 0, "logsExpire": 6},
	"tags": {"Env": "prod", "Team": "web"}, "budget": {"monthly": 50, "address": "ops@example.com"}, "alarms": "ops@example.com",
	"trail": false, "malwareScan": true,
	"domain": {"name": "files.example.com", "certificate": "arn:aws:acm:us-east-1:123456789012:certificate/x"},
	"writers": ["arn:aws:iam::123456789012:role/path/import"], "relay": true,
	"quarantineReaders": ["arn:aws:iam::123456789012:role/analyst"],
	"events": {"url": "https://app.example.com/hooks/signet", "types": ["file.stored", "file.deleted"]},
	"store": {"bucket": "Files.2026", "endpoint": "https://minio.example.com", "region": "auto", "pathStyle": true},
	"spaces": {"team": {"per": "group", "read": ["owner", "group:auditors"], "write": [], "delete": ["uploader", "group:admins"], "allowedTypes": ["image/*"], "maxObjectSize": "2 MiB",
		"maxFiles": 3, "metadata": {"must": ["case"], "may": []}, "lifecycle": {"transition": 30, "expire": 90}, "prefix": "teams/", "quota": {"files": 3}}, "avatars": {"read": ["public"]}},
	"brand": {"name": "Acme files", "logo": "https://acme.example.com/logo.svg", "color": "#0a7c3f", "welcome": "Hello"},
	"passes": true, "quota": {"bytes": "10 GiB", "files": 5000}, "quotas": {"group:pro": {"bytes": "100 GiB"}}, "backend": {"roles": ["arn:aws:iam::123456789012:role/app"]}}`

func TestConfigRoundTrip(t *testing.T) {
	c, err := ParseContext([]byte(everyField))
	if err != nil {
		t.Fatal(err)
	}
	defaults := reflect.ValueOf(DefaultConfig())
	for i := range defaults.NumField() {
		if name := defaults.Type().Field(i).Name; name != "Resolved" && name != "Deployment" && reflect.DeepEqual(defaults.Field(i).Interface(), reflect.ValueOf(c).Field(i).Interface()) {
			t.Errorf("everyField leaves %s at its default", name)
		}
	}
	c.Resolved = Resolved{Bucket: "b", Region: "eu-west-1", KMSKey: "arn:aws:kms:eu-west-1:123456789012:key/k", Endpoint: "http://127.0.0.1:9000", SecondEndpoint: "http://localhost:9000",
		StateBucket: "s", Site: "https://files.example.com", EdgeEndpoint: "http://s3.localhost:9000"}
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseConfig(text)
	if err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("%s reads back as %+v, %v, want %+v", text, back, err, c)
	}
	written, resolved, err := c.Split()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseConfig(written, resolved); err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("%s and %s read back as %+v, %v, want %+v", written, resolved, back, err, c)
	}
	if strings.Contains(string(written), "kmsKey") || strings.Contains(string(resolved), "maxFiles") {
		t.Errorf("got %s and %s, want what the deployment knows in the second alone", written, resolved)
	}
	if c.Tags["Project"] != "signet" || c.Tags["Env"] != "prod" {
		t.Errorf("tags %v, want ours beside the defaults", c.Tags)
	}
}

func TestDefaultConfigRoundTrip(t *testing.T) {
	c := DefaultConfig()
	c.Resolved = Resolved{Bucket: "b", Region: "eu-west-1"}
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseConfig(text); err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("%s reads back as %+v, %v", text, back, err)
	}
}

func TestParseContextRefuses(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{`[]`, `the context "signet": got [], want a JSON object`},
		{`null`, `the context "signet": got null, want a JSON object`},
		{`{"nam": "x"}`, `unknown field "nam", want one of name, prefix`},
		{`{"Name": "x"}`, `unknown field "Name"`},
		{`{"bucket": "x"}`, `unknown field "bucket"`},
		{`{"auth": {"cognito": {"x": 1}}}`, `unknown field "auth.cognito.x", want one of signUp, mfa`},
		{`{"name": "X"}`, `name: got "X", want a lower-case letter`},
		{`{"name": "ab"}`, `name: got "ab"`},
		{`{"name": "a--b"}`, `name:`}, {`{"name": "sthree-x"}`, `name:`}, {`{"name": "xn--x"}`, `name:`}, {`{"name": "sthree"}`, `name:`},
		{`{"name": "a-"}`, `name: got "a-"`},
		{`{"name": 1}`, `name: got 1, want a lower-case letter`},
		{`{"prefix": ""}`, `prefix: got "", want a key prefix`},
		{`{"prefix": "/a/"}`, `prefix:`}, {`{"prefix": "a"}`, `prefix:`}, {`{"prefix": "a//"}`, `prefix:`}, {`{"prefix": "../"}`, `prefix:`},
		{`{"prefix": "a/../b/"}`, `prefix:`}, {`{"prefix": "a*/"}`, `prefix:`}, {`{"prefix": "가/"}`, `prefix:`}, {`{"prefix": "${x}/"}`, `prefix:`},
		{`{"prefix": "a!/"}`, `prefix:`}, {`{"prefix": "a(b)/"}`, `prefix:`}, {`{"prefix": "it's/"}`, `prefix:`}, {`{"prefix": "a~b/"}`, `prefix:`}, {`{"prefix": "a b/"}`, `prefix:`},
		{`{"prefix": "api/"}`, `prefix: got "api/", want a prefix that begins with none of api,`}, {`{"prefix": "assets/uploads/"}`, `prefix:`}, {`{"prefix": "p/"}`, `prefix:`}, {`{"prefix": "index.html/"}`, `prefix:`},
		{`{"maxObjectSize": "60 TB"}`, `maxObjectSize: got "60 TB", want 1 B to 48.8 TiB`},
		{`{"maxObjectSize": 0}`, `maxObjectSize:`}, {`{"maxObjectSize": "5 GB/s"}`, `maxObjectSize:`}, {`{"maxObjectSize": -1}`, `maxObjectSize:`},
		{`{"maxFiles": 0}`, `maxFiles: got 0, want 1 to 1000`}, {`{"maxFiles": 1001}`, `maxFiles:`}, {`{"maxFiles": 1.5}`, `maxFiles:`},
		{`{"allowedTypes": []}`, `allowedTypes:`}, {`{"allowedTypes": ["*"]}`, `allowedTypes:`}, {`{"allowedTypes": ["*/png"]}`, `allowedTypes:`},
		{`{"expires": "8d"}`, `expires: got "8d", want 1m to 12h`}, {`{"expires": "59s"}`, `expires: got "59s"`}, {`{"expires": "12h1s"}`, `expires:`}, {`{"expires": 900}`, `expires:`},
		{`{"edge": "yes"}`, `edge: got "yes", want "small" (files below 1 MiB), "all" or "off"`}, {`{"edge": true}`, `edge:`}, {`{"site": "https://a.example"}`, `unknown field "site"`},
		{`{"overwrite": "no"}`, `overwrite: got "no", want true or false`},
		{`{"origins": ["*"]}`, `origins: got ["*"], want exact origins`}, {`{"origins": ["https://*.example"]}`, `origins:`}, {`{"origins": ["https://a.example/"]}`, `origins:`},
		{`{"origins": ["http://a.example"]}`, `origins:`}, {`{"origins": ["null"]}`, `origins:`}, {`{"origins": "https://a.example"}`, `origins:`}, {`{"origins": ["https://A.example"]}`, `origins:`},
		{`{"auth": {}}`, `auth: got {}, want {"cognito": {}} or`}, {`{"auth": {"issuer": "https://a"}}`, `auth:`}, {`{"auth": {"issuer": "http://a.example", "audience": ["x"]}}`, `auth:`},
		{`{"auth": {"issuer": "https://a", "audience": ["x"], "scopes": [""]}}`, `auth:`}, {`{"auth": {"issuer": "https://a", "audience": ["x"], "scopes": ["a b"]}}`, `auth:`}, {`{"auth": {"cognito": {}, "scopes": ["a"]}}`, `auth:`},
		{`{"auth": {"cognito": {}, "issuer": "https://a", "audience": ["x"]}}`, `auth:`}, {`{"auth": {"cognito": {"mfa": "sms"}}}`, `auth:`},
		{`{"lifecycle": {"abort": 0}}`, `lifecycle.abort: got 0, want 1 to 365 days`}, {`{"lifecycle": {"transition": 30, "expire": 30}}`, `lifecycle.expire:`},
		{`{"lifecycle": {"logsExpire": 30}}`, `lifecycle.logsExpire:`}, {`{"lifecycle": 2}`, `lifecycle: got 2, want a JSON object`},
		{`{"origins": ["https://a.example", "https://a.example"]}`, `origins:`},
		{`{"tags": {"env": "prod"}}`, `tags:`}, {`{"tags": {"Owner": "R&D"}}`, `tags:`}, {`{"tags": {"Owner": "${x}"}}`, `tags:`},
		{`{"tags": {"aws:x": "y"}}`, `tags:`}, {`{"tags": {"": "y"}}`, `tags:`},
		{`{"budget": {"monthly": 5}}`, `budget.address is missing`}, {`{"budget": {"monthly": 0, "address": "a@b.example"}}`, `budget:`},
		{`{"alarms": "ops"}`, `alarms: got "ops", want a mail address`},
		{`{"domain": {"name": "a.example", "certificate": "arn:aws:acm:eu-west-1:123456789012:certificate/x"}}`, `domain:`},
		{`{"writers": ["arn:aws:iam::1234:role/x"]}`, `writers: got ["arn:aws:iam::1234:role/x"], want ARNs of IAM roles`}, {`{"writers": ["*"]}`, `writers:`},
		{`{"writers": ["arn:aws:iam::123456789012:user/x"]}`, `writers:`}, {`{"relay": 1}`, `relay:`},
	} {
		_, err := ParseContext([]byte(row.text))
		if CodeOf(err) != ConfigError || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %s", row.text, err, row.want)
		}
	}
}

func TestParseConfigWantsTheDeployment(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{``, "the context"}, {`{}`, "bucket:"}, {`{"bucket": "b"}`, "region:"},
		{`{"bucket": "b", "region": "r", "endpoint": "127.0.0.1:9000"}`, "endpoint:"},
		{`{"bucket": "b", "region": "r", "endpoint": "http://h/path"}`, "endpoint:"},
	} {
		if _, err := ParseConfig([]byte(row.text)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.text, err, row.want)
		}
	}
}

func TestUnits(t *testing.T) {
	for _, row := range []struct {
		text string
		size Size
		back string
	}{
		{"5 GiB", 5 * GiB, "5 GiB"}, {"5GiB", 5 * GiB, "5 GiB"}, {"1024", 1024, "1 KiB"}, {"1 B", 1, "1 B"}, {"1.5 TB", 15e11, "1464843750 KiB"},
		{"0", 0, "0 B"}, {"48.828125 TiB", MaxObjectSize, "50000 GiB"}, {"1 MB", 1e6, "1000000 B"},
	} {
		s, err := ParseSize(row.text)
		if err != nil || s != row.size || s.String() != row.back {
			t.Errorf("ParseSize(%q) = %d (%s), %v, want %d (%s)", row.text, s, s, err, row.size, row.back)
		}
	}
	for _, text := range []string{"", "GiB", "-1 GiB", "1e30 TiB", "NaN", "Inf", "five"} {
		if s, err := ParseSize(text); err == nil {
			t.Errorf("ParseSize(%q) = %d, want an error", text, s)
		}
	}
	for _, row := range []struct {
		d    time.Duration
		want string
	}{{15 * time.Minute, "15m"}, {time.Hour, "1h"}, {90 * time.Minute, "1h30m"}, {12 * time.Hour, "12h"}, {61 * time.Second, "1m1s"}} {
		if got := Duration(row.d).String(); got != row.want {
			t.Errorf("%d is %s, want %s", row.d, got, row.want)
		}
	}
}

// FuzzConfig sees that what is accepted can be handed on.
func FuzzConfig(f *testing.F) {
	f.Add([]byte(everyField))
	f.Add([]byte(`{"maxObjectSize": 1, "expires": "90m"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := ParseContext(text)
		if err != nil {
			return
		}
		c.Resolved = Resolved{Bucket: "b", Region: "r"}
		handed, err := c.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseConfig(handed); err != nil || !reflect.DeepEqual(back, c) {
			t.Fatalf("%s was handed on as %s and reads back as %+v, %v", text, handed, back, err)
		}
	})
}

// TestSitePaths holds the list to what is served: the site's own files, what its build
// puts beside them, and the API.
func TestSitePaths(t *testing.T) {
	served := []string{"api", "config.json", "index.html"}
	for _, dir := range []string{"../../frontend/public", "../../frontend/dist"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.Name() != ".keep" {
				served = append(served, e.Name())
			}
		}
	}
	for _, name := range served {
		if !slices.Contains(SitePaths(), name) {
			t.Errorf("the site has %s, which is not in SitePaths: add it", name)
		}
	}
	for _, prefix := range []string{"uploads/", "apis/", "a/api/", "P/", "in.box/a_b-c/", "quarantined/"} {
		if _, err := ParseContext([]byte(`{"prefix": "` + prefix + `"}`)); err != nil {
			t.Errorf("%s: %v", prefix, err)
		}
	}
}
