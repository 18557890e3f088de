package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// count goes on counting all versions under a prefix for [countTime]: deleted ones take
// room too, until S3's lifecycle removes them. done says that it has come to the end.
func (h *Handler) count(ctx context.Context, prefix string, c upload.Count, held map[string]upload.Hold) (to upload.Count, done bool, err error) {
	until := time.Now().Add(countTime)
	for {
		in := s3.ListObjectVersionsInput{Prefix: &prefix, KeyMarker: nonEmpty(c.Key), VersionIdMarker: nonEmpty(c.Version)}
		run, err := h.store.listVersions(ctx, in)
		if err != nil {
			return c, false, err
		}
		for _, v := range run.versions {
			if v.marker {
				continue
			}
			c.There.Files++
			c.There.Bytes += v.size
			if !v.latest {
				c.Deleted.Files++
				c.Deleted.Bytes += v.size
				continue
			}
			if hash := upload.HashOf(v.key); !h.policy.Overwrite() && held[hash].Until != 0 {
				c.Seen = append(c.Seen, hash)
			}
		}
		if !run.more {
			return c, true, nil
		}
		c.Key, c.Version = run.key, run.id
		if time.Now().After(until) {
			return c, false, nil
		}
	}
}
