package evidence

import (
	"encoding/xml"
	"strconv"
	"strings"

	"signet/lambda/explain"
)

// said3 is S3's error as S3 would have sent it; empty: there is none.
func said3(text string, r *explain.Request) string {
	plain := plainText(text)
	if whole := xmlError.FindString(plain); strings.Contains(whole, "</Code>") && (strings.Contains(whole, "</Message>") || !strings.Contains(text, "(truncated...)")) {
		return whole
	}
	if code := first(codeElement, plain); code != "" && !strings.Contains(plain, "<Error") { // the root is cut off
		if response := known(*r, code, first(messageElement, plain), fields(text)); response != "" {
			return response
		}
	}
	for _, e := range thrown() {
		g := e.FindStringSubmatch(text)
		if g == nil { // a log that has it within a string
			g = e.FindStringSubmatch(plain)
		}
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
	code, message := paired(text)
	if response := known(*r, code, message, fields(text)); code != "" && message != "" && response != "" {
		return response
	}
	if response := lineError(text, *r); response != "" {
		return response
	}
	if code != "" {
		return known(*r, code, "", fields(text))
	}
	return unlisted(text, r)
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
	if service := serviceIn(text); service != "" {
		list = append(list, [2]string{"Service", service})
	}
	if g := aMember.FindStringSubmatch(text); g != nil { // what an SDK finds missing before it sends
		list = append(list, [2]string{"ArgumentName", g[1]})
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
	const longest = 400 // bytes of a sentence; what is longer is a record of many things
	for line := range strings.SplitSeq(aQuery.ReplaceAllString(text, ""), "\n") {
		pieces := []string{line}
		if len(line) > longest {
			pieces = strings.Split(line, ". ")
		}
		for _, piece := range pieces {
			if len(piece) > longest {
				continue
			}
			response := known(r, "InvalidRequest", strings.TrimSpace(piece), nil)
			if response == "" {
				continue
			}
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
	message = tidy(aQuery.ReplaceAllString(message, ""))
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

// tidy cuts off what a line of logfmt has behind the value that the message ends.
func tidy(message string) string {
	i := strings.IndexByte(message, '"')
	if i <= 0 || message[i-1] == '=' || message[i-1] == '\\' || !logged.MatchString(message[i+1:]) {
		return message
	}
	return strings.TrimRight(message[:i], " ")
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
