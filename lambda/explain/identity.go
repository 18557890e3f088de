package explain

import (
	"net/textproto"
	"strings"
	"time"
)

// judgeMalformed explains a credential that S3 will not even try.
func (f *facts) judgeMalformed() {
	a := f.answer
	evidence := a.said() + f.details("Region")
	switch {
	case a.says("the region ") || a.says("region is wrong") || a.element("Region") != "":
		f.says(WrongRegion, 0.97, "%s", evidence)
	case a.says("non-empty Access Key", "access key (AKID) must be"), showsEmptyKey(a.message):
		f.says(UnknownAccessKey, 0.95, "%s", evidence)
	case a.says("incorrect service", "belongs to"):
		f.says(WrongService, 0.96, "%s", evidence)
	case a.says("less than a week", "604800"):
		f.says(ExpiresTooLong, 0.97, "%s", evidence)
	case a.says("not valid yet", "not yet valid"):
		f.says(NotYetValid, 0.96, "%s", evidence)
	case f.sig.kind == headerV4, f.URL == "" && (a.says("Signature=", "Authorization header") || a.is("AuthorizationHeaderMalformed")):
		f.says(HeaderChanged, 0.85, "%s", evidence)
		switch {
		case a.says("Credential is mal-formed", "<YOUR-AKID>", "space) required", "header is invalid"), a.says("authorization component") && a.says("Credential="), a.code != "" && a.message == "":
			f.advise(HeaderChanged, "correct the credential: look at the access key and region that the signer was given: a blank, a slash, a line's end or a template that nobody filled in breaks the header, whose Credential has to be ACCESSKEY/YYYYMMDD/REGION/s3/aws4_request")
		case a.says("three components", "requires "):
			f.advise(HeaderChanged, "send Authorization whole, as AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…, all three in one header: it is cut, or written by hand; an SDK's signer makes it right")
		case a.says("Signature="):
			f.advise(HeaderChanged, "send Authorization with its Signature= of 64 hex digits: it is empty or cut off, so look what the signer returned (an error page, nothing), and sign for Signature Version 4")
		}
	default:
		f.judgeShape()
		f.says(QueryChanged, 0.85, "%s", evidence)
		f.adviseParameter()
	}
}

// adviseParameter is about the parameter of the signature that S3 names: most
// signers make it right, so whatever made it by hand, or changed it, is wrong.
func (f *facts) adviseParameter() {
	const made = "use a URL as an SDK's presigner makes it, or correct %s where it is made: %s; and leave it alone afterwards"
	form := ""
	switch f.answer.heard.header {
	case "x-amz-credential":
		form = "the plain access key, date and region as ACCESSKEY/YYYYMMDD/REGION/s3/aws4_request, percent-encoded once where it stands in a URL (/ as %2F), which a blank, a slash or a line's end in the access key or region breaks"
	case "x-amz-date":
		form = "the time in UTC as 20060102T150405Z, without hyphens, colons or fractions, whatever the language and calendar of the machine"
	case "x-amz-expires":
		form = "a whole number of seconds from 1 to 604800; a time that was not given shows as undefined or null"
	case "x-amz-algorithm":
		form = "AWS4-HMAC-SHA256"
	case "x-amz-signedheaders":
		form = "the names of the signed headers in lower case, sorted, joined by ;, host among them"
	default:
		return
	}
	f.advise(QueryChanged, made, parameterName(f.answer.heard.header), form)
}

// parameterName writes a parameter's name as signers do: X-Amz-SignedHeaders.
func parameterName(name string) string {
	return strings.ReplaceAll(textproto.CanonicalMIMEHeaderKey(name), "Signedheaders", "SignedHeaders")
}

func (f *facts) judgeUnknownKey() {
	evidence := f.answer.said()
	if f.sig.temporary() && !f.sig.hasToken || !f.sig.hasToken && strings.HasPrefix(f.answer.element("AWSAccessKeyId"), "ASIA") {
		f.says(SessionTokenMissing, 0.97, "%s; the access key is of temporary credentials (ASIA…), and no session token came along", evidence)
		return
	}
	f.says(UnknownAccessKey, 0.95, "%s", evidence)
	if !f.sig.hasToken && !strings.HasPrefix(f.sig.accessKey, "AKIA") {
		f.add(SessionTokenMissing, 0.3, "no session token came along, which the key may need")
	}
}

// judgeUnauthorized: a 401 is of credentials that the store does not know, or of none.
func (f *facts) judgeUnauthorized() {
	if f.sig.kind == unsigned && f.URL != "" && !f.isForm() {
		f.addPermission(0.85, f.answer.said())
		return
	}
	f.says(UnknownAccessKey, 0.8, "%s", f.answer.said())
	f.addPermission(0.6, f.answer.said())
}

// judgeToken explains a session token that S3 cannot read.
func (f *facts) judgeToken() {
	evidence := f.answer.said()
	f.judgeTokenPlace()
	switch {
	case f.sig.kind != unsigned && (!f.sig.hasToken || f.sig.token == ""):
		f.says(SessionTokenMissing, 0.9, "%s; no session token came along", evidence)
	case strings.Contains(f.sig.token, " ") || f.hasBarePlus("X-Amz-Security-Token"):
		f.says(PlusOrSpace, 0.9, "%s; a plus in X-Amz-Security-Token is not escaped as %%2B", evidence)
	case strings.Contains(f.sig.token, "%"):
		f.says(DoubleEncoded, 0.9, "%s; X-Amz-Security-Token is percent-encoded twice", evidence)
	case f.answer.says("expired"):
		f.says(CredentialsExpired, 0.9, "%s", evidence)
	default:
		f.says(QueryChanged, 0.6, "%s; the token is not the one that the credentials came with, or was cut", evidence)
		ended := 0.45
		if !f.sig.date.IsZero() && f.when.Sub(f.sig.date) > time.Hour {
			ended = 0.65
		}
		f.add(CredentialsExpired, ended, "%s; gateways say so of ended sessions, too", evidence)
		f.add(UnknownAccessKey, 0.3, "%s; the token may be of another key", evidence)
	}
}

// judgeTokenPlace: a token that stands behind the signature was put there after
// signing, and S3 wants it signed. A sorted query shows nothing.
func (f *facts) judgeTokenPlace() {
	at := f.signatureAt()
	if f.sig.kind != queryV4 || at < 0 || isSorted(f.address.query) {
		return
	}
	for _, p := range f.address.query[at+1:] {
		if strings.EqualFold(p.name, "X-Amz-Security-Token") {
			f.add(QueryChanged, 0.86, "X-Amz-Security-Token comes after the signature, so it was added to a URL that was signed without it")
			f.advise(QueryChanged, "give the session token to the signer together with key and secret: it is signed into the URL as X-Amz-Security-Token, and may not be appended afterwards")
		}
	}
}

// hasBarePlus tells whether a parameter's value has a plus that is not escaped.
func (f *facts) hasBarePlus(name string) bool {
	for _, p := range f.address.query {
		if strings.EqualFold(p.name, name) && strings.Contains(p.value, "+") {
			return true
		}
	}
	return false
}
