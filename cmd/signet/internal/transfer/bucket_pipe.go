package transfer

import (
	"context"

	"signet/lambda/upload"
)

// BeginPipe implements [Piper].
func (b *Bucket) BeginPipe(ctx context.Context, f File, expected int64) (Pipe, error) {
	id, err := b.create(ctx, Wish{File: f})
	if err != nil {
		return nil, err
	}
	plan := upload.Plan{PartSize: PipeSize(expected)}
	return &bucketPipe{bucketUpload{Bucket: b, key: f.Key, id: id, plan: plan}}, nil
}

// bucketPipe is an upload of unknown length that this machine signs.
type bucketPipe struct{ upload bucketUpload }

func (m *bucketPipe) Key() string     { return m.upload.key }
func (m *bucketPipe) PartSize() int64 { return m.upload.plan.PartSize }

// Part implements [Pipe].
func (m *bucketPipe) Part(ctx context.Context, n int, size int64, _ bool) (Request, error) {
	return m.upload.part(ctx, n, size)
}

// Complete implements [Pipe].
func (m *bucketPipe) Complete(ctx context.Context, parts []Part, size int64, crc64nvme string) (Object, error) {
	whole := bucketUpload{Bucket: m.upload.Bucket, key: m.upload.key, id: m.upload.id, plan: upload.Plan{Size: size}}
	return whole.Complete(ctx, parts, crc64nvme)
}

// Abort implements [Pipe].
func (m *bucketPipe) Abort(ctx context.Context) error { return m.upload.Abort(ctx) }
