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
	switch {
	case one && m.File == nil:
		return nil, required("name")
	case one:
		m.Files = []File{*m.File}
	case m.File != nil:
		return nil, upload.Errorf(upload.InvalidRequest, "got a file and files, want one of them: put all into files")
	}
	spaces := make([]string, len(m.Files))
	for i := range m.Files {
		spaces[i] = m.Files[i].Space
	}
	if err := h.checkFiles(x, "files", spaces); err != nil {
		return nil, err
	}
	want := shape{form: m.Form, edge: m.Edge}
	refused, err := h.reserveFiles(x, m.Files, want)
	if err != nil {
		return nil, err
	}
	signed, errs := h.presignAll(x, m.Files, want, refused)
	if one {
		return signed[0], errs[0]
	}
	fit(signed)
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
	sign := h.signer.URL
	if h.policy.ByEdge(file.Size) {
		sign = h.signer.URLByEdge
	}
	signed, err := sign(x.ctx(), request)
	if err != nil {
		return nil, err
	}
	return &Presigned{Key: request.Key(), Method: signed.Method, URL: signed.URL, Edge: signed.Edge, Headers: signed.Headers, Expires: signed.Expires}, nil
}

// longestAnswer is how many bytes of URLs an answer has at the most with those by the
// edge: Lambda answers 6 MB
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const longestAnswer = 4_500_000

// fit leaves the way by the edge out where the answer would be too long with it: a
// thousand files with the longest names.
func fit(signed []*Presigned) {
	length := 0
	for _, s := range signed {
		if s != nil {
			length += len(s.URL) + len(s.Edge)
		}
	}
	if length <= longestAnswer {
		return
	}
	for _, s := range signed {
		if s != nil {
			s.Edge = ""
		}
	}
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
	form, err := h.policy.AuthorizeForm(x.bearer, upload.Place{Space: m.Space, Folder: m.Folder}, upload.FormWish{
		Name: m.Name, Type: m.Type, MaxSize: m.MaxSize, Metadata: m.Metadata, SuccessRedirect: m.SuccessRedirect,
	})
	if err != nil {
		return nil, err
	}
	_, most := form.LengthRange()
	if err := h.reserveOne(x, upload.Wish{Key: form.Key(), Bytes: most, Until: h.options.Now().Add(h.policy.Life()), Whole: true}); err != nil {
		return nil, err
	}
	if m.Receipt {
		receipt, err := h.signer.URL(x.ctx(), form.Receipt())
		if err == nil {
			form, err = form.Carrying(receipt.URL)
		}
		if err != nil {
			return nil, err
		}
	}
	signed, err := h.signer.Form(x.ctx(), form)
	if err != nil {
		return nil, err
	}
	return &Form{URL: signed.URL, Fields: Fields(signed.Fields), Expires: signed.Expires}, nil
}
