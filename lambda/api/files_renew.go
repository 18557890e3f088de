package api

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// restoreOne makes a version the current one of its key; one that is that already, and
// has newer files of its name beside it, the newest of the name, for that is what is
// left to ask for. Of several at once none is: what of them is the newest stays so.
func (h *Handler) restoreOne(x *exchange, f RestoreFile) (*Restored, error) {
	if f.Key != "" && f.VersionID != "" {
		if object, err := h.policy.AuthorizeDelete(x.bearer, f.Key); err == nil && object.Rights().Has(upload.Write) {
			if v, newest, err := h.isOlder(x.ctx(), f); err != nil || !newest.IsZero() {
				if err == nil {
					err = h.pass(x.ctx(), newest)
				}
				return h.renew(x, object, v, err)
			}
		}
	}
	return h.restore(x, f)
}

// isOlder finds a version that is what its key means, and of what time the newest of
// those is that have its name and are no older. Zero: there are none.
func (h *Handler) isOlder(ctx context.Context, f RestoreFile) (v objectVersion, newest time.Time, err error) {
	all, err := h.nameVersions(ctx, f.Key)
	if is(err, upload.NoSuchKey) {
		return v, newest, nil // as restore will say
	}
	current := slices.DeleteFunc(all, func(v objectVersion) bool { return !v.latest || v.marker })
	i := slices.IndexFunc(current, func(v objectVersion) bool { return v.key == f.Key && v.id == f.VersionID })
	if err != nil || i < 0 {
		return v, newest, err
	}
	v = current[i]
	for _, other := range current {
		if other.key != v.key && !other.modified.Before(v.modified) {
			newest = later(newest, other.modified)
		}
	}
	return v, newest, nil
}

// pass waits until what is written is of a later second than a time, for that is how
// exactly S3 dates.
func (h *Handler) pass(ctx context.Context, at time.Time) error {
	left := at.Add(time.Second).Sub(h.options.Now())
	if left <= 0 || left > time.Second {
		return nil
	}
	select {
	case <-time.After(left):
		return nil
	case <-ctx.Done():
		return &upload.Error{Code: upload.SlowDown, Detail: "the call has ended before its time: try again", Err: ctx.Err()}
	}
}

// renew writes a version onto its own key, with all that it has: S3 dates it anew. An
// unconfirmed one is not, for the tag by which it expires would be lost.
func (h *Handler) renew(x *exchange, object upload.Object, v objectVersion, err error) (*Restored, error) {
	if err == nil {
		err = h.mayRestore(x.ctx(), object, v.id)
	}
	if err == nil && object.Space().Confirm != 0 {
		err = h.confirmed(x.ctx(), v.key)
	}
	if err == nil && v.size > upload.MaxPutSize {
		err = errLargeVersion(v.size)
	}
	if err == nil {
		err = h.reserveCopy(x, v.key+"\n"+v.id, v.size)
	}
	if err != nil {
		return nil, err
	}
	from, err := h.store.look(x.ctx(), v.key, v.id)
	if err != nil {
		return nil, err
	}
	versionID, err := h.store.copyOnto(x.ctx(), from)
	if err != nil {
		return nil, err
	}
	return &Restored{Key: v.key, VersionID: versionID}, nil
}

// copyOnto copies a version onto its own key, of which it is the current one. S3 refuses
// that unless something is said anew, so its metadata is; if the key has been written to
// meanwhile the copy is a version over that one, as of any restore.
func (s *store) copyOnto(ctx context.Context, d details) (versionID string, err error) {
	h := d.headers
	out, err := s.s3().CopyObject(ctx, &s3.CopyObjectInput{
		Bucket: s.bucket(), Key: &d.key, CopySource: s.source(d.key, d.versionID),
		MetadataDirective: types.MetadataDirectiveReplace, Metadata: d.metadata, TaggingDirective: types.TaggingDirectiveReplace,
		ContentType: h.contentType, ContentEncoding: h.encoding, ContentLanguage: h.language, ContentDisposition: h.disposition,
		CacheControl: h.cacheControl, Expires: expires(h),
	})
	if err != nil {
		return "", s3Error(err)
	}
	return aws.ToString(out.VersionId), nil
}
