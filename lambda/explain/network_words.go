package explain

import (
	"regexp"
	"strings"
	"sync"
)

// numbering is what numbers tell that a library or system gives to failures.
type numbering struct {
	number *regexp.Regexp // its first group is the number
	codes  map[string]Code
	whose  string
}

// numberings are those of libcurl, Apple's URL loading, Windows' sockets and WinHTTP,
// in whatever wraps them. Sources: https://curl.se/libcurl/c/libcurl-errors.html,
// https://developer.apple.com/documentation/foundation/urlerror/code,
// https://learn.microsoft.com/windows/win32/winsock/windows-sockets-error-codes-2,
// https://learn.microsoft.com/windows/win32/winhttp/error-messages.
var numberings = sync.OnceValue(func() []numbering {
	return []numbering{
		{regexp.MustCompile(`(?i)(?:curl(?: error)?:?|\[curl\]|curl: ?\() ?(\d{1,2})\b`), byCode(map[Code]string{
			WrongHost: "5 6 7 51", TLSFailed: "35 58 60 77 83 90 91", BodyCut: "18 28 52 55 56 92", BodyNotReplayable: "65", FileChanged: "26 37"}), "libcurl's"},
		{regexp.MustCompile(`(?:NSURLErrorDomain|kCFErrorDomainCFNetwork|NSURLError)\W{1,3}(?:error |Code=|code |\()? ?(-\d{3,4})\b`), byCode(map[Code]string{
			WrongHost: "-1000 -1002 -1003 -1004 -1006", TLSFailed: "-1200 -1201 -1202 -1203 -1204 -1205 -1206", BodyCut: "-1001 -1005 -1009 -1018 -1019 -1020",
			BodyNotReplayable: "-1021", Canceled: "-999", NotS3: "-1007 -1010 -1011 -1015 -1016 -1017", MixedContent: "-1022", FileChanged: "-1100 -1102 -3001", NoCredentials: "-1012 -1013"}), "Apple's"},
		{regexp.MustCompile(`(?i)(?:WinError|WSA\w*|socket error|errno|os error|error code)\W{1,3}(\d{5})\b`), byCode(map[Code]string{
			BodyCut: "10053 10054 10060 10050 10052", WrongHost: "10061 10065 10051 11001 11002 11004"}), "Windows'"},
		{regexp.MustCompile(`(?i)(?:WinHTTP|WinINet|ERROR_WINHTTP\w*|HRESULT|error)\W{1,10}(12\d{3})\b`), byCode(map[Code]string{
			BodyCut: "12002 12030 12031 12152", WrongHost: "12005 12006 12007 12029 12038", TLSFailed: "12037 12044 12045 12057 12169 12175 12179"}), "WinHTTP's"},
	}
})

func byCode(lists map[Code]string) map[string]Code {
	codes := map[string]Code{}
	for code, numbers := range lists {
		for number := range strings.FieldsSeq(numbers) {
			codes[number] = code
		}
	}
	return codes
}

// judgeNumber reads the number of a failure where no words say more. It is false where
// there is none that is known.
func (f *facts) judgeNumber() bool {
	for _, n := range numberings() {
		g := n.number.FindStringSubmatch(f.NetworkError)
		if g == nil || n.codes[g[1]] == "" {
			continue
		}
		code := n.codes[g[1]]
		f.says(code, 0.75, "%s error is %s (%s)", n.whose, g[1], f.NetworkError)
		switch {
		case g[1] == "-1022":
			f.advise(code, "sign for an https address: App Transport Security of the app forbids plain http (NSAppTransportSecurity excepts a domain)")
		case g[1] == "-1012":
			f.advise(code, "see that the request brings what it was signed with, and no credentials of the app's own: the server asked for authentication (401), or the app's certificate pinning refused the server's certificate")
		}
		return true
	}
	return false
}

// clientConcept is a concept of a client's words, and how sure it makes.
type clientConcept struct {
	concept
	sure float64
}

// clientConcepts are words of things and of wrongs that tell together, for clients
// whose sentence nobody has listed. They weigh less than a sentence that is, and those
// that logs are full of less than a status.
func clientConcepts() []clientConcept {
	const notFound = "not load|not find|not found|not locate|not resolve|not get|not fetch|not retrieve|not refresh|not available|not provided|not configured|not set|not specified|not obtain|not read|no valid|no credential|missing"
	return []clientConcept{
		{concept{"credential", notFound, NoCredentials}, 0.7},
		{concept{"certificate|ssl peer|ca bundle|trust store", "not ok|not trusted|untrusted|invalid|verif|rejected|problem|self signed|not load", TLSFailed}, 0.7},
		{concept{" body |stream|payload|input", "exhausted|already read|already been|already consumed|disturbed|not rewind|not rewound|not repeat|not replay|already used|is locked", BodyNotReplayable}, 0.7},
		{concept{"not respond|no response|nohttpresponse", "server|host|endpoint|target|response", BodyCut}, 0.7},
		{concept{"region", "missing|not set|not specified|is required|not configured|not determine|not resolve|not provided|undefined", WrongRegion}, 0.7},
		{concept{"endpoint|host name|hostname", "should be|must be|invalid|has no scheme|is required|missing|not configured", WrongHost}, 0.7},
		{concept{"host|dns|domain name", "not resolve|unknown host|resolution|no address", WrongHost}, 0.66},
		{concept{"crypto|hmac|signing key", "argument error|argumenterror|typeerror|type error|must be of type|undefined|of nil", NoCredentials}, 0.62},
		{concept{"xml|json|response", "not parse|parse error|unexpected token|malformed|invalid character|unexpected end", NotS3}, 0.62},
		{concept{"connection|socket|tunnel|pipe", "refused|unreachable|no route", WrongHost}, 0.62},
		{concept{"connection|socket|tunnel|pipe", "lost|reset|closed|aborted|broken|terminated|interrupted|dropped|disconnected", BodyCut}, 0.6},
		{concept{"checksum|digest|content hash|etag| md5", "not match|mismatch|differ", BadChecksum}, 0.7},
		{concept{"networking|networkerror|network |failed to fetch|not fetch| load failed ", "failure|error|failed|not fetch", BodyCut}, 0.6},
		{concept{"proxy", "authentication|denied|refused|forbidden|not allow", NotS3}, 0.6},
	}
}

// judgeClientConcepts reads what a client's own words are about.
func (f *facts) judgeClientConcepts() {
	text := worded(f.NetworkError)
	for _, c := range clientConcepts() {
		if c.tells(text) {
			f.says(c.code, c.sure, "the client says %s", f.NetworkError)
			return
		}
	}
}
