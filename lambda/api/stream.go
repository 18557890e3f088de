package api

import (
	"signet/lambda/upload"
)

// A stream is an upload whose length shows at its end. Full parts are signed when it
// begins, all of them; the last one by itself, once its length is known.

// unused refuses what says something of a stream where there is none.
func (s Stream) unused() error {
	if s.ExpectedSize != 0 {
		return errNoStream("expectedSize")
	}
	return nil
}

func errNoStream(field string) error {
	return upload.Errorf(upload.InvalidArgument, "got %s, want it with stream: true alone: give the size, or add stream", field)
}

// createStream begins a stream. It is never continued: what was sent of it is known
// to its sender alone.
func (h *Handler) createStream(x *exchange, m *UploadRequest) (any, error) {
	switch {
	case m.Name == "":
		return nil, required("name")
	case m.Size != nil:
		return nil, upload.Errorf(upload.InvalidArgument, "got a size of a stream, want expectedSize, or a size without stream: leave one out")
	case m.ID != "":
		return nil, upload.Errorf(upload.InvalidArgument, "got an id of a stream, want none, for nobody knows its content: leave it out")
	}
	file := upload.File{Name: m.Name, Type: m.Type, Metadata: m.Metadata}
	approved, err := h.policy.AuthorizeOpen(x.bearer, upload.Place{Space: m.Space, Folder: m.Folder}, file, m.ExpectedSize)
	if err != nil {
		return nil, err
	}
	if x.pass != nil {
		return nil, upload.Errorf(upload.InvalidArgument, "got a stream by a pass, want a file whose size is known: give the size")
	}
	if err := h.reserveUpload(x, approved.Object().Key(), approved.Plan().Size); err != nil {
		return nil, err
	}
	uploadID, err := h.store.create(x.ctx(), approved)
	if err != nil {
		return nil, err
	}
	key, plan := approved.Object().Key(), approved.Plan()
	signed, err := h.signOpen(x, key, uploadID, m.ExpectedSize, 0, 0)
	if err != nil {
		return nil, err
	}
	return &Upload{
		Key: key, UploadID: uploadID, PartSize: plan.PartSize, PartCount: plan.PartCount,
		Uploaded: []Part{}, Sign: signed.Sign, Expires: signed.Expires,
	}, nil
}

// signStream signs full parts of a stream again, or its last one.
func (h *Handler) signStream(x *exchange, m *SignRequest) (any, error) {
	switch {
	case m.Key == "":
		return nil, required("key")
	case m.UploadID == "":
		return nil, required("uploadId")
	case m.Size != nil:
		return nil, upload.Errorf(upload.InvalidArgument, "got a size of a stream, want expectedSize, or a size without stream: leave one out")
	case m.Last == nil:
		return h.signOpen(x, m.Key, m.UploadID, m.ExpectedSize, m.First, m.Count)
	case m.First != 0 || m.Count != 0:
		return nil, upload.Errorf(upload.InvalidArgument, "got first or count beside last, want one of them: ask twice")
	}
	parts, err := h.policy.AuthorizeLastPart(x.bearer, m.Key, m.UploadID, m.ExpectedSize, m.Last.PartNumber, m.Last.Size)
	if err != nil {
		return nil, err
	}
	return h.table(x, parts)
}

func (h *Handler) signOpen(x *exchange, key, uploadID string, expected int64, first, count int) (*Signed, error) {
	parts, err := h.policy.AuthorizeOpenParts(x.bearer, key, uploadID, expected, first, count)
	if err != nil {
		return nil, err
	}
	return h.table(x, parts)
}
