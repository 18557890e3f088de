package gateway

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/s3response"
)

// ListObjectVersions implements backend.Backend. versitygw's pages do not get on
// where versions of several keys meet delete markers, so a list without a
// delimiter is cut into pages here: by key, each key's versions and markers
// newest first. Version ids are ULIDs, whose order is that of their time.
func (g *guard) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput) (s3response.ListVersionsResult, error) {
	if aws.ToString(in.Delimiter) != "" {
		return g.Backend.ListObjectVersions(ctx, in)
	}
	all := *in
	all.KeyMarker, all.VersionIdMarker, all.MaxKeys = nil, nil, aws.Int32(math.MaxInt32)
	out, err := g.Backend.ListObjectVersions(ctx, &all)
	if err != nil {
		return out, err
	}
	limit := 1000
	if in.MaxKeys != nil {
		limit = int(*in.MaxKeys)
	}
	page, more := versionPage(out, aws.ToString(in.KeyMarker), aws.ToString(in.VersionIdMarker), limit)
	out.KeyMarker, out.VersionIdMarker, out.MaxKeys = in.KeyMarker, in.VersionIdMarker, aws.Int32(int32(limit))
	out.NextKeyMarker, out.NextVersionIdMarker, out.IsTruncated = nil, nil, &more
	out.Versions, out.DeleteMarkers = nil, nil
	for _, e := range page {
		if e.version != nil {
			out.Versions = append(out.Versions, *e.version)
		} else {
			out.DeleteMarkers = append(out.DeleteMarkers, *e.marker)
		}
		if more {
			out.NextKeyMarker, out.NextVersionIdMarker = &e.key, &e.id
		}
	}
	return out, nil
}

// versionEntry is a version or a delete marker.
type versionEntry struct {
	key, id string
	version *s3response.ObjectVersion
	marker  *types.DeleteMarkerEntry
}

// versionPage is the part of a whole list that follows a place in it.
func versionPage(all s3response.ListVersionsResult, afterKey, afterID string, limit int) (page []versionEntry, more bool) {
	for i, v := range all.Versions {
		page = append(page, versionEntry{aws.ToString(v.Key), aws.ToString(v.VersionId), &all.Versions[i], nil})
	}
	for i, m := range all.DeleteMarkers {
		page = append(page, versionEntry{aws.ToString(m.Key), aws.ToString(m.VersionId), nil, &all.DeleteMarkers[i]})
	}
	page = slices.DeleteFunc(page, func(e versionEntry) bool {
		return afterKey != "" && (e.key < afterKey || e.key == afterKey && (afterID == "" || e.id >= afterID))
	})
	slices.SortFunc(page, func(a, b versionEntry) int {
		if c := strings.Compare(a.key, b.key); c != 0 {
			return c
		}
		return strings.Compare(b.id, a.id)
	})
	if len(page) > limit {
		return page[:limit], limit > 0
	}
	return page, false
}
