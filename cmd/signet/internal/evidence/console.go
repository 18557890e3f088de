package evidence

import (
	"regexp"
	"strconv"
	"strings"
	"sync"

	"signet/lambda/explain"
)

// said is a kind of message on a browser's console; the names of its groups say
// what they are: url, origin, method, status, reason.
type said struct {
	pattern *regexp.Regexp
	whole   bool // the whole message is the reason
}

const anyMethod = `(?P<method>GET|PUT|POST|HEAD|DELETE|OPTIONS|PATCH)`

// messages are what Chrome, Firefox and Safari say, today and some years ago.
var messages = sync.OnceValue(func() []said {
	return []said{
		{regexp.MustCompile(`Access to \S+(?: \S+)? at '(?P<url>[^']+)'(?: \(redirected from '(?P<from>[^']+)'\))? from origin '(?P<origin>[^']+)' has been blocked by CORS policy: (?P<reason>.*)`), true},
		{regexp.MustCompile(`Cross-Origin Request Blocked: .*? at (?P<url>\S+?)\.? \(Reason: (?P<reason>.*?)\)\.?(?: Status code: (?P<status>\d+))?`), false},
		{regexp.MustCompile(`Mixed Content: The page at '(?P<origin>[^']+)' was loaded over HTTPS, but requested an insecure [^']*'(?P<url>[^']+)'`), true},
		{regexp.MustCompile(`Blocked loading mixed (?:active|display) content [“"](?P<url>[^”"]+)[”"]`), true},
		{regexp.MustCompile(`The page at (?P<origin>https://\S+) requested insecure content from (?P<url>http://\S+?)\.? `), true},
		{regexp.MustCompile(`Refused to connect to '?(?P<url>https?://[^'\s]+)'? because it (?:violates|does not appear)`), true},
		{regexp.MustCompile(`Connecting to '(?P<url>[^']+)' violates the following Content Security Policy`), true},
		{regexp.MustCompile(`blocked the loading of a resource \(connect-src\) at (?P<url>\S+)`), true},
		{regexp.MustCompile(`blocked the loading of a resource at (?P<url>\S+) \([“"]connect-src`), true},
		{regexp.MustCompile(`XMLHttpRequest cannot load (?P<url>https?://\S+?)\.?\s+(?P<reason>.*)`), true},
		{regexp.MustCompile(`Fetch API cannot load (?P<url>https?://\S+?)\.?\s+(?P<reason>.*)`), true},
		{regexp.MustCompile(`Failed to load (?P<url>https?://\S+?): (?P<reason>.*)`), true},
		{regexp.MustCompile(`Origin(?: (?P<origin>null|https?://\S+))? is not allowed by Access-Control-Allow-Origin\.?(?: Status code: (?P<status>\d+))?`), true},
		{regexp.MustCompile(`Response to preflight request doesn't pass access control check: .*`), true},
		{regexp.MustCompile(`Preflight response is not successful\.?(?: Status code: (?P<status>\d+))?`), true},
		{regexp.MustCompile(anyMethod + ` ?(?P<url>https?://\S+) (?P<reason>net::ERR_\w+)(?: (?P<status>\d{3}))?`), false},
		{regexp.MustCompile(anyMethod + ` ?(?P<url>https?://\S+) (?P<status>\d{3})\b`), false},
		{regexp.MustCompile(anyMethod + ` ?(?P<url>https?://\S+) \[HTTP/[\d.]+ (?P<status>\d{3})`), false},
		{regexp.MustCompile(anyMethod + ` ?(?P<url>https?://\S+) (?P<reason>CORS Failed|NS_ERROR_\w+|NS_BINDING_\w+)`), false},
		{regexp.MustCompile(`(?P<url>https?://\S+):\d* Failed to load resource: (?:the server responded with a status of (?P<status>\d{3})|(?P<reason>net::ERR_\w+))`), false},
		{regexp.MustCompile(`Failed to load resource: (?:the server responded with a status of (?P<status>\d{3})|(?P<reason>net::ERR_\w+|The network connection was lost|.*access control checks))`), false},
	}
})

// console reads the messages of a browser's console, one request each; what a
// browser says twice of one request becomes one. The rest is what is none.
func console(text string) (list []explain.Request, rest string) {
	var others []string
	for _, line := range logical(text) {
		found := false
		for _, m := range messages() {
			if r, ok := m.read(line.joined); ok {
				list, found = join(list, r), true
				break
			}
		}
		if !found {
			others = append(others, line.asIs)
		}
	}
	return list, strings.Join(others, "\n")
}

// message is one of a console: its lines as they stand, and in one.
type message struct{ asIs, joined string }

// logical joins the lines of one message: older consoles and bug reports wrap.
func logical(text string) []message {
	var list []message
	for line := range strings.SplitSeq(text, "\n") {
		asIs := line
		line = strings.TrimSpace(line)
		begins := len(list) == 0 || line == "" || strings.HasPrefix(line, "<")
		for _, m := range messages() {
			begins = begins || m.pattern.MatchString(line)
		}
		for _, word := range []string{"XMLHttpRequest cannot load", "Access to ", "Cross-Origin Request Blocked", "Uncaught", "Error:", "at "} {
			begins = begins || strings.HasPrefix(line, word)
		}
		if begins {
			list = append(list, message{asIs, line})
			continue
		}
		last := &list[len(list)-1]
		last.asIs, last.joined = last.asIs+"\n"+asIs, last.joined+" "+line
	}
	return list
}

func (m said) read(line string) (explain.Request, bool) {
	g := m.pattern.FindStringSubmatch(line)
	if g == nil {
		return explain.Request{}, false
	}
	get := func(name string) string {
		if i := m.pattern.SubexpIndex(name); i >= 0 {
			return g[i]
		}
		return ""
	}
	r := explain.Request{Method: get("method"), URL: strings.TrimRight(get("url"), "."), Origin: originOf(get("origin")), NetworkError: get("reason"), Browser: true}
	if from := get("from"); from != "" {
		r.URL = from
	}
	r.Status, _ = strconv.Atoi(get("status")) // empty: none
	if m.whole || r.NetworkError == "" && r.Status == 0 {
		r.NetworkError = limit(line)
	}
	if r.Origin == "" {
		r.Origin = originOf(between(line, "Origin '", "'"))
	}
	if r.NetworkError != "" && r.Status != 0 && strings.Contains(r.NetworkError, "CORS") {
		r.Status = 0 // the page never saw that answer
	}
	return r, true
}

// originOf cuts a page's address down to its origin.
func originOf(page string) string {
	scheme, rest, ok := strings.Cut(page, "://")
	if !ok {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func between(text, start, end string) string {
	_, rest, ok := strings.Cut(text, start)
	if !ok {
		return ""
	}
	found, _, ok := strings.Cut(rest, end)
	if !ok {
		return ""
	}
	return found
}

// limit keeps a message to what is worth quoting.
func limit(text string) string {
	const most = 1200 // bytes, more than any browser's sentence and a signed URL
	return text[:min(len(text), most)]
}

// join adds a message to those before it: Chrome says of one request why CORS
// refused it, and then that it failed.
func join(list []explain.Request, r explain.Request) []explain.Request {
	if len(list) == 0 {
		return append(list, r)
	}
	last := &list[len(list)-1]
	same := last.URL == r.URL || last.URL == "" || r.URL == ""
	vague := func(e string) bool {
		return e == "net::ERR_FAILED" || e == "CORS Failed" || e == "" || strings.HasSuffix(e, "due to access control checks.")
	}
	const preflight = "Preflight response is not successful"
	again := strings.Contains(last.NetworkError, preflight) && strings.Contains(r.NetworkError, preflight) // Safari says it twice
	if !same || last.Status != 0 && r.Status != 0 || !again && !vague(last.NetworkError) && !vague(r.NetworkError) {
		return append(list, r)
	}
	if again || vague(last.NetworkError) {
		last.NetworkError = r.NetworkError
	}
	if strings.Contains(last.NetworkError, "Access-Control-") { // the page never saw the answer
		last.Status = 0
	}
	if last.URL == "" {
		last.URL = r.URL
	}
	if last.Method == "" {
		last.Method = r.Method
	}
	if last.Origin == "" {
		last.Origin = r.Origin
	}
	return list
}
