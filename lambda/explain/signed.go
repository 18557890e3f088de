package explain

import (
	"strconv"
	"strings"

	"signet/lambda/upload"
)

// compareSigned compares the request with what the signer gave away: nothing is
// left to guess then.
func (f *facts) compareSigned(signed Signed) {
	if signed.Method != "" && !strings.EqualFold(signed.Method, f.Method) {
		f.says(WrongMethod, 0.98, "%s was signed, and %s was sent", strings.ToUpper(signed.Method), f.Method)
	}
	if signed.URL != "" {
		f.compareURL(parseAddress(signed.URL))
	}
	for _, h := range signed.Headers {
		f.compareSignedHeader(h)
	}
}

func (f *facts) compareURL(signed address) {
	if !sameHost(signed.host, f.address) {
		f.says(WrongHost, 0.98, "the host %s was signed, and %s was sent to", signed.host, f.address.host)
	}
	if signed.path != f.address.path {
		code, _ := samePath(f.address.path, signed.path)
		f.says(code, 0.98, "the path %s was signed, and %s was sent", signed.path, f.address.path)
	}
	for _, p := range signed.query {
		got, there := f.address.get(p.name)
		switch want := decode(p.value); {
		case !there:
			f.addParam(p.name, "the parameter %s was signed, and is gone", p.name)
		case got != want:
			f.compareParam(p.name, want, got)
		}
	}
	for _, p := range f.address.query {
		if !has(signed.query, p.name) {
			f.says(QueryChanged, 0.97, "the parameter %s was added after signing", p.name)
			f.about(QueryChanged, p.name)
		}
	}
}

func (f *facts) compareSignedHeader(want upload.Header) {
	name := strings.ToLower(want.Name)
	got, there, known := f.sent(name)
	if name == "content-length" && f.BodySize != nil {
		got, there, known = itoa(*f.BodySize), true, true
	}
	switch {
	case !known || name == "host" || !f.sig.signs(name) && f.sig.kind == queryV4:
	case !there && name != "content-length":
		f.says(missing(name), 0.97, "%s was signed, and was not sent", name)
		f.about(missing(name), name)
	case there && got != want.Value:
		f.addHeader(name, 0.97, "%s: %s was signed, and %s was sent", name, want.Value, got)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
