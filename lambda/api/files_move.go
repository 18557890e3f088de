package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// moveTime is how long a call begins copies of parts. Those that are under way then
// still have ten seconds of API Gateway's thirty.
const moveTime = 18 * time.Second

// moveFile gives a file another folder, another name, or both. S3 cannot rename: the
// object is copied, and once S3 has told that the copy is whole, the file of the old key
// is deleted, which can be undone.
func (h *Handler) moveFile(x *exchange) (any, error) {
	var m MoveRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	switch {
	case m.Key == "":
		return nil, required("key")
	case m.Folder == nil && m.Name == "" && m.Space == nil:
		return nil, upload.Errorf(upload.InvalidArgument, "got a key alone, want a new folder or name: add one")
	}
	object, err := h.policy.AuthorizeKey(x.bearer, m.Key)
	if err != nil {
		return nil, err
	}
	at, name, err := h.target(x, m)
	if err != nil {
		return nil, err
	}
	from, gone := h.store.look(x.ctx(), object.Key(), "")
	if gone != nil && !is(gone, upload.NoSuchKey) {
		return nil, gone
	}
	move, err := h.policy.AuthorizeMove(x.bearer, m.Key, at, name, moving(from, gone != nil))
	switch {
	case err != nil:
		return nil, err
	case gone != nil:
		return h.moved(x.ctx(), move, gone)
	case len(move.To) == 0:
		return &Moved{Key: m.Key}, nil
	}
	if err := h.movable(x.ctx(), move, from); err != nil {
		return nil, err
	}
	if err := h.reserveCopy(x, move.To[0].Key(), from.size); err != nil {
		return nil, err
	}
	moved, err := h.move(x.ctx(), move, from)
	if err != nil {
		return nil, err
	}
	h.settle(x, move.To[0].Key(), false)
	h.removed(x, []string{m.Key}) // what is sent there again is another file
	return moved, nil
}

// moving is a file as the policy takes it.
func moving(d details, gone bool) upload.Moving {
	return upload.Moving{Version: d.versionID + d.etag, Type: aws.ToString(d.headers.contentType), Size: d.size, Metadata: d.metadata, Gone: gone}
}

// movable holds a move to what S3 has to say of the file: whose it is, and that nobody
// has to confirm it yet.
func (h *Handler) movable(ctx context.Context, move upload.Move, from details) error {
	if err := h.isUploader(move.From, from); err != nil {
		return err
	}
	if move.From.Space().Confirm == 0 {
		return nil
	}
	return h.confirmed(ctx, from.key)
}

// confirmed fails for a file that expires unless it is confirmed.
func (h *Handler) confirmed(ctx context.Context, key string) error {
	unconfirmed, err := h.store.unconfirmed(ctx, key)
	if err == nil && unconfirmed {
		err = upload.Errorf(upload.ConditionalRequestConflict, "got a file that nobody has confirmed, want one that stays: POST /files/confirm first")
	}
	return err
}

// target is where a file is to go: what is left out stays.
func (h *Handler) target(x *exchange, m MoveRequest) (upload.Place, string, error) {
	at, err := h.policy.PlaceOf(x.bearer, m.Key)
	name := upload.NameOf(m.Key)
	if m.Space != nil {
		at.Space = *m.Space
	}
	if m.Folder != nil {
		at.Folder = *m.Folder
	}
	if m.Name != "" {
		name = m.Name
	}
	return at, name, err
}

// moved answers for a file that is gone: where an earlier call has moved it there, and
// its answer was lost, it is the same one.
func (h *Handler) moved(ctx context.Context, move upload.Move, gone error) (*Moved, error) {
	for _, to := range move.To {
		there, err := h.store.look(ctx, to.Key(), "")
		if err == nil && there.movedFrom() == move.From.Key() {
			return &Moved{Key: to.Key()}, nil
		}
		if err != nil && !is(err, upload.NoSuchKey) {
			return nil, err
		}
	}
	return nil, gone
}

// move copies to the first key that is free, or that has the file already, and deletes.
func (h *Handler) move(ctx context.Context, move upload.Move, from details) (*Moved, error) {
	for _, to := range move.To {
		err := h.copyTo(ctx, move, from, to.Key())
		if is(err, upload.PreconditionFailed) {
			continue
		}
		if err == nil {
			err = h.removeMoved(ctx, from)
		}
		if err != nil {
			return nil, err
		}
		return &Moved{Key: to.Key()}, nil
	}
	return nil, upload.Errorf(upload.ConditionalRequestConflict, "got a name that is taken each time, want a free one: choose another name")
}

// copyTo makes a key hold what an object holds. A key that has another file is
// PreconditionFailed.
func (h *Handler) copyTo(ctx context.Context, move upload.Move, from details, to string) error {
	there, err := h.store.look(ctx, to, "")
	switch {
	case err == nil:
		return there.isCopy(from)
	case !is(err, upload.NoSuchKey):
		return err
	}
	c, err := h.copyOf(move, from, to)
	if err != nil {
		return err
	}
	versionID, err := h.store.copy(ctx, c)
	if is(err, upload.PreconditionFailed) { // somebody was faster: this very move, asked for twice?
		if there, err := h.store.look(ctx, to, ""); err == nil {
			return there.isCopy(from)
		}
		return err
	}
	if err != nil {
		return err
	}
	there, err = h.store.look(ctx, to, versionID)
	if err == nil && there.isCopy(from) != nil {
		err = upload.Errorf(upload.BadDigest, "got a copy that is not what it was made of, want the same bytes: it was removed, try again")
		if removal := h.store.remove(ctx, to, there.versionID); removal != nil {
			return removal
		}
	}
	return err
}

// isCopy is nil for an object that holds what another holds, else PreconditionFailed.
// Where S3 has no checksum of both in common, it is one that says that it was made of
// the other.
func (d details) isCopy(of details) error {
	same := d.movedFrom() == of.key
	if a, b := d.checksum, of.checksum; a != nil && b != nil {
		switch {
		case a.CRC64NVME != "" && b.CRC64NVME != "":
			same = a.CRC64NVME == b.CRC64NVME
		case a.SHA256 != "" && b.SHA256 != "":
			same = a.SHA256 == b.SHA256
		}
	}
	if d.size == of.size && same {
		return nil
	}
	return upload.Errorf(upload.PreconditionFailed, "got a name that another file has, want a free one: choose another name")
}

func (d details) movedFrom() string {
	return upload.PlainMetadata(d.metadata)[upload.MetadataMovedFrom]
}

// removeUnchanged deletes a file that has been copied, unless somebody has written to
// its key meanwhile: that is another file. It gives the delete marker's version, if it
// made one.
func (s *store) removeUnchanged(ctx context.Context, d details) (marker string, err error) {
	out, err := s.s3().DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: s.bucket(), Key: &d.key, IfMatch: nonEmpty(d.etag)})
	if err = s3Error(err); is(err, upload.PreconditionFailed) || is(err, upload.NoSuchKey) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return aws.ToString(out.VersionId), nil
}

// copyOf prepares a copy, which keeps everything but the key.
func (h *Handler) copyOf(move upload.Move, from details, to string) (copying, error) {
	metadata, err := upload.MovedMetadata(from.metadata, from.key, move.By)
	if err != nil {
		return copying{}, err
	}
	c := copying{from: from, to: to, metadata: metadata, tagging: move.Tagging, limits: h.copies, until: h.options.Now().Add(moveTime), now: h.options.Now}
	if from.checksum != nil {
		c.crc64nvme = from.checksum.CRC64NVME
	}
	return c, nil
}
