package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/lambda/api"
)

// noUpload is the id in the request that proves a session; no upload is called so.
const noUpload = "00000000-0000-0000-0000-000000000000"

// onRenewal has the request that proves a session signed by what the session is good
// for, or by a token, so that it would never end.
func onRenewal() (all []attack) {
	for _, call := range []string{"GET /1?key=", "GET /batch?partNumbers=1&key=", "GET ?key=", "DELETE ?key=", "POST /complete?key="} {
		method, rest, _ := strings.Cut(call, " ")
		all = append(all, attack{"a session that renews itself by " + call, func(t *testing.T, v *victim) string {
			session, err := v.client(v.alice).CreateSession(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			path := strings.TrimPrefix(session.CompanionEndpoint, "/api") + "/s3/multipart/" + noUpload + rest + url.QueryEscape("uploads/"+ownerOf(v.own)+"/~session-companion")
			status, text := v.ask(t, "", method, path, map[string]string{"POST": `{"parts":[{"PartNumber":1,"ETag":"x"}]}`}[method])
			return v.refused(status, text, 400)
		}})
	}
	for _, method := range []string{"PUT", "GET", "POST", "DELETE"} {
		all = append(all, message("a session signed as Uppy's "+method, "POST", "/s3/sign", func(v *victim) any {
			return map[string]any{"method": method, "key": "uploads/" + ownerOf(v.own) + "/~session-companion", "uploadId": noUpload}
		}, 400))
	}
	return append(all, message("a session signed as a part", "POST", "/uploads/sign", func(v *victim) any {
		return map[string]any{"key": "uploads/" + ownerOf(v.own) + "/~session-companion", "uploadId": noUpload, "size": 1}
	}, 400))
}

// onReuse sends what was signed for one operation as another one.
func onReuse() (all []attack) {
	receipt := func(what string, change func(v *victim, r *http.Request)) {
		all = append(all, attack{"a receipt as " + what, func(t *testing.T, v *victim) string {
			info, err := v.client(v.alice).FileInfo(t.Context(), v.own, "")
			if err != nil {
				t.Fatal(err)
			}
			r, err := http.NewRequest("HEAD", info.Receipt.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			for name, value := range info.Receipt.Headers {
				r.Header.Set(name, value)
			}
			change(v, r)
			return sent(t, r)
		}})
	}
	for _, method := range []string{"GET", "PUT", "POST", "DELETE"} {
		receipt(method, func(_ *victim, r *http.Request) { r.Method = method })
	}
	receipt("one of bob's file", func(v *victim, r *http.Request) {
		r.URL.Path = r.URL.Path[:strings.Index(r.URL.Path, "uploads/")] + v.secret
	})
	receipt("one of another version", func(v *victim, r *http.Request) {
		q := r.URL.Query()
		q.Set("versionId", v.version)
		r.URL.RawQuery = q.Encode()
	})
	receipt("one without its header", func(_ *victim, r *http.Request) { r.Header.Del("x-amz-checksum-mode") })
	part := func(what string, change func(v *victim, r *http.Request)) {
		all = append(all, attack{"a signed part as " + what, func(t *testing.T, v *victim) string {
			begun, err := v.client(v.alice).CreateUpload(t.Context(), api.UploadRequest{Name: "p.bin", Size: int64p(5)})
			if err != nil {
				t.Fatal(err)
			}
			defer v.client(v.alice).AbortUpload(t.Context(), begun.Key, begun.UploadID)
			r, err := http.NewRequest("PUT", partAddress(begun.Sign, 1, 1), strings.NewReader("hello"))
			if err != nil {
				t.Fatal(err)
			}
			change(v, r)
			return sent(t, r)
		}})
	}
	set := func(name, value string) func(v *victim, r *http.Request) {
		return func(_ *victim, r *http.Request) {
			q := r.URL.Query()
			q.Set(name, value)
			r.URL.RawQuery = q.Encode()
		}
	}
	part("another part", set("partNumber", "2"))
	part("a part of bob's upload", func(v *victim, r *http.Request) { set("uploadId", v.upload.UploadID)(v, r) })
	part("a PUT of the whole", func(_ *victim, r *http.Request) {
		q := r.URL.Query()
		q.Del("uploadId")
		q.Del("partNumber")
		r.URL.RawQuery = q.Encode()
	})
	part("an abort", func(_ *victim, r *http.Request) { r.Method = "DELETE" })
	part("a list of parts", func(_ *victim, r *http.Request) { r.Method = "GET" })
	part("a completion", func(_ *victim, r *http.Request) { r.Method = "POST" })
	return all
}

// onReadings says a thing in a way that one reader may take otherwise than the next.
func onReadings() (all []attack) {
	body := func(what, method, path, text string, want ...int) {
		all = append(all, attack{"two readings: " + what, func(t *testing.T, v *victim) string {
			text := strings.NewReplacer("OWN", v.own, "BOB", v.secret).Replace(text)
			status, answer := v.ask(t, v.alice, method, strings.NewReplacer("OWN", url.QueryEscape(v.own), "BOB", url.QueryEscape(v.secret)).Replace(path), text)
			return v.refused(status, answer, want...)
		}})
	}
	body("a key twice, once escaped", "POST", "/files/move", `{"key":"OWN","k\u0065y":"BOB","name":"x"}`, 400)
	body("keys twice, once escaped", "POST", "/files/delete", `{"keys":["OWN"],"\u006beys":["BOB"]}`, 400)
	body("a key in capitals", "POST", "/files/move", `{"KEY":"BOB","key":"OWN","name":"x"}`, 400)
	body("a key in Kelvin", "POST", "/files/move", `{"`+"\u212a"+`ey":"BOB","key":"OWN","name":"x"}`, 400)
	body("files with a long s", "POST", "/files/restore", `{"file`+"\u017f"+`":[{"key":"BOB","versionId":"x"}],"key":"OWN","versionId":"x"}`, 400)
	body("a key and keys", "POST", "/files/delete", `{"key":"BOB","keys":["OWN"]}`, 400)
	body("a comment", "POST", "/files/move", `{"key":"BOB"/*,"key":"OWN"*/,"name":"x"}`, 400)
	body("one quote", "POST", "/files/move", `{'key':'BOB','name':'x'}`, 400)
	body("a form's body", "POST", "/files/move", `key=BOB&name=x`, 400)
	body("a key twice, once percent-encoded", "GET", "/files/url?key=OWN&%6bey=BOB", "", 400)
	body("a key of an array", "GET", "/files/url?key[]=BOB&key=OWN", "", 400)
	body("a key behind a semicolon", "GET", "/files/url?x=1;key=BOB", "", 400)
	body("a key behind a fragment", "GET", "/files/url?key=BOB%23OWN", "", 404)
	body("a key that is encoded twice", "GET", "/files/url?key="+strings.ReplaceAll("uploads/bob/x", "/", "%252F"), "", 404)
	body("a parameter in the body", "DELETE", "/files", `{"key":"BOB"}`, 400)
	header := func(what, method, path string, headers map[string]string, want ...int) {
		all = append(all, attack{"two readings: " + what, func(t *testing.T, v *victim) string {
			fill := strings.NewReplacer("ALICE", v.alice, "BOB", v.bob, "SECRET", url.QueryEscape(v.secret))
			sent := map[string]string{}
			for name, value := range headers {
				sent[name] = fill.Replace(value)
			}
			status, _, text := answered(t, http.DefaultClient, method, v.api+fill.Replace(path), sent, nil)
			return v.refused(status, text, want...)
		}})
	}
	const read = "/files/url?key=SECRET"
	header("two tokens in a header", "GET", read, map[string]string{"Authorization": "Bearer ALICE, Bearer BOBx"}, 401)
	header("a token in another header", "GET", read, map[string]string{"X-Forwarded-Authorization": "Bearer BOB", "X-Amzn-Oidc-Data": "BOB", "Cookie": "token=BOB"}, 401)
	header("a user from a proxy", "GET", read, map[string]string{"Authorization": "Bearer ALICE", "X-Forwarded-User": "bob", "Remote-User": "bob", "X-Amzn-Oidc-Identity": "bob"}, 404)
	header("another method in a header", "GET", "/files/url?key=SECRET", map[string]string{"Authorization": "Bearer ALICE", "X-HTTP-Method-Override": "DELETE", "X-Method-Override": "DELETE"}, 404)
	header("another path in a header", "GET", read, map[string]string{"Authorization": "Bearer ALICE", "X-Original-URL": "/api/backend/files?owner=bob", "X-Rewrite-URL": "/api/backend/files?owner=bob"}, 404)
	header("the backend by a header", "GET", "/backend/files?owner=bob", map[string]string{"Authorization": "Bearer ALICE", "X-Amzn-Iam-Arn": "arn:aws:iam::111122223333:role/app"}, 403, 404)
	header("a pass beside a token", "GET", "/pass/files", map[string]string{"Authorization": "Bearer ALICE", "Signet-Pass": "x"}, 404)
	return append(all, echoes()...)
}

// echoes have errors give back what was sent. No answer is a page, and none is kept.
func echoes() (all []attack) {
	const script = "<script>alert(1)</script>"
	for _, path := range []string{"/" + url.PathEscape(script), "/files?" + url.QueryEscape(script) + "=1", "/files?cursor=" + url.QueryEscape(script), "/files/url?key=" + url.QueryEscape(script), "/files/url?key=x&inline=" + url.QueryEscape(script)} {
		all = append(all, attack{"an echo of " + path, func(t *testing.T, v *victim) string {
			status, header, text := answered(t, http.DefaultClient, "GET", v.api+path, map[string]string{"Authorization": "Bearer " + v.alice, "Accept": "text/html"}, nil)
			kind := header.Get("Content-Type")
			if !strings.HasPrefix(kind, "application/") || header.Get("X-Content-Type-Options") != "nosniff" || header.Get("Cache-Control") != "no-store" {
				return fmt.Sprintf("got %d %s %v: %.200s", status, kind, header, text)
			}
			return v.refused(status, text, 400, 404)
		}})
	}
	return all
}
