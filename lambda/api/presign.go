package api

import (
	"errors"

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

func (h *Handler) presignPut(x *exchange, m *File) (*Presigned, error) {
	file, err := m.domain()
	if err != nil {
		return nil, err
	}
	request, err := h.policy.Authorize(x.bearer, m.place(), file)
	if err != nil {
		return nil, err
	}
	signed, err := h.signer.URL(x.ctx(), request)
	if err != nil {
		return nil, err
	}
	return &Presigned{Key: request.Key(), Method: signed.Method, URL: signed.URL, Headers: signed.Headers, Expires: signed.Expires}, nil
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
