package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/lambda/api"
)

// receiptBlock is the function of a language in lambda/README.md.
func receiptBlock(t *testing.T, language string) string {
	t.Helper()
	readme, err := os.ReadFile("../../lambda/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "<!-- receipt: "+language+" -->\n```")
	_, rest, _ = strings.Cut(rest, "\n")
	block, _, end := strings.Cut(rest, "\n```")
	if !ok || !end {
		t.Fatalf("the README has no receipt for %s", language)
	}
	return block
}

// checkers are programs around those functions: url, base, the greatest age in seconds
// and the time on record in; the size, or what is wrong, out.
func checkers(t *testing.T) map[string][]string {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	node := write("receipt.mjs", receiptBlock(t, "node")+`
const [url, base, age, known] = process.argv.slice(2);
receipt(url, base, Number(age), Number(known) * 1000).then((r) => console.log(r.size), (e) => { console.log(e.message); process.exitCode = 1; });
`)
	python := write("receipt.py", `import sys, time
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, unquote, urlsplit
import requests

`+receiptBlock(t, "python")+`

try:
    print(receipt(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))["size"])
except Exception as error:
    sys.exit(print(error) or 1)
`)
	program := write("receipt.go", `package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

`+receiptBlock(t, "go")+`

func main() {
	age, _ := strconv.Atoi(os.Args[3])
	known, _ := strconv.ParseInt(os.Args[4], 10, 64)
	header, err := receipt(os.Args[1], os.Args[2], time.Duration(age)*time.Second, time.Unix(known, 0))
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(header.Get("Content-Length"))
}
`)
	binary := filepath.Join(dir, "receipt")
	if out, err := exec.Command("go", "build", "-o", binary, program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return map[string][]string{"node": {"node", node}, "python": {clientTool(t, "python"), python}, "go": {binary}}
}

// TestReceipts has the README's functions judge receipts: one of what is there is taken,
// one of another bucket, of somebody else's file, of an older version, of a longer age, or
// changed, is not.
func TestReceipts(t *testing.T) {
	c, other := startDev(t, t.TempDir()), startDev(t, t.TempDir())
	base := c.S3 + "/" + c.Bucket + "/uploads/alice/"
	receipt := func(c *cloud, key, version string) string {
		info, err := c.client().FileInfo(t.Context(), key, version)
		if err != nil {
			t.Fatal(err)
		}
		return info.Receipt.URL
	}
	form := c.form(t, "ä b.txt")
	key := fieldOf(form.Fields, "key")
	postForm(t, form.URL, form.Fields, "one")
	old, err := c.client().FileInfo(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(1100 * time.Millisecond) // S3 dates to the second
	postForm(t, form.URL, form.Fields, "second")
	now, err := c.client().FileInfo(t.Context(), key, "")
	if err != nil {
		t.Fatal(err)
	}
	good, known := now.Receipt.URL, now.Modified.Unix()
	gone := c.store(t, "gone.txt", "x")
	goneReceipt := receipt(c, gone, "")
	for language, command := range checkers(t) {
		ask := func(address, base string, age, known int64) (string, bool) {
			out, err := exec.Command(command[0], append(command[1:], address, base, fmt.Sprint(age), fmt.Sprint(known))...).CombinedOutput()
			return strings.TrimSpace(string(out)), err == nil
		}
		for _, row := range []struct {
			what, address, base string
			age, known          int64
			want                string // size; "": refused
		}{
			{"what is there", good, base, 900, 0, "6"},
			{"what is on record", good, base, 900, known, "6"},
			{"another file", goneReceipt, base, 900, 0, "1"},
			{"another bucket", receipt(other, other.store(t, "x.txt", "x"), ""), base, 900, 0, ""},
			{"an older version", old.Receipt.URL, base, 900, known, ""},
			{"a longer age", good, base, 0, 0, ""},
			{"somebody else's", good, strings.Replace(base, "alice", "bob", 1), 900, 0, ""},
			{"steps", strings.Replace(good, "/uploads/alice/", "/uploads/alice/../alice/", 1), base + "x", 900, 0, ""},
			{"steps within", strings.Replace(good, "/uploads/alice/", "/uploads/bob/../alice/", 1), strings.Replace(base, "alice", "bob", 1), 900, 0, ""},
			{"steps that are written otherwise", strings.Replace(good, "/uploads/alice/", "/uploads/bob/%2e%2e/alice/", 1), strings.Replace(base, "alice", "bob", 1), 900, 0, ""},
			{"another version put in", strings.Replace(good, url.QueryEscape(now.VersionID), url.QueryEscape(old.VersionID), 1), base, 900, 0, ""},
			{"another date put in", strings.Replace(good, "X-Amz-Date=20", "X-Amz-Date=21", 1), base, 900, 0, ""},
			{"no signature", strings.SplitN(good, "?", 2)[0], base, 900, 0, ""},
			{"no address", "x", base, 900, 0, ""},
		} {
			got, ok := ask(row.address, row.base, row.age, row.known)
			if ok != (row.want != "") || ok && got != row.want {
				t.Errorf("%s, %s: got %q (taken: %t), want %q", language, row.what, got, ok, row.want)
			}
		}
	}
}

// TestFormReceipt: the redirect of a form carries a receipt of what it has stored.
func TestFormReceipt(t *testing.T) {
	c := startDev(t, t.TempDir(), "--config", configFile(t, `{"origins": ["https://app.example.com"]}`))
	form, err := c.client().PresignForm(t.Context(), api.FormRequest{Name: "a.txt", Type: "text/plain", SuccessRedirect: "https://app.example.com/done?a=b#c", Receipt: true})
	if err != nil {
		t.Fatal(err)
	}
	redirect, err := url.Parse(fieldOf(form.Fields, "success_action_redirect"))
	if err != nil || redirect.Host != "app.example.com" || redirect.Query().Get("a") != "b" || redirect.Fragment != "c" {
		t.Fatalf("got %v (%v)", redirect, err)
	}
	ask := func() *http.Response {
		r, err := http.NewRequest("HEAD", redirect.Query().Get("receipt"), nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("x-amz-checksum-mode", "ENABLED")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		return answer
	}
	if answer := ask(); answer.StatusCode != http.StatusNotFound {
		t.Errorf("got %d before the form was sent, want 404", answer.StatusCode)
	}
	before := http.DefaultClient.CheckRedirect
	http.DefaultClient.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer func() { http.DefaultClient.CheckRedirect = before }()
	if status := postForm(t, form.URL, form.Fields, "stored"); status != http.StatusSeeOther && status != http.StatusTemporaryRedirect && status != http.StatusOK {
		t.Errorf("got %d, want the browser led away", status)
	}
	if answer := ask(); answer.StatusCode != http.StatusOK || answer.ContentLength != 6 || answer.Header.Get("x-amz-checksum-crc64nvme") == "" {
		t.Errorf("got %d and %d bytes, want S3's own word", answer.StatusCode, answer.ContentLength)
	}
	if _, err := c.client().PresignForm(t.Context(), api.FormRequest{Name: "a.txt", Receipt: true}); err == nil || !strings.Contains(err.Error(), "receipt without successRedirect") {
		t.Errorf("got %v, want a receipt without redirect refused", err)
	}
}
