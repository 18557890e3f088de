package gateway

import (
	"context"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/s3err"
	"github.com/versity/versitygw/s3response"
)

// endings knows the parts that are on their way and the uploads that ended
// meanwhile. In S3 an upload that was completed or aborted is gone; versitygw
// brings it back when a part arrives afterwards.
type endings struct {
	mu      sync.Mutex
	uploads map[string]*ending // by id, those with parts on their way
}

type ending struct {
	parts int
	ended bool
}

func newEndings() *endings { return &endings{uploads: map[string]*ending{}} }

// enter counts a part. leave says whether its upload ended meanwhile.
func (e *endings) enter(id string) (leave func() (ended bool)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	u := e.uploads[id]
	if u == nil {
		u = &ending{}
		e.uploads[id] = u
	}
	u.parts++
	return func() bool {
		e.mu.Lock()
		defer e.mu.Unlock()
		if u.parts--; u.parts == 0 {
			delete(e.uploads, id)
		}
		return u.ended
	}
}

// end marks an upload whose parts on their way come too late.
func (e *endings) end(id string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if u := e.uploads[id]; u != nil {
		u.ended = true
	}
}

func (e *endings) has(id string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.uploads[id] != nil && e.uploads[id].ended
}

// storePart stores a part, and takes it back when its upload ended meanwhile.
func (g *guard) storePart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	leave := g.endings.enter(aws.ToString(in.UploadId))
	out, err := g.Backend.UploadPart(ctx, in)
	if !leave() {
		return out, err
	}
	g.sweep(ctx, in.Bucket, in.Key, in.UploadId)
	return nil, s3err.GetNoSuchUploadErr(aws.ToString(in.UploadId))
}

// over marks an upload that was completed or aborted. A part may have come in
// between that and the mark.
func (g *guard) over(ctx context.Context, bucket, key, id *string) {
	g.endings.end(aws.ToString(id))
	g.sweep(ctx, bucket, key, id)
}

func (g *guard) sweep(ctx context.Context, bucket, key, id *string) {
	// Mostly there is nothing, which is the error.
	_ = g.Backend.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: id})
}

// UploadPart implements backend.Backend.
func (g *guard) UploadPart(ctx context.Context, in *s3.UploadPartInput) (*s3.UploadPartOutput, error) {
	if err := g.checkWrite(ctx); err != nil {
		return nil, err
	}
	in.Body = exactly(in.Body, in.ContentLength)
	return g.storePart(ctx, in)
}

// AbortMultipartUpload implements backend.Backend.
func (g *guard) AbortMultipartUpload(ctx context.Context, in *s3.AbortMultipartUploadInput) error {
	err := g.Backend.AbortMultipartUpload(ctx, in)
	if err == nil {
		g.over(ctx, in.Bucket, in.Key, in.UploadId)
	}
	return err
}

// unended leaves out the uploads that are kept by nothing but parts that come too
// late.
func (g *guard) unended(uploads []s3response.Upload) []s3response.Upload {
	return slices.DeleteFunc(uploads, func(u s3response.Upload) bool { return g.endings.has(u.UploadID) })
}
