package explain

import (
	"fmt"
	"slices"
	"strings"
)

// judgeAnswer explains S3's own error: first those that need a closer look, then
// by the message, since one code stands for many things, then by the code. What
// the request shows comes along where the code says little.
func (f *facts) judgeAnswer() {
	a := f.answer
	if f.judgeSpeaker() || f.judgeClosely() || f.judgePhrases() {
		return
	}
	known := f.judgeCodes()
	if !known || a.is("InvalidArgument", "InvalidRequest", "BadRequest", "InvalidParameter") {
		known = f.judgeConcepts() || known
	}
	if f.Status == 503 || f.Status == 429 {
		f.add(SlowDown, 0.7, "the answer is %d %s", f.Status, a.code)
	}
	switch {
	case !known && a.code != "" && f.Status >= 500:
		f.says(ServerError, 0.6, "the answer is %d: %s", f.Status, a.said())
	case a.code == "" && f.Status != 0:
		f.judgeStatus() // words that are nobody's code
	case !known || a.is("InvalidArgument", "InvalidRequest", "BadRequest"):
		f.judgeRequest() // the request may show what the words do not
	}
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// details quotes elements of the answer that say how much or which.
func (f *facts) details(elements string) string {
	var b strings.Builder
	for _, name := range strings.Fields(elements) {
		if v := f.answer.element(name); v != "" {
			fmt.Fprintf(&b, "; %s is %s", name, v)
		}
	}
	return b.String()
}

// judgeClosely takes the answers whose cause depends on the request.
func (f *facts) judgeClosely() bool {
	a := f.answer
	switch {
	case isStoreHost(a.heard.bucket) && (a.is("NoSuchBucket", "InvalidBucketName", "PermanentRedirect") || a.heard.bucket == a.heard.endpoint):
		f.says(WrongHost, 0.95, "%s; the bucket that S3 took out of the request is %s, which is a host", a.said(), a.heard.bucket)
		f.advise(WrongHost, "give the client the endpoint (%s) and the bucket's own name apart, each in its setting: it sent the host in the bucket's place, or asked in path style a host of which S3 takes the first label for a bucket", a.heard.bucket)
	case a.says("Policy Condition failed", "Extra input fields", "according to Policy", "Policy expired", "policy has expired", "did not reference these fields", "must appear in the list of"),
		a.says("has expired") && f.isForm() && !f.sig.hasToken:
		f.judgeFormAnswer()
	case a.says("signature expired at", "signature has expired"), a.says("has expired") && indexFold(a.code, "token") < 0 && !a.says("token has expired", "certificate has expired"):
		f.says(Expired, 0.98, "%s%s", a.said(), f.details("X-Amz-Expires Expires ServerTime"))
	case a.is("SignatureDoesNotMatch", "InvalidSignature", "SignatureDoesNotMatchException"), a.code == "" && a.says("signature we calculated does not match"):
		f.judgeMismatch()
	case strings.HasPrefix(a.code, "KMS."), a.is("KMSNotConfigured", "KMSAuthFailure"), a.says("KMS is not configured", "KMS authorization failed"):
		f.judgeKMS()
	case a.is("MethodNotAllowed", "InvalidHttpMethod"), a.heard.marker:
		f.judgeRefusedMethod()
	case a.is("NoSuchKey", "NoSuchVersion", "ObjectNotFound", "ResourceNotFound", "NotFound"):
		f.judgeNoSuchKey(a.said())
	case a.is("PermanentRedirect", "TemporaryRedirect", "Redirect", "IllegalLocationConstraintException", "BucketRegionError"):
		f.judgeRedirect(a.said())
	default:
		return f.judgeIdentity() || f.judgeContent() || f.judgeFormCodes()
	}
	return true
}

// isStoreHost tells a host of AWS's S3, which is no bucket's name.
func isStoreHost(name string) bool {
	return slices.ContainsFunc(awsDomains(), func(domain string) bool { return strings.HasSuffix(name, domain) }) && locate(parseAddress("https://"+name+"/")).aws
}

// judgeIdentity takes what S3 says of whoever signed.
func (f *facts) judgeIdentity() bool {
	a := f.answer
	switch {
	case a.is("AccessDenied", "Forbidden", "AccessDeniedException", "403", "UnauthorizedAccess", "InsufficientPermissions"), a.code == "" && a.says("not authorized to perform", "Access Denied"):
		return f.judgeDenied()
	case strings.HasPrefix(a.code, "Authorization") && a.code != "Authorization", !a.is("ExpiredToken", "InvalidToken", "InvalidAccessKeyId") && a.says("X-Amz-Credential", "is wrong; expecting", "incorrect service",
		"Credential is mal-formed", "incorrect terminal", "incorrect date format", "SignedHeaders field", "Authorization header is invalid"):
		f.judgeMalformed()
	case a.is("InvalidAccessKeyId", "InvalidAccessKey", "UnrecognizedClientException", "InvalidClientTokenId"):
		f.judgeUnknownKey()
	case a.is("Unauthorized", "AuthenticationRequired", "MissingAuthenticationToken", "MissingSecurityElement", "LoginRequired"):
		f.judgeUnauthorized()
	case a.is("InvalidToken", "InvalidTokenId", "InvalidSecurityToken"):
		f.judgeToken()
	default:
		return false
	}
	return true
}

// judgeContent takes what S3 says of body, parts and checksums.
func (f *facts) judgeContent() bool {
	a := f.answer
	switch {
	case a.says("invalid header: x-amz-content-sha256"): // a form of hash that the store does not know
		return false
	case a.says("checksum") && a.says(" part ") && a.says("= None", "null", "without a checksum", "no checksum"):
		f.says(ChecksumType, 0.93, "%s; the list of parts brings checksums that the parts were not stored with", a.said())
	case strings.Contains(a.code, "Digest"), strings.Contains(a.code, "SHA256Mismatch"), strings.Contains(a.code, "ChecksumMismatch"),
		a.says("x-amz-checksum-") && a.says("is invalid"), a.says("did not match the calculated checksum"):
		f.judgeDigest()
	case a.is("EntityTooSmall"):
		f.judgeTooSmall()
	case a.is("InvalidPart"):
		f.judgeInvalidPart()
	case a.is("MalformedXML"):
		f.judgeBody()
	case a.is("NotImplemented"), a.says("header you provided implies"):
		return f.judgeNotImplemented()
	default:
		return false
	}
	return true
}

// judgeInvalidPart: a page that may not read ETags completes with none.
func (f *facts) judgeInvalidPart() {
	a := f.answer
	etag := strings.Trim(a.element("ETag"), `"`)
	if strings.Contains(a.body, "<ETag>") && (etag == "" || etag == "null" || etag == "undefined") {
		f.says(ETagNotExposed, 0.94, "%s; the ETag that came is %q, so the page could not read it", a.said(), etag)
		f.says(InvalidPart, 0.6, "%s", a.said())
		return
	}
	f.says(InvalidPart, 0.97, "%s%s", a.said(), f.details("PartNumber ETag"))
}

// judgeBody explains a body that is not the XML that S3 wants: of a Complete it
// is the list of parts, of a request for many keys their list.
func (f *facts) judgeBody() {
	a := f.answer
	switch {
	case f.address.has("delete"), f.Operation == "DeleteObjects":
		f.says(InvalidRequest, 0.85, "%s; the body is to list at most 1000 keys", a.said())
		f.advise(InvalidRequest, "send a <Delete> with 1 to 1000 <Object><Key>…</Key></Object>, its characters escaped as XML's")
	case strings.Contains(f.Body, "<Checksum") && f.isOther():
		f.says(ChecksumType, 0.93, "%s; the list of parts that was sent has checksums, which not every store's schema knows", a.said())
		f.advise(ChecksumType, "complete with PartNumber and ETag alone, which every store knows: the client puts <Checksum…> beside them, so tell it to add checksums only when required (%s), or where it has no such setting, not to use trailing checksums", f.whenRequired())
	case f.isKeyless():
		f.says(WrongKey, 0.94, "%s; the URL names a bucket and no key, so that the PUT is one that makes a bucket", a.said())
	case f.address.has("uploadId"), f.Operation == "CompleteMultipartUpload", f.URL == "" && f.Operation == "", f.Method == "POST":
		f.says(InvalidPart, 0.85, "%s; the body of a Complete lists the parts, at least one", a.said())
	default:
		f.says(InvalidRequest, 0.7, "%s", a.said())
	}
}

// isKeyless tells a PUT of a file to a bucket's own address, which S3 takes for one that
// makes the bucket.
func (f *facts) isKeyless() bool {
	return f.Method == "PUT" && !f.guessed && f.URL != "" && f.place.key == "" && f.place.bucket != "" && !slices.ContainsFunc(f.address.query, func(p param) bool {
		return !hasPrefixFold(p.name, "x-") && !strings.EqualFold(p.name, "Signature") && !strings.EqualFold(p.name, "Expires") && !strings.EqualFold(p.name, "AWSAccessKeyId")
	})
}

// judgeNotImplemented tells which header a store cannot serve. A chunked body is
// a length that was not sent.
func (f *facts) judgeNotImplemented() bool {
	a := f.answer
	chunked, _, _ := f.sent("transfer-encoding")
	switch {
	case a.heard.header == "transfer-encoding", strings.EqualFold(chunked, "chunked"):
		f.says(HeaderMissing, 0.95, "%s; the header is Transfer-Encoding: the body came chunked, without Content-Length", a.said())
	case a.heard.header != "":
		f.says(HeaderUnsupported, 0.96, "%s; the header is %s", a.said(), a.heard.header)
	case a.says("header you provided implies") && f.Method == "PUT":
		f.says(HeaderMissing, 0.7, "%s; most often Content-Length, of a body that is sent chunked", a.said())
		f.says(HeaderUnsupported, 0.5, "%s", a.said())
	case a.says("header you provided implies"):
		f.says(HeaderMissing, 0.62, "%s", a.said())
		f.says(NotSupported, 0.55, "%s", a.said())
	default:
		return false
	}
	return true
}

// judgeRefusedMethod: a 405 is the method, a delete marker, or a website's endpoint.
func (f *facts) judgeRefusedMethod() {
	a := f.answer
	switch {
	case a.heard.marker:
		f.says(DeleteMarker, 0.95, "%s; the newest version is a delete marker", a.said())
	case strings.HasPrefix(f.place.kind, "s3-website"):
		f.says(WrongHost, 0.95, "%s; the host %s is a website's, which only reads", a.said(), f.address.hostname())
	case f.isForm() && f.place.key != "":
		f.says(WrongMethod, 0.93, "%s; a POST of a form goes to the bucket's address, and this one went on to %s", a.said(), f.place.key)
		f.advise(WrongMethod, "send the form to the bucket's own address, and nothing behind it (the key is the field key): %s", f.bucketURL())
	case f.Method == "PUT" && f.address.has("uploadId") && !f.address.has("partNumber"):
		f.says(WrongMethod, 0.93, "%s; a PUT with uploadId is a part, and partNumber is not in the query", a.said())
		f.advise(WrongMethod, "send partNumber (1 to 10000) beside uploadId in the query, and sign it: a PUT with uploadId alone is no call of S3's")
	default:
		f.says(WrongMethod, 0.9, "%s%s", a.said(), f.details("Method ResourceType"))
	}
}

// bucketURL is the address of the bucket alone.
func (f *facts) bucketURL() string {
	url := f.address.scheme + "://" + f.address.host + "/"
	if f.place.pathStyle {
		url += f.place.bucket
	}
	return url
}

// judgeTooSmall tells a part from a form: S3 has one code for both.
func (f *facts) judgeTooSmall() {
	evidence := f.answer.said() + f.details("ProposedSize MinSizeAllowed PartNumber")
	least := f.answer.element("MinSizeAllowed")
	part := f.address.has("uploadId") || f.Operation == "CompleteMultipartUpload" || f.answer.element("PartNumber") != "" || f.answer.element("ETag") != "" || least == "5242880"
	switch {
	case part && !f.isForm():
		f.says(PartTooSmall, 0.97, "%s", evidence)
		return
	case f.URL == "" && f.Form == nil && least == "": // as SDKs print it, which send no forms
		f.says(PartTooSmall, 0.85, "%s; SDKs get it of a Complete", evidence)
		f.says(TooSmall, 0.5, "%s", evidence)
		return
	}
	f.says(TooSmall, 0.96, "%s", evidence)
}
