package evidence

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"signet/lambda/explain"
	"signet/lambda/upload"
)

// sdkError reads S3's error out of what an SDK printed, or what the client itself
// complains of. It is false when there is neither.
func sdkError(text string) (explain.Request, bool) {
	text = wrappedDenial.ReplaceAllString(text, "$1 ")
	readable := plainText(text)
	r := explain.Request{URL: cmp.Or(storeURL(readable), pooledURL(readable)), Operation: first(operationSaid, text)}
	if !operationName.MatchString(r.Operation) {
		r.Operation = first(operationName, text)
	}
	if r.Operation == "" && strings.Contains(text, "MultiObjectDelete") { // a class of Java's
		r.Operation = "DeleteObjects"
	}
	if r.Operation != "" { // JavaScript's methods begin small
		r.Operation = strings.ToUpper(r.Operation[:1]) + r.Operation[1:]
	}
	if g := aRequest.FindStringSubmatch(readable); g != nil {
		r.Method, r.URL = strings.ToUpper(g[1]), g[2]
	}
	r.Status = cmp.Or(statusIn(text), statusIn(readable))
	if region := first(aRegion, text); region != "" {
		r.ResponseHeaders = []upload.Header{{Name: "x-amz-bucket-region", Value: region}}
	}
	r.Headers = options(text)
	quotedAnswer(readable, &r)
	traced(readable, &r)
	if r.Response = said3(text, &r); r.Response != "" {
		return r, true
	}
	if r.URL == "" {
		if host := hostIn(text); host != "" {
			r.URL = "https://" + host + "/"
		}
	}
	line, sure := telling(text)
	if page := pageSaid.FindString(readable); page != "" && r.Status >= 400 && isUnread(line) { // who answered is no store
		r.Response = page
		return r, true
	}
	bare := r.Status >= 300 && (isBare(text) || r.URL != "" || reasoned.MatchString(text))
	if line == "" && !bare {
		if r.Response = conceptual(text, r); r.Response != "" {
			return r, true
		}
		line, sure = altogether(text)
		if name := first(reasonAlone, text); line == "" && r.Status == 0 && name != "" && ofStores.MatchString(text) {
			r.Status = statusIn("http status code " + name)
			bare = r.Status != 0
		}
	}
	least := 0.7
	if r.Status >= 500 { // an application's own, around whatever it met
		least = 0.6
	}
	if line == "" || bare && sure < least { // a bare status says less than the client's own words
		return r, bare || r.Status >= 300 && r.Operation != ""
	}
	r.NetworkError, r.Status = limit(line), 0
	return r, true
}

// quotedAnswer takes the head of an answer that a client quotes on one line.
func quotedAnswer(text string, r *explain.Request) {
	head := aQuotedHead.FindString(strings.ReplaceAll(text, `\r`, ""))
	if list := exchanges(head); len(list) == 1 && r.Status == 0 {
		r.Status, r.ResponseHeaders = list[0].Status, append(r.ResponseHeaders, list[0].ResponseHeaders...)
	}
}

// options are the headers that the aws command line was told to send, where its line
// was pasted along, and the ACL that an SDK was; nil: none.
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
	if acl := first(aCannedACL, text); acl != "" && line == "" { // what a trace shows of the call
		list = append(list, upload.Header{Name: "x-amz-acl", Value: acl})
	}
	return list
}

// isBare tells an SDK's report of a status that came without S3's reason.
func isBare(text string) bool {
	for _, word := range []string{"S3", "s3.", "s3:", "s3-", "Minio", "status code", "statusCode", "StatusCode", "Status Code", "HTTP Error "} {
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

// isUnread tells a client that says no more than that it could not read the answer.
func isUnread(line string) bool {
	return line == "" || explain.Explain(explain.Request{NetworkError: line}).Code == explain.NotS3
}

// ofStores tells a text that is about an object store at all.
var ofStores = regexp.MustCompile(`(?i)\bs3\b|[^a-z]s3[^a-z0-9]|aws|minio|bucket|presign|object storage|upload`)

// altogether is a short text as one line, where no line of it says anything by itself:
// traces break a sentence over several.
func altogether(text string) (string, float64) {
	const longest = 3000 // bytes; more is a record of many things
	if len(text) > longest || !ofStores.MatchString(text) {
		return "", 0
	}
	return telling(strings.Join(strings.Fields(text), " "))
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
	text = aPage.ReplaceAllString(text, "")
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
