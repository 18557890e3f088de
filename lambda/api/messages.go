package api

import (
	"bytes"
	"encoding/json"
	"time"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// Checksum holds base64 checksums of a whole file, or of a part. Which of them is
// wanted, each call says.
type Checksum struct {
	CRC64NVME string `json:"crc64nvme,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
}

// File asks for an upload of one file. Name may be a relative path, which goes on
// where Folder ends. Size is a pointer, so that a size left out is not taken for an
// empty file.
type File struct {
	Name     string            `json:"name"`
	Folder   string            `json:"folder,omitempty"`
	Space    string            `json:"space,omitempty"`
	Type     string            `json:"type,omitempty"`
	Size     *int64            `json:"size"`
	ID       string            `json:"id,omitempty"`
	Checksum *Checksum         `json:"checksum,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// PresignRequest is one file, or several in Files. Form asks for POST forms in
// place of PUTs: all of them go to one address, which a browser asks for leave
// once. They are spread over the bucket's hosts, of which Hosts tells how many the
// caller uses: 1 (0 is the same) or 2. Edge says that the caller is on the site and
// sends by its origin where it may: such a file is answered as a PUT in spite of Form.
type PresignRequest struct {
	*File
	Files []File `json:"files,omitempty"`
	Form  bool   `json:"form,omitempty"`
	Hosts int    `json:"hosts,omitempty"`
	Edge  bool   `json:"edge,omitempty"`
}

// Presigned is a signed PUT, whose Headers are to be sent verbatim, or a form,
// whose Fields go before the one named file. Edge is the same PUT through the site's
// own origin, where the file may go so.
type Presigned struct {
	Key     string            `json:"key"`
	Method  string            `json:"method"` // PUT or POST
	URL     string            `json:"url"`
	Edge    string            `json:"edge,omitempty"`    // of a PUT
	Headers map[string]string `json:"headers,omitempty"` // of a PUT
	Fields  Fields            `json:"fields,omitempty"`  // of a POST
	Expires time.Time         `json:"expires"`
}

// PresignedFile is the answer for one of several files: signed, or an error.
type PresignedFile struct {
	*Presigned
	Error *Problem `json:"error,omitempty"`
}

// PresignedFiles answers several files in the order they were asked.
type PresignedFiles struct {
	Files []PresignedFile `json:"files"`
}

// FormRequest asks for a POST policy.
type FormRequest struct {
	Name            string `json:"name"` // as of File
	Folder          string `json:"folder,omitempty"`
	Space           string `json:"space,omitempty"`
	Type            string `json:"type,omitempty"`
	MaxSize         int64  `json:"maxSize,omitempty"`
	SuccessRedirect string `json:"successRedirect,omitempty"`
	// Receipt has SuccessRedirect get a receipt of the file, as the parameter receipt.
	Receipt bool `json:"receipt,omitempty"`

	Metadata map[string]string `json:"metadata,omitempty"` // as of File
}

// Form is a POST policy's form: the fields go before the one named file.
type Form struct {
	URL     string    `json:"url"`
	Fields  Fields    `json:"fields"`
	Expires time.Time `json:"expires"`
}

// Fields are a form's fields. In JSON they are an object in their order.
type Fields []upload.Header

// MarshalJSON writes an object that keeps the order.
func (f Fields) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, field := range f {
		if i > 0 {
			b.WriteByte(',')
		}
		for _, part := range []any{field.Name, field.Value} {
			text, err := json.Marshal(part)
			if err != nil {
				return nil, err
			}
			b.Write(text)
			b.WriteByte(':')
		}
		b.Truncate(b.Len() - 1)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads an object in its order.
func (f *Fields) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		var field upload.Header
		name, err := d.Token()
		if err != nil {
			return err
		}
		field.Name, _ = name.(string)
		if err := d.Decode(&field.Value); err != nil {
			return err
		}
		*f = append(*f, field)
	}
	return nil
}

// UploadRequest asks for an upload in parts; its fields are as of File.
type UploadRequest struct {
	Name     string            `json:"name"`
	Folder   string            `json:"folder,omitempty"`
	Space    string            `json:"space,omitempty"`
	Type     string            `json:"type,omitempty"`
	Size     *int64            `json:"size,omitempty"` // or Stream
	ID       string            `json:"id,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"`
	Hosts    int               `json:"hosts,omitempty"` // as of PresignRequest
	Stream
}

// Stream says of an upload that its length shows at its end; ExpectedSize is about
// how many bytes will come, 0: unknown, and the same in every call of an upload.
type Stream struct {
	Stream       bool  `json:"stream,omitempty"`
	ExpectedSize int64 `json:"expectedSize,omitempty"`
}

// LastPart is the part that ends a stream.
type LastPart struct {
	PartNumber int   `json:"partNumber"`
	Size       int64 `json:"size"`
}

// Part is a stored part. Checksum is that of the part's own bytes, as the store
// computed it; missing where the store gives none.
type Part struct {
	PartNumber int       `json:"partNumber"`
	Size       int64     `json:"size"`
	ETag       string    `json:"etag"`
	Checksum   *Checksum `json:"checksum,omitempty"`
}

// Upload is an upload in parts: its plan, what is stored of it, and the
// signatures of all its parts.
type Upload struct {
	Key       string        `json:"key"`
	UploadID  string        `json:"uploadId"`
	PartSize  int64         `json:"partSize"`
	PartCount int           `json:"partCount"`
	Uploaded  []Part        `json:"uploaded"`
	Sign      presign.Table `json:"sign"`
	Expires   time.Time     `json:"expires"`
}

// SignRequest asks for signatures of parts; First 0 is 1, Count 0 is the rest.
type SignRequest struct {
	Key      string `json:"key"`
	UploadID string `json:"uploadId"`
	Size     *int64 `json:"size,omitempty"` // or Stream
	First    int    `json:"first,omitempty"`
	Count    int    `json:"count,omitempty"`
	Hosts    int    `json:"hosts,omitempty"` // as of PresignRequest
	Stream
	Last *LastPart `json:"last,omitempty"` // of a stream
}

// Signed answers a SignRequest.
type Signed struct {
	Sign    presign.Table `json:"sign"`
	Expires time.Time     `json:"expires"`
}

// Unfinished is an upload that has not been completed.
type Unfinished struct {
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Folder    string    `json:"folder"`
	UploadID  string    `json:"uploadId"`
	Initiated time.Time `json:"initiated"`
}

// Uploads is a page of unfinished uploads.
type Uploads struct {
	Uploads []Unfinished `json:"uploads"`
	Next    string       `json:"next,omitempty"`
}

// Parts are all stored parts of an upload.
type Parts struct {
	Parts []Part `json:"parts"`
}

// CompleteRequest asks to put an upload's parts together. Without Parts the
// server takes all that are stored.
type CompleteRequest struct {
	Key      string         `json:"key"`
	UploadID string         `json:"uploadId"`
	Size     *int64         `json:"size"`
	Checksum *Checksum      `json:"checksum,omitempty"`
	Parts    []CompletePart `json:"parts,omitempty"`
	Stream   bool           `json:"stream,omitempty"` // it was begun as one
}

// CompletePart is a part as the client knows it.
type CompletePart struct {
	PartNumber int    `json:"partNumber"`
	ETag       string `json:"etag"`
}

// Completed is a whole object. Checksum is missing where the store gives none.
type Completed struct {
	Key       string    `json:"key"`
	Size      int64     `json:"size"`
	ETag      string    `json:"etag"`
	VersionID string    `json:"versionId,omitempty"`
	Checksum  *Checksum `json:"checksum,omitempty"`
}

// required says of a field that was left out what it is.
func required(field string) error {
	return upload.Errorf(upload.InvalidArgument, "got no %s, want it: add the field", field)
}

// place is where the file is to be.
func (f *File) place() upload.Place { return upload.Place{Space: f.Space, Folder: f.Folder} }

// domain is the file as the policy takes it.
func (f *File) domain() (upload.File, error) {
	switch {
	case f.Name == "":
		return upload.File{}, required("name")
	case f.Size == nil:
		return upload.File{}, required("size")
	}
	file := upload.File{Name: f.Name, Type: f.Type, Size: *f.Size, ID: f.ID, Metadata: f.Metadata}
	if sum := f.Checksum; sum != nil {
		file.CRC64NVME, file.SHA256 = sum.CRC64NVME, sum.SHA256
		if *sum == (Checksum{}) {
			return upload.File{}, required("checksum.crc64nvme or checksum.sha256")
		}
	}
	return file, nil
}
