package explain

import (
	"fmt"
	"strings"
)

// fixHeaders is about headers, checksums and clocks.
func (f *facts) fixHeaders(c Cause) string {
	h := f.answer.heard
	names := strings.Join(c.about, ", ")
	if names == "" {
		names = h.header
	}
	switch c.Code {
	case HeaderMissing:
		return f.fixMissing(names)
	case HeaderChanged:
		if f.answer.says("x-amz-content-sha256") {
			return "send x-amz-content-sha256 as UNSIGNED-PAYLOAD or as the body's SHA-256 in 64 hex digits; where an SDK sends STREAMING-… by itself, " + f.whole()
		}
		if names != "" {
			return fmt.Sprintf("send %s with the very value that was signed, and look for a proxy or library that changes it; what need not be signed is better left out", names)
		}
	case HeaderUnsigned:
		return f.fixUnsigned(names)
	case HeaderUnsupported:
		return f.fixUnsupported(names)
	case ContentTypeMismatch:
		if value, there, _ := f.sent("content-type"); there && f.sig.signs("content-type") {
			return fmt.Sprintf("send exactly the Content-Type that was signed, not %q; libraries and browsers add their own or a charset when none is set", shortOf(value))
		}
		if f.isForm() || f.answer.is("MalformedPOSTRequest", "RequestIsNotMultiPartContent") || strings.Contains(h.condition, "multipart/form-data") {
			return "send the form as multipart/form-data and let the client set Content-Type, with its boundary"
		}
	case ContentLengthMismatch:
		if f.BodySize != nil {
			return fmt.Sprintf("sign again for the %d bytes that are sent, or send exactly as many as were signed", *f.BodySize)
		}
	case SSEHeaderMissing:
		if names != "" {
			return fmt.Sprintf("send %s as it was signed; with a customer's own key, all three x-amz-server-side-encryption-customer-* headers, on reading too", names)
		}
		return "send the x-amz-server-side-encryption headers that were signed; what was stored with a customer's own key needs all three x-amz-server-side-encryption-customer-* headers on reading, too"
	case EmptyBodyChecksum:
		if name, _ := f.emptyChecksumIn(); name != "" && name != "x-amz-content-sha256" {
			return fmt.Sprintf("sign without %s: tell the SDK to add checksums only when required (%s), and sign again", name, f.whenRequired())
		}
		if f.answer.element("ClientComputedContentSHA256") != "" {
			return "sign with the SHA-256 of the body that is sent, as 64 hex digits in x-amz-content-sha256, in place of the one of an empty body; or with UNSIGNED-PAYLOAD over https, where the signer does not have the body"
		}
	case BadChecksum:
		return f.fixChecksum()
	case ChecksumType:
		return f.fixChecksumType()
	case ClockSkew:
		return f.fixClock()
	}
	return ""
}

func shortOf(value string) string { return value[:min(len(value), 80)] }

func (f *facts) fixMissing(names string) string {
	a := f.answer
	chunked, _, _ := f.sent("transfer-encoding")
	switch {
	case a.says("object lock", "Content-MD5 OR x-amz-checksum"):
		return "send a checksum with it (x-amz-checksum-crc32 or -crc64nvme, or Content-MD5) and sign it: the bucket has Object Lock with a default retention, under which S3 takes no upload without one"
	case a.says("header you provided implies") && f.URL == "":
		return "find the header that asks for what this store lacks: most often a body that is sent chunked, without Content-Length, or a checksum that SDKs add by themselves (" + f.whenRequired() + "), then x-amz-acl, x-amz-tagging or x-amz-storage-class; leave it out, or see in the store's documentation whether it has this call at all"
	case a.is("MissingContentLength"), a.heard.header == "transfer-encoding", strings.EqualFold(chunked, "chunked"), f.Status == 411, f.Status == 501, a.says("Content-Length"):
		return "send Content-Length, not Transfer-Encoding: chunked: give the client a body of known length (a file or buffer, not a stream), and keep SDKs from streaming a trailer (" + f.whenRequired() + ")"
	case a.says("no corresponding x-amz-checksum"):
		return "send the checksum itself (x-amz-checksum-crc32 or whichever was named) beside x-amz-sdk-checksum-algorithm, or drop the algorithm: " + f.whenRequired()
	case a.is("MissingRequestBodyError", "EmptyRequestBody", "MissingAttachment"):
		return "send a body: the request came without one (Content-Length: 0)"
	case names == "content-md5":
		return "send Content-MD5 with the body's MD5 in base64: this store wants it (of DeleteObjects above all), and SDKs of late send a CRC32 in its place, so have the SDK add it (a middleware, or an older version)"
	case names != "" && f.answer.spoke() && !f.sig.signs(names):
		return fmt.Sprintf("send %s, and sign it: the store wants it for this call", names)
	case names != "":
		return fmt.Sprintf("send %s with the value that was signed, or sign without it", names)
	}
	return ""
}

func (f *facts) fixUnsigned(names string) string {
	_, auth, _ := f.sent("authorization")
	if auth || f.answer.says("auth mechanism", "mutually exclusive", "Authorization Type") || f.answer.is("CredentialsNotSupported") {
		return "do not send an Authorization header to a signed URL: keep the app's own token (an interceptor, a default header of the HTTP client) from requests to S3"
	}
	if names == "" {
		return ""
	}
	return fmt.Sprintf("give %s to the signer, so that it stands in X-Amz-SignedHeaders, or do not send it (libraries add such headers by themselves)", names)
}

func (f *facts) fixUnsupported(names string) string {
	switch {
	case f.answer.says("aws-chunked", "multichunked"), names != "x-amz-content-sha256" && f.answer.says("chunked encoding", "ChunkedEncoding", "Streaming is not supported", "STREAMING-", "payload signature", "chunk signature"):
		return f.whole()
	case strings.Contains(names, "checksum"), names == "x-amz-content-sha256", names == "x-amz-trailer", names == "content-encoding":
		return fmt.Sprintf("leave out %s, which this store does not know: tell the SDK to add checksums only when required (%s)", names, f.whenRequired())
	case names == "x-amz-acl" || strings.HasPrefix(names, "x-amz-grant"):
		return "leave out " + names + ": this store has no ACLs"
	case names != "":
		return fmt.Sprintf("leave out %s, which this store does not know, and the feature that sends it", names)
	}
	return fmt.Sprintf("leave out the header that S3 means; of late it is mostly a checksum that SDKs add: %s", f.whenRequired())
}

// algorithm is the checksum that the answer or the request names.
func (f *facts) algorithm() string {
	for _, name := range []string{"crc64nvme", "crc32c", "crc32", "sha256", "sha1", "md5"} {
		if f.answer.says(name) {
			return name
		}
	}
	if _, value := f.carries("x-amz-sdk-checksum-algorithm"); value != "" {
		return strings.ToLower(value)
	}
	name, _ := f.carries("x-amz-checksum-")
	return strings.TrimPrefix(name, "x-amz-checksum-")
}

func (f *facts) fixChecksum() string {
	name := f.algorithm()
	switch {
	case f.NetworkError != "":
		return "compare by a checksum that S3 keeps (x-amz-checksum-crc64nvme or -sha256): the ETag is the MD5 only of what was sent in one PUT and not encrypted with KMS or a customer's key; where it should be, the file was changed or cut while it was read, so copy it again from one that nobody writes to"
	case f.answer.is("InvalidDigest"):
		return "send the digest as base64 of its bytes, not as hex digits: an MD5 is 24 characters with == at its end"
	case f.answer.says("x-amz-content-sha256"), f.answer.is("XAmzContentSHA256Mismatch"):
		return "sign with the SHA-256 of the very bytes of the body, as 64 hex digits in x-amz-content-sha256: something between signing and S3 changes them (compression, another encoding of text, a stream that was read twice or cut); UNSIGNED-PAYLOAD over https leaves it out"
	case name == "" || name == "md5":
		return "compute Content-MD5 over the very bytes that are sent (after any compression), as base64 of its 16 bytes, and send again; a file that changes while it is read fails so, too"
	}
	return fmt.Sprintf("compute the %s over the very bytes that are sent (of this part alone, after any compression), as base64 of its bytes, high byte first, and send again; a file that changes while it is read fails so, too", strings.ToUpper(name))
}

func (f *facts) fixChecksumType() string {
	name := orElse(f.algorithm(), "the parts' algorithm")
	if f.answer.says("Multiple checksum", "single x-amz-checksum", "one non-default checksum") {
		return "send one x-amz-checksum-* header alone: the SDK adds one of its own beside the one that was given (" + f.whenRequired() + ")"
	}
	if f.answer.says("complete request must") {
		return fmt.Sprintf("repeat each part's checksum in the Complete (<Checksum%s> beside ETag, as UploadPart answered it), or begin the upload without %s: %s", strings.ToUpper(name), name, f.whenRequired())
	}
	return fmt.Sprintf("begin the upload with it (CreateMultipartUpload with x-amz-checksum-algorithm: %s), or send the parts without: %s", strings.ToUpper(name), f.whenRequired())
}

// fixClock: a request that S3 finds too old may have waited rather than been
// dated wrongly.
func (f *facts) fixClock() string {
	sent, ok := parseTime(f.answer.element("RequestTime"))
	got, known := parseTime(f.answer.element("ServerTime"))
	if ok && known && got.After(sent) {
		return fmt.Sprintf("set the signer's clock by NTP; if it is right, the request waited %s before it was sent (a queue of uploads, a sleeping laptop, a retry with the old signature): sign right before sending", got.Sub(sent))
	}
	return ""
}
