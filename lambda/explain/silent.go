package explain

import "strings"

// isSilent tells an answer whose message says nothing: it is empty, or it repeats the
// code, as stores other than AWS have it and SDKs that do not read it.
func (a answer) isSilent() bool {
	message := strings.ToLower(strings.Trim(a.message, " ."))
	switch strings.ReplaceAll(message, " ", "") {
	case "", "none", "null", "unknownerror", "unknown", "badrequest", "invalidrequest", "invalidargument", "error", strings.ToLower(a.code):
		return true
	}
	return false
}

// fixSilent is about an argument that nobody names. Of late it is mostly a checksum
// that SDKs add by themselves, where something is stored.
func (f *facts) fixSilent() string {
	const look = "S3 does not say what it cannot accept: look at the raw answer (the SDK's debug log, aws --debug), and at region, bucket and key for an empty value"
	if f.answer.is("BadRequest", "400") { // as SDKs name an answer without a body
		return "S3 gave no reason with its 400, as of a HEAD: most often temporary credentials that have expired or came without their session token, then a region that is not the bucket's; send a GET in its place, whose answer says why"
	}
	switch f.Operation {
	case "PutObject", "UploadPart", "CreateMultipartUpload", "CompleteMultipartUpload", "":
		return look + "; a store other than AWS's most often means a checksum header that SDKs have added by themselves since 2025: " + f.whenRequired()
	}
	return look
}
