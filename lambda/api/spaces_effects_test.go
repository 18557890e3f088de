package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"signet/lambda/api"
)

// effects do what a client does with an answer that lets it: S3, with its policies, has
// to take what was signed. Each says what happened instead.
var effects = map[string]func(s *scene, bearer, key string, answer []byte) string{
	"info": func(s *scene, _, key string, answer []byte) string {
		var info api.FileInfo
		if err := json.Unmarshal(answer, &info); err != nil || info.Key != key {
			return fmt.Sprintf("got %.200s (%v), want what is known of the file", answer, err)
		}
		return s.wantSigned("HEAD", info.Receipt.URL, info.Receipt.Headers, "")
	},
	"url": func(s *scene, _, _ string, answer []byte) string {
		var u api.FileURL
		if err := json.Unmarshal(answer, &u); err != nil {
			return err.Error()
		}
		return s.wantSigned("GET", u.URL, u.Headers, "abc")
	},
	"presign":       putSigned,
	"known content": putSigned,
	"form":          postForm,
	"signRequest": func(s *scene, _, _ string, answer []byte) string {
		var u api.UppySigned
		if err := json.Unmarshal(answer, &u); err != nil {
			return err.Error()
		}
		return s.wantSigned("POST", u.URL, u.Headers, "") // which begins an upload in parts
	},
	"begin": func(s *scene, bearer, _ string, answer []byte) string {
		var u api.Upload
		if err := json.Unmarshal(answer, &u); err != nil {
			return err.Error()
		}
		if status, code, _ := send(s, "PUT", partURL(u.Sign, 1), nil, []byte("abc")); status != 200 {
			return fmt.Sprintf("part: status %d %s, want 200", status, code)
		}
		complete, _ := json.Marshal(api.CompleteRequest{Key: u.Key, UploadID: u.UploadID, Size: size(3)})
		if code, text := s.call(bearer, "POST", "/uploads/complete", string(complete)); code != "" {
			return fmt.Sprintf("complete: got %s %.200s", code, text)
		}
		return s.wantThere(u.Key)
	},
	"session": func(s *scene, _, _ string, answer []byte) string {
		var session api.Session
		if err := json.Unmarshal(answer, &session); err != nil {
			return err.Error()
		}
		r, err := http.NewRequest("GET", strings.TrimSuffix(s.api, api.Base)+session.CompanionEndpoint+"/s3/params?filename=c.png&type=image/png&metadata[case]=4711", nil)
		if err != nil {
			return err.Error()
		}
		got, err := s.way.RoundTrip(r)
		if err != nil {
			return err.Error()
		}
		defer got.Body.Close()
		text, _ := io.ReadAll(got.Body)
		if got.StatusCode != 200 {
			return fmt.Sprintf("params: status %d %.200s, want 200", got.StatusCode, text)
		}
		return postForm(s, "", "", text)
	},
	"delete": func(s *scene, _, key string, _ []byte) string {
		if s.has(key) {
			return "the file is still there"
		}
		return ""
	},
	"move": func(s *scene, _, key string, answer []byte) string {
		var m api.Moved
		if err := json.Unmarshal(answer, &m); err != nil || s.has(key) {
			return fmt.Sprintf("got %.200s (%v), want the file at another key", answer, err)
		}
		return s.wantThere(m.Key)
	},
}

func putSigned(s *scene, _, _ string, answer []byte) string {
	var p api.Presigned
	if err := json.Unmarshal(answer, &p); err != nil {
		return err.Error()
	}
	if happened := s.wantSigned(p.Method, p.URL, p.Headers, ""); happened != "" {
		return happened
	}
	return s.wantThere(p.Key)
}

func postForm(s *scene, _, _ string, answer []byte) string {
	var f struct {
		URL    string
		Fields api.Fields
	}
	if err := json.Unmarshal(answer, &f); err != nil {
		return err.Error()
	}
	if status, _ := submit(s, f.URL, f.Fields, []byte("abc")); status != http.StatusCreated {
		return fmt.Sprintf("form: status %d, want 201", status)
	}
	return ""
}

// wantSigned sends a signed request, whose answer S3 has to give: content, if there is any.
func (s *scene) wantSigned(method, address string, headers map[string]string, content string) string {
	var body []byte
	if method == "PUT" {
		body = []byte("abc")
	}
	status, text, _ := exchange(s, method, address, headers, body)
	if status != 200 || content != "" && string(text) != content {
		return fmt.Sprintf("signed %s: status %d %.300s, want 200", method, status, text)
	}
	return ""
}

func (s *scene) wantThere(key string) string {
	if !s.has(key) {
		return key + " is not there"
	}
	return ""
}
