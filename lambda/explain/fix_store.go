package explain

import (
	"fmt"
	"strings"
)

// fixBrowser is about what a browser asks and refuses.
func (f *facts) fixBrowser(c Cause) string {
	origin := f.askedOrigin()
	switch c.Code {
	case CORSPreflight:
		if indexFold(f.NetworkError, "private") >= 0 || indexFold(f.NetworkError, "local network") >= 0 {
			return "have the store's host answer preflights with Access-Control-Allow-Private-Network: true over https, or serve page and store from the same network"
		}
		return fmt.Sprintf("add a CORS rule to the bucket with AllowedOrigins %s, AllowedMethods %s and AllowedHeaders %s (or *)", orElse(origin, "the page's origin"), f.askedMethod(), f.askedNames())
	case CORSOrigin:
		cached := ""
		if f.Method == "GET" && !f.guessed {
			cached = "; if it is there, the browser has a copy cached from an <img> without CORS: give that one crossorigin, too"
		}
		return fmt.Sprintf("add the page's exact origin (%s: scheme, host and port, no slash at the end) to AllowedOrigins of the bucket's CORS rule%s", orElse(origin, "scheme://host:port"), cached)
	case CORSHeader:
		names := f.missingNames(c)
		if names == "" {
			return ""
		}
		if hasPrefixFold(names, "access-control-") {
			return fmt.Sprintf("do not send %s: it belongs to answers, which the bucket's CORS rules make; a page's request has no use for it", names)
		}
		return fmt.Sprintf("add %s to AllowedHeaders of the bucket's CORS rule, or do not send it", names)
	case ETagNotExposed:
		return "add ETag to ExposeHeaders of the bucket's CORS rule: the page could not read it, and Complete needs it"
	case MixedContent:
		return fmt.Sprintf("give the store an https address and sign for that one in place of http://%s: a page on https may not send to http, and no CORS rule helps", orElse(f.address.host, "…"))
	case BlockedByCSP:
		store := "the store's origin (https://BUCKET.s3.REGION.amazonaws.com)"
		if f.address.host != "" {
			store = f.address.scheme + "://" + f.address.host
		}
		return fmt.Sprintf("add %s to connect-src of the page's Content-Security-Policy (img-src and media-src where files are shown); no CORS rule helps", store)
	}
	return ""
}

func (f *facts) askedOrigin() string {
	if f.Preflight != nil {
		if origin := header(f.Preflight.Headers, "origin"); origin != "" {
			return origin
		}
	}
	return f.origin()
}

func (f *facts) askedMethod() string {
	if f.Preflight != nil {
		if method := header(f.Preflight.Headers, "access-control-request-method"); method != "" {
			return method
		}
	}
	if f.Method == "OPTIONS" || f.guessed {
		usual := "PUT"
		if f.place.bucket != "" && f.place.key == "" && len(f.address.query) == 0 { // a bucket's own address: a form's
			usual = "POST"
		}
		return firstOf(header(f.Headers, "access-control-request-method"), after(f.NetworkError, "Method ", " "), usual)
	}
	return f.Method
}

func (f *facts) askedNames() string {
	asked := header(f.Headers, "access-control-request-headers")
	if f.Preflight != nil {
		asked = orElse(header(f.Preflight.Headers, "access-control-request-headers"), strings.Join(f.askedHeaders(*f.Preflight), ","))
	}
	return orElse(strings.Join(words(asked), ", "), "content-type")
}

// missingNames are the headers that CORS does not allow, as far as they are known.
func (f *facts) missingNames(c Cause) string {
	if name := f.namedHeader(); name != "" {
		return name
	}
	return strings.Join(c.about, ", ")
}

// fixStore is about what the store has, and about whoever else answered.
func (f *facts) fixStore(c Cause) string {
	a, h := f.answer, f.answer.heard
	switch c.Code {
	case ObjectArchived:
		return f.fixArchived()
	case ObjectLocked:
		if f.Method == "PUT" || f.Method == "POST" {
			return "upload under another key: this one is protected (Object Lock retention or legal hold, or the store's WORM rule) until its retention ends"
		}
	case InvalidTag:
		if key := a.element("TagKey"); key != "" {
			return fmt.Sprintf("correct the tag %q (value %q): letters, digits, blanks and + - = . _ : / @ only, each key once, at most 10 tags, sent in x-amz-tagging as a URL query (a=b&c=d)", key, a.element("TagValue"))
		}
	case InvalidStorageClass:
		if _, class := f.carries("x-amz-storage-class"); class != "" {
			return fmt.Sprintf("leave out x-amz-storage-class: %s, or name one that this store has (MinIO and Ceph: STANDARD)", class)
		}
		return "leave out x-amz-storage-class, or name one that this store has (MinIO: STANDARD, REDUCED_REDUNDANCY; AWS's STANDARD_IA is AWS's alone)"
	case QuotaExceeded:
		return f.fixRoom()
	case AccountProblem:
		return f.fixAccount()
	case InvalidRequest:
		name := firstOf(a.element("ArgumentName"), a.element("ParameterName"), h.header)
		if name != "" {
			return fmt.Sprintf("correct %s%s, as S3 says: %s", name, valued(a.element("ArgumentValue")), a.message)
		}
		if a.isSilent() {
			return f.fixSilent()
		}
		return "correct what S3 names, then sign and send again: " + a.message
	case ServerError:
		if id := firstOf(a.element("RequestId"), header(f.ResponseHeaders, "x-amz-request-id")); id != "" {
			return fmt.Sprintf("try again with growing pauses; if it stays, give the store's operator the request id %s", id)
		}
		if f.Status >= 502 && !a.spoke() {
			return fmt.Sprintf("try again with growing pauses; a %d without S3's words is of a gateway or proxy before the store: if it stays, look whether the store behind it runs, and at its limits of time and size", f.Status)
		}
	case NotSupported:
		if f.isForm() || a.says("post requests", "POST policy") || f.Method == "POST" && !f.address.has("uploads") && !f.address.has("uploadId") && f.URL != "" {
			return "sign a PUT (a presigned URL) in place of the POST form: this store takes no forms (R2 has none); sign content-length to bound the size"
		}
	case NotS3:
		return f.fixStranger()
	case TLSFailed:
		return f.fixTLS()
	case BodyCut:
		if text := worded(f.NetworkError); f.URL == "" && hasOne(text, " network failure| network error| networkingerror| networkerror| not fetch| load failed ") {
			return "look at the console and the network panel of the browser, if one sent it: this is all that a page's script gets to know, mostly of an answer that CORS hides (a CORS rule of the bucket for the page's origin, method and headers), else of a blocker or a line that broke; outside of a browser, see that the endpoint is reached and send again"
		}
		if indexFold(f.NetworkError, "EOF occurred") >= 0 || indexFold(f.NetworkError, "SSL_ERROR_SYSCALL") >= 0 || indexFold(f.NetworkError, "eof while reading") >= 0 {
			return "read the answer that came before the connection was closed: a server that refuses an upload (too large, 403) answers at once and hangs up, and this client went on writing; curl -v with Expect: 100-continue shows it. Where there is none, see which proxy or firewall on the way closes long uploads"
		}
		if strings.Contains(f.NetworkError, "INSUFFICIENT_RESOURCES") {
			return "send fewer files at once: the browser ran out of room for requests; a handful in parallel is as fast"
		}
		if f.NetworkError != "" && (indexFold(f.NetworkError, "connect timeout") >= 0 || indexFold(f.NetworkError, "connect timed out") >= 0 || indexFold(f.NetworkError, "connect ETIMEDOUT") >= 0 || indexFold(f.NetworkError, "connection timed out") >= 0 || indexFold(f.NetworkError, "ConnectTimeout") >= 0) {
			return fmt.Sprintf("see that this client's network reaches the endpoint%s, which never answered: firewall, proxy, in a VPC the S3 gateway endpoint or a NAT and its routes; then send again", named(f.address.host))
		}
		if a.is("RequestTimeout") {
			return "keep the body flowing: S3 waits 20 seconds for more bytes; see that the source of the stream does not stall and that Content-Length is the body's, then send again"
		}
		if f.BodySize != nil && a.is("IncompleteBody") {
			return fmt.Sprintf("send as many bytes as Content-Length says (the body has %d), and see that no proxy cuts it", *f.BodySize)
		}
	case DeleteMarker:
		if marker := header(f.ResponseHeaders, "x-amz-version-id"); marker != "" {
			return fmt.Sprintf("ask for an older version by its versionId, or delete the marker (versionId %s) to bring the object back", marker)
		}
	}
	return ""
}

func valued(value string) string {
	if value == "" {
		return ""
	}
	return fmt.Sprintf(" (%q came)", shortOf(value))
}

func (f *facts) fixArchived() string {
	a := f.answer
	class := firstOf(a.element("StorageClass"), a.element("AccessTier"))
	switch {
	case a.is("RestoreAlreadyInProgress"):
		return "wait: its restore is under way (HEAD tells by x-amz-restore: ongoing-request), then read it"
	case a.is("GlacierExpeditedRetrievalNotAvailable"):
		return "restore with the tier Standard or Bulk, or try Expedited again later"
	case class != "":
		return fmt.Sprintf("restore it first (RestoreObject), then wait until HEAD says ongoing-request=\"false\": its class is %s (GLACIER takes 1 minute to 12 hours, DEEP_ARCHIVE up to 48); keep what is downloaded out of that class in the lifecycle rules", class)
	}
	return ""
}

func (f *facts) fixRoom() string {
	a := f.answer
	switch {
	case a.is("XMinioStorageFull", "InsufficientStorage", "InsufficientCapacity"), f.Status == 507, a.says("minimum free", "insufficient storage"):
		return "free the disk that the store writes to or add one: it is full; old versions and unfinished uploads take room, too"
	case a.is("TooManyBuckets"):
		return "delete buckets that are not needed, or ask for a larger quota of buckets"
	}
	return "raise the quota of the bucket or account, or delete what is not needed: old versions and unfinished uploads count against it; waiting alone does not help"
}

func (f *facts) fixAccount() string {
	a := f.answer
	switch {
	case a.is("AllAccessDisabled"):
		return "check the bucket's name first (S3 says so of names that are its own); else AWS has disabled it, which its support can tell"
	case a.is("UserProjectMissing", "InvalidPayer"), a.says("requester pays"):
		return "name who pays: x-amz-request-payer: requester (at Google x-goog-user-project: PROJECT), and sign it"
	case a.is("NotSignedUp"):
		return "sign the account up for S3 (a new account takes up to a day), or use keys of one that is"
	case a.is("UserSuspended"):
		return "have the store's administrator enable the user again (radosgw-admin user enable)"
	}
	return ""
}

// fixStranger names who answered in S3's place.
func (f *facts) fixStranger() string {
	server := f.answer.heard.server
	switch {
	case f.answer.is("MissingKey", "InvalidKey", "UnknownKey"):
		return "send to S3's own host: CloudFront answered, whose behaviour for this path wants a signed URL of its own (Key-Pair-Id), not S3's"
	case f.Status >= 300 && f.Status < 400:
		return fmt.Sprintf("send to the store itself: what answered sends on to %s, as a sign-in page or a proxy does (let the path of the store pass it)", orUnknown(header(f.ResponseHeaders, "location")))
	case f.answer.accepted():
		return "send to the store's endpoint: what answered gave a page of its own, as a site's fallback does for every path, and stored nothing"
	case server == "API Gateway":
		return "send to S3's own host: API Gateway answered (a path it does not know, its authorizer, or its limit of 10 MB)"
	case indexFold(f.NetworkError, "is not expected") >= 0, indexFold(f.NetworkError, "Deserialization error") >= 0, indexFold(f.NetworkError, "#text") >= 0, indexFold(f.NetworkError, "inspect the hidden field") >= 0:
		return "check the endpoint that the client is given: what answered there is no S3 (a page, a proxy, plain text such as 404 page not found, MinIO's console); print error.$response, or ask it by curl -i, and look who it is"
	case f.NetworkError != "":
		return "check the endpoint that the client is given: what answered there is no S3 (a page, a proxy, MinIO's console or a website's host); ask it by curl -i and look who it is"
	case f.Status == 502 || f.Status == 504:
		return fmt.Sprintf("see the log of %s, which answered in the store's place: it could not reach the store, or not in time (raise its timeouts for long uploads, switch off request buffering)", orElse(server, "the proxy"))
	case strings.EqualFold(server, "CloudFront"):
		return "send to S3's own host: CloudFront answered (allow PUT and the signed query and headers in its behaviour, or upload past it)"
	case hasPrefixFold(server, "cloudflare"):
		return "let the request pass Cloudflare (its firewall or bot check answered), or use a DNS-only host for the store"
	case server != "":
		return fmt.Sprintf("send to S3's own endpoint, past %s, which answered in its place; else see its log and rules for this path and method", server)
	}
	return ""
}

func (f *facts) fixTLS() string {
	host := orElse(f.address.host, "the endpoint")
	said := f.NetworkError
	switch {
	case indexFold(said, "version number") >= 0, indexFold(said, "version_number") >= 0, indexFold(said, "SSL_PROTOCOL") >= 0, indexFold(said, "EPROTO") >= 0, indexFold(said, "HTTP response to HTTPS") >= 0, indexFold(said, "TOO_LONG") >= 0, indexFold(said, "packet length") >= 0:
		return fmt.Sprintf("use http:// for %s (useSSL: false, secure: false): that port speaks no TLS; or set up TLS at the store", host)
	case indexFold(said, "expired") >= 0, indexFold(said, "CERT_DATE") >= 0:
		return fmt.Sprintf("renew the certificate of %s, or set the client's clock", host)
	}
	return fmt.Sprintf("have the client trust the authority that signed the certificate of %s (NODE_EXTRA_CA_CERTS, AWS_CA_BUNDLE, the system's store; in a browser: open it once or install the authority), or give the store a publicly trusted one", host)
}
