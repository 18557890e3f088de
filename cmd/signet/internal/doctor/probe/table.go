package probe

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"signet/cmd/signet/internal/doctor"
)

// probe is one request that has to be refused.
type probe struct {
	id, title, why, config string
	settles                string // the check whose fix ends it
	severity               doctor.Severity
	// try sends it; key is of an object that is there.
	try func(ctx context.Context, p *runner, key string) doctor.Finding
}

// probes are all of them. What S3 does by itself, such as refusing what has
// expired, is tried too: what answers may be another than S3.
func probes() []probe {
	put := func(name string, headers map[string]string) func(context.Context, *runner, string) doctor.Finding {
		return func(ctx context.Context, p *runner, _ string) doctor.Finding {
			return refused(p.send(ctx, shot{method: http.MethodPut, key: p.folder + name, body: "probe", headers: headers}))
		}
	}
	return []probe{
		{"probe-unencrypted-put", "A PUT that asks for encryption without the key is refused", "a client can choose to go without your key", "", "other-encryption", doctor.Medium,
			put("encryption", map[string]string{"X-Amz-Server-Side-Encryption": "AES256"})},
		{"probe-acl", "A PUT with a public ACL is refused", "a client can make its object public", "", "object-ownership", doctor.High,
			put("acl", map[string]string{"X-Amz-Acl": "public-read"})},
		{"probe-plain-http", "Plain HTTP is refused", "a signed URL, and the file, can be read on the way", "", "tls-only", doctor.High, plainHTTP},
		{"probe-anonymous-get", "A GET without a signature is refused", "anybody can read what was uploaded", "", "policy-public", doctor.Critical,
			func(ctx context.Context, p *runner, key string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodGet, key: key, unsigned: true}))
			}},
		{"probe-anonymous-list", "A list without a signature is refused", "anybody can read the name of every file", "", "policy-public", doctor.Critical,
			func(ctx context.Context, p *runner, _ string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodGet, key: "?list-type=2", unsigned: true}))
			}},
		{"probe-anonymous-put", "A PUT without a signature is refused", "anybody can upload anything", "", "policy-public", doctor.Critical,
			func(ctx context.Context, p *runner, _ string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodPut, key: p.folder + "anonymous", body: "probe", unsigned: true}))
			}},
		{"probe-foreign-origin", "The preflight of a foreign page is refused", "any page can use a URL that leaked", "origins", "cors-origins", doctor.High, foreignOrigin},
		{"probe-oversize", "More bytes than were signed are refused", "a URL for a small file takes a big one", "maxObjectSize", "uploads-allowed", doctor.High,
			func(ctx context.Context, p *runner, _ string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodPut, key: p.folder + "oversize", body: "probe", change: func(r *http.Request) {
					longer := strings.NewReader("probe and more")
					r.Body, r.ContentLength, r.GetBody = http.NoBody, longer.Size(), nil
					r.Body = reader{longer}
				}}))
			}},
		{"probe-expired", "An expired URL is refused", "a URL that leaked works for ever", "expires", "signature-age", doctor.Critical,
			func(ctx context.Context, p *runner, _ string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodPut, key: p.folder + "expired", body: "probe", age: 2 * time.Minute, life: time.Minute}))
			}},
		{"probe-old-signature", "A URL that is older than the configuration lets it be is refused", "whoever had the credentials for a minute made URLs for a week", "expires", "signature-age", doctor.Medium,
			func(ctx context.Context, p *runner, _ string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodPut, key: p.folder + "old", body: "probe", age: p.Expires + 6*time.Minute, life: 7 * 24 * time.Hour}))
			}},
		{"probe-overwrite", "A PUT that must not overwrite does not", "two people who pick the same name lose a file", "overwrite", "versioning", doctor.High,
			func(ctx context.Context, p *runner, key string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodPut, key: key, body: "other", headers: map[string]string{"If-None-Match": "*"}}))
			}},
		{"probe-other-key", "A URL for one key is refused for another", "a caller writes where they like", "prefix", "role-prefix", doctor.Critical,
			func(ctx context.Context, p *runner, _ string) doctor.Finding {
				return refused(p.send(ctx, shot{method: http.MethodPut, key: p.folder + "mine", body: "probe", change: func(r *http.Request) {
					r.URL.Path = strings.Replace(r.URL.Path, "/mine", "/other", 1)
				}}))
			}},
	}
}

type reader struct{ *strings.Reader }

func (reader) Close() error { return nil }

// refused wants an answer of the 400s. No answer, or one of the 500s, says nothing.
func refused(a answer) doctor.Finding {
	switch {
	case a.err != nil:
		return doctor.Finding{Status: doctor.Unknown, Got: "no answer: " + a.err.Error()}
	case a.status >= 500:
		return doctor.Finding{Status: doctor.Unknown, Got: a.text()}
	case a.status >= 400:
		return doctor.Finding{Status: doctor.Pass, Got: "refused with " + a.text()}
	}
	return doctor.Finding{Status: doctor.Fail, Got: "answered " + a.text()}
}

// plainHTTP sends the same over http. An endpoint on this machine has nothing
// else, and nobody on the way.
func plainHTTP(ctx context.Context, p *runner, _ string) doctor.Finding {
	if strings.HasPrefix(p.base, "http://") {
		u, err := url.Parse(p.base)
		if err == nil && (u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost" || u.Hostname() == "::1") {
			return doctor.Finding{Status: doctor.Skip, Got: "the endpoint is on this machine, and speaks plain HTTP alone"}
		}
	}
	tls := p.base
	p.base = "http://" + strings.TrimPrefix(strings.TrimPrefix(p.base, "https://"), "http://")
	defer func() { p.base = tls }()
	return refused(p.send(ctx, shot{method: http.MethodPut, key: p.folder + "plain", body: "probe"}))
}

// foreignOrigin wants an answer that lets the foreign page do nothing.
func foreignOrigin(ctx context.Context, p *runner, key string) doctor.Finding {
	a := p.send(ctx, shot{method: http.MethodOptions, key: key, unsigned: true, headers: map[string]string{
		"Origin": foreign, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type",
	}})
	if a.err != nil {
		return refused(a)
	}
	if allowed := a.header.Get("Access-Control-Allow-Origin"); allowed != "" {
		return doctor.Finding{Status: doctor.Fail, Got: "answered " + a.text() + ", allowing " + allowed}
	}
	return doctor.Finding{Status: doctor.Pass, Got: "nothing is allowed (" + a.text() + ")"}
}
