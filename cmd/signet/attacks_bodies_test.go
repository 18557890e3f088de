package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// onPaths asks for routes without a token, in other spellings.
func onPaths() (all []attack) {
	for _, path := range []string{
		"/files", "//files", "/files/", "/FILES", "/%66iles", "/files%2f", "/files%00", "/../api/files", "/files;x", "/s3/{session}/s3/params", "/./files", "/healthz/../files", "/files?key=x",
	} {
		all = append(all, attack{"no token at " + path, func(t *testing.T, v *victim) string {
			status, text := v.ask(t, "", "GET", path, "")
			return v.refused(status, text, 301, 307, 400, 401, 404)
		}})
	}
	for _, method := range []string{"TRACE", "PUT", "PATCH", "PROPFIND"} {
		all = append(all, attack{method, func(t *testing.T, v *victim) string {
			status, text := v.ask(t, v.alice, method, "/files", "")
			return v.refused(status, text, 400, 403, 404, 405) // 403 is CloudFront's
		}})
	}
	return all
}

// onBodies sends JSON that is made to cost, or to be read in two ways.
func onBodies() (all []attack) {
	for what, body := range map[string]string{
		"100,000 arrays deep":        strings.Repeat("[", 100_000),
		"100,000 objects deep":       strings.Repeat(`{"files":`, 90_000),
		"a name twice":               `{"name":"a","size":1,"name":"b"}`,
		"a name in other case":       `{"Name":"a","size":1}`,
		"an unknown name":            `{"name":"a","size":1,"key":"uploads/bob/x"}`,
		"__proto__":                  `{"__proto__":{"name":"a"},"size":1}`,
		"a byte order mark":          "\ufeff" + `{"name":"a","size":1}`,
		"two values":                 `{"name":"a","size":1}{"name":"b","size":1}`,
		"bytes that are no UTF-8":    "{\"name\":\"\xff\xfe\",\"size\":1}",
		"half a surrogate":           `{"name":"\ud800","size":1}`,
		"UTF-16":                     "{\x00\"\x00n\x00",
		"a number of 800 kB":         `{"name":"a","size":1` + strings.Repeat("0", 800_000) + `}`,
		"a size below zero":          `{"name":"a","size":-1}`,
		"a size with a fraction":     `{"name":"a","size":1.5}`,
		"a size that wraps":          `{"name":"a","size":18446744073709551617}`,
		"too many files":             `{"files":[` + strings.TrimSuffix(strings.Repeat(`{"name":"a","size":1},`, 20_000), ",") + `]}`,
		"more than a message":        `{"name":"` + strings.Repeat("a", 1_000_000) + `","size":1}`,
		"a name that is a path":      `{"name":"../../bob/x","size":1}`,
		"a name of dots":             `{"name":"..","size":1}`,
		"a folder of dots":           `{"name":"a","folder":"../bob","size":1}`,
		"another's space":            `{"name":"a","space":"bob","size":1}`,
		"an id that is a path":       `{"name":"a","size":1,"id":"../bob/aaaaaaaa"}`,
		"an id in capitals":          `{"name":"a","size":1,"id":"ABCDEFGH"}`,
		"a type with a line end":     `{"name":"a","size":1,"type":"text/plain\r\nx-amz-acl: public-read"}`,
		"metadata with a line end":   `{"name":"a","size":1,"metadata":{"a":"b\r\nx-amz-acl: public-read"}}`,
		"metadata of ours":           `{"name":"a","size":1,"metadata":{"a\nb":"c"}}`,
		"metadata beyond 2 kB":       `{"name":"a","size":1,"metadata":{"a":"` + strings.Repeat("b", 5000) + `"}}`,
		"a checksum that is none":    `{"name":"a","size":1,"checksum":{"crc64nvme":"x"}}`,
		"60,000 names of metadata":   `{"name":"a","size":1,"metadata":{` + strings.TrimSuffix(strings.Repeat(`"m":"",`, 60_000), ",") + `}}`,
		"an h id without its digest": `{"name":"a","size":1,"id":"haaaaaaaaaaaaaaaaaaaaaaaaaa"}`,
	} {
		all = append(all, attack{"a message: " + what, func(t *testing.T, v *victim) string {
			began := time.Now()
			status, text := v.ask(t, v.alice, "POST", "/presign", body)
			if took := time.Since(began); took > 10*time.Second {
				return fmt.Sprintf("it took %s", took)
			}
			return v.refused(status, text, 400, 404, 413)
		}})
	}
	for what, to := range map[string]string{
		"foreign": "https://evil.example/", "without a scheme": "//evil.example/", "a script": "javascript:alert(1)", "a user": "http://127.0.0.1@evil.example/",
		"another's name in ours": "http://127.0.0.1.evil.example/", "a backslash": `http://127.0.0.1\@evil.example/`, "a line end": "http://127.0.0.1/\r\nX: y",
	} {
		all = append(all, message("a form that leads away: "+what, "POST", "/presign/form", func(*victim) any {
			return map[string]any{"name": "a", "successRedirect": to}
		}, 400))
	}
	return append(all, attack{"a page of another origin", func(t *testing.T, v *victim) string {
		r, err := http.NewRequest("OPTIONS", v.api+"/files", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Access-Control-Request-Method", "GET")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if allowed := answer.Header.Get("Access-Control-Allow-Origin"); allowed != "" {
			return "got it allowed: " + allowed
		}
		return ""
	}})
}
