package upload

// S3's own limits. Each is the value AWS documents; the sources are the pages
// of the Amazon S3 User Guide named beside it.
const (
	KiB = 1 << 10
	MiB = 1 << 20
	GiB = 1 << 30
	TiB = 1 << 40

	// MaxParts is the largest part number, and so the most parts an upload can
	// have (qfacts.html).
	MaxParts = 10_000

	// MinPartSize and MaxPartSize bound every part, in bytes; only the last part
	// may be smaller (qfacts.html).
	MinPartSize = 5 * MiB
	MaxPartSize = 5 * GiB

	// MaxObjectSize is the largest object, in bytes: 48.8 TiB, announced as 50 TB,
	// which is 10,000 parts of 5 GiB (qfacts.html).
	MaxObjectSize = MaxParts * MaxPartSize

	// MaxPutSize is the largest single PUT, POST or CopyObject, in bytes
	// (upload-objects.html).
	MaxPutSize = 5 * GiB

	// MultipartFrom is the size, in bytes, from which on files go in parts. Less is
	// read before it is sent, so that its SHA-256 names it. It is ours, not S3's.
	MultipartFrom = 16 * MiB

	// MaxKeyBytes is the longest key, in bytes of UTF-8 (object-keys.html).
	MaxKeyBytes = 1024

	// MaxMetadataBytes bounds the user-defined metadata of one object: the sum of
	// the bytes of all names and values (UsingMetadata.html).
	MaxMetadataBytes = 2 * KiB

	// ListPage is the most entries that ListParts, ListMultipartUploads,
	// ListObjectsV2 and ListObjectVersions answer at once (API Reference).
	ListPage = 1000
)
