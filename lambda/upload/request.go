package upload

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Request is one S3 request that a [Policy] approved. Its fields are hidden, so
// that nobody else can make one and a signer cannot be handed anything else.
type Request struct {
	operation Operation
	key       string
	query     []Header // parameters with values, beyond the operation's subresource
	headers   []Header // to be signed and sent exactly so, sorted by name
	expires   time.Duration
}

// Operation is what the request asks of S3.
func (r Request) Operation() Operation { return r.operation }

// Key is the object's key.
func (r Request) Key() string { return r.key }

// Query lists the request's own parameters, by name; subresources without a
// value, such as uploads, are among them with an empty value.
func (r Request) Query() []Header {
	query := slices.Clone(r.query)
	for _, name := range r.operation.Spec().Query {
		if !slices.ContainsFunc(query, func(h Header) bool { return h.Name == name }) {
			query = append(query, Header{Name: name})
		}
	}
	slices.SortFunc(query, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	return query
}

// Headers lists the headers to sign and to send, sorted by name, without host.
func (r Request) Headers() []Header { return r.headers }

// Metadata is as of [Multipart.Metadata], of a request that stores an object.
func (r Request) Metadata() map[string]string { return metadataOf(r.headers) }

// Tagging is as of [Multipart.Tagging], of a request that stores an object.
func (r Request) Tagging() string { return headerValue(r.headers, taggingHeader) }

// Expires is how long the signature is to live.
func (r Request) Expires() time.Duration { return r.expires }

// Parts is an approved run of UploadPart requests of one upload: they differ in
// part number and content-length alone.
type Parts struct {
	request  Request
	uploadID string
	plan     Plan
	first    int
	count    int
}

// Key is the object's key.
func (p Parts) Key() string { return p.request.key }

// UploadID is S3's id of the upload.
func (p Parts) UploadID() string { return p.uploadID }

// Plan is how the file is cut.
func (p Parts) Plan() Plan { return p.plan }

// First is the number of the run's first part, Count how many there are.
func (p Parts) First() int { return p.first }

// Count is the number of parts in the run.
func (p Parts) Count() int { return p.count }

// Expires is how long the signatures are to live.
func (p Parts) Expires() time.Duration { return p.request.expires }

// Part is the request for part n of the run, for signers that take one at a time.
func (p Parts) Part(n int) Request {
	r := p.request
	r.query = []Header{{"partNumber", strconv.Itoa(n)}, {"uploadId", p.uploadID}}
	r.headers = []Header{contentLength(p.plan.Length(n))}
	return r
}

// Multipart is an approved multipart upload of one file.
type Multipart struct {
	object  Object
	plan    Plan
	headers []Header
}

// Object is the key that the upload will have.
func (m Multipart) Object() Object { return m.object }

// Plan is how the file is cut.
func (m Multipart) Plan() Plan { return m.plan }

// Type is the media type to create the upload with.
func (m Multipart) Type() string { return headerValue(m.headers, "content-type") }

// Metadata is the user-defined metadata to create the upload with, by name
// without x-amz-meta-, values encoded as they travel.
func (m Multipart) Metadata() map[string]string { return metadataOf(m.headers) }

// Tagging are the tags to create the upload with, as x-amz-tagging has them. Empty:
// none.
func (m Multipart) Tagging() string { return headerValue(m.headers, taggingHeader) }

func metadataOf(headers []Header) map[string]string {
	metadata := map[string]string{}
	for _, h := range headers {
		if name, ok := strings.CutPrefix(h.Name, metadataHeader); ok {
			metadata[name] = h.Value
		}
	}
	return metadata
}

// Object is a key in which a policy found the bearer to have a right.
type Object struct {
	part
	key     string
	expires time.Duration
	by      string // whose upload it has to be; "": anybody's
}

// Key is the object's key.
func (o Object) Key() string { return o.key }

// Name is the file name in the key.
func (o Object) Name() string { return NameOf(o.key) }

// MustBeBy says whose upload the file has to be, as its [MetadataBy] says it, for the
// approval to hold. Empty: anybody's.
func (o Object) MustBeBy() string { return o.by }

func headerValue(headers []Header, name string) string {
	for _, h := range headers {
		if h.Name == name {
			return h.Value
		}
	}
	return ""
}

// Form is an approved POST upload: the fields that the form must carry and the
// bounds of the file's length.
type Form struct {
	key      string
	fields   []Header // name and exact value, in the order they go in the form
	min, max int64
	expires  time.Duration
}

// Key is the object's key.
func (f Form) Key() string { return f.key }

// Fields lists the form's fixed fields, key first.
func (f Form) Fields() []Header { return f.fields }

// LengthRange is the content-length-range condition, in bytes.
func (f Form) LengthRange() (least, most int64) { return f.min, f.max }

// Expires is how long the policy document is to live.
func (f Form) Expires() time.Duration { return f.expires }
