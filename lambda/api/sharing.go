package api

import "signet/lambda/upload"

// sharing are the calls that there are with passes alone: those of whoever makes them,
// those of the backend, and of guests, who have the same calls as callers for what a
// pass can let them do. To others they are as if they were not there.
func (h *Handler) sharing() []call {
	calls := []call{
		{method: "POST", path: "/passes", serve: h.makePass},
		{method: "GET", path: "/passes", query: []string{"id", "cursor"}, serve: h.listPasses},
		{method: "PATCH", path: "/passes", query: []string{"id"}, serve: h.changePass},
		{method: "DELETE", path: "/passes", query: []string{"id"}, serve: h.revokePass},
	}
	return append(append(calls, h.forGuests().guestCalls()...), h.backendCalls()...)
}

func (h *Handler) guestCalls() []call {
	calls := []call{
		{method: "GET", path: "", serve: h.showPass},
		{method: "POST", path: "/presign", serve: h.presign},
		{method: "POST", path: "/presign/form", serve: h.presignForm},
		{method: "POST", path: "/uploads", serve: h.createUpload},
		{method: "GET", path: "/uploads", query: []string{"space", "cursor"}, serve: h.listUploads},
		{method: "DELETE", path: "/uploads", query: []string{"key", "uploadId"}, serve: h.abortUpload},
		{method: "POST", path: "/uploads/sign", serve: h.signParts},
		{method: "GET", path: "/uploads/parts", query: []string{"key", "uploadId"}, serve: h.listParts},
		{method: "POST", path: "/uploads/complete", serve: h.completeUpload},
		{method: "GET", path: "/files", query: guestListParameters(), serve: h.guestFiles},
		{method: "GET", path: "/files/url", query: []string{"key", "checksum", "inline"}, serve: h.fileURL},
		{method: "GET", path: "/files/info", query: []string{"key"}, serve: h.fileInfo},
	}
	for i := range calls {
		calls[i].path, calls[i].kind = "/pass"+calls[i].path, passCall
	}
	return calls
}

// forGuests is the handler as guests have it: what it signs lives at most
// [upload.GuestLife].
func (h *Handler) forGuests() *Handler {
	if h == nil {
		return nil
	}
	c := h.options.Config
	if c.Expires <= upload.Duration(upload.GuestLife) {
		return h
	}
	c.Expires = upload.Duration(upload.GuestLife)
	return &Handler{
		options: h.options, policy: upload.NewPolicy(c), signer: h.signer, proofs: h.proofs, proving: h.proving, store: h.store,
		copies: h.copies, records: h.records, passes: h.passes, passwords: h.passwords,
	}
}
