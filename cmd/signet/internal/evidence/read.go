package evidence

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"signet/lambda/explain"
)

// Read finds out what people pasted, and reads the requests out of it, in its
// order: a HAR, a form, a URL, HTTP as curl -v or a proxy shows it, the debug log
// of the aws command line, what an SDK threw, lines of a browser's console. Now is
// the time of asking. It is an error when nothing tells of a request to S3.
func Read(data []byte, now time.Time) ([]explain.Request, error) {
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\ufeff"))
	text = strings.TrimSpace(colours.ReplaceAllString(text, ""))
	list, err := read(text)
	if err != nil {
		return nil, err
	}
	list = story(list)
	client := clientIn(text)
	for i := range list {
		list[i].Now, list[i].Client = now, client
	}
	return list, nil
}

// colours are a terminal's escapes, which stand between letters and hide words.
var colours = regexp.MustCompile(`\x1b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])`)

func read(text string) ([]explain.Request, error) {
	text = unwrap(text)
	switch {
	case isHAR(text):
		return HAR([]byte(text))
	case isForm(text):
		form, err := Form([]byte(text))
		if err != nil {
			return nil, err
		}
		var r explain.Request
		form.Into(&r)
		r.Response = xmlError.FindString(text) // pasted below it
		return []explain.Request{r}, nil
	case isURL(text):
		return []explain.Request{{URL: text}}, nil
	case isDebugLog(text):
		if list := debugLog(text); len(list) > 0 {
			return list, nil
		}
	case isExchange(text):
		if list := exchanges(text); len(list) > 0 {
			return list, nil
		}
	}
	if list := prose(text); len(list) > 0 {
		return list, nil
	}
	return nil, errors.New("got nothing that tells of a request to S3, want a HAR, a URL, curl -v, an SDK's error or lines of a browser's console: paste all of it")
}

func isHAR(text string) bool {
	var file archive
	return strings.HasPrefix(text, "{") && json.Unmarshal([]byte(text), &file) == nil && file.Log != nil
}

// isForm tells the fields of a form: with a policy, or as a signer returns them.
func isForm(text string) bool {
	switch {
	case strings.HasPrefix(text, "--"):
		return strings.Contains(text, "Content-Disposition:")
	case strings.HasPrefix(text, "{"), strings.HasPrefix(text, "["):
		return json.Valid([]byte(text)) && (strings.Contains(text, `"policy"`) || strings.Contains(text, `"Policy"`))
	}
	return false
}

var oneURL = regexp.MustCompile(`^['"<]?(https?://[^\s'"<>]+)['">]?$`)

func isURL(text string) bool { return oneURL.MatchString(text) }

// prose reads sentences: what a browser's console and SDKs say. S3's error beside
// a console's line belongs to it.
func prose(text string) []explain.Request {
	const most = 256 << 10 // bytes of a log: what failed last stands at its end
	if len(text) > most {
		text = text[len(text)-most:]
	}
	command, text, typed := curlLine(text)
	list, rest := console(text)
	thrown, ok := sdkError(rest)
	switch {
	case typed:
		command.Response, command.Status = thrown.Response, thrown.Status
		if thrown.Response == "" {
			command.NetworkError = thrown.NetworkError
		}
		return []explain.Request{command}
	case len(list) == 0 && ok:
		return []explain.Request{thrown}
	case len(list) > 0 && ok && thrown.Response != "":
		last := &list[len(list)-1]
		last.Response, last.Operation = thrown.Response, thrown.Operation
		if last.Status == 0 {
			last.Status = thrown.Status
		}
		if last.Status != 0 {
			last.NetworkError = ""
		}
	}
	return list
}
