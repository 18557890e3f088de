package gateway

import (
	"context"
	"io"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/s3api/middlewares"
	"github.com/versity/versitygw/s3response"
)

// folders keeps those who put an object in its place from those who take one away. In
// S3 there are no folders; versitygw removes the ones that a deletion leaves empty, and
// answers 409 to a write of any other key that was about to use them.
type folders struct {
	short sync.RWMutex // held for reading by writes whose body has ended
	long  sync.RWMutex // by completions and copies, which take as long as their bytes do
}

// remove waits for all who are putting an object in its place, and keeps them waiting
// until done is called. For those that take long it waits first, so that meanwhile all
// others go on.
func (f *folders) remove() (done func()) {
	f.long.Lock()
	f.short.Lock()
	return func() {
		f.short.Unlock()
		f.long.Unlock()
	}
}

// settle holds off removals until done is called.
func (f *folders) settle() (done func()) {
	f.short.RLock()
	return f.short.RUnlock
}

// settleLong is settle for what takes long.
func (f *folders) settleLong() (done func()) {
	f.long.RLock()
	return f.long.RUnlock
}

// settling is a body at whose end its object is put in its place. Removals are held off
// from then on: before, a slow sender would hold them up.
type settling struct {
	body    io.Reader
	folders *folders
	done    func() // nil: the body has not ended
}

// Read implements io.Reader.
func (s *settling) Read(p []byte) (int, error) {
	n, err := s.body.Read(p)
	if err != nil && s.done == nil {
		s.done = s.folders.settle()
	}
	return n, err
}

// over lets removals go on, if the body has ever ended.
func (s *settling) over() {
	if s.done != nil {
		s.done()
	}
}

// Algorithm implements middlewares.ChecksumReader, as exactReader does.
func (s *settling) Algorithm() string {
	if c, ok := s.body.(middlewares.ChecksumReader); ok {
		return c.Algorithm()
	}
	return ""
}

// Checksum implements middlewares.ChecksumReader.
func (s *settling) Checksum() string {
	if c, ok := s.body.(middlewares.ChecksumReader); ok {
		return c.Checksum()
	}
	return ""
}

// storeObject stores a body.
func (g *guard) storeObject(ctx context.Context, in s3response.PutObjectInput) (s3response.PutObjectOutput, error) {
	if in.Body == nil {
		defer g.folders.settle()()
		return g.Backend.PutObject(ctx, in)
	}
	body := &settling{body: in.Body, folders: &g.folders}
	defer body.over()
	in.Body = body
	return g.Backend.PutObject(ctx, in)
}

// deleting holds off whom a deletion must not meet: all who write where it may leave
// folders empty, which is one of a version, or in a bucket without; those who remove
// where it only puts a delete marker in the object's place.
func (g *guard) deleting(bucket *string, versions ...*string) (done func()) {
	if aws.ToString(bucket) == g.state || slices.ContainsFunc(versions, func(v *string) bool { return aws.ToString(v) != "" }) {
		return g.folders.remove()
	}
	return g.folders.settle()
}

func versionsOf(d *types.Delete) (versions []*string) {
	for _, o := range d.Objects {
		versions = append(versions, o.VersionId)
	}
	return versions
}

func (g *guard) deleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	defer g.deleting(in.Bucket, in.VersionId)()
	return g.Backend.DeleteObject(ctx, in)
}

func (g *guard) deleteObjects(ctx context.Context, in *s3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	defer g.deleting(in.Bucket, versionsOf(in.Delete)...)()
	return g.Backend.DeleteObjects(ctx, in)
}
