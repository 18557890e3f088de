package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// removeMoved deletes a file that was moved. Where events are told it leaves a word of
// it, before and after: the delete marker says nothing of why it is there, and a move is
// no deletion (see [upload.MovedPrefix]).
func (h *Handler) removeMoved(ctx context.Context, d details) error {
	told := h.options.Config.Events != nil && d.versionID != ""
	if told {
		if err := h.store.leaveWord(ctx, d, ""); err != nil {
			return err
		}
	}
	marker, err := h.store.removeUnchanged(ctx, d)
	if err == nil && told && marker != "" {
		// The file is moved: that the second word is missing is no reason to say that it
		// is not. The time of the first one has to do then.
		_ = h.store.leaveWord(ctx, d, marker)
	}
	return err
}

func (s *store) leaveWord(ctx context.Context, d details, marker string) error {
	key := upload.MovedKey(d.key, d.versionID)
	in := &s3.PutObjectInput{Bucket: s.bucket(), Key: &key}
	if marker != "" {
		in.Metadata = map[string]string{upload.MetadataMarker: marker}
	}
	_, err := s.s3().PutObject(ctx, in)
	return s3Error(err)
}
