package transfer

import (
	"context"
	"time"

	"signet/lambda/upload"
)

// Target is where signatures come from, and what S3 has to be asked besides.
type Target interface {
	// Batch is the most files that one call of Presign takes.
	Batch() int
	// Presign signs a PUT for each file; each is answered for itself, in order.
	Presign(ctx context.Context, wishes []Wish) ([]Signed, error)
	// Begin begins an upload in parts, or finds the unfinished one of the same id. One
	// that is there already is an [Error] whose remedy is Exists: with an [*api.Problem]
	// within that says what is there, or else the target has compared, and it is the
	// file.
	Begin(ctx context.Context, w Wish) (Multipart, error)
}

// contentNamer is a Target that names what is sent whole by its content.
type contentNamer interface {
	// ByContent says that the wish for a small file has to have its SHA-256, and the id
	// that follows from it.
	ByContent() bool
	// SentInVain hears that a file was sent, and refused because it was there already.
	SentInVain()
}

// namer is a Target that cannot have every name.
type namer interface {
	// Names fails for a name that would be stored as another one.
	Names(*File) error
}

// Wish is a file as the one who signs has to know it.
type Wish struct {
	File
	Size int64
	// ID is the file's id, the same on every client. Empty: nothing finds it again.
	ID string
	// CRC64NVME and SHA256 are the base64 of the whole file's checksums. Empty: not
	// known, or not needed.
	CRC64NVME, SHA256 string
}

// Request is a signed PUT.
type Request struct {
	Key     string
	URL     string
	Edge    string            // the same through the site's own origin; empty: there is no such way
	Headers map[string]string // to be sent as they are
	Expires time.Time         // zero: unknown

	byEdge bool // URL is Edge
}

// stale says whether the request is about to expire. Clocks differ, so S3's own
// word counts too: see [Resign].
func (r Request) stale() bool {
	return !r.Expires.IsZero() && time.Until(r.Expires) < 5*time.Second
}

// Signed is a request or why there is none.
type Signed struct {
	Request
	Err error
}

// Part is a stored part.
type Part struct {
	Number    int
	Size      int64
	ETag      string
	CRC64NVME string // base64; empty: not told
}

// Multipart is one upload in parts. Its methods may be called from several
// goroutines at once.
type Multipart interface {
	// Key is the object's key.
	Key() string
	// Plan is how the file is cut.
	Plan() upload.Plan
	// Stored lists the parts that S3 held when the upload was found.
	Stored() []Part
	// Part signs part n; again says that the last signature is not to be used any
	// more.
	Part(ctx context.Context, n int, again bool) (Request, error)
	// Complete puts the parts together, all of them, in order. S3 compares the
	// checksum, the base64 of the file's; another one is an [Error] with the code
	// BadDigest, and nothing is stored.
	Complete(ctx context.Context, parts []Part, crc64nvme string) (Object, error)
	// Abort drops the upload and its parts.
	Abort(ctx context.Context) error
}

// Object is a stored object.
type Object struct {
	Key  string
	ETag string
}
