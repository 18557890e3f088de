package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"signet/lambda/api"
)

// ownerOf is whose file a key is: alice and bob here, ids where they are people of a
// deployment.
func ownerOf(key string) string { return strings.SplitN(key, "/", 3)[1] }

// wide is a name whose first letter is the full-width one that looks like it.
func wide(name string) string { return string(rune(name[0])-'!'+'\uff01') + name[1:] }

// strangers are keys that are not alice's, as she may write them.
func strangers() map[string]func(v *victim) string {
	inAlice := func(rest string) func(v *victim) string {
		return func(v *victim) string {
			return "uploads/" + ownerOf(v.own) + "/" + fmt.Sprintf(rest, strings.TrimPrefix(v.secret, "uploads/"))
		}
	}
	ofBob := func(as func(bob string) string) func(v *victim) string {
		return func(v *victim) string {
			bob := ownerOf(v.secret)
			return strings.Replace(v.secret, "/"+bob, "/"+as(bob), 1)
		}
	}
	return map[string]func(v *victim) string{
		"bob's":                     func(v *victim) string { return v.secret },
		"up from alice's":           inAlice("../%s"),
		"up twice from alice's":     inAlice("../../uploads/%s"),
		"through here":              ofBob(func(bob string) string { return "./" + bob }),
		"with two slashes":          ofBob(func(bob string) string { return "/" + bob }),
		"with a slash before":       func(v *victim) string { return "/" + v.secret },
		"escaped":                   inAlice("%%2e%%2e/%s"),
		"with the other slash":      inAlice(`..\%s`),
		"of BOB":                    ofBob(strings.ToUpper),
		"with a NUL":                inAlice("\x00/../%s"),
		"cut by a NUL":              func(v *victim) string { return v.secret + "\x00" + "uploads/" + ownerOf(v.own) + "/" },
		"of 1,100 bytes":            func(v *victim) string { return "uploads/" + ownerOf(v.own) + "/" + strings.Repeat("x", 1100) },
		"alice's prefix alone":      func(v *victim) string { return "uploads/" + ownerOf(v.own) + "/" },
		"the prefix of all":         func(v *victim) string { return "uploads/" },
		"none":                      func(v *victim) string { return "" },
		"of a full-width alice":     func(v *victim) string { return strings.Replace(v.own, ownerOf(v.own), wide(ownerOf(v.own)), 1) },
		"with a line end":           func(v *victim) string { return v.secret + "\n" },
		"of somebody who is alice2": func(v *victim) string { return strings.Replace(v.secret, ownerOf(v.secret), ownerOf(v.own)+"2", 1) },
		"in quarantine":             func(v *victim) string { return "quarantine/" + v.secret + "/" + v.version },
	}
}

// onKeys reads, lists and deletes by keys that are not alice's.
func onKeys() (all []attack) {
	for what, key := range strangers() {
		values := func(v *victim) url.Values { return url.Values{"key": {key(v)}} }
		all = append(all,
			readBy(what, key),
			query("delete by a key "+what, "DELETE", "/files", values, 400, 404),
			query("versions of a key "+what, "GET", "/files/versions", values, 400, 404),
			query("what is known of a key "+what, "GET", "/files/info", values, 400, 404),
			message("restore of a key "+what, "POST", "/files/restore", func(v *victim) any { return api.RestoreFile{Key: key(v), VersionID: v.version} }, 400, 404),
			message("a move of a key "+what, "POST", "/files/move", func(v *victim) any { return map[string]any{"key": key(v), "name": "mine.txt"} }, 400, 404),
			eachRefused("delete of several, one by a key "+what, "/files/delete", func(v *victim) any { return map[string]any{"keys": []string{key(v)}} }),
			eachRefused("restore of several, one by a key "+what, "/files/restore", func(v *victim) any {
				return map[string]any{"files": []api.RestoreFile{{Key: key(v), VersionID: v.version}}}
			}),
		)
	}
	twice := func(v *victim) url.Values { return url.Values{"key": {v.own, v.secret}} }
	other := func(v *victim) url.Values { return url.Values{"key": {v.secret, v.own}} }
	return append(all, query("two keys, hers first", "GET", "/files/url", twice, 400), query("two keys, his first", "DELETE", "/files", other, 400),
		attack{"two keys parted by a semicolon", func(t *testing.T, v *victim) string {
			status, text := v.ask(t, v.alice, "GET", "/files/url?key="+url.QueryEscape(v.own)+";key="+url.QueryEscape(v.secret), "")
			return v.refused(status, text, 400, 404)
		}})
}

// eachRefused is a message about several files, which may answer 200 and refuse each.
func eachRefused(what, path string, body func(v *victim) any) attack {
	return attack{what, func(t *testing.T, v *victim) string {
		text, err := json.Marshal(body(v))
		if err != nil {
			t.Fatal(err)
		}
		status, answer := v.ask(t, v.alice, "POST", path, string(text))
		var done struct {
			Files []struct{ Error *api.Problem }
		}
		if status != http.StatusOK || json.Unmarshal([]byte(answer), &done) != nil {
			return v.refused(status, answer, 400, 404)
		}
		for _, f := range done.Files {
			if f.Error == nil {
				return "it was done: " + answer
			}
		}
		return ""
	}}
}

// readBy asks for the address of a file. A key that looks like a way out may be taken
// for a name of alice's own, to which there is nothing.
func readBy(what string, key func(v *victim) string) attack {
	return attack{"read by a key " + what, func(t *testing.T, v *victim) string {
		status, text := v.ask(t, v.alice, "GET", "/files/url?key="+url.QueryEscape(key(v)), "")
		var signed api.FileURL
		if status != http.StatusOK || json.Unmarshal([]byte(text), &signed) != nil {
			return v.refused(status, text, 400, 404)
		}
		if status, body, _ := get(t, signed.URL); status < 400 {
			return fmt.Sprintf("got %d %.100q", status, body)
		}
		return ""
	}}
}

// onVersions reads versions that are not of alice's file.
func onVersions() (all []attack) {
	for what, version := range map[string]func(v *victim) string{
		"bob's": func(v *victim) string { return v.version }, "a path": func(*victim) string { return "../" + "bob" }, "up": func(*victim) string { return ".." },
		"here": func(*victim) string { return "." }, "escaped": func(*victim) string { return "%2e%2e" }, "of 5,000 bytes": func(*victim) string { return strings.Repeat("v", 5000) },
		"another parameter": func(*victim) string { return "x&response-content-type=text/html" }, "a line end": func(*victim) string { return "x\r\nX: y" },
		"a file": func(*victim) string { return "../../etc/passwd" },
	} {
		all = append(all, attack{"version " + what, func(t *testing.T, v *victim) string {
			signed, err := v.client(v.alice).FileURL(t.Context(), v.own, version(v))
			if err != nil {
				return "" // refused at once
			}
			if status, body, _ := get(t, signed.URL); status < 400 || strings.Contains(string(body), string(v.contents)) {
				return fmt.Sprintf("got %d %.100q", status, body)
			}
			return ""
		}})
	}
	return append(all, message("restore of bob's version under her key", "POST", "/files/restore", func(v *victim) any {
		return api.RestoreFile{Key: v.own, VersionID: v.version}
	}, 400, 404))
}

// onLists leads lists out of alice's part by their cursor, in every form that one has
// had, and by what else says where to list.
func onLists() (all []attack) {
	for _, at := range []string{
		"uploads/", "uploads/a", "uploads/bob/", "uploads/bob/zzz", "uploads/alicf", "uploads/alice", "\x00", "../bob/", "uploads/alice/../bob/", "\uffff",
	} {
		for _, cursor := range []string{at, base64.RawURLEncoding.EncodeToString([]byte(at)), base64.StdEncoding.EncodeToString([]byte(at)), fmt.Sprintf(`{"key":%q}`, at)} {
			all = append(all, onlyOwn(fmt.Sprintf("a list from %q", cursor), "/files?cursor="+url.QueryEscape(cursor)),
				onlyOwn(fmt.Sprintf("unfinished ones from %q", cursor), "/uploads?cursor="+url.QueryEscape(cursor)))
		}
	}
	for _, folder := range []string{"..", "../bob", "/", "/uploads/bob", "a/../../bob", `..\bob`, "%2e%2e/bob", ".", "\x00"} {
		all = append(all, onlyOwn(fmt.Sprintf("a list of folder %q", folder), "/files?folder="+url.QueryEscape(folder)))
	}
	for _, to := range []string{"../bob", "/uploads/bob", `..\bob`, "a/../../bob", "."} {
		all = append(all, message(fmt.Sprintf("a move of hers to folder %q", to), "POST", "/files/move", func(v *victim) any {
			return map[string]any{"key": v.own, "folder": to}
		}, 400, 404))
	}
	for _, more := range []string{"recursive=true&folder=..", "deleted=true&folder=../bob", "order=newest&folder=..", "search=secret", "search=secret&recursive=true", "recursive=true&cursor=" + url.QueryEscape("uploads/bob/")} {
		all = append(all, onlyOwn("a list with "+more, "/files?"+more))
	}
	return append(all, onlyOwn("a list of a prefix", "/files?prefix="+url.QueryEscape("../bob/")), onlyOwn("a list of a space", "/files?space=bob"))
}

// onlyOwn is a list that may be refused, and has nothing of bob's.
func onlyOwn(what, path string) attack {
	return attack{what, func(t *testing.T, v *victim) string {
		status, text := v.ask(t, v.alice, "GET", path, "")
		told := strings.Contains(text, v.secret) || strings.Contains(text, v.upload.UploadID) || status < 400 && strings.Contains(text, "bob")
		if status >= 500 || told {
			return fmt.Sprintf("got %d %.300s", status, text)
		}
		return ""
	}}
}

// onUploads continues, signs and ends bob's upload, by his key and by alice's.
func onUploads() (all []attack) {
	for who, key := range map[string]func(v *victim) string{"his key": func(v *victim) string { return v.upload.Key }, "her key": func(v *victim) string { return v.own }} {
		of := func(v *victim) url.Values { return url.Values{"key": {key(v)}, "uploadId": {v.upload.UploadID}} }
		all = append(all,
			query("parts of bob's upload by "+who, "GET", "/uploads/parts", of, 400, 404),
			query("an end to bob's upload by "+who, "DELETE", "/uploads", of, 400, 404),
			message("completion of bob's upload by "+who, "POST", "/uploads/complete", func(v *victim) any {
				return api.CompleteRequest{Key: key(v), UploadID: v.upload.UploadID, Size: int64p(20 << 20)}
			}, 400, 404),
		)
	}
	return append(all,
		message("signatures for bob's upload", "POST", "/uploads/sign", func(v *victim) any {
			return api.SignRequest{Key: v.upload.Key, UploadID: v.upload.UploadID, Size: int64p(20 << 20)}
		}, 400, 404),
		attack{"a part of bob's upload under her key", func(t *testing.T, v *victim) string {
			signed, err := v.client(v.alice).SignParts(t.Context(), api.SignRequest{Key: v.own, UploadID: v.upload.UploadID, Size: int64p(20 << 20)})
			if err != nil {
				return ""
			}
			if status := put(t, partAddress(signed.Sign, 1, 1), nil, bytesOf(1, 8<<20)); status < 400 {
				return fmt.Sprintf("S3 has taken it: %d", status)
			}
			return ""
		}})
}

// onSessions makes a session into another, and uses one for what it is not for.
func onSessions() (all []attack) {
	change := func(what string, f func(fields []string) []string) {
		all = append(all, attack{"a session with " + what, func(t *testing.T, v *victim) string {
			session, err := v.client(v.alice).CreateSession(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			text, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(session.CompanionEndpoint, "/api/s3/"))
			if err != nil {
				t.Fatal(err)
			}
			bad := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(f(strings.Split(string(text), "\n")), "\n")))
			status, answer := v.ask(t, "", "GET", "/s3/"+bad+"/s3/params?filename=a", "")
			return v.refused(status, answer, http.StatusUnauthorized, http.StatusServiceUnavailable)
		}})
	}
	change("bob for alice", func(f []string) []string { f[0] = "bob"; return f })
	change("a path for alice", func(f []string) []string { f[0] = "alice/../bob"; return f })
	change("up for alice", func(f []string) []string { f[0] = ".."; return f })
	change("a longer life", func(f []string) []string { f[3] = "43200"; return f })
	change("a later date", func(f []string) []string { f[2] = "20990101T000000Z"; return f })
	change("no signature", func(f []string) []string { f[4] = ""; return f })
	change("nobody's credentials", func(f []string) []string { f[1], f[4], f[5] = "", "", ""; return f })
	change("a parameter more", func(f []string) []string { f[4] += "&uploads"; return f })
	change("a field more", func(f []string) []string { return append(f, "x") })
	for _, beyond := range []string{"GET /files", "DELETE /files?key=uploads/alice/x", "GET /uploads", "POST /presign", "POST /s3/session", "POST /s3/sign"} {
		method, path, _ := strings.Cut(beyond, " ")
		all = append(all, attack{"a session for " + beyond, func(t *testing.T, v *victim) string {
			session, err := v.client(v.alice).CreateSession(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			status, answer := v.ask(t, "", method, strings.TrimPrefix(session.CompanionEndpoint, "/api")+path, "")
			return v.refused(status, answer, 401, 404, 405)
		}})
	}
	return all
}
