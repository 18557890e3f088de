package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// objectVersion is a version of an object, or a delete marker.
type objectVersion struct {
	key, id  string
	size     int64
	modified time.Time
	latest   bool
	marker   bool
	order    time.Time // what newestFirst goes by: not before that of an older version
}

func isData(v objectVersion) bool { return !v.marker }

// versionRun is one answer of ListObjectVersions: by key, and of a key the newest
// first, as far as S3's whole seconds tell.
type versionRun struct {
	versions []objectVersion
	more     bool
	key, id  string // where to go on
}

// take cuts a key's versions off the front.
func (r *versionRun) take(key string) []objectVersion {
	n := slices.IndexFunc(r.versions, func(v objectVersion) bool { return v.key != key })
	if n < 0 {
		n = len(r.versions)
	}
	own := r.versions[:n]
	r.versions = r.versions[n:]
	return newestFirst(own)
}

func (s *store) listVersions(ctx context.Context, in s3.ListObjectVersionsInput) (versionRun, error) {
	in.Bucket, in.EncodingType = s.bucket(), upload.ListEncoding
	out, err := s.s3().ListObjectVersions(ctx, &in)
	if err != nil {
		return versionRun{}, s3Error(err)
	}
	run := versionRun{
		versions: make([]objectVersion, 0, len(out.Versions)+len(out.DeleteMarkers)),
		more:     aws.ToBool(out.IsTruncated), key: listed(out.EncodingType, out.NextKeyMarker), id: aws.ToString(out.NextVersionIdMarker),
	}
	for _, v := range out.Versions {
		run.versions = append(run.versions, objectVersion{
			key: listed(out.EncodingType, v.Key), id: aws.ToString(v.VersionId), size: aws.ToInt64(v.Size),
			modified: at(v.LastModified), latest: aws.ToBool(v.IsLatest),
		})
	}
	for _, m := range out.DeleteMarkers {
		run.versions = append(run.versions, objectVersion{
			key: listed(out.EncodingType, m.Key), id: aws.ToString(m.VersionId), modified: at(m.LastModified), latest: aws.ToBool(m.IsLatest), marker: true,
		})
	}
	slices.SortStableFunc(run.versions, func(a, b objectVersion) int { return strings.Compare(a.key, b.key) })
	return run, nil
}

// versions gives all versions of the keys that begin with a prefix and have no slash
// behind it, newest first.
func (s *store) versions(ctx context.Context, prefix string) (all []objectVersion, err error) {
	in := s3.ListObjectVersionsInput{Prefix: &prefix, Delimiter: aws.String("/")}
	for {
		run, err := s.listVersions(ctx, in)
		if err != nil {
			return nil, err
		}
		all = append(all, run.versions...)
		if !run.more {
			break
		}
		in.KeyMarker, in.VersionIdMarker = &run.key, nonEmpty(run.id)
	}
	run := versionRun{versions: all}
	for len(run.versions) > 0 {
		run.take(run.versions[0].key)
	}
	slices.SortStableFunc(all, func(a, b objectVersion) int { return b.order.Compare(a.order) })
	return all, nil
}

// newestFirst orders the versions of one key, which S3 lists apart from its markers.
// Each of the two comes in S3's order, newest first, which holds; between them decides
// the time. S3 dates to the second, and an upload in parts by its beginning, so that a
// newer version can have an older date: it counts as not older than what is under it.
// The current one is always at the top.
func newestFirst(own []objectVersion) []objectVersion {
	var data, markers, all time.Time
	for i := range slices.Backward(own) {
		last := &data
		if own[i].marker {
			last = &markers
		}
		*last = later(*last, own[i].modified)
		own[i].order = *last
	}
	slices.SortStableFunc(own, func(a, b objectVersion) int {
		switch {
		case a.latest:
			return -1
		case b.latest:
			return 1
		default:
			return b.order.Compare(a.order)
		}
	})
	for i := range slices.Backward(own) {
		all = later(all, own[i].order)
		own[i].order = all
	}
	return own
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
