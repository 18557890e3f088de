package explain

import "strings"

// judgeConsole reads the reason that a browser writes on its console: Chrome's
// "blocked by CORS policy", Firefox's "Reason", Safari's sentences. It is false
// when none is there.
func (f *facts) judgeConsole() bool {
	said := func(words ...string) bool {
		for _, word := range words {
			if indexFold(f.NetworkError, word) >= 0 {
				return true
			}
		}
		return false
	}
	evidence := "the browser says " + f.NetworkError
	switch {
	case f.NetworkError == "":
		return false
	case said("Redirect is not allowed for a preflight", "preflight is invalid (redirect)", "which is disallowed for cross-origin", "external redirect not allowed"):
		f.says(RedirectedRegion, 0.9, "%s", evidence)
		f.add(CORSPreflight, 0.3, "a preflight may not be redirected")
	case said("not allowed by Access-Control-Allow-Headers", "Access-Control-Allow-Headers’ from CORS preflight", "according to header ‘Access-Control-Allow-Headers’", "missing token"):
		f.says(CORSHeader, 0.95, "%s", evidence)
	case said("not allowed by Access-Control-Allow-Methods", "Did not find method in CORS header"):
		f.says(CORSPreflight, 0.95, "%s", evidence)
	case said("unsafe header", "ETag property", "read the ETag", "ETagMissing"):
		f.says(ETagNotExposed, 0.95, "%s", evidence)
	case said("credentials mode is 'include'", "credential is not supported if the CORS header", "Cannot use wildcard in Access-Control-Allow-Origin when credentials"):
		f.says(CORSOrigin, 0.93, "%s", evidence)
		f.advise(CORSOrigin, "send without cookies (credentials: 'omit', withCredentials false): a presigned URL needs none, and S3 answers them with a wildcard that browsers refuse")
	case said("preflight request doesn't pass access control check", "It does not have HTTP ok status", "preflight response did not succeed", "Response for preflight has invalid HTTP status", "Response for preflight is invalid", "Preflight response is not successful", "CORS preflight channel did not succeed"):
		f.says(CORSPreflight, 0.92, "%s", evidence)
		f.add(CORSOrigin, 0.6, "the bucket's CORS rules may lack the page's origin alone")
	case said("CORS request did not succeed", "CORS request not HTTP"):
		f.says(BodyCut, 0.6, "%s: there was no answer at all", evidence)
		f.add(WrongHost, 0.45, "the host may not be reachable or not trusted from the browser")
	case said("No 'Access-Control-Allow-Origin'", "‘Access-Control-Allow-Origin’ missing", "not allowed by Access-Control-Allow-Origin", "not equal to the supplied origin", "does not match ‘", "contains the invalid value", "contains multiple values", "is therefore not allowed access", "due to access control checks"):
		f.says(CORSOrigin, 0.9, "%s", evidence)
		f.add(CORSPreflight, 0.55, "a preflight that is refused reads the same in some browsers")
	default:
		return false
	}
	return true
}

// namedHeader is the header that a browser says CORS does not allow.
func (f *facts) namedHeader() string {
	for _, start := range []string{"Request header field ", "header ‘", "token ‘"} {
		if i := indexFold(f.NetworkError, start); i >= 0 {
			name := f.NetworkError[i+len(start):]
			if end := strings.IndexAny(name, " ’'"); end >= 0 {
				name = name[:end]
			}
			if start == "Request header field " || !hasPrefixFold(name, "access-control") { // Firefox names the answer's header, too
				return strings.ToLower(name)
			}
		}
	}
	return ""
}
