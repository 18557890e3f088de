package signettest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"signet/cmd/signet/faults"
)

// Object is what is in the bucket.
type Object = faults.Object

// Log is what came through, by layer: s3 and site, which is the API.
type Log struct{ S3, Site faults.Log }

// Fault has a fault be done to the next request that it fits.
func (c *Cloud) Fault(t testing.TB, f Fault) {
	t.Helper()
	c.ask(t, "POST", "/arm", f, nil)
}

// Offline cuts the line to S3 and to the site for so long; 0: until Online.
func (c *Cloud) Offline(t testing.TB, d time.Duration) {
	t.Helper()
	c.ask(t, "POST", "/offline", map[string]int64{"milliseconds": d.Milliseconds()}, nil)
}

// Online puts the line back.
func (c *Cloud) Online(t testing.TB) {
	t.Helper()
	c.ask(t, "POST", "/online", struct{}{}, nil)
}

// Log tells what came through since the last Reset, and which faults happened.
func (c *Cloud) Log(t testing.TB) (log Log) {
	t.Helper()
	c.ask(t, "GET", "/log", nil, &log)
	return log
}

// Reset forgets the log, and the faults that wait.
func (c *Cloud) Reset(t testing.TB) {
	t.Helper()
	c.ask(t, "POST", "/reset", struct{}{}, nil)
}

// NewToken is a new token of a user, such as alice.
func (c *Cloud) NewToken(t testing.TB, user string, life time.Duration) string {
	t.Helper()
	var out struct{ Token string }
	c.ask(t, "POST", "/token", map[string]string{"user": user, "life": life.String()}, &out)
	return out.Token
}

// Objects are what is in the bucket under a prefix, in the order of keys.
func (c *Cloud) Objects(t testing.TB, prefix string) []Object {
	t.Helper()
	var out struct{ Objects []Object }
	c.ask(t, "GET", "/objects?"+url.Values{"prefix": {prefix}}.Encode(), nil, &out)
	return out.Objects
}

// Read is the content of an object.
func (c *Cloud) Read(t testing.TB, key string) []byte {
	t.Helper()
	path := (&url.URL{Path: "/objects/" + key}).EscapedPath()
	content, err := send("GET", c.Control+path, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Call calls the API as a user, such as alice, with in as JSON unless it is nil, and
// reads the answer into out unless that is nil.
func (c *Cloud) Call(t testing.TB, user, method, path string, in, out any) {
	t.Helper()
	c.json(t, method, c.API+path, c.NewToken(t, user, time.Hour), in, out)
}

// CallBackend calls /backend and path as the application's server, which signs with its
// keys.
func (c *Cloud) CallBackend(t testing.TB, method, path string, in, out any) {
	t.Helper()
	c.ask(t, "POST", "/backend", map[string]any{"method": method, "path": path, "body": in}, out)
}

// Pass is one that was made.
type Pass struct{ ID, Token, URL, Expires string }

// MakePass makes a pass, as alice, or where wish has an owner as the application's
// server. The configuration has to say "passes": true.
func (c *Cloud) MakePass(t testing.TB, wish map[string]any) (p Pass) {
	t.Helper()
	wanted := map[string]any{"expires": "1h"}
	for name, value := range wish {
		wanted[name] = value
	}
	if _, ok := wish["owner"]; ok {
		c.CallBackend(t, "POST", "/passes", wanted, &p)
	} else {
		c.Call(t, "alice", "POST", "/passes", wanted, &p)
	}
	return p
}

func (c *Cloud) ask(t testing.TB, method, path string, in, out any) {
	t.Helper()
	c.json(t, method, c.Control+path, "", in, out)
}

func (c *Cloud) json(t testing.TB, method, address, token string, in, out any) {
	t.Helper()
	var body []byte
	var err error
	if in != nil {
		body, err = json.Marshal(in)
	}
	if err == nil {
		body, err = send(method, address, token, body)
	}
	if err == nil && out != nil {
		err = json.Unmarshal(body, out)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func send(method, address, token string, body []byte) ([]byte, error) {
	r, err := http.NewRequest(method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s %s: %d %s", method, r.URL.Path, answer.StatusCode, bytes.TrimSpace(text))
	}
	return text, err
}
