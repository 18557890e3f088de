package upload

import (
	"maps"
	"net/netip"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// What each field of the configuration may hold, in the words of its errors.
const (
	allowName       = "a lower-case letter, then lower-case letters, digits and single hyphens, 3 to 32 characters; not xn-, sthree- or amzn-s3-demo- at its beginning"
	allowPrefix     = `a key prefix of letters, digits and ._-/ that ends with one slash, such as "uploads/", at most 512 bytes`
	allowObjectSize = "1 B to 48.8 TiB, such as \"5 GiB\""
	allowMaxFiles   = "1 to 1000"
	allowTypes      = "media types or patterns such as image/png, image/* or */*"
	allowExpires    = `1m to 12h, such as "15m"`
	allowBool       = "true or false"
	allowOrigins    = `exact origins such as "https://example.com" (http for localhost only), each once; "*" is never allowed`
	allowAuth       = `{"cognito": {}} or {"issuer": "https://…", "audience": ["…"], "scopes": ["openid"]}`
	allowClaim      = `a claim's name, such as "groups"`
	allowMFA        = "off, optional or required"
	allowTags       = `at most 40 tags: names of 1 to 128 and values of up to 256 letters, digits, spaces and _.:/=+-@; names differ in more than case (Project, Env, Owner and CostCenter are there by default) and do not begin with "aws:"`
	allowBudget     = `{"monthly": whole US dollars from 1, "address": a mail address}`
	allowMail       = "a mail address"
	allowDomain     = `{"name": "files.example.com"} with "certificate": "arn:aws:acm:us-east-1:…:certificate/…" or "zone": a hosted zone's id such as "Z0123456789ABCDEFGHIJ", or both; "signIn": another name, with Cognito`
	allowSender     = `{"address": a mail address, "identity": "arn:aws:ses:…:identity/…" of it or its domain, "name": up to 64 letters, digits, spaces and ._-}`
	allowWriters    = "ARNs of IAM roles such as arn:aws:iam::123456789012:role/name"
	allowStore      = `{"bucket": "name", "endpoint": "https://…", "region": "us-east-1", "pathStyle": true}; a bucket of letters, digits, - and . (in virtual-host style: lower-case, no dots)`
	allowEndpoint   = "an http or https URL of scheme and host, such as http://127.0.0.1:9000"
)

// check holds every field to what its documentation allows. data is what the
// configuration was read from, so that an error can show a value as written.
func (c Config) check(data []byte) error {
	for _, row := range append([]rule{
		{"name", c.Name, isName(c.Name), allowName},
		{"prefix", c.Prefix, isPrefix(c.Prefix), allowPrefix},
		{"maxObjectSize", c.MaxObjectSize, c.MaxObjectSize >= 1 && c.MaxObjectSize <= MaxObjectSize, allowObjectSize},
		{"maxFiles", c.MaxFiles, c.MaxFiles >= 1 && c.MaxFiles <= 1000, allowMaxFiles},
		{"allowedTypes", c.AllowedTypes, len(c.AllowedTypes) > 0 && all(c.AllowedTypes, checkPattern), allowTypes},
		{"expires", c.Expires, time.Duration(c.Expires) >= time.Minute && time.Duration(c.Expires) <= 12*time.Hour, allowExpires},
		{"origins", c.Origins, all(c.Origins, isOrigin) && distinct(c.Origins), allowOrigins},
		{"auth", c.Auth, c.Auth.ok(), allowAuth},
		{"edge", c.Edge, c.Edge.ok(), allowEdge},
		{"lifecycle.abort", c.Lifecycle.Abort, days(c.Lifecycle.Abort, 1, 365), "1 to 365 days"},
		{"lifecycle.noncurrent", c.Lifecycle.Noncurrent, days(c.Lifecycle.Noncurrent, 1, 3650), "1 to 3650 days"},
		{"lifecycle.transition", c.Lifecycle.Transition, days(c.Lifecycle.Transition, 0, 3650), "0 (never) to 3650 days"},
		{"lifecycle.expire", c.Lifecycle.Expire, after(c.Lifecycle.Expire, c.Lifecycle.Transition), "0 (never) to 3650 days, and more than transition"},
		{"lifecycle.logsTransition", c.Lifecycle.LogsTransition, days(c.Lifecycle.LogsTransition, 0, 3650), "0 (never) to 3650 days"},
		{"lifecycle.logsExpire", c.Lifecycle.LogsExpire, c.Lifecycle.LogsExpire > 0 && after(c.Lifecycle.LogsExpire, c.Lifecycle.LogsTransition), "1 to 3650 days, and more than logsTransition"},
		{"tags", c.Tags, len(c.Tags) <= 40 && areTags(c.Tags), allowTags},
		{"budget", c.Budget, c.Budget == nil || c.Budget.Monthly >= 1 && isMail(c.Budget.Address), allowBudget},
		{"alarms", c.Alarms, c.Alarms == "" || isMail(c.Alarms) || isTopic(c.Alarms), allowAlarms},
		{"domain", c.Domain, c.Domain == nil || c.Domain.ok(c.Auth.Cognito != nil), allowDomain},
		{"events", c.Events, c.Events == nil || c.Events.ok(), allowEvents},
		{"prefix", c.Prefix, c.Events == nil || all(c.Prefixes(), outsideMoved), "prefixes of spaces outside of " + MovedPrefix + ", where moves leave a word for events"},
		{"brand", c.Brand, c.Brand == nil || c.Brand.ok(), allowBrand},
		{"store", c.Store, c.Store == nil || c.Store.ok(), allowStore},
		{"writers", c.Writers, all(c.Writers, isRole), allowWriters},
		{"quarantineReaders", c.QuarantineReaders, all(c.QuarantineReaders, isRole), allowWriters},
	}, append(c.Sharing.rules(), c.deploymentRules()...)...) {
		if row.ok {
			continue
		}
		written, err := members("", data)
		if value, ok := written.get(row.name); ok && err == nil {
			row.value = value
		}
		return fieldError(row.name, row.value, row.allowed)
	}
	if err := checkFree("prefix", c.Prefix); err != nil {
		return err
	}
	return c.checkSpaces()
}

func (r Resolved) check() error {
	switch {
	case r.Bucket == "":
		return fieldError("bucket", r.Bucket, "the name that the deployment resolved")
	case r.Region == "":
		return fieldError("region", r.Region, "the region that the deployment resolved")
	case r.Endpoint != "" && !isEndpoint(r.Endpoint):
		return fieldError("endpoint", r.Endpoint, allowEndpoint)
	case r.SecondEndpoint != "" && !isEndpoint(r.SecondEndpoint):
		return fieldError("secondEndpoint", r.SecondEndpoint, allowEndpoint)
	case r.Site != "" && !isEndpoint(r.Site):
		return fieldError("site", r.Site, allowEndpoint)
	case r.EdgeEndpoint != "" && !isEndpoint(r.EdgeEndpoint):
		return fieldError("edgeEndpoint", r.EdgeEndpoint, allowEndpoint)
	case r.Public != "" && !isEndpoint(r.Public):
		return fieldError("public", r.Public, allowEndpoint)
	}
	return nil
}

func (a Auth) ok() bool {
	if len(a.GroupsClaim) > 256 {
		return false
	}
	if a.Cognito != nil {
		return a.Issuer == "" && a.Audience == nil && a.Scopes == nil && slices.Contains([]string{"", "off", "optional", "required"}, a.Cognito.MFA) &&
			(a.Cognito.Sender == nil || a.Cognito.Sender.ok())
	}
	u, err := url.Parse(a.Issuer)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())) && u.Host != "" &&
		u.RawQuery == "" && u.Fragment == "" && u.User == nil &&
		len(a.Audience) > 0 && !slices.Contains(a.Audience, "") && !slices.ContainsFunc(a.Scopes, notScope)
}

// notScope says that a text is no scope (RFC 6749, section 3.3).
func notScope(s string) bool {
	return s == "" || !only(s, func(c byte) bool { return c > ' ' && c < 0x7f && c != '"' && c != '\\' })
}

func (s Store) ok() bool {
	bucket := func(c byte) bool { return isLowerDigit(c) || c == '-' || s.PathStyle && isCallerByte(c) }
	return len(s.Bucket) >= 3 && len(s.Bucket) <= 255 && only(s.Bucket, bucket) && s.Bucket[0] != '.' && isEndpoint(s.Endpoint) &&
		s.Region != "" && len(s.Region) <= 64 && only(s.Region, func(c byte) bool { return isLowerDigit(c) || c == '-' })
}

// ok says that the names can be those of a site and, with Cognito, of its pages.
func (d Domain) ok(cognito bool) bool {
	certificate := arn(d.Certificate, "acm", func(region, account, resource string) bool {
		return region == "us-east-1" && strings.HasPrefix(resource, "certificate/")
	})
	zone := len(d.Zone) <= 32 && only(d.Zone, func(c byte) bool { return c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' })
	return isHost(d.Name) && (d.Certificate == "" || certificate) && zone && (d.Certificate != "" || d.Zone != "") &&
		(d.SignIn == "" || cognito && isHost(d.SignIn) && d.SignIn != d.Name)
}

func (s Sender) ok() bool {
	name := func(c byte) bool { return isCallerByte(c) || c == ' ' }
	return isMail(s.Address) && len(s.Name) <= 64 && only(s.Name, name) && arn(s.Identity, "ses", func(region, account, resource string) bool {
		identity, ok := strings.CutPrefix(resource, "identity/")
		_, host, _ := strings.Cut(s.Address, "@")
		return ok && region != "" && (identity == s.Address || host == identity || strings.HasSuffix(host, "."+identity) && identity != "")
	})
}

func isName(s string) bool {
	for _, reserved := range []string{"xn--", "sthree-", "amzn-s3-demo-"} { // bucketnamingrules.html
		if strings.HasPrefix(s+"-", reserved) {
			return false
		}
	}
	return len(s) >= 3 && len(s) <= 32 && s[0] >= 'a' && s[0] <= 'z' &&
		only(s, func(c byte) bool { return isLowerDigit(c) || c == '-' }) && !strings.HasSuffix(s, "-") && !strings.Contains(s, "--")
}

func distinct(values []string) bool {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return len(slices.Compact(sorted)) == len(values)
}

// SitePaths are the first segments of all paths that the site, the API, and whatever
// is served beside them may have. One distribution serves them and the uploads'
// prefix, so no key begins with one of them.
func SitePaths() []string {
	return []string{"api", "api-reference", "assets", "config.json", "favicon.svg", "index.html", "logs", "p", "p.html", "public"}
}

func firstSegment(path string) string {
	first, _, _ := strings.Cut(path, "/")
	return first
}

// isPrefix keeps to the characters that need no encoding anywhere, so that the
// prefix means the same in a key, a URL, a distribution's path pattern, an IAM
// resource and a POST policy.
func isPrefix(s string) bool {
	dir, ok := strings.CutSuffix(s, "/")
	return ok && len(s) <= 512 && dir != "" && path.Clean(dir) == dir && dir[0] != '/' && dir[0] != '.' &&
		only(s, func(c byte) bool { return isCallerByte(c) || c == '/' })
}

func isOrigin(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != s || strings.ContainsAny(s, "*,") || strings.ToLower(s) != s {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isEndpoint(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.Scheme+"://"+u.Host == s
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}

func isHost(s string) bool {
	return len(s) <= 253 && strings.Contains(s, ".") && !strings.HasPrefix(s, ".") && !strings.HasSuffix(s, ".") &&
		!strings.Contains(s, "..") && only(s, func(c byte) bool { return isLowerDigit(c) || c == '-' || c == '.' })
}

func isMail(s string) bool {
	name, host, ok := strings.Cut(s, "@")
	return ok && name != "" && isHost(strings.ToLower(host)) && len(s) <= 254 && only(s, func(c byte) bool { return c > ' ' && c < 0x7f })
}

func isRole(s string) bool {
	return arn(s, "iam", func(region, account, resource string) bool {
		name, ok := strings.CutPrefix(resource, "role/")
		return region == "" && len(account) == 12 && only(account, func(c byte) bool { return c >= '0' && c <= '9' }) &&
			ok && name != "" && only(name, func(c byte) bool { return isCallerByte(c) || strings.IndexByte("+=,@/", c) >= 0 })
	})
}

func arn(s, service string, ok func(region, account, resource string) bool) bool {
	p := strings.SplitN(s, ":", 6)
	return len(p) == 6 && p[0] == "arn" && strings.HasPrefix(p[1], "aws") && p[2] == service && ok(p[3], p[4], p[5])
}

// areTags holds tags to what every service takes; IAM is the one that finds
// names equal that differ in case alone (IAM User Guide, "Tagging rules").
func areTags(tags map[string]string) bool {
	names := slices.Collect(maps.Keys(tags))
	lower := make([]string, len(names))
	for i, name := range names {
		lower[i] = strings.ToLower(name)
	}
	return distinct(lower) && all(names, func(name string) bool {
		n, v := utf8.RuneCountInString(name), utf8.RuneCountInString(tags[name])
		return n >= 1 && n <= 128 && v <= 256 && !strings.HasPrefix(strings.ToLower(name), "aws:") && isTagText(name) && isTagText(tags[name])
	})
}

func isTagText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.Zs, unicode.N) && !strings.ContainsRune("_.:/=+-@", r)
	})
}

func days(n, least, most int) bool { return n >= least && n <= most }

// after says that a number of days is never (0) or later than an earlier step.
func after(n, earlier int) bool { return n == 0 || days(n, 1, 3650) && n > earlier }

func all[T any](values []T, ok func(T) bool) bool {
	return !slices.ContainsFunc(values, func(v T) bool { return !ok(v) })
}
