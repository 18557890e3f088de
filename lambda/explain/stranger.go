package explain

import (
	"fmt"
	"strings"
)

// judgeStranger tells whether somebody other than the store answered: a page of
// HTML, a proxy's own words, another service's JSON. Too large is too large,
// whoever says it.
func (f *facts) judgeStranger() bool {
	if f.ofStore() || strings.Contains(f.Response, "<li>Code: ") { // a website's endpoint has pages with codes
		return false
	}
	server := f.answer.heard.server
	gateway := f.Status == 502 || f.Status == 504 || f.Status >= 520 && f.Status <= 530
	foreign := isPage(f.Response) || hasPrefixFold(header(f.ResponseHeaders, "content-type"), "text/html") || server == "API Gateway" || isProxy(server) && (gateway || f.Status == 413)
	if !foreign {
		return f.judgeForeignWords()
	}
	why := fmt.Sprintf("the answer is %d from %s, with no error of S3's", f.Status, orElse(server, "a page of HTML"))
	switch {
	case strings.Contains(f.Response, "HTTPS port"), strings.Contains(f.Response, "HTTPS server"):
		f.says(BucketPolicyTLS, 0.95, "the server says that it got plain HTTP where it speaks TLS")
	case f.Status == 413:
		f.says(TooLarge, 0.92, "%s", why)
		f.says(NotS3, 0.6, "%s", why)
	case gateway:
		f.says(NotS3, 0.9, "%s: it did not reach the store in time, or at all", why)
		f.add(ServerError, 0.4, "the store behind it may be down")
	case f.Status >= 300 && f.Status < 400:
		return false // see judgeRedirect
	default:
		f.says(NotS3, 0.9, "%s", why)
		f.judgeRequest()
	}
	return true
}

// ofStore tells an answer that a store marked as its own.
func (f *facts) ofStore() bool {
	for _, name := range []string{"x-amz-request-id", "x-amz-bucket-region", "x-amz-id-2", "x-guploader-uploadid", "x-goog-hash"} {
		if header(f.ResponseHeaders, name) != "" {
			return true
		}
	}
	return hasPrefixFold(f.answer.heard.server, "AmazonS3") || hasPrefixFold(f.answer.heard.server, "MinIO")
}

// judgeForeignWords: stores say why in XML; a web server or an application has
// words and JSON of its own. It is false: the status may say more.
func (f *facts) judgeForeignWords() bool {
	body := strings.TrimSpace(f.Response)
	if kind := header(f.ResponseHeaders, "content-type"); body == "" && f.Status >= 400 && (hasPrefixFold(kind, "text/plain") || hasPrefixFold(kind, "application/json")) {
		f.says(NotS3, 0.72, "the answer is %d in %s, and stores give their errors in XML", f.Status, kind)
		if hasPrefixFold(kind, "text/plain") && f.Status == 400 {
			f.advise(NotS3, "ask the endpoint by curl -i and look who it is: a 400 in plain text is mostly plain HTTP sent to a port that speaks TLS, so give the client https:// for it; else it is no S3 at all")
		}
		return true
	}
	if body == "" || strings.HasPrefix(body, "<") || f.answer.code != "" || f.Status < 400 {
		return false
	}
	if indexFold(body, "HTTP request to an HTTPS server") >= 0 {
		f.says(BucketPolicyTLS, 0.95, "the server says that it got plain HTTP where it speaks TLS")
		return true
	}
	f.add(NotS3, 0.64, "the answer's body is none of S3's: %s", shortOf(body))
	return false
}

// judgeRedirect: the bucket is elsewhere, or newly made; or it is no store that
// sends the request on.
func (f *facts) judgeRedirect(why string) {
	h := f.answer.heard
	location := header(f.ResponseHeaders, "location")
	confidence := 0.85
	if f.answer.spoke() || h.region != "" {
		confidence = 0.97
	}
	switch next := parseAddress(location); {
	case confidence > 0.9 || !strings.Contains(location, "://"):
	case f.address.scheme == "http" && next.scheme == "https" && next.hostname() == f.address.hostname():
		f.says(BucketPolicyTLS, 0.93, "%s, to the same host over https", why)
		return
	case !locate(next).aws && next.hostname() != f.address.hostname() && !strings.Contains(next.host, "s3"):
		f.says(NotS3, 0.88, "%s, to %s, which is no store's", why, next.host)
		return
	}
	where := strings.TrimSpace(h.region + " " + h.endpoint)
	if where != "" {
		where = ", to " + where
	}
	f.says(RedirectedRegion, confidence, "%s%s%s", why, where, f.details("Endpoint Region Bucket"))
}
