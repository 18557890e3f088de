package api

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// createUpload begins an upload in parts. With an id it first looks for the
// caller's own unfinished upload of the same file and continues it; the state
// is in S3 alone, so any client can go on where any other stopped.
func (h *Handler) createUpload(x *exchange) (any, error) {
	var m UploadRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if err := x.setHosts(m.Hosts); err != nil {
		return nil, err
	}
	if m.Stream.Stream {
		return h.createStream(x, &m)
	}
	if err := m.Stream.unused(); err != nil {
		return nil, err
	}
	wish := File{Name: m.Name, Folder: m.Folder, Space: m.Space, Type: m.Type, Size: m.Size, ID: m.ID, Metadata: m.Metadata}
	file, err := wish.domain()
	if err != nil {
		return nil, err
	}
	approved, err := h.policy.AuthorizeMultipart(x.bearer, wish.place(), file)
	if err != nil {
		return nil, err
	}
	key := approved.Object().Key()
	if m.ID != "" {
		if err := h.checkFree(x.ctx(), key); err != nil {
			return nil, err
		}
	}
	if err := h.reserveUpload(x, key, file.Size); err != nil {
		return nil, err
	}
	if m.ID == "" {
		return h.begin(x, approved)
	}
	return h.resume(x, approved)
}

func (h *Handler) begin(x *exchange, m upload.Multipart) (*Upload, error) {
	uploadID, err := h.store.create(x.ctx(), m)
	if err != nil {
		return nil, err
	}
	return h.signed(x, m, uploadID, []Part{})
}

// resume continues the upload of a key that is there, or begins one.
func (h *Handler) resume(x *exchange, m upload.Multipart) (*Upload, error) {
	uploadID, err := h.store.find(x.ctx(), m.Object().Key())
	if err != nil {
		return nil, err
	}
	if uploadID == "" {
		return h.beginOnly(x, m)
	}
	stored, err := h.store.parts(x.ctx(), m.Object().Key(), uploadID)
	if is(err, upload.NoSuchUpload) {
		return h.beginOnly(x, m)
	}
	if err != nil {
		return nil, err
	}
	if n := len(stored); n > 0 && stored[n-1].PartNumber > m.Plan().PartCount {
		// Parts of a longer file of the same id. S3 takes none back, and they
		// would stand in the way at Complete.
		if err := h.store.drop(x.ctx(), m.Object().Key(), uploadID); err != nil {
			return nil, err
		}
		return h.beginOnly(x, m)
	}
	return h.signed(x, m, uploadID, fitting(stored, m.Plan()))
}

// beginOnly begins an upload of a key unless somebody else has just done so:
// then it drops its own and continues the other. S3 dates uploads to the second
// and has no conditional create, so two clients that begin within the same
// second can still miss each other; the object is right all the same, for only
// one of their completions wins.
func (h *Handler) beginOnly(x *exchange, m upload.Multipart) (*Upload, error) {
	key := m.Object().Key()
	uploadID, err := h.store.create(x.ctx(), m)
	if err != nil {
		return nil, err
	}
	first, err := h.store.find(x.ctx(), key)
	if err != nil {
		return nil, err
	}
	if first == "" || first == uploadID {
		return h.signed(x, m, uploadID, []Part{})
	}
	if err := h.store.drop(x.ctx(), key, uploadID); err != nil {
		return nil, err
	}
	return h.signed(x, m, first, []Part{})
}

// fitting keeps the parts that have the plan's sizes: others were cut, or belong
// to another plan, and have to be sent again.
func fitting(stored []storedPart, plan upload.Plan) []Part {
	parts := make([]Part, 0, len(stored))
	for _, p := range stored {
		if p.Size == plan.Length(p.PartNumber) {
			parts = append(parts, p.Part)
		}
	}
	return parts
}

func (h *Handler) signed(x *exchange, m upload.Multipart, uploadID string, uploaded []Part) (*Upload, error) {
	key, plan := m.Object().Key(), m.Plan()
	signed, err := h.sign(x, key, uploadID, plan.Size, 0, 0)
	if err != nil {
		return nil, err
	}
	return &Upload{
		Key: key, UploadID: uploadID, PartSize: plan.PartSize, PartCount: plan.PartCount,
		Uploaded: uploaded, Sign: signed.Sign, Expires: signed.Expires,
	}, nil
}

// checkFree finds out whether a key already has its object, which
// If-None-Match would refuse at the very end, after all bytes were sent.
func (h *Handler) checkFree(ctx context.Context, key string) error {
	if h.policy.Overwrite() {
		return nil
	}
	there, err := h.store.head(ctx, key)
	if is(err, upload.NoSuchKey) {
		return nil
	}
	if err != nil {
		return err
	}
	return existing(key, there)
}

// signParts signs parts again, for those whose signatures ran out.
func (h *Handler) signParts(x *exchange) (any, error) {
	var m SignRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if err := x.setHosts(m.Hosts); err != nil {
		return nil, err
	}
	if m.Stream.Stream {
		return h.signStream(x, &m)
	}
	size, err := namedUpload(m.Key, m.UploadID, m.Size)
	if err == nil && m.Last != nil {
		err = errNoStream("last")
	}
	if err := cmp.Or(err, m.Stream.unused()); err != nil {
		return nil, err
	}
	approved, err := h.policy.AuthorizeParts(x.bearer, m.Key, m.UploadID, size, m.First, m.Count)
	if err == nil {
		err = h.reserveUpload(x, approved.Key(), size)
	}
	if err != nil {
		return nil, err
	}
	return h.table(x, approved)
}

func (h *Handler) sign(x *exchange, key, uploadID string, size int64, first, count int) (*Signed, error) {
	parts, err := h.policy.AuthorizeParts(x.bearer, key, uploadID, size, first, count)
	if err != nil {
		return nil, err
	}
	return h.table(x, parts)
}

func (h *Handler) table(x *exchange, parts upload.Parts) (*Signed, error) {
	table, err := h.signer.PartsOn(x.ctx(), parts, presign.Hosts{Both: x.hosts == 2, Edge: h.policy.PartsByEdge()})
	if err != nil {
		return nil, err
	}
	return &Signed{Sign: table, Expires: table.Expires}, nil
}

// listUploads gives a page of the caller's own unfinished uploads in a part of a space.
// Where others upload too, a page may be empty and have a next.
func (h *Handler) listUploads(x *exchange) (any, error) {
	after, err := cursor(x.Request, 2)
	if err != nil {
		return nil, err
	}
	space, err := parameter(x.Request, "space", false)
	if err != nil {
		return nil, err
	}
	own, err := h.policy.AuthorizeUploads(x.bearer, upload.Place{Space: space})
	if err != nil {
		return nil, err
	}
	page, more, err := h.store.unfinished(x.ctx(), own.Root(), after[0], after[1])
	if err != nil {
		return nil, err
	}
	out := &Uploads{}
	if last := len(page) - 1; more && last >= 0 {
		out.Next = cursorAt(page[last].Key, page[last].UploadID)
	}
	out.Uploads = slices.DeleteFunc(page, func(u Unfinished) bool { return !own.Owns(u.Key) }) // others' are nobody's business
	for i, u := range out.Uploads {
		folder, _ := pathIn(own.Root(), u.Key)
		out.Uploads[i].Name, out.Uploads[i].Folder = upload.NameOf(u.Key), folder
	}
	return out, nil
}

// listParts lists all stored parts of an upload.
func (h *Handler) listParts(x *exchange) (any, error) {
	key, uploadID, err := h.ownUpload(x)
	if err != nil {
		return nil, err
	}
	stored, err := h.store.parts(x.ctx(), key, uploadID)
	if err != nil {
		return nil, err
	}
	out := &Parts{Parts: make([]Part, len(stored))}
	for i, p := range stored {
		out.Parts[i] = p.Part
	}
	return out, nil
}

// abortUpload drops an upload and its parts.
func (h *Handler) abortUpload(x *exchange) (any, error) {
	key, uploadID, err := h.ownUpload(x)
	if err != nil {
		return nil, err
	}
	if err := h.store.abort(x.ctx(), key, uploadID); err != nil {
		return nil, err
	}
	h.settle(x, key, true)
	return nil, nil
}

// ownUpload reads the parameters key and uploadId.
func (h *Handler) ownUpload(x *exchange) (key, uploadID string, err error) {
	key, err1 := parameter(x.Request, "key", true)
	uploadID, err2 := parameter(x.Request, "uploadId", true)
	if err := errors.Join(err1, err2); err != nil {
		return "", "", err
	}
	object, err := h.policy.AuthorizeUpload(x.bearer, key, uploadID)
	return object.Key(), uploadID, err
}

// namedUpload checks that the fields that name an upload are there.
func namedUpload(key, uploadID string, size *int64) (int64, error) {
	switch {
	case key == "":
		return 0, required("key")
	case uploadID == "":
		return 0, required("uploadId")
	case size == nil:
		return 0, required("size")
	}
	return *size, nil
}
