package explain

import "slices"

// judgeMismatch explains SignatureDoesNotMatch: by the request as its signer
// gave it away, by the CanonicalRequest that S3 made, by what the request shows,
// and, when all agree, by the secret.
func (f *facts) judgeMismatch() {
	if f.Signed != nil {
		f.compareSigned(*f.Signed)
		if len(f.causes) > 0 {
			return
		}
	}
	if f.isForm() {
		f.judgeForm()
	}
	theirs, ok := f.theirs()
	if ok {
		f.compare(theirs)
		f.compareScope()
		f.learn(theirs)
	}
	f.compareOldString()
	f.compareResource()
	f.judgeProvided()
	f.judgeTokenPlace()
	f.judgeShape()
	f.judgeSentHeaders()
	f.judgeUnlistedHeaders()
	f.judgeMethod()
	f.judgeEncoding()
	f.judgeHost()
	f.judgeValues()
	f.judgeRewritten(ok)
	f.judgeEmptyChecksum()
	f.judgeUnsignedAtMismatch()
	if f.sig.v2() {
		f.add(SigV2, 0.7, "the request is signed with Signature Version 2")
	}
	f.judgeRest(ok)
}

// learn adds the headers that arrived to those that are known to have been sent:
// clients put some in by themselves.
func (f *facts) learn(theirs canonical) {
	for _, h := range theirs.headers {
		if _, there, known := f.sent(h.Name); !there && (!known || h.Value != "") {
			f.Headers = append(slices.Clip(f.Headers), h)
		}
	}
}

// judgeUnlistedHeaders: of headers that nobody lists, those that a client does not
// send by itself may well not have been sent.
func (f *facts) judgeUnlistedHeaders() {
	if f.Headers != nil || f.sig.kind == formV4 {
		return
	}
	for _, name := range f.sig.headers {
		switch {
		case name == "host", name == "content-length", name == "content-type":
			continue
		case f.address.has(name): // who signs a header for the query does not list it
			f.add(missing(name), 0.78, "%s is signed as a header, and stands in the query, where S3 does not look for it", name)
		default:
			f.add(missing(name), 0.58, "%s is signed, and nothing shows that it was sent", name)
		}
		f.about(missing(name), name)
	}
}
