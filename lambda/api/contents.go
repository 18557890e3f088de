package api

import (
	"sync"

	"signet/lambda/upload"
)

// lookups is how many HEAD requests go to S3 at once for one caller, however many
// calls he makes: each may name a thousand files.
const lookups = 64

// presignAll signs a PUT or a form for each file; errs has the reasons of those that
// are not signed, by place; refused has those that are not to be. S3 tells a PUT itself
// that its file is there, by If-None-Match; a form of known content costs a look: those
// are many at once.
func (h *Handler) presignAll(x *exchange, files []File, want shape, refused []error) (signed []*Presigned, errs []error) {
	signed, errs = make([]*Presigned, len(files)), make([]error, len(files))
	turns, done := h.askers.of(upload.Caller(x.bearer.By()))
	defer done()
	var all sync.WaitGroup
	copy(errs, refused)
	for i := range files {
		if errs[i] != nil {
			continue
		}
		if !want.form || want.edge && h.byEdge(&files[i]) {
			signed[i], errs[i] = h.presignPut(x, &files[i])
			continue
		}
		if errs[i] = turns.take(x.ctx()); errs[i] != nil {
			continue
		}
		all.Go(func() {
			defer turns.leave()
			signed[i], errs[i] = h.presignContent(x, &files[i], x.hosts == 2 && i%2 == 1)
		})
	}
	all.Wait()
	return signed, errs
}

// shape is how small files are to be signed: as forms, but for those that go by the
// edge.
type shape struct{ form, edge bool }

// byEdge says whether a file may go by the edge, and there is one.
func (h *Handler) byEdge(f *File) bool {
	return h.signer.HasEdge() && f.Size != nil && h.policy.ByEdge(*f.Size)
}

// presignContent signs a form of known content, after a look whether the file is there
// already, which a form cannot tell by itself.
func (h *Handler) presignContent(x *exchange, m *File, second bool) (*Presigned, error) {
	file, err := m.domain()
	if err != nil {
		return nil, err
	}
	approved, err := h.policy.AuthorizeContent(x.bearer, m.place(), file)
	if err == nil && upload.IsContentID(file.ID) && !x.looked {
		err = h.checkFree(x.ctx(), approved.Key())
	}
	if err != nil {
		return nil, err
	}
	form, err := h.signer.Form(x.ctx(), approved)
	if err != nil {
		return nil, err
	}
	url := form.URL
	if second && form.Alternate != "" {
		url = form.Alternate
	}
	return &Presigned{Key: approved.Key(), Method: upload.PostObject.Spec().Method, URL: url, Fields: Fields(form.Fields), Expires: form.Expires}, nil
}
