package transfer

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

const (
	// bucketBatch is as many files as are read ahead; signing them is local.
	bucketBatch = 250
	// bucketExpires is the life of signatures that are used at once.
	bucketExpires = time.Hour
)

// Bucket is the target that signs with the machine's own credentials. It finds the
// bucket's region by what S3 says.
type Bucket struct {
	bucket  string
	notes   Notes
	storage Storage

	mu     sync.Mutex
	client *s3.Client
	found  string // the region that S3 named; empty: none yet
	skew   time.Duration
	skewed bool // S3's clock was found to be another, by skew
}

// NewBucket makes one. notes remember unfinished uploads on this machine.
func NewBucket(client *s3.Client, bucket string, notes Notes, storage Storage) *Bucket {
	return &Bucket{client: client, bucket: bucket, notes: notes, storage: storage}
}

func (b *Bucket) s3() *s3.Client {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.client
}

func (b *Bucket) sign() *s3.PresignClient {
	return s3.NewPresignClient(b.s3(), s3.WithPresignExpires(bucketExpires), func(o *s3.PresignOptions) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.skewed {
			o.Presigner = clock{v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }), b.skew} // as S3 signs paths
		}
	})
}

// clock signs by another clock than this machine's.
type clock struct {
	s3.HTTPPresignerV4
	ahead time.Duration
}

// PresignHTTP implements s3.HTTPPresignerV4.
func (c clock) PresignHTTP(ctx context.Context, credentials aws.Credentials, r *http.Request, hash, service, region string, at time.Time, options ...func(*v4.SignerOptions)) (string, http.Header, error) {
	return c.HTTPPresignerV4.PresignHTTP(ctx, credentials, r, hash, service, region, at.Add(c.ahead), options...)
}

// Adjust signs by S3's clock from now on, which is so far ahead of ours. It says that
// what was refused is worth to be signed again.
func (b *Bucket) Adjust(skew time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.skewed {
		b.skew, b.skewed = skew, true
	}
	return true
}

// Follow signs for a region from now on. It says whether that is another one than
// was configured: requests that were signed before have to be signed again.
func (b *Bucket) Follow(region string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.found == "" && region != b.client.Options().Region {
		b.client = s3.New(b.client.Options(), func(o *s3.Options) { o.Region = region })
		b.found = region
	}
	return b.found == region
}

// ask makes a request of the SDK's, again where S3 names another region.
func (b *Bucket) ask(request func(*s3.Client) error) error {
	err := bucketError(request(b.s3()))
	if err != nil && err.Region != "" && b.Follow(err.Region) {
		err = bucketError(request(b.s3()))
	}
	if err == nil {
		return nil
	}
	return err
}

// Batch implements [Target].
func (b *Bucket) Batch() int { return bucketBatch }

// Presign implements [Target].
func (b *Bucket) Presign(ctx context.Context, wishes []Wish) ([]Signed, error) {
	signed, sign := make([]Signed, len(wishes)), b.sign()
	for i, w := range wishes {
		in := &s3.PutObjectInput{
			Bucket: &b.bucket, Key: &w.Key, ContentLength: &w.Size, ContentType: optional(w.Type), Metadata: w.Metadata,
			ChecksumCRC64NVME: b.storage.checksum(w.CRC64NVME), CacheControl: optional(b.storage.CacheControl), StorageClass: types.StorageClass(b.storage.Class),
		}
		out, err := sign.PresignPutObject(ctx, in)
		if err != nil {
			return nil, bucketError(err)
		}
		signed[i].Request = Request{Key: w.Key, URL: out.URL, Headers: map[string]string{}, Expires: time.Now().Add(bucketExpires)}
		for name, values := range out.SignedHeader {
			signed[i].Headers[strings.ToLower(name)] = values[0]
		}
	}
	return signed, nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Begin implements [Target]. An object of the same size and checksum is the file:
// nothing is sent again. An unfinished upload is continued when it was begun on
// this machine for this file: another tool's, of the same key, is its own affair.
func (b *Bucket) Begin(ctx context.Context, w Wish) (Multipart, error) {
	plan, err := upload.NewPlan(w.Size)
	if err != nil {
		return nil, err
	}
	if err := b.compare(ctx, w); err != nil {
		return nil, err
	}
	m := &bucketUpload{Bucket: b, key: w.Key, plan: plan, note: b.notes.name(b.bucket, w.Key, w.ID+b.storage.id())}
	if id := b.notes.read(m.note); id != "" {
		stored, err := b.Parts(ctx, w.Key, id)
		if err == nil {
			m.id, m.stored = id, stored
			return m, nil
		}
		if remedyOf(err) != Restart {
			return nil, err
		}
	}
	if m.id, err = b.create(ctx, w); err != nil {
		return nil, err
	}
	b.notes.write(m.note, m.id)
	return m, nil
}

func (b *Bucket) create(ctx context.Context, w Wish) (id string, err error) {
	in := &s3.CreateMultipartUploadInput{
		Bucket: &b.bucket, Key: &w.Key, ContentType: optional(w.Type), Metadata: w.Metadata,
		CacheControl: optional(b.storage.CacheControl), StorageClass: types.StorageClass(b.storage.Class),
	}
	if !b.storage.NoChecksum {
		in.ChecksumAlgorithm, in.ChecksumType = types.ChecksumAlgorithmCrc64nvme, types.ChecksumTypeFullObject
	}
	err = b.ask(func(c *s3.Client) error {
		out, err := c.CreateMultipartUpload(ctx, in)
		if err == nil {
			id = aws.ToString(out.UploadId)
		}
		return err
	})
	if err == nil && id == "" {
		err = errNotS3(http.StatusOK, "an UploadId")
	}
	return id, err
}

// compare is an Error of remedy Exists when the key has the file already, kept as it is
// asked for.
func (b *Bucket) compare(ctx context.Context, w Wish) error {
	out, err := b.head(ctx, w.Key)
	if err != nil || out == nil || !b.storage.holds(out) {
		return err
	}
	if same, err := isSame(out, w.Path); err != nil || !same {
		return err
	}
	return &Error{Status: 412, Code: string(upload.PreconditionFailed), Detail: w.Key + " is there already", Remedy: Exists, Key: w.Key}
}

// Parts lists what is stored of an unfinished upload.
func (b *Bucket) Parts(ctx context.Context, key, id string) (all []Part, err error) {
	err = b.ask(func(c *s3.Client) error {
		all = nil
		pages := s3.NewListPartsPaginator(c, &s3.ListPartsInput{Bucket: &b.bucket, Key: &key, UploadId: &id})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, p := range page.Parts {
				all = append(all, Part{int(aws.ToInt32(p.PartNumber)), aws.ToInt64(p.Size), aws.ToString(p.ETag), aws.ToString(p.ChecksumCRC64NVME)})
			}
		}
		return nil
	})
	return all, err
}

// bucketUpload is an upload that this machine signs.
type bucketUpload struct {
	*Bucket
	key, id string
	plan    upload.Plan
	stored  []Part
	note    string
}

func (m *bucketUpload) Key() string       { return m.key }
func (m *bucketUpload) Plan() upload.Plan { return m.plan }
func (m *bucketUpload) Stored() []Part    { return m.stored }

// Part implements [Multipart].
func (m *bucketUpload) Part(ctx context.Context, n int, _ bool) (Request, error) {
	return m.part(ctx, n, m.plan.Length(n))
}

func (m *bucketUpload) part(ctx context.Context, n int, size int64) (Request, error) {
	out, err := m.sign().PresignUploadPart(ctx, &s3.UploadPartInput{
		Bucket: &m.bucket, Key: &m.key, UploadId: &m.id, PartNumber: aws.Int32(int32(n)), ContentLength: &size,
	})
	if err != nil {
		return Request{}, bucketError(err)
	}
	headers := map[string]string{}
	for name := range maps.Keys(out.SignedHeader) {
		headers[strings.ToLower(name)] = out.SignedHeader.Get(name)
	}
	return Request{Key: m.key, URL: out.URL, Headers: headers}, nil
}

// Complete implements [Multipart].
func (m *bucketUpload) Complete(ctx context.Context, parts []Part, crc64nvme string) (Object, error) {
	in := &s3.CompleteMultipartUploadInput{Bucket: &m.bucket, Key: &m.key, UploadId: &m.id, MultipartUpload: &types.CompletedMultipartUpload{}}
	if !m.storage.NoChecksum {
		in.MpuObjectSize, in.ChecksumCRC64NVME, in.ChecksumType = &m.plan.Size, &crc64nvme, types.ChecksumTypeFullObject
	}
	for _, p := range parts {
		in.MultipartUpload.Parts = append(in.MultipartUpload.Parts, types.CompletedPart{
			PartNumber: aws.Int32(int32(p.Number)), ETag: &p.ETag, ChecksumCRC64NVME: m.storage.checksum(p.CRC64NVME),
		})
	}
	var out *s3.CompleteMultipartUploadOutput
	err := m.ask(func(c *s3.Client) (err error) {
		out, err = c.CompleteMultipartUpload(ctx, in)
		return err
	})
	switch {
	case slices.Contains([]string{"BadDigest", "InvalidPart", "InvalidPartOrder"}, codeOf(err)):
		return Object{}, &Error{Code: codeOf(err), Detail: err.Error(), Remedy: Restart, Err: err}
	case err != nil:
		return Object{}, err
	case aws.ToString(out.ETag) == "" || aws.ToString(out.Key) == "":
		return Object{}, errNotS3(http.StatusOK, "an ETag and a Key")
	}
	if stored := aws.ToString(out.ChecksumCRC64NVME); stored != "" && stored != crc64nvme {
		return Object{}, &Error{Code: "BadDigest", Detail: "got crc64nvme " + stored + " from S3, want " + crc64nvme + ": send the file again"}
	}
	m.notes.remove(m.note)
	return Object{Key: m.key, ETag: aws.ToString(out.ETag)}, nil
}

// Abort implements [Multipart].
func (m *bucketUpload) Abort(ctx context.Context) error {
	m.notes.remove(m.note)
	return m.AbortUpload(ctx, m.key, m.id)
}
