package explain

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// heard is everything that an answer tells besides its reason, whichever store
// gave it and wherever it stands: read once, before anything is judged. Empty
// fields were not said.
type heard struct {
	region    string // of the bucket
	endpoint  string // to use instead
	bucket    string // as the store understood the request
	resource  string // the path that the store saw
	header    string // that the complaint is about, lower-case
	condition string
	limit     string // the most or least that is allowed
	got       string // what was asked for in its place
	server    string // who answered, as it calls itself
	marker    bool   // a delete marker is in the way
	policy    policyKind
	action    string // that was not allowed: s3:PutObject, storage.objects.create
	object    string // on which
	who       string // whoever was refused
}

// hear reads elements, headers and the message's own words.
func hear(a answer, r Request) heard {
	h := heard{
		region:    firstOf(a.element("Region"), header(r.ResponseHeaders, "x-amz-bucket-region"), after(a.message, "expecting '", "'"), after(a.message, "bucket is in this region: ", " .,;\"'"), autoRegion(a.message), constraint(a.message)),
		endpoint:  firstOf(a.element("Endpoint"), hostOf(header(r.ResponseHeaders, "location"))),
		bucket:    firstOf(a.element("BucketName"), a.element("Bucket")),
		resource:  a.element("Resource"),
		condition: a.element("Condition"),
		limit:     firstOf(a.element("MaxSizeAllowed"), a.element("MinSizeAllowed"), a.element("ActualObjectSize"), a.element("MaxAllowedSkewMilliseconds")),
		got:       firstOf(a.element("ProposedSize"), a.element("Size"), a.element("RangeRequested")),
		server:    maker(r),
		policy:    policyIn(a.message),
	}
	h.marker = strings.EqualFold(a.element("ResourceType"), "DeleteMarker") || header(r.ResponseHeaders, "x-amz-delete-marker") == "true"
	h.header = strings.ToLower(firstOf(a.element("HeadersNotSigned"), a.element("Header"), a.element("MissingHeaderName"), headerLike(a.element("ArgumentName")), headerLike(a.element("ParameterName")), headerIn(a.message)))
	h.action, h.object = actionIn(a.message)
	h.who = after(a.message, "User: ", " ")
	if h.action == "" && indexFold(a.message, "denied") >= 0 { // CloudFormation's way
		h.action = namedAction().FindString(a.message)
	}
	if h.action == "" {
		h.action = wordWith(a.details, "storage.")
		h.who, _, _ = strings.Cut(a.details, " does not have ")
	}
	return h
}

// namedAction is an action of IAM's, as s3:CreateBucket.
var namedAction = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\b(?:s3|s3express|s3-object-lambda):[A-Z][A-Za-z]+`) })

// autoRegion is what R2 takes in place of a region, where it says so.
func autoRegion(message string) string {
	if _, list, ok := strings.Cut(message, "Must be one of: "); ok && strings.Contains(list, "auto") {
		return "auto"
	}
	return ""
}

// constraint is the region that a bucket is bound to, where the endpoint of another
// was asked.
func constraint(message string) string {
	rest, ok := strings.CutSuffix(strings.TrimSuffix(message, "."), " location constraint is incompatible for the region specific endpoint this request was sent to")
	if i := strings.LastIndexByte(rest, ' '); ok && rest[i+1:] != "unspecified" {
		return rest[i+1:]
	}
	return ""
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
	}
	return ""
}

// after is what follows start, up to any of the bytes in end.
func after(text, start, end string) string {
	_, rest, ok := strings.Cut(text, start)
	if !ok {
		return ""
	}
	if i := strings.IndexAny(rest, end); i >= 0 {
		rest = rest[:i]
	}
	return rest
}

func hostOf(url string) string {
	if !strings.Contains(url, "://") {
		return ""
	}
	return parseAddress(url).host
}

// headerLike lets only names through that a header has.
func headerLike(name string) string {
	if hasPrefixFold(name, "x-") || hasPrefixFold(name, "content-") || strings.EqualFold(name, "authorization") || strings.EqualFold(name, "transfer-encoding") {
		return name
	}
	return ""
}

// headerIn finds the header that a message names.
func headerIn(message string) string {
	for _, start := range []string{"header '", "header `", "header: ", "HTTP header ", "header "} {
		i := indexFold(message, start)
		if i < 0 {
			continue
		}
		name := message[i+len(start):]
		if end := strings.IndexAny(name, "' ,.;:\"`"); end >= 0 {
			name = name[:end]
		}
		if name = headerLike(name); name != "" {
			return name
		}
	}
	for word := range strings.FieldsFuncSeq(message, func(r rune) bool { return strings.ContainsRune(" ,;:'\"()`", r) }) {
		word = strings.TrimSuffix(word, ".")
		if (hasPrefixFold(word, "x-amz-") || hasPrefixFold(word, "content-")) && !strings.HasSuffix(word, "-") && !strings.HasSuffix(word, "*") {
			return word
		}
	}
	return ""
}

// actionIn finds what AWS says was not allowed, and on what.
func actionIn(message string) (action, resource string) {
	_, rest, ok := strings.Cut(message, "not authorized to perform: ")
	if !ok {
		return "", ""
	}
	action, rest, _ = strings.Cut(rest, " ")
	if _, after, ok := strings.Cut(rest, "resource: "); ok {
		resource, _, _ = strings.Cut(strings.Trim(after, `"`), " ")
		resource = strings.Trim(resource, `"`)
	}
	return action, resource
}

// wordWith is the first word that begins so.
func wordWith(text, prefix string) string {
	for word := range strings.FieldsSeq(text) {
		if strings.HasPrefix(word, prefix) {
			return strings.TrimRight(word, ".,;")
		}
	}
	return ""
}

// policyKind is the kind of policy that S3 names in a refusal, in its own words
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
type policyKind struct {
	name     string // such as service control policy; empty: none was named
	explicit bool   // it denies, rather than not allowing
}

func policyKinds() []string {
	return []string{"service control policy", "resource control policy", "permissions boundary", "session policy", "VPC endpoint policy", "identity-based policy", "resource-based policy"}
}

func policyIn(message string) policyKind {
	k := policyKind{explicit: strings.Contains(message, "explicit deny")}
	i := slices.IndexFunc(policyKinds(), func(name string) bool { return indexFold(message, name) >= 0 })
	if i >= 0 {
		k.name = policyKinds()[i]
	}
	return k
}

// maker is who answered, by its Server header, the headers that only it sends,
// or the foot of its page.
func maker(r Request) string {
	server := header(r.ResponseHeaders, "server")
	switch {
	case indexFold(header(r.ResponseHeaders, "x-cache"), "cloudfront") >= 0, indexFold(header(r.ResponseHeaders, "via"), "cloudfront") >= 0:
		return "CloudFront"
	case header(r.ResponseHeaders, "x-amz-apigw-id") != "", header(r.ResponseHeaders, "apigw-requestid") != "":
		return "API Gateway"
	case header(r.ResponseHeaders, "x-minio-error-code") != "":
		return "MinIO"
	case server != "":
		return server
	}
	for _, name := range proxies() {
		if indexFold(r.Response, name) >= 0 && isPage(r.Response) {
			return name
		}
	}
	return ""
}

// proxies are what stands before stores, as they sign their pages.
func proxies() []string {
	return []string{"nginx", "openresty", "CloudFront", "Cloudflare", "Apache", "Microsoft-Azure-Application-Gateway", "awselb", "HAProxy", "Caddy", "Traefik", "Envoy", "Varnish", "Squid", "Zscaler", "FortiGate", "Microsoft-IIS", "Kong"}
}

// isProxy tells whether the name is one of those.
func isProxy(server string) bool {
	return slices.ContainsFunc(proxies(), func(name string) bool { return hasPrefixFold(server, name) })
}

// isPage tells a page of HTML, which no S3 answers with but for its websites.
func isPage(body string) bool {
	body = strings.TrimSpace(body)
	return hasPrefixFold(body, "<!doctype html") || hasPrefixFold(body, "<html") || indexFold(body[:min(len(body), 300)], "<head>") >= 0
}
