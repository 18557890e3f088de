package evidence

import (
	"encoding/xml"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// thrown is how an SDK prints S3's error; the names of the groups say what they are.
var thrown = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`An error occurred \((?P<code>[^)]+)\) when calling the (?P<operation>\w+) operation(?: \([^)]*\))?:? ?(?P<message>[^\n]*)`),                               // botocore
		regexp.MustCompile(`A client error \((?P<code>[^)]+)\) occurred when calling the (?P<operation>\w+) operation: (?P<message>[^\n]*)`),                                          // botocore, older
		regexp.MustCompile(`(?:operation error S3: (?P<operation>\w+), )?(?:https response error )?StatusCode: (?P<status>\d+),.*?api error (?P<code>[\w.]+):? ?(?P<message>[^\n]*)`), // Go v2
		regexp.MustCompile(`api error (?P<code>[\w.]+): (?P<message>[^\n]*)`),
		regexp.MustCompile(`(?m)(?:Exception: |^)(?P<message>[^\n]*?) \(Service: (?:Amazon )?S3; Status Code: (?P<status>\d+); Error Code: (?P<code>[^;]+);`), // Java v1
		regexp.MustCompile(`(?:Exception: )(?P<message>[^\n]*?) \(Service: S3, Status Code: (?P<status>\d+),`),                                                // Java v2
		regexp.MustCompile(`(?P<code>[A-Za-z][\w.]+): (?P<message>[^\n]*)\n\s*status code: (?P<status>\d+)`),                                                  // Go v1
		regexp.MustCompile(`code: (?P<code>\w+), message: (?P<message>.*?), resource: (?P<resource>[^,\s]+)`),                                                 // minio-py
		regexp.MustCompile(`code: (?:Some\()?"(?P<code>[\w.]+)"\)?, message: (?:Some\()?"(?P<message>[^"]*)"`),                                                // Rust
		regexp.MustCompile(`(?P<code>[A-Z]\w+) \((?:client|server)\): (?P<message>[^\n<]*)`),                                                                  // PHP
		regexp.MustCompile(`AWS Error Code: (?P<code>\w+), Status Code: (?P<status>\d+), .*?AWS Error Message: (?P<message>[^,\n]*)`),                         // PHP v2
		regexp.MustCompile(`(?m)(?:'?: |^)(?P<message>[A-Z][^\n]*?) \(Aws::S3::Errors::(?P<code>\w+)\)`),                                                      // Ruby, uncaught
		regexp.MustCompile(`Aws::S3::Errors::(?P<code>\w+)(?:: | \()?(?P<message>[^)\n]*)`),                                                                   // Ruby
		regexp.MustCompile(`statusCode = (?P<status>\d+)[\s\S]*?ErrorCode "(?P<code>\w+)"[\s\S]*?Just "(?P<message>[^"]*)"`),                                  // Haskell
		regexp.MustCompile(`"message": ?"(?P<message>(?:[^"\\]|\\.)*)",\s*(?:"errno": ?"[^"]*",\s*)?"code": ?"(?P<code>\w+)"`),                                // JavaScript v2, as JSON
		regexp.MustCompile(`(?m)^[^\n]*?\b(?P<code>[A-Z]\w+): (?P<message>[^\n]+)[\s\S]*?\b[Cc]ode: '(?P<code2>\w+)'`),                                        // JavaScript, printed
		regexp.MustCompile(`S3 error: (?P<status>\d+) \((?P<code>\w+)\): (?P<message>[^\n]*)`),                                                                // s3cmd
		regexp.MustCompile(`S3::\w+\([^)\n]*\): \[(?P<code>\w+)\] (?P<message>[^\n]*)`),                                                                       // PHP, the class S3
		regexp.MustCompile(`API: (?P<operation>\w+)\([\s\S]*?\bError: (?P<message>[^\n]*)`),                                                                   // MinIO's log
		regexp.MustCompile(`Error making request with Error Code (?P<code>\w+) and Http Status Code`),                                                         // .NET, of a HEAD
		regexp.MustCompile(`<(?P<code>\w+(?:Exception|Error))\s*/>`),                                                                                          // an element alone
		regexp.MustCompile(`AmazonS3Exception: (?P<message>[^\n]*)`),                                                                                          // .NET
	}
})

var (
	xmlError   = regexp.MustCompile(`(?s)<Error\b[^>]*>.*?</Error>|<Error\b[^>]*>.*<Code>.*`)
	statusSaid = []*regexp.Regexp{
		regexp.MustCompile(`(?i)\bstatus(?:[ _-]?code)?\b\W{0,4}(\d{3})\b`),
		regexp.MustCompile(`(?i)(?:http)?status ?code"?'?:? ?=? ?(\d{3})\b`),
		regexp.MustCompile("resulted in a `(\\d{3}) "),
		regexp.MustCompile(`\bHTTP (\d{3})\b`),
		regexp.MustCompile(`https?://\S+ \(?([45]\d\d)\b`),
		regexp.MustCompile(`\b([45]\d\d) (?:Bad Request|Forbidden|Not Found|Conflict|Internal Server Error|Service Unavailable|Method Not Allowed|Length Required|Precondition Failed|Request Entity Too Large|Not Implemented|Unauthorized|Moved|Temporary)`),
		regexp.MustCompile(`\b(3\d\d) (?:Moved|Temporary|Permanent)`),
	}
	wrappedDenial = regexp.MustCompile(`(?i)(on resource:|because|with an|explicit|deny in an?|with an explicit deny in an?|PutObject,|GetObject,)[ \t]*\n\s*`)
	statusNamed   = regexp.MustCompile(`(?i)\bhttp status code (\w+)`)
	operationSaid = regexp.MustCompile(`(?:when calling the|operation error S3:|Error executing "|S3[.:] ?) ?(\w+)"?`)
	operationName = regexp.MustCompile(`\b((?:[Pp]ut|[Gg]et|[Hh]ead|[Dd]elete|[Cc]opy|[Rr]estore)Objects?|[Uu]ploadPart|(?:[Cc]reate|[Cc]omplete|[Aa]bort)MultipartUpload|[Ll]istObjectsV2|[Ll]istParts)(?:Command|Request)?\b`)
	aQuery        = regexp.MustCompile(`\?[^\s'"<>]*X-Amz-[^\s'"<>]*`)
	aField        = regexp.MustCompile(`(?m)^\s*"?(BucketName|Bucket|Endpoint|Region|Header|HeadersNotSigned|Condition|StorageClass|ProposedSize|MaxSizeAllowed|MinSizeAllowed|ArgumentName|ArgumentValue|PartNumber|ETag|Key|Resource|RequestTime|ServerTime)"?: ['"]?([^'",\n]+)['"]?,?$`)
	aJSONField    = regexp.MustCompile(`"(bucketname|resource|key|region)":"([^"]+)"`) // minio for JavaScript
	aRequest      = regexp.MustCompile("(?:`|\\b)(GET|PUT|POST|HEAD|DELETE|Get|Put|Post|Head|Delete)[ \"`]+(https?://[^\\s'\"`<>]+)")
	aCommand      = regexp.MustCompile(`(?m)\baws(?: --?[\w-]+(?:[= ]\S+)?)* (s3(?:api)? .*)$`)
	aTarget       = regexp.MustCompile(`(?:\bto |^upload: .*? )s3://([a-z0-9][a-z0-9.-]+)/(\S+) An error`)
	aLookup       = regexp.MustCompile(`([\w-]+(?:\.[\w-]+)+) could not be resolved`) // nginx
	aURL          = regexp.MustCompile("https?://[^\\s'\"`<>\\\\)]+")
	aRegion       = regexp.MustCompile(`x-amz-bucket-region['"]?[:,=] ?['"]?([a-z0-9-]+)`)
	aCode         = regexp.MustCompile(`\b[A-Z][a-z0-9]+(?:[A-Z][A-Za-z0-9]+)+\b`)
	codeAlone     = regexp.MustCompile(`\b([A-Z][A-Za-z0-9]*(?:\.[A-Z]\w+)?): (.+)`)
)

// sdkError reads S3's error out of what an SDK printed, or what the client itself
// complains of. It is false when there is neither.
func sdkError(text string) (explain.Request, bool) {
	text = wrappedDenial.ReplaceAllString(text, "$1 ")
	readable := plainText(text)
	r := explain.Request{URL: storeURL(readable), Operation: first(operationSaid, text)}
	if !operationName.MatchString(r.Operation) {
		r.Operation = first(operationName, text)
	}
	if r.Operation != "" { // JavaScript's methods begin small
		r.Operation = strings.ToUpper(r.Operation[:1]) + r.Operation[1:]
	}
	if g := aRequest.FindStringSubmatch(readable); g != nil {
		r.Method, r.URL = strings.ToUpper(g[1]), g[2]
	}
	r.Status = statusIn(text)
	if region := first(aRegion, text); region != "" {
		r.ResponseHeaders = []upload.Header{{Name: "x-amz-bucket-region", Value: region}}
	}
	r.Headers = options(text)
	if r.Response = said3(text, &r); r.Response != "" {
		return r, true
	}
	if host := first(aLookup, text); host != "" && r.URL == "" {
		r.URL = "https://" + host + "/"
	}
	line, sure := telling(text)
	bare := r.Status >= 400 && (isBare(text) || r.URL != "")
	if line == "" && !bare {
		if r.Response = conceptual(text, r); r.Response != "" {
			return r, true
		}
	}
	if line == "" || bare && sure < 0.8 {
		return r, bare || r.Status >= 300 && r.Operation != ""
	}
	r.NetworkError, r.Status = limit(line), 0
	return r, true
}

// options are the headers that the aws command line was told to send, where its
// line was pasted along; nil: none.
func options(text string) []upload.Header {
	line := first(aCommand, text)
	var list []upload.Header
	for _, o := range [][2]string{{"acl", "x-amz-acl"}, {"sse", "x-amz-server-side-encryption"}, {"server-side-encryption", "x-amz-server-side-encryption"}, {"sse-kms-key-id", "x-amz-server-side-encryption-aws-kms-key-id"},
		{"ssekms-key-id", "x-amz-server-side-encryption-aws-kms-key-id"}, {"storage-class", "x-amz-storage-class"}, {"tagging", "x-amz-tagging"}, {"checksum-algorithm", "x-amz-sdk-checksum-algorithm"}} {
		words := strings.Fields(strings.ReplaceAll(line, "=", " "))
		if i := slices.Index(words, "--"+o[0]); i >= 0 {
			value := "AES256" // what --sse alone means
			if i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
				value = strings.Trim(words[i+1], `'"`)
			}
			list = append(list, upload.Header{Name: o[1], Value: value})
		}
	}
	return list
}

// isBare tells an SDK's report of a status that came without S3's reason.
func isBare(text string) bool {
	for _, word := range []string{"S3", "s3.", "s3:", "s3-", "Minio", "status code", "statusCode", "StatusCode", "Status Code"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return operationName.MatchString(text)
}

// statusIn is HTTP's status as a client printed it, in digits or in .NET's words; 0:
// none.
func statusIn(text string) int {
	for _, e := range statusSaid {
		if status, _ := strconv.Atoi(first(e, text)); status >= 100 && status < 600 { // three digits or none
			return status
		}
	}
	name := first(statusNamed, text)
	for status := 300; status < 600 && name != ""; status++ {
		if strings.EqualFold(strings.ReplaceAll(http.StatusText(status), " ", ""), name) {
			return status
		}
	}
	return 0
}

// said3 is S3's error as S3 would have sent it; empty: there is none.
func said3(text string, r *explain.Request) string {
	if whole := xmlError.FindString(plainText(text)); strings.Contains(whole, "</Code>") && (strings.Contains(whole, "</Message>") || !strings.Contains(text, "(truncated...)")) {
		return whole
	}
	for _, e := range thrown() {
		g := e.FindStringSubmatch(text)
		if g == nil {
			continue
		}
		get := func(name string) string {
			if i := e.SubexpIndex(name); i >= 0 {
				return g[i]
			}
			return ""
		}
		if n, err := strconv.Atoi(get("status")); err == nil {
			r.Status = n
		}
		if name := get("operation"); name != "" {
			r.Operation = name
		}
		code := get("code")
		if other := get("code2"); other != "" {
			code = other
		}
		if n, err := strconv.Atoi(code[:min(3, len(code))]); err == nil { // a HEAD has no body to tell more
			r.Status = n
			return ""
		}
		if response := known(*r, code, get("message"), append(fields(text), [2]string{"Resource", get("resource")})); response != "" {
			return response
		}
	}
	return lineError(text, *r)
}

// plainText undoes the escapes that logs put around XML, however often.
func plainText(text string) string {
	escapes := strings.NewReplacer(`\\`, `\`, `\<`, "<", `\>`, ">", `\/`, "/", `\"`, `"`, `\n`, "\n", `\u003c`, "<", `\u003e`, ">", `\u003C`, "<", `\u003E`, ">", "&lt;", "<", "&gt;", ">")
	for range 4 { // a log within a log within a log
		text = escapes.Replace(text)
	}
	return text
}

// fields are what else an SDK prints of the error, by S3's names.
func fields(text string) [][2]string {
	var list [][2]string
	for _, g := range aJSONField.FindAllStringSubmatch(text, -1) {
		list = append(list, [2]string{map[string]string{"bucketname": "BucketName", "resource": "Resource", "key": "Key", "region": "Region"}[g[1]], g[2]})
	}
	if g := aTarget.FindStringSubmatch(text); g != nil { // aws s3 cp
		list = append(list, [2]string{"BucketName", g[1]}, [2]string{"Key", g[2]})
	}
	for _, g := range aField.FindAllStringSubmatch(text, -1) {
		list = append(list, [2]string{g[1], g[2]})
	}
	return list
}

// lineError looks for a code or a message of S3's in each line.
func lineError(text string, r explain.Request) string {
	text = aQuery.ReplaceAllString(text, "")
	for line := range strings.SplitSeq(text, "\n") {
		for rest := line; rest != ""; {
			g := codeAlone.FindStringSubmatchIndex(rest)
			if g == nil {
				break
			}
			if code := rest[g[2]:g[3]]; isCode(code) {
				if response := known(r, code, rest[g[4]:g[5]], fields(text)); response != "" {
					return response
				}
			}
			rest = rest[g[3]:]
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		if response := known(r, "", strings.TrimSpace(line), nil); response != "" {
			return response
		}
	}
	for _, word := range aCode.FindAllString(text, -1) {
		if isCode(word) {
			return errorXML(word, "", fields(text))
		}
	}
	return ""
}

// conceptual is the first line that says of something of S3's what is wrong with it,
// in words that nobody has listed; empty: there is none. A signature that is wrong is
// what is left where no other line says more.
func conceptual(text string, r explain.Request) (rest string) {
	for line := range strings.SplitSeq(aQuery.ReplaceAllString(text, ""), "\n") {
		if response := known(r, "InvalidRequest", strings.TrimSpace(line), nil); response != "" {
			switch got := explain.Explain(explain.Request{Operation: r.Operation, Status: 400, Response: response}); got.Code {
			case explain.InvalidRequest:
			case explain.WrongSecret:
				rest = response
			default:
				return response
			}
		}
	}
	return rest
}

// isCode tells a code of S3's, or of a store that is like it.
func isCode(code string) bool {
	got := explain.Explain(explain.Request{Status: 400, Response: errorXML(code, "", nil)})
	return got.Code != explain.Unknown && got.Said
}

// known is the error as S3 would have sent it, where package explain can tell
// something of it. A name that is none of S3's is left out.
func known(r explain.Request, code, message string, more [][2]string) string {
	if said := codeOf(message); !isCode(code) || said != "" && isWrapper(code) {
		code = said
	}
	response := errorXML(code, message, more)
	got := explain.Explain(explain.Request{Operation: r.Operation, Status: 400, Response: response})
	if got.Code == explain.Unknown || !got.Said {
		return ""
	}
	return response
}

// isWrapper tells a name that applications give their own errors, whatever S3 said.
func isWrapper(code string) bool {
	switch code {
	case "InternalServerError", "ServerError", "BadRequest", "BadRequestError", "Forbidden", "Unauthorized":
		return true
	}
	return false
}

func errorXML(code, message string, more [][2]string) string {
	var b strings.Builder
	b.WriteString("<Error>")
	for _, e := range append([][2]string{{"Code", code}, {"Message", message}}, more...) {
		if e[1] == "" {
			continue
		}
		b.WriteString("<" + e[0] + ">")
		_ = xml.EscapeText(&b, []byte(e[1])) // to memory
		b.WriteString("</" + e[0] + ">")
	}
	b.WriteString("</Error>")
	return b.String()
}

// telling is the line that says best why the client itself failed, and how sure
// that is; empty: none.
func telling(text string) (best string, sure float64) {
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		got := explain.Explain(explain.Request{NetworkError: line})
		if line != "" && got.Code != explain.Unknown && got.Confidence > sure {
			best, sure = line, got.Confidence
		}
	}
	return best, sure
}

func first(e *regexp.Regexp, text string) string {
	if g := e.FindStringSubmatch(text); g != nil {
		return g[1]
	}
	return ""
}

// storeURL is the first address in a text that is a store's, not of some page or
// source file that a stack trace or a sentence names.
func storeURL(text string) string {
	for _, u := range aURL.FindAllString(text, -1) {
		host, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(u, "https://"), "http://"), "/")
		for _, word := range []string{"s3", "minio", "storage.googleapis.com", "backblazeb2", "cloudflarestorage", "digitaloceanspaces", "wasabisys", "aliyuncs", "myqcloud", "amazonaws.com", "localhost", "127.0.0.1"} {
			if strings.Contains(host, word) && !strings.HasPrefix(host, "docs.") && !strings.HasPrefix(host, "github") {
				return strings.TrimRight(u, ".,;:")
			}
		}
		if strings.Contains(u, "X-Amz-") {
			return u
		}
	}
	return ""
}
