package main

import (
	"context"
	"path"
	"strings"

	"signet/cmd/signet/internal/mirror"
	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/walk"
)

// bucketShelf is a bucket's folder.
type bucketShelf struct {
	*transfer.Bucket
	endpoint, bucket, prefix string
}

func (s *bucketShelf) name() []string          { return []string{s.endpoint, s.bucket, s.prefix} }
func (s *bucketShelf) form(rel string) string  { return rel }
func (s *bucketShelf) label(rel string) string { return s.prefix + rel }
func (s *bucketShelf) target() transfer.Target { return s.Bucket }

// list leaves out the empty objects that stand for folders.
func (s *bucketShelf) list(ctx context.Context, wants func(string) bool) (map[string]mirror.Object, map[string][]string, error) {
	listed, err := s.List(ctx, s.prefix)
	there := make(map[string]mirror.Object, len(listed))
	for _, o := range listed {
		if rel := strings.TrimPrefix(o.Key, s.prefix); wants(rel) && !strings.HasSuffix(rel, "/") {
			there[rel] = mirror.Object{Size: o.Size, ETag: o.ETag}
		}
	}
	return there, nil, err
}

func (s *bucketShelf) same(ctx context.Context, rel, path string) (bool, error) {
	return s.Same(ctx, s.prefix+rel, path)
}

func (s *bucketShelf) file(f walk.File) transfer.File {
	return transfer.File{Path: f.Path, Name: path.Base(f.Rel), Key: s.prefix + f.Rel}
}

// held is none: an object has no older ones.
func (s *bucketShelf) held(string, []string) string        { return "" }
func (s *bucketShelf) renew(context.Context, string) error { return nil }

func (s *bucketShelf) mark(r transfer.Result) string { return r.ETag }

func (s *bucketShelf) download(rel string, o mirror.Object) transfer.Download {
	return transfer.Download{Size: o.Size, ETag: o.ETag,
		Ask:  func(ctx context.Context) (transfer.Checksum, error) { return s.AskChecksum(ctx, s.prefix+rel) },
		Sign: func(ctx context.Context) (transfer.Request, error) { return s.SignGet(ctx, s.prefix+rel) }}
}

func (s *bucketShelf) remove(ctx context.Context, rels, _ []string, done func(string, error)) {
	keys := make([]string, len(rels))
	for i, rel := range rels {
		keys[i] = s.prefix + rel
	}
	s.Delete(ctx, keys, done)
}
