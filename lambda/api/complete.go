package api

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"signet/lambda/upload"
)

// completion is what is put together, once it has been checked.
type completion struct {
	key, uploadID string
	plan          upload.Plan
	parts         []storedPart
	crc64nvme     string // the caller's; empty: none given
	keep          bool   // an object that is already there
	stream        bool   // the plan follows from the first part
}

// completeUpload puts an upload's parts together. All of them must be stored
// with the sizes of the plan, so that the object has exactly the size that was
// approved. After a success the upload is gone; asking again finds the object
// instead and gives the same answer.
func (h *Handler) completeUpload(x *exchange) (any, error) {
	var m CompleteRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	size, err := namedUpload(m.Key, m.UploadID, m.Size)
	if err != nil {
		return nil, err
	}
	// The same approval as for signing: own key, well-formed id, allowed size.
	approved, err := h.policy.AuthorizeParts(x.bearer, m.Key, m.UploadID, size, 0, 0)
	if err != nil {
		return nil, err
	}
	c := completion{key: approved.Key(), uploadID: m.UploadID, plan: approved.Plan(), keep: !h.policy.Overwrite(), stream: m.Stream}
	if m.Checksum != nil {
		if c.crc64nvme = m.Checksum.CRC64NVME; c.crc64nvme == "" {
			return nil, required("checksum.crc64nvme")
		}
		if err := upload.CheckCRC64NVME(c.crc64nvme); err != nil {
			return nil, err
		}
	}
	err = h.reserveCompletion(x, c.key, size)
	if is(err, upload.PreconditionFailed) {
		return h.completed(x.ctx(), c, err)
	}
	if err != nil {
		return nil, err
	}
	done, err := h.complete(x.ctx(), c, m.Parts)
	if err != nil {
		return nil, err
	}
	h.settle(x, c.key, false)
	return done, nil
}

func (h *Handler) complete(ctx context.Context, c completion, claimed []CompletePart) (*Completed, error) {
	var err error
	c.parts, err = h.store.parts(ctx, c.key, c.uploadID)
	if is(err, upload.NoSuchUpload) {
		return h.finished(ctx, c, err)
	}
	if err != nil {
		return nil, err
	}
	if c.stream && len(c.parts) > 0 {
		if c.plan, err = upload.OpenEnd(c.plan.Size, c.parts[0].Size); err != nil {
			return nil, err
		}
	}
	if err := checkParts(c.parts, c.plan, claimed); err != nil {
		return nil, err
	}
	done, err := h.store.complete(ctx, c)
	switch {
	case is(err, upload.NoSuchUpload):
		return h.finished(ctx, c, err)
	case is(err, upload.PreconditionFailed):
		return h.superseded(ctx, c, err)
	case is(err, upload.BadDigest):
		// Nobody knows which part is wrong, so none may be taken for a resume.
		return nil, h.giveUp(ctx, c, err)
	case err != nil:
		return nil, err
	}
	if done.VersionID == "" || done.Checksum == nil {
		// A store may say less when it is asked again, or always.
		if there, err := h.store.head(ctx, c.key); err == nil && there.etag == done.ETag {
			done = there.completed(c.key)
		}
	}
	return h.compare(ctx, c, done)
}

// completed answers for an upload whose key has its object, and that may not be put
// together for want of room.
func (h *Handler) completed(ctx context.Context, c completion, there error) (*Completed, error) {
	_, err := h.store.parts(ctx, c.key, c.uploadID)
	switch {
	case is(err, upload.NoSuchUpload):
		return h.finished(ctx, c, err)
	case err != nil:
		return nil, err
	}
	return h.superseded(ctx, c, there)
}

// checkParts holds what is stored, and what the client claims, to the plan.
func checkParts(stored []storedPart, plan upload.Plan, claimed []CompletePart) error {
	for i, p := range stored {
		if want := plan.Length(p.PartNumber); p.Size != want || want == 0 {
			return upload.Errorf(upload.InvalidPart, "got part %d of %d bytes, want %s with %d bytes in all: send it again",
				p.PartNumber, p.Size, plan, plan.Size)
		}
		if p.PartNumber != i+1 {
			return upload.Errorf(upload.InvalidPart, "got no part %d, want %s: send it", i+1, plan)
		}
	}
	if n := len(stored); n < plan.PartCount {
		return upload.Errorf(upload.InvalidPart, "got no part %d, want %s: send it", n+1, plan)
	}
	if claimed != nil && len(claimed) != len(stored) {
		return upload.Errorf(upload.InvalidPart, "got %d parts, want all %d in order: list them with GET /uploads/parts, or leave parts out", len(claimed), len(stored))
	}
	for i, p := range claimed {
		if p.PartNumber != stored[i].PartNumber || unquoted(p.ETag) != unquoted(stored[i].ETag) {
			return upload.Errorf(upload.InvalidPart, "got part %d with another ETag than S3 has, or out of order, want those of GET /uploads/parts: leave parts out, or send it again", p.PartNumber)
		}
	}
	return nil
}

func unquoted(etag string) string {
	if n := len(etag); n >= 2 && etag[0] == '"' && etag[n-1] == '"' {
		return etag[1 : n-1]
	}
	return etag
}

// compare holds the checksum that S3 computed against the caller's. S3 has
// already done so; a store that did not is caught here, and the wrong object is
// removed.
func (h *Handler) compare(ctx context.Context, c completion, done Completed) (*Completed, error) {
	if c.crc64nvme == "" || done.Checksum == nil || done.Checksum.CRC64NVME == "" || done.Checksum.CRC64NVME == c.crc64nvme {
		return &done, nil
	}
	err := upload.Errorf(upload.BadDigest, "got crc64nvme %s, want %s as stored: the object was removed, send the file again", c.crc64nvme, done.Checksum.CRC64NVME)
	if removal := h.store.remove(ctx, c.key, done.VersionID); removal != nil {
		return nil, fmt.Errorf("%w, and removing the object: %w", err, removal)
	}
	return nil, err
}

func (h *Handler) giveUp(ctx context.Context, c completion, cause error) error {
	if err := h.store.drop(ctx, c.key, c.uploadID); err != nil {
		return fmt.Errorf("%w, and aborting the upload: %w", cause, err)
	}
	return cause
}

// finished answers for an upload that is gone: if its object is there,
// somebody's Complete has succeeded before, and that is the answer.
func (h *Handler) finished(ctx context.Context, c completion, gone error) (*Completed, error) {
	there, err := h.store.head(ctx, c.key)
	if is(err, upload.NoSuchKey) {
		return nil, gone
	}
	if err != nil {
		return nil, err
	}
	if !c.made(there) {
		return nil, gone
	}
	done := there.completed(c.key)
	return &done, nil
}

// made says whether an object is what this completion would have made. The
// checksum proves it. Without one the size must be right and the ETag must tell
// of as many parts, and the key must be one that is written once: where objects
// may be overwritten, another upload may have made this one.
func (c completion) made(there object) bool {
	if there.size != c.plan.Size {
		return false
	}
	if c.crc64nvme != "" {
		return there.checksum != nil && c.crc64nvme == there.checksum.CRC64NVME
	}
	return c.keep && strings.HasSuffix(unquoted(there.etag), "-"+strconv.Itoa(c.plan.PartCount))
}

// superseded answers for an upload whose key got its object from another
// upload: the same bytes are a success, and this one's parts are dropped.
// Anything else, or no checksum to tell by, stays PreconditionFailed and tells what
// is there.
func (h *Handler) superseded(ctx context.Context, c completion, cause error) (*Completed, error) {
	there, err := h.store.head(ctx, c.key)
	if err != nil {
		return nil, cause
	}
	if c.crc64nvme == "" || !c.made(there) {
		return nil, existing(c.key, there)
	}
	if err := h.store.drop(ctx, c.key, c.uploadID); err != nil {
		return nil, err
	}
	done := there.completed(c.key)
	return &done, nil
}
