package api

import (
	"strings"
	"time"

	"signet/lambda/upload"
)

// SessionRequest says where a session may upload: the caller's own files unless it says
// another place.
type SessionRequest struct {
	Folder string `json:"folder,omitempty"`
	Space  string `json:"space,omitempty"`
}

// Session is where a client of Companion's protocol sends its calls.
type Session struct {
	// CompanionEndpoint is a path on the API's origin.
	CompanionEndpoint string    `json:"companionEndpoint"`
	Expires           time.Time `json:"expires"`
}

// CompanionForm is a POST policy in Companion's form; Expires counts seconds.
type CompanionForm struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	Fields  Fields `json:"fields"`
	Expires int    `json:"expires"`
}

// CompanionCreate asks for an upload in parts.
type CompanionCreate struct {
	Filename string         `json:"filename"`
	Type     string         `json:"type"`
	Metadata map[string]any `json:"metadata"`
}

// pathOf is the path of a file in Uppy: of one that came in a folder, its metadata
// hold relativePath, which ends in the name that it had; one in a folder that was
// dropped begins with a slash. Without, it is the name alone.
func pathOf(name string, metadata map[string]string) string {
	path := strings.TrimLeft(metadata["relativePath"], "/")
	if i := strings.LastIndexByte(path, '/'); i >= 0 && !strings.ContainsAny(name, `/\`) {
		return path[:i+1] + name
	}
	return name
}

// CompanionUpload names an upload in parts.
type CompanionUpload struct {
	Key      string `json:"key"`
	UploadID string `json:"uploadId"`
	Bucket   string `json:"bucket"`
}

// CompanionPart is a signed UploadPart; Expires counts seconds.
type CompanionPart struct {
	URL     string `json:"url"`
	Expires int    `json:"expires"`
}

// CompanionBatch are several, by part number.
type CompanionBatch struct {
	PresignedURLs map[string]string `json:"presignedUrls"`
}

// CompanionStored is a stored part as S3's SDK for JavaScript writes it.
type CompanionStored struct {
	PartNumber   int       `json:"PartNumber"`
	ETag         string    `json:"ETag"`
	Size         int64     `json:"Size"`
	LastModified time.Time `json:"LastModified"`
}

// CompanionComplete asks to put parts together.
type CompanionComplete struct {
	Parts []CompanionETag `json:"parts"`
}

// CompanionETag is a part as the client knows it.
type CompanionETag struct {
	PartNumber int    `json:"PartNumber"`
	ETag       string `json:"ETag"`
}

// CompanionObject is a whole object; Location is its address, which needs a
// signature to be read.
type CompanionObject struct {
	Location string `json:"location"`
	Key      string `json:"key"`
	Bucket   string `json:"bucket"`
}

// CompanionProblem is a problem that Companion's clients can read too: Uppy 5
// shows Message, others look for Err.
type CompanionProblem struct {
	*Problem
	Err     string `json:"error"`
	Message string `json:"message"`
}

// UppyRequest is what Uppy's signRequest is asked to sign.
type UppyRequest struct {
	Method      string            `json:"method"`
	Key         string            `json:"key"`
	Folder      string            `json:"folder,omitempty"`
	Space       string            `json:"space,omitempty"`
	ContentType string            `json:"contentType,omitempty"`
	UploadID    string            `json:"uploadId,omitempty"`
	PartNumber  int               `json:"partNumber,omitempty"`
	Metadata    map[string]string `json:"metadata,omitempty"`
}

func (r *UppyRequest) place() upload.Place { return upload.Place{Space: r.Space, Folder: r.Folder} }

// UppyRequests is one request, or several in Requests.
type UppyRequests struct {
	*UppyRequest
	Requests []UppyRequest `json:"requests,omitempty"`
}

// UppySigned is what Uppy's signRequest has to give back. Fields, in place of
// Headers, make a form of it.
type UppySigned struct {
	URL     string            `json:"url"`
	Key     string            `json:"key"`
	Headers map[string]string `json:"headers,omitempty"`
	Fields  Fields            `json:"fields,omitempty"`
}

// UppySignedOne is the answer for one of several requests: signed, or an error.
type UppySignedOne struct {
	*UppySigned
	Error *Problem `json:"error,omitempty"`
}

// UppySignedAll answers several requests in the order they were asked.
type UppySignedAll struct {
	Requests []UppySignedOne `json:"requests"`
}
