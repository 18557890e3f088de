package explain

import (
	"fmt"
	"slices"
	"strings"
)

// fixFor is what to do about a cause in this very request: with the header, the
// limit, the region, the policy that the evidence names. What a row of the table
// says is left for where nothing is named.
func (f *facts) fixFor(c Cause) string {
	for _, fix := range []func(Cause) string{f.fixUnset, f.fixPlace, f.fixHeaders, f.fixDenied, f.fixForm, f.fixSizes, f.fixParts, f.fixBrowser, f.fixStore} {
		if text := fix(c); text != "" {
			return text
		}
	}
	return c.Code.Fix()
}

// fixPlace is about hosts, regions, methods and keys.
func (f *facts) fixPlace(c Cause) string {
	h := f.answer.heard
	switch c.Code {
	case WrongRegion:
		if region := firstOf(h.region, f.place.region); region != "" {
			return fmt.Sprintf("sign for the region %s: set it in the client that signs%s", region, scoped(f.sig.region()))
		}
	case RedirectedRegion:
		return f.fixRedirect()
	case WrongHost:
		return f.fixHost()
	case WrongMethod:
		return f.fixMethod()
	case WrongKey:
		return f.fixKey()
	case QueryChanged:
		if f.answer.says("Query-string authentication") {
			return "use the whole signed URL: S3 got one whose parameters are cut off, as a shell does at the first & of a URL without quotes (curl 'https://…'), or a client that drops the query"
		}
		if f.answer.is("InvalidToken", "InvalidTokenId", "InvalidSecurityToken") {
			return "send X-Amz-Security-Token exactly as the credentials came with it: whole, percent-encoded once in a URL (+ as %2B, / as %2F, = as %3D), and beside the access key that it belongs to; where it is right, see that the bucket's region is enabled for the account's global tokens (opt-in regions want regional STS)"
		}
		if len(c.about) > 0 {
			return "use the signed URL as it stands: " + strings.Join(c.about, ", ") + " may not be added, dropped or changed after signing (a parameter that is needed has to be given to the signer)"
		}
	case NoSuchBucket:
		if twice := f.bucketTwice(); twice != "" {
			return twice
		}
		if name := firstOf(h.bucket, f.place.bucket); name != "" {
			return fmt.Sprintf("correct the bucket's name, which S3 read as %q, and see that it stands in the URL once: in the host (virtual-host style) or first in the path, not both", name)
		}
	case WrongSecret:
		return f.fixSecret()
	case UnknownAccessKey:
		return f.fixKeyID()
	case NoSuchUpload:
		if f.Method == "POST" && f.failedBefore() {
			return "the attempt before, whose answer got lost, has completed the upload: HEAD the key and compare size and checksum before beginning anew"
		}
	}
	return ""
}

// fixSecret names what is signed and cannot be seen here.
func (f *facts) fixSecret() string {
	if f.sig.kind == unsigned || f.URL == "" {
		return ""
	}
	fix := "check the secret access key"
	if key := f.sig.accessKey; len(key) > 4 {
		fix += " of " + key[:4] + "…"
	}
	fix += " for a cut end, a blank or another key's secret, and sign again"
	if f.answer.element("CanonicalRequest") == "" && f.address.host != f.address.hostname() {
		fix += fmt.Sprintf("; see that the host is signed with its port, as %s, and that no proxy changes Host", f.address.host)
	}
	return fix
}

// fixKeyID is about an access key that the store does not know: each has its own.
func (f *facts) fixKeyID() string {
	host := f.address.hostname()
	key := firstOf(f.sig.accessKey, f.answer.element("AWSAccessKeyId"))
	switch {
	case f.answer.says("setting up", "not set up", "not configured", "not enabled"):
		return "give the server keys of its own first, in its configuration (identities with an access key and a secret), and sign with one of them: it has none yet, so that it takes unsigned requests alone"
	case strings.HasSuffix(host, "backblazeb2.com"), f.answer.says("Malformed Access Key Id"):
		return "sign with the keyID and applicationKey of an application key that B2 made for this bucket: the account's master key does not work for S3"
	case strings.HasSuffix(host, "r2.cloudflarestorage.com"), f.answer.says("Credential access key has length"):
		return "sign with the Access Key ID (32 characters) and Secret Access Key of an R2 API token of this very account, for the region auto: neither another API token of Cloudflare nor AWS's keys"
	case len(key) > 4 && host != "":
		return fmt.Sprintf("sign with an access key that %s knows: %s… is none of it; keys belong to one account, partition (China, GovCloud) and store, and one that was deleted or is inactive fails so, too", host, key[:4])
	case host != "":
		return fmt.Sprintf("sign with an access key that %s knows: keys belong to one account, partition (China, GovCloud) and store, and one that was deleted or is inactive fails so, too", host)
	}
	return ""
}

func named(host string) string {
	if host == "" {
		return ""
	}
	return " " + host
}

func scoped(region string) string {
	if region == "" {
		return ""
	}
	return " (the signature was made for " + region + ")"
}

func (f *facts) fixRedirect() string {
	h := f.answer.heard
	region, host := h.region, h.endpoint
	if region == "" && host != "" {
		region = locate(parseAddress("https://" + host + "/")).region
	}
	if host == "" {
		host = f.redirectHost()
		if region == "" {
			region = locate(parseAddress("https://" + host + "/")).region
		}
	}
	if f.answer.says("unspecified location constraint") {
		return "name the bucket's region when it is made (CreateBucketConfiguration with LocationConstraint: the region of the endpoint that is asked), or send CreateBucket to us-east-1, which alone takes none; for a bucket that is there already, give the client its region"
	}
	var b strings.Builder
	b.WriteString("give the client that signs the bucket's own region")
	if region != "" {
		b.WriteString(" (" + region + ")")
	}
	b.WriteString(", so that its URLs name the regional host")
	if host != "" {
		b.WriteString(" (" + host + ")")
	} else if region != "" {
		b.WriteString(" (BUCKET.s3." + region + ".amazonaws.com)")
	}
	b.WriteString(": a redirect carries no signature on, and browsers follow none of a preflight, so no CORS rule helps")
	return b.String()
}

// redirectHost is the other host in a browser's words.
func (f *facts) redirectHost() string {
	for _, start := range []string{"redirected from '", "redirected to '", "redirected to "} {
		if i := indexFold(f.NetworkError, start); i >= 0 {
			if host := hostOf(after(f.NetworkError[i:], start, "' ")); host != "" && host != f.address.host {
				return host
			}
		}
	}
	return ""
}

// bucketTwice tells of a bucket's name that stands in host and path, or twice in
// the host: the endpoint that was configured has it already.
func (f *facts) bucketTwice() string {
	first, rest, _ := strings.Cut(f.address.host, ".")
	switch {
	case first != "" && strings.HasPrefix(rest, first+"."):
		return fmt.Sprintf("take the bucket's name out of the endpoint that the client is given: it puts it there itself, so that %s has %s twice", f.address.host, first)
	case !f.place.pathStyle && f.place.bucket != "" && strings.HasPrefix(f.place.key, f.place.bucket+"/"):
		return fmt.Sprintf("take the bucket's name out of the path, or out of the host: %s stands in both, so that the key begins with it", f.place.bucket)
	}
	return ""
}

func (f *facts) fixHost() string {
	host, a := f.address.host, f.answer
	bucket := firstOf(f.place.bucket, a.heard.bucket)
	if twice := f.bucketTwice(); twice != "" {
		return twice
	}
	switch {
	case a.says("API port"):
		return fmt.Sprintf("send to the API port of MinIO (9000 by default), not to the console's (%s): set it as the endpoint of the client that signs, and in MINIO_SERVER_URL", orElse(host, "9001"))
	case a.says("virtual host"), a.is("SecondLevelDomainForbidden", "PathStyleDomainForbidden"):
		virtual := "https://BUCKET.HOST/KEY"
		if bucket != "" && host != "" && f.place.pathStyle {
			virtual = "https://" + bucket + "." + host + "/…"
		}
		return fmt.Sprintf("sign in virtual-host style (forcePathStyle: false, addressing_style virtual): this store takes %s only", virtual)
	case a.says("Transfer Acceleration"), f.place.kind == "s3-accelerate" && a.spoke():
		return "switch on Transfer Acceleration for the bucket (its name may have no dots), or sign for its regional host in place of s3-accelerate"
	case f.isDotted() && !a.spoke():
		return fmt.Sprintf("sign path style (forcePathStyle: true): https://s3.%s.amazonaws.com/%s/…, whose certificate is valid; or use a bucket without dots in its name", orElse(firstOf(f.place.region, f.sig.region()), "REGION"), bucket)
	case f.NetworkError != "" && strings.HasSuffix(f.address.hostname(), ".localhost") && strings.Count(f.address.hostname(), ".") == 1:
		name, rest, _ := strings.Cut(host, ".")
		return fmt.Sprintf("sign path style (forcePathStyle: true, addressing_style path): %s://%s/%s/…, since the bucket as a host name (%s) is known to no resolver here", f.address.scheme, rest, name, host)
	case strings.HasPrefix(f.place.kind, "s3-website"):
		return "send to the bucket's REST host (BUCKET.s3.REGION.amazonaws.com) in place of the website's: " + host + " takes no signatures and no uploads"
	case indexFold(f.NetworkError, "scheme") >= 0, indexFold(f.NetworkError, "Invalid endpoint") >= 0, indexFold(f.NetworkError, "start with http") >= 0, indexFold(f.NetworkError, "connection adapters") >= 0, indexFold(f.NetworkError, "start with https") >= 0:
		return "begin the endpoint with https:// (or http:// for one without TLS): the client was given a bare host name"
	case strings.Contains(f.NetworkError, "UNSAFE_PORT"):
		return fmt.Sprintf("give the store another port than %s, which browsers block, such as 443 or 9000", host)
	case isScheme(host):
		return fmt.Sprintf("give the endpoint to this client as its host alone, without the scheme (https:// has a setting of its own): it took the scheme for a part of the name %s", host)
	case f.NetworkError != "" && f.isLoopback() && indexFold(f.NetworkError, "refused") >= 0:
		return fmt.Sprintf("start the store where the client looks for it, or give the client another endpoint: %s is the client's own machine, and within a container that container alone, so that another container is reached by its service's name (http://minio:9000) and the host by host.docker.internal", host)
	case f.NetworkError != "" && host != "" && f.mayNameBucket():
		name, rest, _ := strings.Cut(host, ".")
		return fmt.Sprintf("sign path style (forcePathStyle: true, use_path_style, addressing_style path): https://%s/%s/…, where %s is the bucket that the client put before the endpoint, under which name neither DNS nor the certificate knows the store; if it is the endpoint itself that has this name, give the client one that it can reach", rest, name, name)
	case f.NetworkError != "" && host != "":
		return fmt.Sprintf("sign for a host that this client can reach: %s is known only where the signer runs (a container's or an internal name); give the signer the public endpoint, since the host is part of the signature and cannot be replaced afterwards", host)
	case f.NetworkError != "":
		return "sign for a host that this client can reach: correct the endpoint's name and port, and see that it is known where the client runs"
	}
	return ""
}

// isScheme tells a name that ends in a scheme, as of an endpoint with its scheme put
// where a host alone belongs.
func isScheme(host string) bool {
	return strings.HasSuffix(host, ".https") || strings.HasSuffix(host, ".http") || host == "https" || host == "http"
}

// mayNameBucket tells a host of a store of one's own with one label more than a
// domain has, which may be the bucket's.
func (f *facts) mayNameBucket() bool {
	name := f.address.hostname()
	if !f.isOther() || strings.Trim(name, "0123456789.") == "" || f.place.key != "" {
		return false
	}
	label, rest, _ := strings.Cut(name, ".")
	return strings.Count(name, ".") >= 2 || strings.Contains(label, "_") || slices.Contains(containers(), rest)
}

// containers are names that stores commonly have within a network of containers.
func containers() []string {
	return []string{"minio", "localstack", "s3", "garage", "seaweedfs", "rustfs", "ceph", "rgw", "storage", "zenko", "cloudserver"}
}

func (f *facts) fixMethod() string {
	want, why := f.signedFor()
	if id, ok := f.address.get("x-id"); ok && methodOf(id) != "" {
		want, why = methodOf(id), "x-id="+id
	}
	if f.isMultipart() && f.sig.kind == queryV4 {
		return "send the file itself as the body of a PUT to this URL; a form needs a POST policy (url and fields) of its own"
	}
	if f.Method == "POST" && f.place.key != "" && f.sig.kind == unsigned && !f.address.has("uploads") && !f.address.has("uploadId") {
		return fmt.Sprintf("send PUT with the file as its body to store it under %q (signed: a presigned URL); a POST is a form, which goes to the bucket's own address, %s, with the key and the policy among its fields", f.place.key, f.bucketURL())
	}
	if allowed := header(f.ResponseHeaders, "allow"); allowed != "" {
		return "send with one of the methods that the answer allows (" + allowed + "), and sign for it"
	}
	if want != "" && !strings.Contains(" "+want+" ", " "+f.Method+" ") {
		return fmt.Sprintf("send %s, which is what the URL was signed for (%s), or sign another URL for %s", strings.ReplaceAll(want, " ", " or "), why, f.Method)
	}
	return fmt.Sprintf("send with the method that was signed, or sign another URL for %s: a URL is good for one method alone", f.Method)
}

func (f *facts) fixKey() string {
	path := f.address.path
	key := firstOf(f.answer.element("Key"), f.place.key)
	if twice := f.bucketTwice(); twice != "" {
		return twice
	}
	switch {
	case f.isKeyless():
		return fmt.Sprintf("give the signer the key, which is empty: it stands behind the bucket's name in the URL, and %s has none", f.address.host)
	case f.answer.is("NoSuchKey", "NoSuchVersion", "NotFound") || f.Status == 404:
		return fmt.Sprintf("check the key against a listing (case, prefix, escapes; versionId where one is given): nothing is stored under %q", key)
	case f.answer.code != "" && !f.answer.is("SignatureDoesNotMatch") && key != "":
		return fmt.Sprintf("choose another key than %q: no . or .. or empty segments, no segment that is a file already, and no characters that S3 says it does not take", key)
	case strings.Contains(strings.ToUpper(path), "%2F"):
		return "leave the slashes of bucket and key as they are: the path has %2F, which signers write as / (a bucket's name holds no slash; what follows belongs to the key)"
	}
	return ""
}

// failedBefore tells whether an earlier attempt may have succeeded unseen.
func (f *facts) failedBefore() bool {
	for _, a := range f.Earlier {
		if a.Status == 0 || a.Status >= 500 {
			return true
		}
	}
	return false
}
