package explain

import "strings"

// judgeUnsent finds what a browser refuses before anything is sent, so that no
// server's rule can have a part in it. It is false when nothing of that kind is seen.
func (f *facts) judgeUnsent() bool {
	if f.Status != 0 || f.answer.spoke() {
		return false
	}
	said := func(words ...string) bool {
		for _, word := range words {
			if indexFold(f.NetworkError, word) >= 0 {
				return true
			}
		}
		return false
	}
	switch {
	case said("BLOCKED_BY_CSP", "Content Security Policy", "Content-Security-Policy"):
		f.says(BlockedByCSP, 0.96, "the browser says %s", f.NetworkError)
	case said("Mixed Content", "mixed active content", "mixed content", "insecure content", "ERR_BLOCKED_BY_MIXED"), said("must be served over HTTPS"):
		f.says(MixedContent, 0.96, "the browser says %s", f.NetworkError)
	case f.isMixed():
		f.says(MixedContent, 0.92, "the page is %s, and the URL begins with http:, so browsers do not send it; no answer came", f.origin())
	case said("ERR_UPLOAD_FILE_CHANGED", "ERR_FILE_NOT_FOUND", "ERR_ACCESS_DENIED", "NotReadableError", "could not be read"):
		f.says(FileChanged, 0.92, "the browser says %s", f.NetworkError)
	case said("ERR_ABORTED", "NS_BINDING_ABORTED", "AbortError", "user aborted a request", "The operation was aborted", "(canceled)"):
		f.says(Canceled, 0.85, "the client says %s", f.NetworkError)
	case said("ERR_BLOCKED_BY_CLIENT", "ERR_BLOCKED_BY_ADMINISTRATOR"):
		f.says(NotS3, 0.9, "the browser says %s", f.NetworkError)
		f.advise(NotS3, "an extension or the administrator's policy blocks the address: allow %s in the ad blocker or policy, or use a host name that its lists do not have", orElse(f.address.host, "the store's host"))
	case f.isDotted():
		f.add(WrongHost, 0.88, "the bucket's name has dots, and no certificate covers %s: browsers and SDKs end the connection before anything is sent", f.address.hostname())
	default:
		return false
	}
	return true
}

// isMixed tells a page on https that sends to http, which browsers allow for
// this machine alone.
func (f *facts) isMixed() bool {
	return strings.HasPrefix(f.origin(), "https://") && f.address.scheme == "http" && !f.isLoopback() && f.Method != "OPTIONS"
}

func (f *facts) isLoopback() bool {
	name := f.address.hostname()
	return name == "localhost" || strings.HasSuffix(name, ".localhost") || strings.HasPrefix(name, "127.") || name == "[::1]"
}

// isDotted tells virtual-host style with a dot in the bucket's name: a wildcard
// certificate covers one label only
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
func (f *facts) isDotted() bool {
	return f.address.scheme == "https" && !f.place.pathStyle && strings.Contains(f.place.bucket, ".") && !f.hasPreflightAnswer() &&
		(f.Browser || f.NetworkError != "")
}

func (f *facts) hasPreflightAnswer() bool { return f.Preflight != nil && f.Preflight.Status != 0 }
