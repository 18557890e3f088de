package api

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// restoreFiles makes a version the current one, of one file or of each of several.
func (h *Handler) restoreFiles(x *exchange) (any, error) {
	var m RestoreRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if m.Files == nil {
		one := RestoreFile{}
		if m.RestoreFile != nil {
			one = *m.RestoreFile
		}
		restored, err := h.restoreOne(x, one)
		if err != nil {
			return nil, err
		}
		return restored, nil
	}
	if m.RestoreFile != nil {
		return nil, upload.Errorf(upload.InvalidRequest, "got a file and files, want one of them: put all into files")
	}
	if err := checkRows("files", len(m.Files)); err != nil {
		return nil, err
	}
	done := make([]*Restored, len(m.Files))
	at := map[RestoreFile]int{}
	for i, f := range m.Files {
		at[f] = i
	}
	errs := eachOnce(m.Files, inTime(h.options.Now, func(f RestoreFile) (err error) {
		done[at[f]], err = h.restore(x, f)
		return err
	}))
	out := &RestoredFiles{Files: make([]RestoredFile, len(m.Files))}
	for i, f := range m.Files {
		out.Files[i] = RestoredFile{Key: f.Key, Error: rowProblem(errs[i])}
		if restored := done[at[f]]; restored != nil {
			out.Files[i].VersionID = restored.VersionID
		}
	}
	return out, nil
}

// maxRestore is how often a restore is tried that somebody else's write keeps undoing.
const maxRestore = 5

// restore makes a version the current one. Where only delete markers lie over it they
// are removed, which costs nothing whatever the size; otherwise the version is copied,
// which S3 does for up to 5 GiB. Somebody else may restore, delete or write at the same
// time: what is there is looked at again until the version, or a copy of it that this
// call made, has been the current one.
func (h *Handler) restore(x *exchange, f RestoreFile) (*Restored, error) {
	switch {
	case f.Key == "":
		return nil, required("key")
	case f.VersionID == "":
		return nil, required("versionId")
	}
	object, err := h.policy.AuthorizeDelete(x.bearer, f.Key)
	if err == nil {
		err = h.mayRestore(x.ctx(), object, f.VersionID)
	}
	if err != nil {
		return nil, err
	}
	for range maxRestore {
		above, wanted, err := h.over(x.ctx(), object.Key(), f.VersionID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(above, isData) {
			return h.copyUp(x, object, wanted)
		}
		if err := h.store.removeMarkers(x.ctx(), above); err != nil {
			return nil, err
		}
		// S3 dates versions to the second, so the order of two of one second is
		// not known; and somebody else may have written meanwhile.
		current, err := h.store.head(x.ctx(), object.Key())
		switch {
		case err == nil && current.versionID == wanted.id:
			return &Restored{Key: object.Key(), VersionID: wanted.id}, nil
		case err == nil:
			return h.copyUp(x, object, wanted)
		case !is(err, upload.NoSuchKey):
			return nil, err
		}
	}
	return nil, upload.Errorf(upload.ConditionalRequestConflict, "got a file that is deleted again each time, want one writer: try again")
}

// over finds a version, and what lies over it.
func (h *Handler) over(ctx context.Context, key, versionID string) (above []objectVersion, wanted objectVersion, err error) {
	run, err := h.keyVersions(ctx, key)
	if err != nil {
		return nil, objectVersion{}, err
	}
	i := slices.IndexFunc(run, func(v objectVersion) bool { return v.id == versionID && isData(v) })
	switch {
	case len(run) == 0:
		return nil, objectVersion{}, upload.ErrNoSuchKey(key)
	case i < 0:
		return nil, objectVersion{}, noSuchVersion(nil)
	}
	return run[:i], run[i], nil
}

// keyVersions are the versions of one key, newest first.
func (h *Handler) keyVersions(ctx context.Context, key string) ([]objectVersion, error) {
	all, err := h.store.versions(ctx, key)
	return slices.DeleteFunc(all, func(v objectVersion) bool { return v.key != key }), err
}

// mayRestore holds an approval that is for one's own uploads alone to who uploaded the
// version.
func (h *Handler) mayRestore(ctx context.Context, object upload.Object, versionID string) error {
	if object.MustBeBy() == "" {
		return nil
	}
	d, err := h.store.look(ctx, object.Key(), versionID)
	if err != nil {
		return err
	}
	return h.isUploader(object, d)
}

// copyUp copies a version onto its key, which is to write there.
func (h *Handler) copyUp(x *exchange, object upload.Object, v objectVersion) (*Restored, error) {
	if !object.Rights().Has(upload.Write) {
		return nil, upload.Errorf(upload.AccessDenied, "got a version under a newer one of a place in which you may not write, want one that was deleted: delete the newer one first, or ask somebody who may write here")
	}
	if v.size > upload.MaxPutSize {
		return nil, errLargeVersion(v.size)
	}
	if err := h.reserveCopy(x, v.key+"\n"+v.id, v.size); err != nil {
		return nil, err
	}
	versionID, err := h.store.copyVersion(x.ctx(), v.key, v.id)
	if err != nil {
		return nil, err
	}
	return &Restored{Key: v.key, VersionID: versionID}, nil
}

func errLargeVersion(size int64) error {
	return upload.Errorf(upload.EntityTooLarge, "got a version of %d bytes under a newer one, want at most %d: download it with GET /files/url and upload it again", size, int64(upload.MaxPutSize))
}

// removeMarkers takes delete markers away; that somebody else did so already is as
// well. S3 says 204 then, other stores that there is none.
func (s *store) removeMarkers(ctx context.Context, markers []objectVersion) error {
	for _, err := range eachOnce(markers, func(m objectVersion) error { return s.remove(ctx, m.key, m.id) }) {
		if err != nil && !is(err, upload.NoSuchVersion) && !is(err, upload.NoSuchKey) && !is(err, upload.InvalidArgument) {
			return err
		}
	}
	return nil
}

// source names a version of an object for a copy. A bucket without versions has none.
func (s *store) source(key, versionID string) *string {
	name := s.config.Bucket + "/" + presign.EscapePath(key)
	if versionID != "" {
		name += "?versionId=" + versionID
	}
	return &name
}

// copyVersion makes a version the current one by copying it onto its key. Tags
// are not copied: the role may not read them, and a scan's verdict belongs to
// the version that was scanned.
func (s *store) copyVersion(ctx context.Context, key, versionID string) (string, error) {
	out, err := s.s3().CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: s.bucket(), Key: &key, CopySource: s.source(key, versionID), TaggingDirective: "REPLACE",
	})
	if err != nil {
		return "", s3Error(err)
	}
	return aws.ToString(out.VersionId), nil
}
