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
// where versions of several keys meet delete markers, so a list is cut into pages
// here: by key, each key's versions and markers newest first, and what a delimiter
// rolls up in its place among them. Version ids are ULIDs, whose order is that of
// their time. A list of one key's versions waits until nobody deletes one.
func (g *guard) ListObjectVersions(ctx context.Context, in *s3.ListObjectVersionsInput) (s3response.ListVersionsResult, error) {
	defer g.keys.rlock(in.Prefix)()
	all := *in
	all.KeyMarker, all.VersionIdMarker, all.MaxKeys, all.Delimiter = nil, nil, aws.Int32(math.MaxInt32), nil
	out, err := g.Backend.ListObjectVersions(ctx, &all)
	if err != nil {
		return out, err
	}
	limit, marker := pageLimit(in.MaxKeys), aws.ToString(in.KeyMarker)
	list := rollUp(entries(out), aws.ToString(in.Prefix), aws.ToString(in.Delimiter))
	list = slices.DeleteFunc(list, func(e versionEntry) bool { return e.folder && e.key <= marker })
	page, more := pageOf(list, place{aws.ToString(in.KeyMarker), aws.ToString(in.VersionIdMarker)}, limit,
		func(e versionEntry) place { return e.place }, func(a, b string) int { return strings.Compare(b, a) })
	out.KeyMarker, out.VersionIdMarker, out.MaxKeys = in.KeyMarker, in.VersionIdMarker, aws.Int32(int32(limit))
	out.NextKeyMarker, out.NextVersionIdMarker, out.IsTruncated = nil, nil, &more
	out.Versions, out.DeleteMarkers, out.CommonPrefixes, out.Delimiter = nil, nil, nil, in.Delimiter
	for _, e := range page {
		switch {
		case e.folder:
			out.CommonPrefixes = append(out.CommonPrefixes, types.CommonPrefix{Prefix: &e.key})
		case e.version != nil:
			out.Versions = append(out.Versions, *e.version)
		default:
			out.DeleteMarkers = append(out.DeleteMarkers, *e.marker)
		}
		if more {
			out.NextKeyMarker, out.NextVersionIdMarker = &e.key, &e.id
		}
	}
	return out, nil
}

// DeleteObject implements backend.Backend. In S3 it happens at once; versitygw moves
// versions about, and the key has none meanwhile.
func (g *guard) DeleteObject(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	defer g.keys.lock(in.Key)()
	return g.Backend.DeleteObject(ctx, in)
}

// versionEntry is a version, a delete marker, or all that is rolled up in a folder.
type versionEntry struct {
	place
	folder  bool
	version *s3response.ObjectVersion
	marker  *types.DeleteMarkerEntry
}

// entries puts versions and markers into one list.
func entries(all s3response.ListVersionsResult) (list []versionEntry) {
	for i, v := range all.Versions {
		list = append(list, versionEntry{place{aws.ToString(v.Key), aws.ToString(v.VersionId)}, false, &all.Versions[i], nil})
	}
	for i, m := range all.DeleteMarkers {
		list = append(list, versionEntry{place{aws.ToString(m.Key), aws.ToString(m.VersionId)}, false, nil, &all.DeleteMarkers[i]})
	}
	return list
}

// rollUp puts one entry in the place of all whose keys are equal up to a delimiter
// behind the prefix.
func rollUp(list []versionEntry, prefix, delimiter string) []versionEntry {
	if delimiter == "" {
		return list
	}
	seen := map[string]bool{}
	var rolled []versionEntry
	for _, e := range list {
		name, _, below := strings.Cut(strings.TrimPrefix(e.key, prefix), delimiter)
		if !below {
			rolled = append(rolled, e)
			continue
		}
		if folder := prefix + name + delimiter; !seen[folder] {
			seen[folder] = true
			rolled = append(rolled, versionEntry{place: place{folder, ""}, folder: true})
		}
	}
	return rolled
}
