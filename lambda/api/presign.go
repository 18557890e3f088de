package api

import (
	"errors"
	"sync"

	"signet/lambda/upload"
)

// presign signs a PUT, or a form of known content, for one file or for each of
// several.
func (h *Handler) presign(x *exchange) (any, error) {
	var m PresignRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if err := x.setHosts(m.Hosts); err != nil {
		return nil, err
	}
	one := m.Files == nil
	switch n, most := len(m.Files), h.policy.MaxFiles(); {
	case one && m.File == nil:
		return nil, required("name")
	case one:
		m.Files = []File{*m.File}
	case m.File != nil:
		return nil, upload.Errorf(upload.InvalidRequest, "got a file and files, want one of them: put all into files")
	case n < 1 || n > most:
		return nil, upload.Errorf(upload.InvalidArgument, "got %d files, want 1 to %d: split the call", n, most)
	}
	signed, errs := h.presignAll(x, m.Files, m.Form)
	if one {
		return signed[0], errs[0]
	}
	out := PresignedFiles{Files: make([]PresignedFile, len(m.Files))}
	for i, err := range errs {
		switch _, known := errors.AsType[*upload.Error](err); {
		case err == nil:
			out.Files[i].Presigned = signed[i]
		case known:
			out.Files[i].Error = problemOf(err)
		default:
			return nil, err
		}
	}
	return out, nil
}

// lookups is how many HEAD requests go to S3 at once for one call.
const lookups = 64

// presignAll signs a PUT or a form for each file; errs has the reasons of those that
// are not signed, by place. Known content may be there already, which costs a look:
// those are many at once.
func (h *Handler) presignAll(x *exchange, files []File, form bool) (signed []*Presigned, errs []error) {
	signed, errs = make([]*Presigned, len(files)), make([]error, len(files))
	places := make(chan struct{}, lookups)
	var all sync.WaitGroup
	for i := range files {
		sign := func() { signed[i], errs[i] = h.presignPut(x, &files[i]) }
		if form {
			sign = func() { signed[i], errs[i] = h.presignContent(x, &files[i], x.hosts == 2 && i%2 == 1) }
		}
		if !upload.IsContentID(files[i].ID) {
			sign()
			continue
		}
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			sign()
		})
	}
	all.Wait()
	return signed, errs
}

func (h *Handler) presignPut(x *exchange, m *File) (*Presigned, error) {
	file, err := m.domain()
	if err != nil {
		return nil, err
	}
	request, err := h.policy.Authorize(x.bearer, m.place(), file)
	if err == nil && upload.IsContentID(file.ID) {
		err = h.checkFree(x.ctx(), request.Key())
	}
	if err != nil {
		return nil, err
	}
	signed, err := h.signer.URL(x.ctx(), request)
	if err != nil {
		return nil, err
	}
	return &Presigned{Key: request.Key(), Method: signed.Method, URL: signed.URL, Headers: signed.Headers, Expires: signed.Expires}, nil
}

// presignContent signs a form of known content, after a look whether the file is there
// already, which a form cannot tell by itself.
func (h *Handler) presignContent(x *exchange, m *File, second bool) (*Presigned, error) {
	file, err := m.domain()
	if err != nil {
		return nil, err
	}
	approved, err := h.policy.AuthorizeContent(x.bearer, m.place(), file)
	if err == nil && upload.IsContentID(file.ID) {
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

// presignForm signs a POST policy.
func (h *Handler) presignForm(x *exchange) (any, error) {
	var m FormRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if m.Name == "" {
		return nil, required("name")
	}
	form, err := h.policy.AuthorizeForm(x.bearer, upload.Place{Space: m.Space, Folder: m.Folder}, upload.FormWish{Name: m.Name, Type: m.Type, MaxSize: m.MaxSize, SuccessRedirect: m.SuccessRedirect})
	if err != nil {
		return nil, err
	}
	signed, err := h.signer.Form(x.ctx(), form)
	if err != nil {
		return nil, err
	}
	return &Form{URL: signed.URL, Fields: Fields(signed.Fields), Expires: signed.Expires}, nil
}
