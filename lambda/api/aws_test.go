package api_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// awsLike answers lists as AWS does where the local gateway does not: it encodes keys
// when asked to, and without that writes characters that no XML can hold. It checks no
// signature, keeps no bytes but a key's own, and each key has one version.
type awsLike struct {
	mu      sync.Mutex
	keys    map[string]bool // and whether a delete marker lies over it
	written time.Time
}

func newAWSLike(t *testing.T, keys ...string) (*awsLike, string) {
	a := &awsLike{keys: map[string]bool{}, written: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)}
	for _, key := range keys {
		a.keys[key] = false
	}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return a, server.URL
}

func (a *awsLike) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	query := r.URL.Query()
	key := strings.TrimPrefix(r.URL.Path, "/"+bucket+"/")
	deleted, known := a.keys[key]
	switch {
	case query.Has("list-type"):
		a.list(w, query, query.Get("start-after"), false)
	case query.Has("versions"):
		a.list(w, query, query.Get("key-marker"), true)
	case !known || deleted && r.Method != http.MethodDelete:
		w.WriteHeader(404)
	case r.Method == http.MethodDelete:
		a.keys[key] = !query.Has("versionId")
		w.WriteHeader(204)
	default:
		w.Header().Set("X-Amz-Version-Id", "v1")
		w.Header().Set("Content-Length", strconv.Itoa(len(key)))
		w.Header().Set("Last-Modified", a.written.Format(http.TimeFormat))
		w.WriteHeader(200)
		if r.Method == http.MethodGet {
			fmt.Fprint(w, key)
		}
	}
}

func (a *awsLike) list(w http.ResponseWriter, query url.Values, after string, versions bool) {
	write := xmlRaw
	if query.Get("encoding-type") == "url" {
		write = awsEncoded
	}
	limit := 1000
	if n, err := strconv.Atoi(query.Get("max-keys")); err == nil {
		limit = n
	}
	var keys []string
	for key := range a.keys {
		if strings.HasPrefix(key, query.Get("prefix")) && key > after && (versions || !a.keys[key]) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	var body strings.Builder
	n, last, folder := 0, "", ""
	truncated := false
	for _, key := range keys {
		if folder != "" && strings.HasPrefix(key, folder) {
			continue
		}
		if n == limit {
			truncated = true
			break
		}
		n++
		last = key
		if name, _, below := strings.Cut(key[len(query.Get("prefix")):], "/"); below && query.Get("delimiter") == "/" {
			folder = query.Get("prefix") + name + "/"
			last = folder
			fmt.Fprintf(&body, "<CommonPrefixes><Prefix>%s</Prefix></CommonPrefixes>", write(folder))
			continue
		}
		a.entry(&body, key, write, versions)
	}
	name := map[bool]string{true: "ListVersionsResult", false: "ListBucketResult"}[versions]
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><%s>`, name)
	if query.Get("encoding-type") == "url" {
		fmt.Fprint(w, "<EncodingType>url</EncodingType>")
	}
	fmt.Fprintf(w, "<IsTruncated>%v</IsTruncated><NextKeyMarker>%s</NextKeyMarker>%s</%s>", truncated, write(last), body.String(), name)
}

func (a *awsLike) entry(body *strings.Builder, key string, write func(string) string, versions bool) {
	at := a.written.Format(time.RFC3339)
	if !versions {
		fmt.Fprintf(body, "<Contents><Key>%s</Key><Size>%d</Size><LastModified>%s</LastModified></Contents>", write(key), len(key), at)
		return
	}
	if a.keys[key] {
		fmt.Fprintf(body, "<DeleteMarker><Key>%s</Key><VersionId>m1</VersionId><IsLatest>true</IsLatest><LastModified>%s</LastModified></DeleteMarker>", write(key), at)
	}
	fmt.Fprintf(body, "<Version><Key>%s</Key><VersionId>v1</VersionId><IsLatest>%v</IsLatest><Size>%d</Size><LastModified>%s</LastModified></Version>", write(key), !a.keys[key], len(key), at)
}

// awsEncoded is what AWS makes of a key with encoding-type=url.
func awsEncoded(key string) string {
	return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/")
}

// xmlRaw is what AWS makes of a key otherwise.
func xmlRaw(key string) string {
	var b strings.Builder
	for _, r := range key {
		if r < 0x20 || r >= 0xfffe && r <= 0xffff {
			fmt.Fprintf(&b, "&#x%x;", r)
		} else {
			_ = xml.EscapeText(&b, []byte(string(r)))
		}
	}
	return b.String()
}
