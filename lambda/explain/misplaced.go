package explain

import "strings"

// judgeUnset finds a bucket that nobody named, in whose host the language printed
// nothing's name. What S3 itself says of it comes first.
func (f *facts) judgeUnset() bool {
	if f.isNoAddress() {
		f.says(NotS3, 0.93, "the request went to %s, which is what a variable prints that is not set, put behind the page's own address", f.address.path)
		f.advise(NotS3, "send to the signed URL: the page had %q in its place, so that the browser asked the page's own server; look at what the signing call answers, and under which name the URL stands in it", strings.TrimPrefix(f.address.path, "/"))
		return true
	}
	if bucket := f.place.bucket; !f.answer.spoke() && f.failed() && bucket != "" && isUnset(bucket) {
		f.says(NoSuchBucket, 0.93, "the bucket in the URL is %q, which is what a variable prints that is not set", bucket)
		return true
	}
	return false
}

// isNoAddress tells a URL whose whole path is nothing's name, without a signature: a
// browser takes what is no address for a path beside the page.
func (f *facts) isNoAddress() bool {
	path := strings.TrimPrefix(f.address.path, "/")
	return path != "" && isUnset(path) && f.sig.kind == unsigned && !f.place.aws && f.failed() && !f.answer.spoke()
}

// judgeAddressed finds an address where the bucket's name or the key begins: the
// endpoint was given as the bucket, or the bucket's whole address. Whatever a store
// says of such a name, that is why.
func (f *facts) judgeAddressed() bool {
	segment := f.addressed()
	if segment == "" || !f.failed() || f.answer.spoke() && !f.answer.is("NoSuchBucket", "InvalidBucketName", "NoSuchKey", "NotFound", "InvalidURI", "InvalidRequest", "AccessDenied", "PermanentRedirect") {
		return false
	}
	f.says(WrongHost, 0.93, "the path begins with %s, which is an address and no name", segment)
	f.advise(WrongHost, "give the client the bucket's bare name (not %s), and the endpoint without a bucket in it: the client puts the two together by itself", segment)
	return true
}

// addressed is the path's first segment where it is an address; empty: it is none.
func (f *facts) addressed() string {
	first, _, _ := strings.Cut(strings.TrimPrefix(f.address.path, "/"), "/")
	first = decode(first)
	switch {
	case hasPrefixFold(first, "http:"), hasPrefixFold(first, "https:"), first != "" && first == f.address.hostname():
		return first
	case strings.Contains(first, ".") && locate(parseAddress("https://"+first+"/")).aws:
		return first
	}
	return ""
}
