package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/lambda/api"
)

// asked sends a guest's request as it is.
func (c *cloud) asked(t *testing.T, token, method, path, body string) (int, string) {
	t.Helper()
	status, _, text := answered(t, http.DefaultClient, method, c.API+path, map[string]string{"Signet-Pass": token}, []byte(body))
	return status, text
}

// A guest has a pass of alice's for a folder: he may upload there and see what came by it.
// Whatever else he tries is refused, nothing is stored by it, and nothing is learnt.
func TestAttacksByAPass(t *testing.T) {
	attackByAPass(t, startSharing(t, `,"backend":{"roles":["arn:aws:iam::111122223333:role/app"]}`))
}

// TestAttacksByAPassDeployed is the same on the deployment of TestAttacksDeployed, once it
// has passes.
func TestAttacksByAPassDeployed(t *testing.T) {
	v := deployed(t)
	attackByAPass(t, &cloud{API: v.api, Token: v.alice, Tokens: map[string]string{"alice": v.alice, "bob": v.bob}})
}

func attackByAPass(t *testing.T, c *cloud) {
	const words = "what only alice may read"
	own := sendAs(t, c.client(), "in/diary.txt", words)
	bob := &api.Client{Base: c.API, Token: tokenOf(c.Tokens["bob"])}
	secret := sendAs(t, bob, "secret.txt", words)
	versions, err := bob.ListVersions(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	made := func(p api.PassRequest) string {
		p.Expires = "1h"
		m, err := c.client().MakePass(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		return m.Token
	}
	seeing := made(api.PassRequest{Do: "upload", Folder: "in", Show: true, Types: []string{"text/*"}, MaxObjectSize: 100})
	other := sendAs(t, c.asGuest(made(api.PassRequest{Do: "upload", Folder: "in"})), "theirs.txt", words)
	reading := made(api.PassRequest{Do: "read", Keys: []string{sendAs(t, c.client(), "given.txt", "given")}})
	before := c.everything(t)

	refused := func(token, what, method, path, body string) {
		t.Helper()
		status, text := c.asked(t, token, method, path, body)
		if status < 400 || status > 405 && status != 412 {
			t.Errorf("%s: status %d: %.200s", what, status, text)
		}
		if strings.Contains(text, words) || strings.Contains(text, "X-Amz-Signature") {
			t.Errorf("%s: learnt %.200s", what, text)
		}
	}
	v := &victim{own: own, secret: secret, version: versions.Versions[0].VersionID}
	keys := map[string]string{"alice's, not by the pass": own, "another guest's": other}
	for what, key := range strangers() {
		keys[what] = key(v)
	}
	for what, key := range keys {
		query := "key=" + url.QueryEscape(key)
		id := "00000000-0000-0000-0000-000000000000"
		upload, _ := json.Marshal(map[string]any{"key": key, "uploadId": id, "size": 20 << 20})
		for _, token := range []string{seeing, reading} {
			refused(token, "info of a key "+what, "GET", "/pass/files/info?"+query, "")
			refused(token, "download of a key "+what, "GET", "/pass/files/url?"+query, "")
			refused(token, "parts of a key "+what, "GET", "/pass/uploads/parts?uploadId="+id+"&"+query, "")
			refused(token, "abort of a key "+what, "DELETE", "/pass/uploads?uploadId="+id+"&"+query, "")
			if what != "another guest's" || token == reading { // the upload id is nobody's: 404 by S3's word
				refused(token, "sign of a key "+what, "POST", "/pass/uploads/sign", string(upload))
			}
			refused(token, "complete of a key "+what, "POST", "/pass/uploads/complete", string(upload))
		}
	}
	for what, row := range map[string][3]string{
		"delete":               {"DELETE", "/pass/files?key=" + url.QueryEscape(own), ""},
		"delete of several":    {"POST", "/pass/files/delete", `{"keys":["` + own + `"]}`},
		"move":                 {"POST", "/pass/files/move", `{"key":"` + own + `","name":"mine.txt"}`},
		"restore":              {"POST", "/pass/files/restore", `{"key":"` + own + `","versionId":"` + v.version + `"}`},
		"versions":             {"GET", "/pass/files/versions?key=" + url.QueryEscape(own), ""},
		"deleted files":        {"GET", "/pass/files?deleted=true", ""},
		"a pass of his own":    {"POST", "/pass/passes", `{"do":"read","folder":"in","expires":"1h"}`},
		"alice's passes":       {"GET", "/passes", ""},
		"alice's files":        {"GET", "/files", ""},
		"as the backend":       {"GET", "/backend/files?owner=alice", ""},
		"Companion":            {"POST", "/pass/s3/session", ""},
		"a stream":             {"POST", "/pass/uploads", `{"name":"a.txt","type":"text/plain","stream":true}`},
		"another space":        {"POST", "/pass/presign", `{"name":"a.txt","type":"text/plain","size":1,"space":"team"}`},
		"another type":         {"POST", "/pass/presign", `{"name":"a.html","type":"application/xhtml+xml","size":1}`},
		"too large":            {"POST", "/pass/presign", `{"name":"a.txt","type":"text/plain","size":101}`},
		"out of the folder":    {"POST", "/pass/presign", `{"name":"../a.txt","type":"text/plain","size":1}`},
		"a folder of dots":     {"POST", "/pass/presign", `{"name":"a.txt","folder":"..","type":"text/plain","size":1}`},
		"the other slash":      {"POST", "/pass/presign", `{"name":"..\\..\\a.txt","type":"text/plain","size":1}`},
		"a form of any length": {"POST", "/pass/presign/form", `{"name":"../a.txt","type":"text/plain"}`},
		"an owner":             {"POST", "/pass/presign", `{"name":"a.txt","type":"text/plain","size":1,"owner":"bob"}`},
	} {
		refused(seeing, what, row[0], row[1], row[2])
	}
	for what, token := range map[string]string{"none": "", "alice's token": c.Token, "an id and no secret": seeing[:22] + ".", "of another pass": seeing[:22] + reading[22:]} {
		refused(token, "a pass that is none: "+what, "GET", "/pass", "")
		refused(token, "a presign by a pass that is none: "+what, "POST", "/pass/presign", `{"name":"a.txt","type":"text/plain","size":1}`)
	}
	if after := c.everything(t); after != before {
		t.Errorf("something was stored or deleted:\n%s\n%s", before, after)
	}
}

// everything lists all that alice and bob have.
func (c *cloud) everything(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	for _, who := range []string{"alice", "bob"} {
		list, err := (&api.Client{Base: c.API, Token: tokenOf(c.Tokens[who])}).ListFiles(t.Context(), api.FilesQuery{Recursive: true, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range list.Files {
			b.WriteString(f.Key + "\n")
		}
	}
	return b.String()
}

// tokenOf is a client's source of one token.
func tokenOf(token string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return token, nil }
}
