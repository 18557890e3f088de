package gateway

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/oklog/ulid/v2"
	"github.com/versity/versitygw/s3response"
)

// events writes what happens to versions as S3 tells EventBridge
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html), a line for
// each. versitygw's own have empty keys and race.
type events struct {
	region, bucket string
	told           func() // called after each

	mu  sync.Mutex
	out *os.File
}

// openEvents appends to a file that its owner alone may read. No name: nil, which
// writes nothing.
func openEvents(name, region, bucket string, told func()) (*events, error) {
	if name == "" {
		return nil, nil
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &events{region: region, bucket: bucket, told: told, out: file}, nil
}

// noBytes is the ETag that S3 tells of a delete marker: that of nothing.
const noBytes = "d41d8cd98f00b204e9800998ecf8427e"

// happened is what an event says of a version.
type happened struct {
	kind      string // detail type
	key       string
	version   string
	etag      string
	size      *int64
	reason    string
	deletion  string
	sequenced bool
}

// write appends an event. It is one write, so that a process that is killed leaves whole
// lines.
func (e *events) write(bucket *string, h happened) {
	if e == nil || aws.ToString(bucket) != e.bucket {
		return
	}
	object := map[string]any{"key": h.key, "version-id": h.version}
	if h.etag != "" {
		object["etag"] = strings.Trim(h.etag, `"`)
	}
	if h.size != nil {
		object["size"] = *h.size
	}
	if h.sequenced {
		object["sequencer"] = sequencer(h)
	}
	detail := map[string]any{
		"version": "0", "bucket": map[string]string{"name": e.bucket}, "object": object,
		"request-id": rand.Text()[:16], "requester": AccountID, "source-ip-address": "127.0.0.1",
	}
	if h.reason != "" {
		detail["reason"] = h.reason
	}
	if h.deletion != "" {
		detail["deletion-type"] = h.deletion
	}
	line, err := json.Marshal(map[string]any{
		"version": "0", "id": uuid(), "detail-type": h.kind, "source": "aws.s3", "account": AccountID, "region": e.region,
		"time": time.Now().UTC().Format(time.RFC3339), "resources": []string{"arn:aws:s3:::" + e.bucket}, "detail": detail,
	})
	if err != nil {
		return // of strings and numbers there is no error
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = e.out.Write(append(line, '\n')) // a full disk must not fail the request
	e.told()
}

// sequencer is greater the later something happened to a key. Version ids are ULIDs,
// whose order is that of their time; what makes no version gets one of its own.
func sequencer(h happened) string {
	id, err := ulid.Parse(h.version)
	if err != nil || h.deletion == "Permanently Deleted" {
		id = ulid.Make()
	}
	return hex.EncodeToString(id[:])
}

func uuid() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// tellPut stores an object and tells of it.
func (g *guard) tellPut(ctx context.Context, in s3response.PutObjectInput, reason string) (s3response.PutObjectOutput, error) {
	out, err := g.storeObject(ctx, in)
	if err == nil {
		size := in.ContentLength
		if out.Size != nil {
			size = out.Size
		}
		g.events.write(in.Bucket, happened{kind: "Object Created", key: *in.Key, version: out.VersionID, etag: out.ETag, size: size, reason: reason, sequenced: true})
	}
	return out, err
}

// tellCreated tells of a version that was copied or put together.
func (g *guard) tellCreated(ctx context.Context, bucket, key *string, version, reason string) {
	if g.events == nil {
		return
	}
	h := happened{kind: "Object Created", key: *key, version: version, reason: reason, sequenced: true}
	if out, err := g.Backend.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key, VersionId: nonEmpty(&version)}); err == nil {
		h.etag, h.size = aws.ToString(out.ETag), out.ContentLength
	}
	g.events.write(bucket, h)
}

// tellDeletion deletes and tells of it.
func (g *guard) tellDeletion(ctx context.Context, in *s3.DeleteObjectInput) (*s3.DeleteObjectOutput, error) {
	etag := g.etagOf(ctx, in.Bucket, in.Key, in.VersionId)
	out, err := g.deleteObject(ctx, in)
	if err == nil {
		g.tellDeleted(in.Bucket, in.Key, in.VersionId, etag, out.DeleteMarker, out.VersionId)
	}
	return out, err
}

// tellDeletions does so for many.
func (g *guard) tellDeletions(ctx context.Context, in *s3.DeleteObjectsInput) (s3response.DeleteResult, error) {
	etags := map[string]string{}
	for _, o := range in.Delete.Objects {
		etags[*o.Key+"\n"+aws.ToString(o.VersionId)] = g.etagOf(ctx, in.Bucket, o.Key, o.VersionId)
	}
	out, err := g.deleteObjects(ctx, in)
	if err == nil {
		for _, d := range out.Deleted {
			made := d.DeleteMarkerVersionId
			if made == nil {
				made = d.VersionId
			}
			g.tellDeleted(in.Bucket, d.Key, d.VersionId, etags[*d.Key+"\n"+aws.ToString(d.VersionId)], d.DeleteMarker, made)
		}
	}
	return out, err
}

// etagOf is the ETag of a version that is to be deleted; "" of a marker, and where there
// is no such version.
func (g *guard) etagOf(ctx context.Context, bucket, key, version *string) string {
	if g.events == nil || aws.ToString(version) == "" {
		return ""
	}
	out, err := g.Backend.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key, VersionId: version})
	if err != nil {
		return ""
	}
	return aws.ToString(out.ETag)
}

func (g *guard) tellDeleted(bucket, key, version *string, etag string, marker *bool, made *string) {
	h := happened{kind: "Object Deleted", key: *key, reason: "DeleteObject", sequenced: true}
	switch {
	case aws.ToString(version) != "" && (etag != "" || aws.ToBool(marker)):
		h.version, h.deletion, h.etag = *version, "Permanently Deleted", etag
		if aws.ToBool(marker) {
			h.etag = noBytes
		}
	case aws.ToString(version) == "" && aws.ToBool(marker) && made != nil:
		h.version, h.deletion, h.etag = *made, "Delete Marker Created", noBytes
	default:
		return // nothing was there
	}
	g.events.write(bucket, h)
}

// DeleteObjectTagging implements backend.Backend.
func (g *guard) DeleteObjectTagging(ctx context.Context, bucket, object, versionID string) error {
	err := g.Backend.DeleteObjectTagging(ctx, bucket, object, versionID)
	if err != nil || g.events == nil {
		return err
	}
	out, head := g.Backend.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &object, VersionId: nonEmpty(&versionID)})
	if head == nil {
		g.events.write(&bucket, happened{kind: "Object Tags Deleted", key: object, version: aws.ToString(out.VersionId), etag: aws.ToString(out.ETag)})
	}
	return nil
}
