package evidence

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"signet/lambda/explain"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// Prove finds the request that was signed, given the secret: the one among what
// clients, proxies and libraries make of a request whose signature is the URL's.
// With it nothing is left to guess. Nil: none of them, or no signed URL.
func Prove(r explain.Request, secret string) *explain.Signed {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil
	}
	credential := strings.Split(u.Query().Get("X-Amz-Credential"), "/")
	at, err := time.Parse("20060102T150405Z", u.Query().Get("X-Amz-Date"))
	if err != nil || len(credential) != 5 {
		return nil
	}
	p := prover{
		credentials: presign.Credentials{SecretAccessKey: secret}, signature: u.Query().Get("X-Amz-Signature"),
		scope: presign.Scope{Time: at, Region: credential[2], Service: credential[3]},
		names: strings.Split(u.Query().Get("X-Amz-SignedHeaders"), ";"),
	}
	for _, method := range once(r.Method, "PUT", "GET", "POST", "HEAD", "DELETE") {
		for _, path := range paths(u.EscapedPath()) {
			for _, query := range queries(u.RawQuery) {
				for _, host := range hosts(u.Host) {
					if signed := p.headers(r.Headers, host, presign.Message{Method: method, Path: path, Query: query}); signed != nil {
						return p.answer(u.Scheme, host, method, path, query, signed)
					}
				}
			}
		}
	}
	return nil
}

type prover struct {
	credentials presign.Credentials
	scope       presign.Scope
	signature   string
	names       []string // of the signed headers
}

// headers tries the values that the signed headers may have had: those that
// were sent, and for the content type those that it is often mistaken for.
func (p prover) headers(sent []upload.Header, host string, m presign.Message) []upload.Header {
	types := []string{""}
	if slices.Contains(p.names, "content-type") {
		main, _, _ := strings.Cut(find(sent, "content-type"), ";")
		types = once(find(sent, "content-type"), main, main+"; charset=utf-8", main+";charset=UTF-8", "application/octet-stream", "binary/octet-stream",
			"image/jpeg", "image/png", "text/plain", "application/pdf", "video/mp4", "application/zip", "application/json", "")
	}
	for _, contentType := range types {
		m.Headers = []upload.Header{{Name: "host", Value: host}}
		for _, name := range p.names {
			switch name {
			case "host":
			case "content-type":
				m.Headers = append(m.Headers, upload.Header{Name: name, Value: contentType})
			default:
				m.Headers = append(m.Headers, upload.Header{Name: name, Value: find(sent, name)})
			}
		}
		if p.credentials.Sign(p.scope, p.scope.StringToSign(m.CanonicalRequest())) == p.signature {
			return m.Headers
		}
	}
	return nil
}

// answer writes the request down as its signer gave it away.
func (p prover) answer(scheme, host, method, path string, query, headers []upload.Header) *explain.Signed {
	list := presign.Message{Query: query}.CanonicalQuery()
	headers = slices.DeleteFunc(headers, func(h upload.Header) bool { return h.Name == "host" })
	return &explain.Signed{Method: method, Headers: headers, URL: scheme + "://" + host + path + "?" + list + "&X-Amz-Signature=" + p.signature}
}

// paths are what a path may have been before something changed its escapes.
func paths(path string) []string {
	plain, err := url.PathUnescape(path)
	if err != nil {
		return []string{path}
	}
	twice, err := url.PathUnescape(plain)
	if err != nil {
		twice = plain
	}
	return once(presign.EscapePath(plain), path, presign.EscapePath(twice), presign.EscapePath(path),
		presign.EscapePath(strings.ReplaceAll(plain, "+", " ")), presign.EscapePath(strings.ReplaceAll(plain, " ", "+")))
}

// queries are what a query may have been: as it is, with its pluses, without
// HTML's escapes, and without what is none of S3's.
func queries(raw string) [][]upload.Header {
	var list [][]upload.Header
	for _, text := range once(raw, strings.ReplaceAll(raw, "+", "%2B"), strings.ReplaceAll(raw, "&amp;", "&"), strings.ReplaceAll(raw, "%25", "%")) {
		values, err := url.ParseQuery(text)
		if err != nil {
			continue
		}
		var all, ours []upload.Header
		for name, value := range values {
			if name == "X-Amz-Signature" {
				continue
			}
			for _, v := range value {
				all = append(all, upload.Header{Name: name, Value: v})
				if isS3Parameter(name) {
					ours = append(ours, upload.Header{Name: name, Value: v})
				}
			}
		}
		list = append(list, all, ours)
	}
	return list
}

func isS3Parameter(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "response-") ||
		slices.Contains([]string{"partnumber", "uploadid", "uploads", "versionid", "tagging", "list-type", "prefix", "acl"}, name)
}

// hosts are what a host may have been: without its port, or of the bucket's
// other endpoints.
func hosts(host string) []string {
	name, _, _ := strings.Cut(host, ":")
	return once(host, name, strings.Replace(host, ".s3-accelerate.", ".s3.", 1), strings.Replace(host, "127.0.0.1", "localhost", 1), strings.Replace(host, "localhost", "127.0.0.1", 1))
}

// once leaves out what comes again.
func once(list ...string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

func find(headers []upload.Header, name string) string {
	for _, h := range headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}
