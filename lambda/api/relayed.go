package api

import (
	"context"
	"net/http"

	"signet/lambda/upload"
)

// Reserve makes room for a file that a server sends for a bearer, as the calls do that
// sign: in the quota of the part that the key is in, if there is one. Asked again for the
// same key it takes what is more. [Handler.Settle] has to say what came of it. What is
// there already takes nothing, and S3 will say so to whoever sends it. The error
// is QuotaExceeded, or that it cannot be known.
func (h *Handler) Reserve(ctx context.Context, b upload.Bearer, key string, bytes int64) error {
	x := h.relayed(ctx, b)
	err := h.orThere(x, key, h.reserveUpload(x, key, bytes))
	if is(err, upload.PreconditionFailed) {
		return nil
	}
	return err
}

// Settle says of a file that was reserved that it has come, or with gone that it has not.
func (h *Handler) Settle(ctx context.Context, b upload.Bearer, key string, gone bool) {
	h.settle(h.relayed(ctx, b), key, gone)
}

// relayed is an exchange without a request of its own.
func (h *Handler) relayed(ctx context.Context, b upload.Bearer) *exchange {
	return &exchange{Request: (&http.Request{}).WithContext(ctx), bearer: b}
}
