package notify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// version is what S3 says of one version of a key.
type version struct {
	size      int64
	etag      string
	modified  time.Time
	mediaType string
	checksum  *Checksum
	metadata  map[string]string // what is not the service's
	by        string            // who uploaded it; "": its owner
	pass      string
	from      string // the key that it was moved from; "": none
}

// entry is a version or a delete marker in S3's list of a key.
type entry struct {
	id       string
	marker   bool
	modified time.Time
}

// file takes a key apart; false is what is no file of a space.
func (n *Notifier) file(key string) (upload.Key, bool) {
	parsed, _ := n.policy.ParseKey(key)
	return parsed, parsed.Owner != "" && parsed.Stem != ""
}

// confirms says whether files of a key's space are confirmed.
func (n *Notifier) confirms(key upload.Key) bool {
	space, ok := n.options.Config.Space(key.Space)
	return ok && space.Confirm > 0
}

// ask asks S3 for the version that was told of. nil is one that makes no event: it is
// gone, or it lies directly on other data, which is the same file sent once more.
func (n *Notifier) ask(ctx context.Context, t Told) (v *version, none string, err error) {
	v, err = n.look(ctx, t.key, t.version)
	if err != nil {
		return nil, "", err
	}
	versions, err := n.versions(ctx, t.key)
	if err != nil {
		return nil, "", err
	}
	i := index(versions, t.version)
	switch {
	case v == nil && i < 0:
		return nil, "the version is gone", nil
	case v == nil || i < 0:
		return nil, "", errors.New("got a version that S3 lists and does not show, or the other way round: it is asked again")
	}
	below, err := n.below(ctx, t.key, versions[i+1:], v)
	if err != nil {
		return nil, "", err
	}
	if below == "" {
		return v, "", nil
	}
	return nil, below, nil
}

// below says why a version that lies on these makes no event; "" where it does. What is
// restored by a copy has the word of an earlier move still, and was not moved.
func (n *Notifier) below(ctx context.Context, key string, versions []entry, v *version) (string, error) {
	if len(versions) == 0 {
		return "", nil
	}
	if !versions[0].marker {
		if !n.options.Config.Overwrite {
			return "it lies on another version of the file", nil
		}
		under, err := n.look(ctx, key, versions[0].id)
		if err != nil {
			return "", err
		}
		if under != nil && v.sameBytes(under) {
			return "it is what was there", nil
		}
	}
	if v.from == "" {
		return "", nil
	}
	for _, e := range versions {
		if e.marker {
			continue
		}
		under, err := n.look(ctx, key, e.id)
		if err != nil {
			return "", err
		}
		if under != nil && under.from == v.from && v.sameBytes(under) {
			v.from = ""
		}
		break
	}
	return "", nil
}

func (v *version) sameBytes(other *version) bool {
	if v.checksum != nil && other.checksum != nil && *v.checksum == *other.checksum {
		return v.size == other.size
	}
	return v.size == other.size && v.etag == other.etag
}

// look asks for one version, with its checksum; nil where it is gone.
func (n *Notifier) look(ctx context.Context, key, id string) (*version, error) {
	out, err := n.options.S3.HeadObject(ctx, &s3.HeadObjectInput{
		Bucket: &n.options.Config.Bucket, Key: &key, VersionId: nonEmpty(id), ChecksumMode: types.ChecksumModeEnabled,
	})
	if isGone(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("version %s of %s: %w", id, key, err)
	}
	v := &version{
		size: aws.ToInt64(out.ContentLength), etag: aws.ToString(out.ETag), modified: aws.ToTime(out.LastModified),
		mediaType: aws.ToString(out.ContentType), checksum: wholeChecksum(out), metadata: upload.PlainMetadata(out.Metadata),
	}
	v.by, v.from = v.metadata[upload.MetadataBy], v.metadata[upload.MetadataMovedFrom]
	v.pass, _ = strings.CutPrefix(v.by, passBearer)
	if v.pass == v.by {
		v.pass = ""
	}
	maps.DeleteFunc(v.metadata, func(name, _ string) bool { return strings.HasPrefix(name, upload.MetadataOwn) })
	return v, nil
}

// passBearer begins what stands for an uploader who had no account but a pass.
const passBearer = "pass:"

// wholeChecksum is what S3 has of the whole object; nil: none. A composite one is of its
// parts' checksums and compares with nothing.
func wholeChecksum(out *s3.HeadObjectOutput) *Checksum {
	sum := Checksum{CRC64NVME: aws.ToString(out.ChecksumCRC64NVME), SHA256: aws.ToString(out.ChecksumSHA256)}
	if sum == (Checksum{}) || out.ChecksumType == types.ChecksumTypeComposite {
		return nil
	}
	return &sum
}

// isGone reads the error of a HEAD, which has a status and no code: 404 is a version
// that is not there, 405 a delete marker.
func isGone(err error) bool {
	answer := new(awshttp.ResponseError)
	if !errors.As(err, &answer) {
		return false
	}
	status := answer.HTTPStatusCode()
	return status == 404 || status == 405
}

// mostVersions bounds how much of a key's history is read: what lies under a version
// stands beside it.
const mostVersions = 1000

// versions are those of one key, newest first.
func (n *Notifier) versions(ctx context.Context, key string) ([]entry, error) {
	out, err := n.options.S3.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{
		Bucket: &n.options.Config.Bucket, Prefix: &key, EncodingType: upload.ListEncoding, MaxKeys: aws.Int32(mostVersions),
	})
	if err != nil {
		return nil, fmt.Errorf("versions of %s: %w", key, err)
	}
	return merge(out, key), nil
}

// merge puts the versions and the markers of a key, each newest first, into one list.
// S3 dates them to the second: of one second the current one comes first, and then they
// take turns, for a file is deleted after it was stored and stored after it was deleted.
func merge(out *s3.ListObjectVersionsOutput, key string) []entry {
	encoding := string(out.EncodingType)
	var data, markers, list []entry
	var current string
	for _, v := range out.Versions {
		if upload.ListedKey(encoding, aws.ToString(v.Key)) == key {
			data = append(data, entry{aws.ToString(v.VersionId), false, aws.ToTime(v.LastModified).Truncate(time.Second)})
			if aws.ToBool(v.IsLatest) {
				current = *v.VersionId
			}
		}
	}
	for _, m := range out.DeleteMarkers {
		if upload.ListedKey(encoding, aws.ToString(m.Key)) == key {
			markers = append(markers, entry{aws.ToString(m.VersionId), true, aws.ToTime(m.LastModified).Truncate(time.Second)})
			if aws.ToBool(m.IsLatest) {
				current = *m.VersionId
			}
		}
	}
	for len(data) > 0 && len(markers) > 0 {
		d, m := data[0], markers[0]
		dataNext := d.modified.After(m.modified)
		if d.modified.Equal(m.modified) {
			dataNext = d.id == current || m.id != current && len(list) > 0 && list[len(list)-1].marker
		}
		if dataNext {
			list, data = append(list, d), data[1:]
		} else {
			list, markers = append(list, m), markers[1:]
		}
	}
	return append(append(list, data...), markers...)
}

func index(list []entry, id string) int {
	for i, e := range list {
		if e.id == id {
			return i
		}
	}
	return -1
}

func nonEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
