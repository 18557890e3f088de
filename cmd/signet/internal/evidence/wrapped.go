package evidence

import (
	"regexp"
	"strings"
)

var (
	rcloneLine   = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d DEBUG *: ?`)
	rcloneNoise  = regexp.MustCompile(`^(?:>{8,}|<{8,}|HTTP (?:REQUEST|RESPONSE) \(req .*)$`)
	apacheLine   = regexp.MustCompile(`^.*\.(headers|wire)\b.*http-outgoing-\d+ (>>|<<) ?(.*)$`)
	traceLine    = regexp.MustCompile(`^\S+:\d+ `)
	traceRequest = regexp.MustCompile(`^(?:GET|PUT|POST|HEAD|DELETE) /\S*$`)
	jsRequest    = regexp.MustCompile(`(?m)^REQUEST: ([A-Z]+ \S+)$`)
	jsStatus     = regexp.MustCompile(`(?m)^RESPONSE: (\d{3})$`)
	brokenLine   = regexp.MustCompile(`([a-z0-9,:-])\n([a-z0-9])`) // within a sentence, at a terminal's width
	traceStatus  = regexp.MustCompile(`^\d{3} [A-Z]`)
)

// unwrap takes HTTP out of what the logs of other tools put around it: rclone's
// --dump, mc's --debug and admin trace, minio-js's traceOn, Apache's client for Java. A text that is
// none of these stays as it is.
func unwrap(text string) string {
	switch {
	case strings.Contains(text, "http-outgoing-"):
		return eachLine(text, unwrapApache(strings.Contains(text, ".headers")))
	case strings.Contains(text, "\n│ "):
		return brokenLine.ReplaceAllString(eachLine(text, func(line string) (string, bool) { // Terraform's frame, which not every paste has whole
			return strings.TrimPrefix(strings.TrimPrefix(line, "│"), " "), !strings.HasPrefix(line, "╷") && !strings.HasPrefix(line, "╵")
		}), "$1 $2")
	case strings.Contains(text, "[REQUEST ") && strings.Contains(text, "[RESPONSE]"):
		return eachLine(text, unwrapTrace)
	case strings.Contains(text, "REQUEST: ") && strings.Contains(text, "\nRESPONSE: "):
		return jsRequest.ReplaceAllString(jsStatus.ReplaceAllString(text, "HTTP/1.1 $1"), "$1 HTTP/1.1")
	case strings.Contains(text, "mc: <DEBUG> "), strings.Contains(text, "HTTP REQUEST (req "):
		return eachLine(text, func(line string) (string, bool) {
			line = rcloneLine.ReplaceAllString(strings.TrimPrefix(line, "mc: <DEBUG> "), "")
			return line, !rcloneNoise.MatchString(line)
		})
	}
	return text
}

// eachLine puts what a function makes of each line in its place, or leaves it out.
func eachLine(text string, take func(string) (string, bool)) string {
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if bare, ok := take(line); ok {
			lines = append(lines, bare)
		}
	}
	return strings.Join(lines, "\n")
}

// unwrapApache reads the lines of both of its loggers: the one of headers has them
// plainly, and the one of the wire has bodies, and the headers once more.
func unwrapApache(headers bool) func(string) (string, bool) {
	return func(line string) (string, bool) {
		g := apacheLine.FindStringSubmatch(line)
		if g == nil {
			return "", false
		}
		said := g[3]
		if g[1] == "headers" {
			return said, true
		}
		said = strings.NewReplacer("[\\r]", "", "[\\n]", "").Replace(strings.TrimSuffix(strings.TrimPrefix(said, `"`), `"`))
		return said, !headers || said == "" || strings.HasPrefix(said, "<")
	}
}

// unwrapTrace reads MinIO's own trace, whose first lines lack HTTP's version.
func unwrapTrace(line string) (string, bool) {
	line = traceLine.ReplaceAllString(line, "")
	switch {
	case strings.HasPrefix(line, "[REQUEST "), strings.HasPrefix(line, "[RESPONSE]"):
		return "", false
	case traceRequest.MatchString(line):
		return line + " HTTP/1.1", true
	case traceStatus.MatchString(line):
		return "HTTP/1.1 " + line, true
	}
	return line, true
}
