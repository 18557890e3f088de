package gateway

import (
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/oklog/ulid/v2"
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
	return g.tellDeletion(ctx, in)
}

// versionEntry is a version, a delete marker, or all that is rolled up in a folder.
type versionEntry struct {
	place
	folder  bool
	version *s3response.ObjectVersion
	marker  *types.DeleteMarkerEntry
}

// entries puts versions and markers into one list, each with the time at which it was
// made, which its id has: versitygw says when it was last moved about.
func entries(all s3response.ListVersionsResult) (list []versionEntry) {
	for i, v := range all.Versions {
		all.Versions[i].LastModified = made(v.VersionId, v.LastModified)
	}
	for i, m := range all.DeleteMarkers {
		all.DeleteMarkers[i].LastModified = made(m.VersionId, m.LastModified)
	}
	oneLatest(all)
	for i, v := range all.Versions {
		list = append(list, versionEntry{place{aws.ToString(v.Key), aws.ToString(v.VersionId)}, false, &all.Versions[i], nil})
	}
	for i, m := range all.DeleteMarkers {
		list = append(list, versionEntry{place{aws.ToString(m.Key), aws.ToString(m.VersionId)}, false, nil, &all.DeleteMarkers[i]})
	}
	return list
}

// oneLatest leaves one latest of each key, where a marker that was written over says that
// it is one too.
func oneLatest(all s3response.ListVersionsResult) {
	newest := map[string]string{} // by key, of those that say so
	for _, v := range all.Versions {
		if key, id := aws.ToString(v.Key), aws.ToString(v.VersionId); aws.ToBool(v.IsLatest) && id > newest[key] {
			newest[key] = id
		}
	}
	for _, m := range all.DeleteMarkers {
		if key, id := aws.ToString(m.Key), aws.ToString(m.VersionId); aws.ToBool(m.IsLatest) && id > newest[key] {
			newest[key] = id
		}
	}
	for i, v := range all.Versions {
		all.Versions[i].IsLatest = aws.Bool(newest[aws.ToString(v.Key)] == aws.ToString(v.VersionId))
	}
	for i, m := range all.DeleteMarkers {
		all.DeleteMarkers[i].IsLatest = aws.Bool(newest[aws.ToString(m.Key)] == aws.ToString(m.VersionId))
	}
}

// made is the time in a version's id, else what the store says.
func made(id *string, said *time.Time) *time.Time {
	parsed, err := ulid.Parse(aws.ToString(id))
	if err != nil {
		return said
	}
	at := ulid.Time(parsed.Time())
	return &at
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
