package main

import (
	"context"

	"signet/lambda/api"
)

// bucketUploads are the unfinished uploads of a bucket whose keys have a prefix, be they
// ours or another tool's.
type bucketUploads struct {
	*bucketFiles
	prefix string
}

func (b *bucketUploads) uploads(ctx context.Context) (all []api.Unfinished, err error) {
	begun, err := b.Unfinished(ctx, b.prefix)
	for _, u := range begun {
		all = append(all, api.Unfinished{Key: u.Key, Name: u.Key, UploadID: u.UploadID, Initiated: u.Initiated})
	}
	return all, err
}

func (b *bucketUploads) stored(ctx context.Context, u api.Unfinished) (n int, bytes int64, err error) {
	parts, err := b.Parts(ctx, u.Key, u.UploadID)
	for _, p := range parts {
		bytes += p.Size
	}
	return len(parts), bytes, err
}

func (b *bucketUploads) drop(ctx context.Context, u api.Unfinished) error {
	return b.AbortUpload(ctx, u.Key, u.UploadID)
}

func (b *bucketUploads) isCalled(u api.Unfinished, given string) bool {
	return keyMatches(given, u.Key)
}
