package api

import (
	"errors"

	"signet/lambda/upload"
)

// presign signs a PUT for one file, or for each of several.
func (h *Handler) presign(x *exchange) (any, error) {
	var m PresignRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if m.Files == nil {
		if m.File == nil {
			return nil, required("name")
		}
		return h.presignFile(x, m.File)
	}
	if m.File != nil {
		return nil, upload.Errorf(upload.InvalidRequest, "got a file and files, want one of them: put all into files")
	}
	if n, most := len(m.Files), h.policy.MaxFiles(); n < 1 || n > most {
		return nil, upload.Errorf(upload.InvalidArgument, "got %d files, want 1 to %d: split the call", n, most)
	}
	out := PresignedFiles{Files: make([]PresignedFile, len(m.Files))}
	for i := range m.Files {
		signed, err := h.presignFile(x, &m.Files[i])
		switch _, known := errors.AsType[*upload.Error](err); {
		case err == nil:
			out.Files[i].Presigned = signed
		case known:
			out.Files[i].Error = problemOf(err)
		default:
			return nil, err
		}
	}
	return out, nil
}

func (h *Handler) presignFile(x *exchange, m *File) (*Presigned, error) {
	file, err := m.domain()
	if err != nil {
		return nil, err
	}
	request, err := h.policy.Authorize(x.caller, file)
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
	form, err := h.policy.AuthorizeForm(x.caller, upload.FormWish{Name: m.Name, Type: m.Type, MaxSize: m.MaxSize, SuccessRedirect: m.SuccessRedirect})
	if err != nil {
		return nil, err
	}
	signed, err := h.signer.Form(x.ctx(), form)
	if err != nil {
		return nil, err
	}
	return &Form{URL: signed.URL, Fields: Fields(signed.Fields), Expires: signed.Expires}, nil
}
