package api

import (
	"sync"

	"signet/lambda/upload"
)

// lookups is how many HEAD requests go to S3 at once for one call.
const lookups = 64

// presignContents signs a form of known content for each file, after a look
// whether the file is there already, which a form cannot tell by itself. errs is
// as of presignPuts.
func (h *Handler) presignContents(x *exchange, files []File) (signed []*Presigned, errs []error) {
	signed, errs = make([]*Presigned, len(files)), make([]error, len(files))
	places := make(chan struct{}, lookups)
	var all sync.WaitGroup
	for i := range files {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			signed[i], errs[i] = h.presignContent(x, &files[i], x.hosts == 2 && i%2 == 1)
		})
	}
	all.Wait()
	return signed, errs
}

func (h *Handler) presignContent(x *exchange, m *File, second bool) (*Presigned, error) {
	file, err := m.domain()
	if err != nil {
		return nil, err
	}
	approved, err := h.policy.AuthorizeContent(x.bearer, m.place(), file)
	if err != nil {
		return nil, err
	}
	if file.ID != "" {
		if err := h.checkFree(x.ctx(), approved.Key()); err != nil {
			return nil, err
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
