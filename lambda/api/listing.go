package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// entry is one line of a list: an object, or a folder, which is all objects below it.
type entry struct {
	key       string // of a folder the prefix of what is in it, which ends with a slash
	folder    bool
	size      int64
	modified  time.Time
	versionID string // of what is deleted: the newest version that can come back
}

// page is a run of a list, in S3's order: by the bytes of the keys.
type page struct {
	entries []entry
	behind  string // the place behind the last entry
	more    bool
}

// A place in a list is a string: what comes is greater than it. Behind an object that
// is its key. Behind a folder it is greater than what is in it, which no string is for
// certain: where the last place was behind the same folder already, for a key of
// another tool's can hold anything, it moves on.
const lastRune = "\U0010FFFF"

func (e entry) behind(last string) string {
	if !e.folder {
		return e.key
	}
	if place := e.key + lastRune; place > last {
		return place
	}
	return last + lastRune
}

// isBefore says whether a place is behind this entry.
func (e entry) isBefore(place string) bool {
	if e.folder {
		return strings.HasPrefix(place, e.key+lastRune)
	}
	return e.key <= place
}

// list reads the objects under a prefix behind a place, at most limit entries of them,
// in one request. With folders, what is below a slash is one entry.
func (s *store) list(ctx context.Context, prefix, place string, folders bool, limit int) (page, error) {
	in := &s3.ListObjectsV2Input{
		Bucket: s.bucket(), Prefix: &prefix, StartAfter: &place, MaxKeys: aws.Int32(int32(limit)), EncodingType: upload.ListEncoding,
	}
	if folders {
		in.Delimiter = aws.String("/")
	}
	out, err := s.s3().ListObjectsV2(ctx, in)
	if err != nil {
		return page{}, s3Error(err)
	}
	entries := make([]entry, 0, len(out.Contents)+len(out.CommonPrefixes))
	for i := range out.Contents {
		o := &out.Contents[i]
		entries = append(entries, entry{key: listed(out.EncodingType, o.Key), size: aws.ToInt64(o.Size), modified: at(o.LastModified)})
	}
	for _, p := range out.CommonPrefixes {
		entries = append(entries, entry{key: listed(out.EncodingType, p.Prefix), folder: true})
	}
	if len(out.CommonPrefixes) > 0 {
		slices.SortFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	}
	return pageBehind(place, entries, aws.ToBool(out.IsTruncated)), nil
}

// pageBehind is the page of what an answer holds behind a place. A folder may come
// again, and some stores begin with the place itself; a page that does not get on is
// the last.
func pageBehind(place string, entries []entry, more bool) page {
	p := page{behind: place}
	if n := len(entries); n > 0 {
		p.behind = entries[n-1].behind(place)
	}
	p.more = more && p.behind > place
	p.entries = slices.DeleteFunc(entries, func(e entry) bool { return e.isBefore(place) })
	return p
}

// listed reads a key of an answer.
func listed(encoding types.EncodingType, key *string) string {
	return upload.ListedKey(string(encoding), aws.ToString(key))
}

// deleted reads a run of the objects under a prefix whose current version is a delete
// marker and that can come back, because a version is left under it. With folders, all
// that is deleted below a slash is one entry. Folders in which nothing is deleted are
// none, so that all versions have to be read to know it.
func (s *store) deleted(ctx context.Context, prefix, place string, folders bool) (page, error) {
	run, err := s.versionsBehind(ctx, prefix, place)
	if err != nil {
		return page{}, err
	}
	got := page{behind: place, more: run.more}
	for len(run.versions) > 0 {
		key := run.versions[0].key
		versions := run.take(key)
		if len(run.versions) == 0 && run.more && versions[0].marker && !slices.ContainsFunc(versions, isData) {
			if versions, err = s.firstData(ctx, versions, run); err != nil {
				return page{}, err
			}
		}
		got.behind = key
		if e, ok := deletedEntry(versions); ok {
			got.add(e, prefix, place, folders)
		}
	}
	if n := len(got.entries); n > 0 && got.more && got.entries[n-1].folder {
		got.behind = max(got.behind, got.entries[n-1].behind(place)) // the rest of it is known
	}
	return got, nil
}

// versionsBehind reads a run of the versions of the keys behind a place. S3 says what a
// marker without a version's id means of lists of uploads only, so both are right here:
// to begin with the key, and behind it.
func (s *store) versionsBehind(ctx context.Context, prefix, place string) (versionRun, error) {
	in := s3.ListObjectVersionsInput{Prefix: &prefix, KeyMarker: &place}
	for {
		run, err := s.listVersions(ctx, in)
		if err != nil {
			return versionRun{}, err
		}
		run.versions = slices.DeleteFunc(run.versions, func(v objectVersion) bool { return v.key <= place })
		if len(run.versions) > 0 || !run.more {
			return run, nil
		}
		in.KeyMarker, in.VersionIdMarker = &run.key, nonEmpty(run.id)
	}
}

// add adds an object, or the folder that it is in, once.
func (p *page) add(e entry, prefix, place string, folders bool) {
	name, _, below := strings.Cut(e.key[len(prefix):], "/")
	if folders && below {
		e = entry{key: prefix + name + "/", folder: true}
		if n := len(p.entries); n > 0 && p.entries[n-1].key == e.key || e.isBefore(place) {
			return
		}
	}
	p.entries = append(p.entries, e)
}

// deletedEntry is the entry of an object of which these are all versions, newest
// first, down to the first that is no marker.
func deletedEntry(versions []objectVersion) (entry, bool) {
	i := slices.IndexFunc(versions, isData)
	if i < 1 || !versions[0].latest {
		return entry{}, false
	}
	return entry{key: versions[0].key, size: versions[i].size, modified: versions[0].modified, versionID: versions[i].id}, true
}

// firstData goes on behind the end of a run, where all of a key's versions in it are
// markers, until there is one that is none.
func (s *store) firstData(ctx context.Context, versions []objectVersion, run versionRun) ([]objectVersion, error) {
	key := versions[0].key
	for run.more {
		var err error
		run, err = s.listVersions(ctx, s3.ListObjectVersionsInput{Prefix: &key, KeyMarker: &run.key, VersionIdMarker: nonEmpty(run.id)})
		if err != nil {
			return nil, err
		}
		own := run.take(key)
		versions = append(versions, own...)
		if len(own) == 0 || slices.ContainsFunc(own, isData) {
			break
		}
	}
	return versions, nil
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// at is S3's time, which is in whole seconds.
func at(t *time.Time) time.Time { return aws.ToTime(t).UTC().Truncate(time.Second) }
