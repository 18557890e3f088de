package stream

import (
	"context"
	"crypto/sha256"
	"io"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// put sends a file that is in memory, bound to its bytes where it was held back.
func (r *run) put(body io.ReadSeeker) (api.Completed, error) {
	if r.digest == nil || r.size >= upload.MultipartFrom {
		if r.wish.OnlyKnown {
			return api.Completed{}, errNotHeld()
		}
		return r.Store.put(r.ctx, r.approved, body, r.size, crc.Base64(r.sum))
	}
	known, err := r.wish.Known(r.size, [sha256.Size]byte(r.digest.Sum(nil)))
	if err != nil {
		return api.Completed{}, err
	}
	return r.Store.putKnown(r.ctx, known, body, r.size, crc.Base64(r.sum))
}

func errNotHeld() error {
	return upload.Errorf(upload.InvalidArgument, "got the id of known content for a file that is not held back, want less than %d bytes: leave the id out", upload.MultipartFrom)
}

// approve compares checksums and asks whoever else has a say. Nothing that was
// cut gets here, and no object comes into being whose sender has gone.
func (r *run) approve() error {
	if err := context.Cause(r.ctx); err != nil {
		return err
	}
	if sum := crc.Base64(r.sum); r.wish.CRC64NVME != "" && r.wish.CRC64NVME != sum {
		return upload.Errorf(upload.BadDigest, "got bytes of crc64nvme %s, want %s as declared: send the file again", sum, r.wish.CRC64NVME)
	}
	if r.wish.Approve != nil {
		return r.wish.Approve(r.ctx)
	}
	return nil
}
