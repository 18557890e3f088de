package explain

import (
	"slices"
	"strings"

	"signet/lambda/upload"
)

// judgeMethod compares the method with what the URL was signed for, as far as
// that shows.
func (f *facts) judgeMethod() {
	if f.guessed || f.sig.kind != queryV4 && f.sig.kind != queryV2 {
		return
	}
	if id, ok := f.address.get("x-id"); ok {
		if want := methodOf(id); want != "" && want != f.Method {
			f.add(WrongMethod, 0.98, "the URL says x-id=%s, which is %s, and the method is %s", id, want, f.Method)
		}
		return
	}
	if f.isMultipart() && !f.address.has("uploads") && !f.address.has("uploadId") {
		f.add(WrongMethod, 0.97, "a form was posted to a URL that is signed for the file itself")
		return
	}
	want, why := f.signedFor()
	if want != "" && !slices.Contains(strings.Fields(want), f.Method) {
		f.add(WrongMethod, 0.97, "%s goes with %s, and the method is %s", why, strings.ReplaceAll(want, " ", " or "), f.Method)
	}
}

// methodOf is the method of an operation, by S3's name for it.
func methodOf(name string) string {
	for _, o := range upload.Operations() {
		if s := o.Spec(); s.Name == name {
			return s.Method
		}
	}
	switch {
	case strings.HasPrefix(name, "Put"), name == "UploadPartCopy":
		return "PUT"
	case strings.HasPrefix(name, "Get"), strings.HasPrefix(name, "List"):
		return "GET"
	case strings.HasPrefix(name, "Head"):
		return "HEAD"
	case strings.HasPrefix(name, "Delete"), strings.HasPrefix(name, "Abort"):
		return "DELETE"
	case strings.HasPrefix(name, "CreateMultipart"), strings.HasPrefix(name, "CompleteMultipart"), name == "PostObject":
		return "POST"
	}
	return ""
}

// signedFor says which methods a URL can have been signed for, and by what that
// shows; empty: it does not show.
func (f *facts) signedFor() (methods, why string) {
	has := f.address.has
	switch {
	case has("partNumber") && has("uploadId"):
		return "PUT", "partNumber with uploadId"
	case has("uploads"):
		return "POST GET", "uploads"
	case has("uploadId"):
		return "POST GET DELETE", "uploadId"
	case has("list-type"), has("versions"):
		return "GET HEAD", "a listing"
	case slices.ContainsFunc(f.address.query, func(p param) bool { return strings.HasPrefix(p.name, "response-") }):
		return "GET HEAD", "a response- parameter"
	}
	for _, name := range f.sig.headers {
		if goesWithBody(name) {
			return "PUT POST", "the signed header " + name
		}
	}
	for _, p := range f.address.query {
		if goesWithBody(strings.ToLower(p.name)) {
			return "PUT POST", "the parameter " + p.name
		}
	}
	return "", ""
}

// goesWithBody tells what only a request that stores something carries.
func goesWithBody(name string) bool {
	switch name {
	case "content-length", "content-type", "content-md5", "x-amz-acl", "x-amz-server-side-encryption", "x-amz-tagging", "x-amz-sdk-checksum-algorithm":
		return true
	}
	return strings.HasPrefix(name, "x-amz-meta-") || strings.HasPrefix(name, "x-amz-checksum-") && name != "x-amz-checksum-mode"
}

// likelyMethod is what the request must have been when nobody says it.
func (f *facts) likelyMethod() string {
	if f.isForm() {
		return "POST"
	}
	if method := methodOf(f.Operation); method != "" {
		return method
	}
	if method, _, ok := strings.Cut(f.answer.element("CanonicalRequest"), "\n"); ok {
		return strings.TrimSpace(method)
	}
	if id, ok := f.address.get("x-id"); ok && methodOf(id) != "" {
		return methodOf(id)
	}
	if methods, _ := f.signedFor(); methods != "" {
		return strings.Fields(methods)[0]
	}
	return "GET"
}
