package api

import (
	"sync"

	"signet/lambda/upload"
)

// presignContents signs a form of known content for each file, after a look
// whether the file is there already, which a form cannot tell by itself. errs is
// as of presignPuts.
func (h *Handler) presignContents(x *exchange, files []File) (signed []*Presigned, errs []error) {
	signed, errs = make([]*Presigned, len(files)), make([]error, len(files))
	turns, done := h.lookups.of(x.caller)
	defer done()
	var all sync.WaitGroup
	for i := range files {
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

func (h *Handler) presignContent(x *exchange, m *File, second bool) (*Presigned, error) {
	file, err := m.domain("sha256")
	if err != nil {
		return nil, err
	}
	approved, err := h.policy.AuthorizeContent(x.caller, file)
	if err != nil {
		return nil, err
	}
	if file.ID != "" {
		if err := h.checkFree(x.ctx(), approved.Key()); err != nil {
			return nil, err
		}
		if plain := approved.Plain().Key(); plain != approved.Key() {
			if err := h.checkFree(x.ctx(), plain); err != nil {
				return nil, err
			}
		}
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
