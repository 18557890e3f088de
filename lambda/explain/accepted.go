package explain

import "strings"

// judgeAccepted looks for what a page can trip over although S3 was content.
func (f *facts) judgeAccepted() {
	if f.Method == "OPTIONS" {
		f.judgePreflight(Preflight{Status: f.Status, Headers: f.Headers, ResponseHeaders: f.ResponseHeaders})
		return
	}
	f.judgeStoredForm()
	if (f.Method == "PUT" || f.Method == "POST") && isPage(f.Response) {
		f.says(NotS3, 0.9, "the answer to %s is %d with a page of HTML, which no store gives", f.Method, f.Status)
		return
	}
	if !f.crossOrigin() {
		return
	}
	if !f.allowsOrigin(f.ResponseHeaders) {
		f.add(CORSOrigin, 0.85, "S3 answered %d, but the page of %s may not read it: %s",
			f.Status, f.origin(), allowed(f.ResponseHeaders))
		return
	}
	exposed := header(f.ResponseHeaders, "access-control-expose-headers")
	if f.Method == "PUT" && header(f.ResponseHeaders, "etag") != "" && !contains(words(exposed), "etag") {
		f.add(ETagNotExposed, 0.85, "Access-Control-Expose-Headers of the answer is %q, without ETag", exposed)
	}
}

// judgeStoredForm: S3 stores whatever a PUT brings, a form's boundaries among it.
func (f *facts) judgeStoredForm() {
	contentType, _, _ := f.sent("content-type")
	if f.Method == "PUT" && hasPrefixFold(contentType, "multipart/form-data") {
		f.says(FormInBody, 0.93, "the PUT's Content-Type is %s: S3 stored the form's boundaries together with the file", shortType(contentType))
	}
}

// shortType leaves the boundary out of a content type.
func shortType(value string) string {
	main, _, _ := strings.Cut(value, ";")
	return strings.TrimSpace(main)
}
