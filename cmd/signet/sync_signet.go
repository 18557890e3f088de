package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"hash"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/minio/crc64nvme"

	"signet/cmd/signet/internal/mirror"
	"signet/cmd/signet/internal/remote"
	"signet/cmd/signet/internal/transfer"
	"signet/cmd/signet/internal/walk"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// signetShelf is a folder of Signet. An object is never replaced there, so its key is
// all that has to be remembered of it.
type signetShelf struct {
	client *api.Client
	api    *transfer.API
	folder string            // as people call it
	within string            // … in its space
	keys   map[string]string // the newest of each path
	// addresses are those of the files that are fetched.
	addresses *transfer.Addresses
}

func (f *syncFlags) openSignet(ctx context.Context) (shelf, error) {
	client, s, err := service()
	if err != nil {
		return nil, err
	}
	shelf := &signetShelf{client: client, api: &transfer.API{Client: client, MaxFiles: s.MaxFiles}, folder: f.folder, keys: map[string]string{}}
	files := &remote.Files{Client: client}
	where := files.Place
	if f.down {
		where = files.In
	}
	if shelf.api.Space, shelf.within, err = where(ctx, f.folder); err != nil {
		return nil, err
	}
	// Names come back in the form in which they are kept.
	if called, there, err := files.Folder(ctx, f.folder); err != nil || there {
		shelf.folder = called
		return shelf, err
	}
	return shelf, nil
}

func (s *signetShelf) name() []string          { return []string{signetSide, s.client.Base, s.folder} }
func (s *signetShelf) label(rel string) string { return path.Join(s.folder, rel) }
func (s *signetShelf) target() transfer.Target { return s.api }

// form leaves a path as it is that cannot be there: sending it says why.
func (s *signetShelf) form(rel string) string {
	if clean := remote.Clean(rel); clean != "" {
		return clean
	}
	return rel
}

func (s *signetShelf) list(ctx context.Context, wants func(string) bool) (map[string]mirror.Object, map[string][]string, error) {
	found, err := (&remote.Files{Client: s.client}).Below(ctx, s.folder)
	there, older := make(map[string]mirror.Object, len(found)), map[string][]string{}
	for _, of := range found {
		rel := strings.TrimPrefix(strings.TrimPrefix(of.Path, s.folder), "/")
		if !wants(rel) {
			continue
		}
		there[rel] = mirror.Object{Size: of.Files[0].Size, ETag: of.Files[0].Key}
		s.keys[rel] = of.Files[0].Key
		for _, file := range of.Files[1:] {
			older[rel] = append(older[rel], file.Key)
		}
	}
	return there, older, err
}

func (s *signetShelf) same(ctx context.Context, rel, path string) (bool, error) {
	info, err := s.client.FileInfo(ctx, s.keys[rel], "")
	if err != nil || info.Checksum == nil {
		return false, err
	}
	return sameSum(path, *info.Checksum)
}

// sameSum compares a file with a checksum that S3 has of an object.
func sameSum(path string, sum api.Checksum) (bool, error) {
	var h hash.Hash = crc64nvme.New()
	want := sum.CRC64NVME
	if want == "" {
		h, want = sha256.New(), sum.SHA256
	}
	file, err := os.Open(path)
	if err != nil || want == "" {
		return false, err
	}
	defer file.Close()
	if _, err := io.CopyBuffer(struct{ io.Writer }{h}, struct{ io.Reader }{file}, make([]byte, 256<<10)); err != nil {
		return false, err
	}
	return base64.StdEncoding.EncodeToString(h.Sum(nil)) == want, nil
}

func (s *signetShelf) file(f walk.File) transfer.File {
	folder, name := splitPath(path.Join(s.within, f.Rel))
	return transfer.File{Path: f.Path, Name: name, Folder: folder}
}

// held goes by the ids of known content, which no request has to confirm.
func (s *signetShelf) held(file string, older []string) string {
	if len(older) == 0 {
		return ""
	}
	content, err := os.Open(file)
	if err != nil {
		return ""
	}
	defer content.Close()
	h := sha256.New()
	if n, err := io.Copy(h, io.LimitReader(content, transfer.MultipartFrom)); err != nil || n == transfer.MultipartFrom {
		return "" // which is sent in parts, or cannot be read
	}
	id := "~" + upload.ContentID([sha256.Size]byte(h.Sum(nil)))
	for _, key := range older {
		if strings.Contains(path.Base(key), id) {
			return key
		}
	}
	return ""
}

// renew restores the version that is there, which makes it the current one of its name.
func (s *signetShelf) renew(ctx context.Context, key string) error {
	info, err := s.client.FileInfo(ctx, key, "")
	if err == nil {
		_, err = s.client.RestoreVersion(ctx, key, info.VersionID)
	}
	return err
}

func (s *signetShelf) mark(r transfer.Result) string { return r.Key }

// expect says what is fetched, and in which order.
func (s *signetShelf) expect(rels []string) {
	keys := make([]string, len(rels))
	for i, rel := range rels {
		keys[i] = s.keys[rel]
	}
	s.addresses = transfer.NewAddresses(s.client, keys)
}

func (s *signetShelf) download(_ string, o mirror.Object) transfer.Download {
	return transfer.Download{Size: o.Size,
		Ask: func(ctx context.Context) (transfer.Checksum, error) {
			return transfer.AskChecksum(ctx, s.client, o.ETag, "")
		},
		Sign: func(ctx context.Context) (transfer.Request, error) {
			return s.addresses.Sign(ctx, o.ETag)
		}}
}

// remove puts delete markers on the newest of the paths, and on keys. What was deleted
// can be brought back.
func (s *signetShelf) remove(ctx context.Context, rels, keys []string, done func(string, error)) {
	labels := slices.Clone(keys)
	for _, rel := range rels {
		keys, labels = append(keys, s.keys[rel]), append(labels, s.label(rel))
	}
	for len(keys) > 0 {
		n := min(len(keys), upload.ListPage)
		out, err := s.client.DeleteFiles(ctx, keys[:n])
		if err == nil && len(out.Files) != n {
			err = errors.New("got another number of answers than files: see that --api is Signet's")
		}
		for i := range keys[:n] {
			failed := err
			if err == nil && out.Files[i].Error != nil {
				failed = out.Files[i].Error
			}
			done(labels[i], failed)
		}
		keys, labels = keys[n:], labels[n:]
	}
}
