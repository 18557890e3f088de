package api

import (
	"errors"

	"signet/lambda/upload"
)

// signUppy signs what Uppy's signRequest asks for, one request or several.
func (h *Handler) signUppy(x *exchange) (any, error) {
	var m UppyRequests
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if m.Requests == nil {
		if m.UppyRequest == nil {
			return nil, required("method")
		}
		return h.signUppyRequest(x, m.UppyRequest)
	}
	if m.UppyRequest != nil {
		return nil, upload.Errorf(upload.InvalidRequest, "got a request and requests, want one of them: put all into requests")
	}
	spaces := make([]string, len(m.Requests))
	for i := range m.Requests {
		spaces[i] = m.Requests[i].Space
	}
	if err := h.checkFiles(x, "requests", spaces); err != nil {
		return nil, err
	}
	out := UppySignedAll{Requests: make([]UppySignedOne, len(m.Requests))}
	for i := range m.Requests {
		signed, err := h.signUppyRequest(x, &m.Requests[i])
		switch _, known := errors.AsType[*upload.Error](err); {
		case err == nil:
			out.Requests[i].UppySigned = signed
		case known:
			out.Requests[i].Error = problemOf(err)
		default:
			return nil, err
		}
	}
	return out, nil
}

// signUppyRequest signs one: a whole file goes as a form, the one way to send it
// that bounds a length which is not known. key is a file name where the object
// is yet to be named, and the object's key afterwards.
func (h *Handler) signUppyRequest(x *exchange, m *UppyRequest) (*UppySigned, error) {
	if m.Key == "" {
		return nil, required("key")
	}
	if m.PartNumber != 0 && (m.UploadID == "" || m.Method != "PUT") {
		return nil, upload.Errorf(upload.InvalidArgument, "got a partNumber, want it with method PUT and an uploadId only: remove it")
	}
	if m.Method == "PUT" && m.UploadID == "" {
		return h.signUppyForm(x, m)
	}
	request, err := h.uppyRequest(x, m)
	if err != nil {
		return nil, err
	}
	signed, err := h.signer.URL(x.ctx(), request)
	if err != nil {
		return nil, err
	}
	return &UppySigned{URL: signed.URL, Key: request.Key(), Headers: signed.Headers}, nil
}

func (h *Handler) uppyRequest(x *exchange, m *UppyRequest) (upload.Request, error) {
	switch known := m.UploadID != ""; {
	case m.Method == "POST" && !known:
		approved, err := h.policy.AuthorizeUnsized(x.bearer, m.place(), upload.File{Name: pathOf(m.Key, m.Metadata), Type: m.ContentType, Metadata: h.knownOf(x, m.place(), m.Metadata)})
		return approved.Create(), err
	case m.Method == "PUT":
		return h.policy.AuthorizePart(x.bearer, m.Key, m.UploadID, m.PartNumber)
	case m.Method == "GET" && known:
		return h.policy.AuthorizeListParts(x.bearer, m.Key, m.UploadID)
	case m.Method == "DELETE" && known:
		return h.policy.AuthorizeAbort(x.bearer, m.Key, m.UploadID)
	case m.Method == "POST":
		return h.uppyComplete(x, m)
	}
	return upload.Request{}, upload.Errorf(upload.InvalidArgument, "got method %.20q without an uploadId, want PUT or POST, or GET, PUT, POST or DELETE with one: correct it", m.Method)
}

// uppyComplete looks at what is stored, because S3 will be asked to put it
// together without us.
func (h *Handler) uppyComplete(x *exchange, m *UppyRequest) (upload.Request, error) {
	object, err := h.policy.AuthorizeUpload(x.bearer, m.Key, m.UploadID)
	if err != nil {
		return upload.Request{}, err
	}
	stored, err := h.store.parts(x.ctx(), object.Key(), m.UploadID)
	if err != nil {
		return upload.Request{}, err
	}
	var size int64
	for _, p := range stored {
		size += p.Size
	}
	return h.policy.AuthorizeComplete(x.bearer, m.Key, m.UploadID, size)
}

func (h *Handler) signUppyForm(x *exchange, m *UppyRequest) (*UppySigned, error) {
	form, err := h.policy.AuthorizeForm(x.bearer, m.place(), upload.FormWish{Name: pathOf(m.Key, m.Metadata), Type: m.ContentType, Metadata: h.knownOf(x, m.place(), m.Metadata)})
	if err != nil {
		return nil, err
	}
	signed, err := h.signer.Form(x.ctx(), form)
	if err != nil {
		return nil, err
	}
	return &UppySigned{URL: signed.URL, Key: form.Key(), Fields: Fields(signed.Fields)}, nil
}
