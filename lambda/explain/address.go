package explain

import (
	"strings"
)

// address is a URL as it stands, before anyone decodes it: what is encoded, and
// how, is what signatures fail by.
type address struct {
	scheme, host string // host in lower case, with its port
	path         string // with its leading slash
	query        []param
}

// param is a query parameter as it stands.
type param struct{ name, value string }

func parseAddress(url string) address {
	var a address
	scheme, rest, ok := strings.Cut(url, "://")
	if ok {
		a.scheme = strings.ToLower(scheme)
	} else {
		rest = url
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	host, path, _ := strings.Cut(rest, "/")
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	a.host, a.path = strings.ToLower(host), "/"+path
	a.query = parseQuery(query)
	return a
}

func parseQuery(query string) []param {
	var list []param
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		list = append(list, param{decode(name), value})
	}
	return list
}

// get is a parameter's decoded value, by a name in any case.
func (a address) get(name string) (string, bool) {
	for _, p := range a.query {
		if strings.EqualFold(p.name, name) {
			return decode(p.value), true
		}
	}
	return "", false
}

func (a address) has(name string) bool {
	_, ok := a.get(name)
	return ok
}

// hostname is the host without its port.
func (a address) hostname() string {
	if i := strings.LastIndexByte(a.host, ':'); i >= 0 && !strings.HasSuffix(a.host, "]") {
		return a.host[:i]
	}
	return a.host
}

// decode undoes percent-encoding once, and leaves alone what is none. A plus
// stays a plus.
func decode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1:i+3]) {
			b = append(b, unhex(s[i+1])<<4|unhex(s[i+2]))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

func unhex(c byte) byte {
	switch {
	case c >= 'a':
		return c - 'a' + 10
	case c >= 'A':
		return c - 'A' + 10
	}
	return c - '0'
}

// isEncodedTwice tells whether a percent sign is itself encoded, before two hex digits.
func isEncodedTwice(s string) bool {
	for i := 0; i+4 < len(s); i++ {
		if s[i] == '%' && s[i+1] == '2' && s[i+2] == '5' && isHex(s[i+3:i+5]) {
			return true
		}
	}
	return false
}

// place is where a request goes, as far as its host and path tell.
type place struct {
	aws       bool   // a host of AWS's S3
	kind      string // s3, s3-accelerate, s3-website, s3express …: the host's label; empty off AWS
	region    string // that the host names; empty: none
	bucket    string
	key       string // decoded; empty: the bucket itself
	pathStyle bool
}

// awsDomains are the domains of AWS's partitions, as package presign signs for
// them.
func awsDomains() []string {
	return []string{".amazonaws.com", ".amazonaws.com.cn", ".c2s.ic.gov", ".sc2s.sgov.gov", ".csp.hci.ic.gov", ".cloud.adc-e.uk", ".amazonaws.eu"}
}

func locate(a address) place {
	var p place
	host := a.hostname()
	for _, domain := range awsDomains() {
		if rest, ok := strings.CutSuffix(host, domain); ok {
			p.aws = true
			p.readLabels(strings.Split(strings.TrimSuffix(rest, ".vpce"), "."))
		}
	}
	path := strings.TrimPrefix(a.path, "/")
	if p.bucket == "" {
		if name, rest, ok := strings.Cut(host, ".s3."); ok && !p.aws && name != "" && rest != "" {
			p.bucket = name // virtual-host style, as MinIO, Wasabi and others have it
		}
	}
	if p.bucket == "" {
		p.pathStyle = true
		p.bucket, path, _ = strings.Cut(path, "/")
		p.bucket = decode(p.bucket)
	}
	p.key = decode(path)
	return p
}

// readLabels finds service, region and bucket in a host's labels, the bucket's
// own dots among them.
func (p *place) readLabels(labels []string) {
	for i := len(labels) - 1; i >= 0; i-- {
		label := labels[i]
		named := label == "s3" || strings.HasPrefix(label, "s3-") || strings.HasPrefix(label, "s3express-")
		if !named || i < len(labels)-4 {
			continue
		}
		p.kind = label
		if rest, ok := strings.CutPrefix(label, "s3-"); ok && isRegion(rest) {
			p.kind, p.region = "s3", rest // s3-eu-west-1, as it once was
		}
		for _, after := range labels[i+1:] {
			if isRegion(after) {
				p.region = after
			}
		}
		p.bucket = strings.Join(labels[:i], ".")
		if strings.HasPrefix(p.bucket, "bucket.vpce-") || strings.HasPrefix(p.bucket, "vpce-") {
			p.bucket = ""
		} else if name, _, ok := strings.Cut(p.bucket, ".vpce-"); ok {
			p.bucket = strings.TrimSuffix(name, ".bucket")
		}
		return
	}
	p.aws = false // of AWS, but not S3
}

// isRegion tells a region's name: eu-west-1, us-gov-east-1, cn-north-1.
func isRegion(label string) bool {
	parts := strings.Split(label, "-")
	if len(parts) < 3 || len(parts) > 4 || len(parts[0]) < 2 || len(parts[0]) > 4 {
		return false
	}
	last := parts[len(parts)-1]
	return len(last) <= 2 && last != "" && last[0] >= '0' && last[0] <= '9'
}
