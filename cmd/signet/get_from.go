package main

import (
	"context"
	"fmt"
	"os"

	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/api"
)

// source is where files are fetched from.
type source interface {
	finder
	// current is the one file that is meant by a name, and its version that is current
	// now, so that none that comes in between is mixed in.
	current(ctx context.Context, name string) (api.StoredFile, error)
	// download says how to fetch a file that was found; where to is not its affair.
	download(file api.StoredFile) transfer.Download
	// same says whether the file that is here is the one that is stored, by size and
	// checksum.
	same(ctx context.Context, file api.StoredFile, path string) (bool, error)
}

func (f *getFlags) open(ctx context.Context) (source, error) {
	if f.bucket != "" {
		return f.openBucket(ctx)
	}
	return openSource(f.version)
}

// openSource is the files of whoever has signed in; a version is of the one that is
// named, be it there or deleted. Empty: the current one.
func openSource(version string) (source, error) {
	client, _, err := service()
	files := &signetFiles{Files: &remote.Files{Client: client}, rooted: true, whole: "-r"}
	if version != "" {
		return &signetVersion{files, version}, err
	}
	return files, err
}

func (s *signetFiles) current(ctx context.Context, name string) (api.StoredFile, error) {
	file, err := newest(ctx, s.Files, name)
	if err != nil {
		return file, err
	}
	info, err := s.Client.FileInfo(ctx, file.Key, "")
	file.VersionID, file.Size = info.VersionID, info.Size
	return file, err
}

func (s *signetFiles) download(file api.StoredFile) transfer.Download {
	return transfer.Download{Size: file.Size,
		Ask: func(ctx context.Context) (transfer.Checksum, error) {
			return transfer.AskChecksum(ctx, s.Client, file.Key, file.VersionID)
		},
		Sign: func(ctx context.Context) (transfer.Request, error) {
			if s.addresses == nil || file.VersionID != "" {
				return transfer.SignGet(ctx, s.Client, file.Key, file.VersionID)
			}
			return s.addresses.Sign(ctx, file.Key)
		}}
}

// expect says which files are fetched, and in which order.
func (s *signetFiles) expect(jobs []job) {
	keys := make([]string, len(jobs))
	for i, j := range jobs {
		keys[i] = j.file.Key
	}
	s.addresses = transfer.NewAddresses(s.Client, keys)
}

func (s *signetFiles) same(ctx context.Context, file api.StoredFile, path string) (bool, error) {
	if info, err := os.Stat(path); err != nil || info.Size() != file.Size {
		return false, err
	}
	stored, err := s.Client.FileInfo(ctx, file.Key, file.VersionID)
	if err != nil || stored.Checksum == nil {
		return false, err
	}
	return sameSum(path, *stored.Checksum)
}

// signetVersion is an older version of one file.
type signetVersion struct {
	*signetFiles
	version string
}

func (s *signetVersion) find(ctx context.Context, name string, _ bool) ([]remote.Found, string, error) {
	file, err := s.current(ctx, name)
	return []remote.Found{{Path: file.Name, Files: []api.StoredFile{file}}}, "", err
}

func (s *signetVersion) current(ctx context.Context, name string) (api.StoredFile, error) {
	file, err := thereOrGone(ctx, s.Client, name)
	if err != nil {
		return file, err
	}
	v, err := versionOf(ctx, s.Client, file, s.version)
	file.Key, file.VersionID, file.Size, file.Modified = v.Key, v.VersionID, v.Size, v.Modified
	return file, err
}

func (b *bucketFiles) current(ctx context.Context, name string) (api.StoredFile, error) {
	found, _, err := b.find(ctx, name, false)
	switch {
	case err != nil:
		return api.StoredFile{}, err
	case len(found) > 1:
		return api.StoredFile{}, fmt.Errorf("got %q, which %d keys match, such as %q and %q: want one", name, len(found), found[0].Path, found[1].Path)
	}
	return found[0].Files[0], nil
}

func (b *bucketFiles) download(file api.StoredFile) transfer.Download {
	return transfer.Download{Size: file.Size, ETag: b.etags[file.Key],
		Ask:  func(ctx context.Context) (transfer.Checksum, error) { return b.AskChecksum(ctx, file.Key) },
		Sign: func(ctx context.Context) (transfer.Request, error) { return b.SignGet(ctx, file.Key) }}
}

func (b *bucketFiles) same(ctx context.Context, file api.StoredFile, path string) (bool, error) {
	return b.Same(ctx, file.Key, path)
}
