package gateway

import (
	"context"
	"math"
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
	limit := pageLimit(in.MaxKeys)
	page, more := pageOf(entries(out), place{aws.ToString(in.KeyMarker), aws.ToString(in.VersionIdMarker)}, limit,
		func(e versionEntry) place { return e.place }, func(a, b string) int { return strings.Compare(b, a) })
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
	place
	version *s3response.ObjectVersion
	marker  *types.DeleteMarkerEntry
}

// entries puts versions and markers into one list.
func entries(all s3response.ListVersionsResult) (list []versionEntry) {
	for i, v := range all.Versions {
		list = append(list, versionEntry{place{aws.ToString(v.Key), aws.ToString(v.VersionId)}, &all.Versions[i], nil})
	}
	for i, m := range all.DeleteMarkers {
		list = append(list, versionEntry{place{aws.ToString(m.Key), aws.ToString(m.VersionId)}, nil, &all.DeleteMarkers[i]})
	}
	return list
}
