package notify

import (
	"encoding/json"
	"fmt"
	"time"

	"signet/lambda/upload"
)

// Detail types of the events that are taken, and what they say of deletions
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html); GuardDuty's is [upload.ScanResult].
const (
	ObjectCreated     = "Object Created"
	ObjectDeleted     = "Object Deleted"
	ObjectTagsDeleted = "Object Tags Deleted"

	MarkerCreated = "Delete Marker Created"
	Removed       = "Permanently Deleted"

	// ByLifecycle is the reason of what S3 deletes by itself.
	ByLifecycle = "Lifecycle Expiration"
)

// emptyETag is the ETag that S3 tells of a delete marker: that of no bytes. Data that
// is encrypted with a key of KMS has never this one.
const emptyETag = "d41d8cd98f00b204e9800998ecf8427e"

// Told is what EventBridge hands over, as far as it matters here.
type Told struct {
	kind        string // detail type
	bucket, key string
	version     string
	etag        string
	sequencer   string
	reason      string
	deletion    string
	at          time.Time
	verdict     string
	threats     []string
}

// envelope is an event of EventBridge's, of S3 or of GuardDuty.
type envelope struct {
	Source     string    `json:"source"`
	DetailType string    `json:"detail-type"`
	Time       time.Time `json:"time"`
	Detail     struct {
		Bucket struct {
			Name string `json:"name"`
		} `json:"bucket"`
		Object struct {
			Key       string `json:"key"`
			ETag      string `json:"etag"`
			VersionID string `json:"version-id"`
			Sequencer string `json:"sequencer"`
		} `json:"object"`
		Reason       string `json:"reason"`
		DeletionType string `json:"deletion-type"`

		upload.Scan
	} `json:"detail"`
}

// Parse reads an event. One of another kind is an error: the rule lets none through, so
// that somebody changed it.
func Parse(data []byte) (Told, error) {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return Told{}, fmt.Errorf("got a message that is no event of EventBridge's: %w", err)
	}
	d := e.Detail
	t := Told{kind: e.DetailType, at: e.Time}
	switch {
	case e.Source == "aws.s3" && (t.kind == ObjectCreated || t.kind == ObjectDeleted || t.kind == ObjectTagsDeleted):
		t.bucket, t.key, t.version, t.etag, t.sequencer = d.Bucket.Name, d.Object.Key, d.Object.VersionID, d.Object.ETag, d.Object.Sequencer
		t.reason, t.deletion = d.Reason, d.DeletionType
	case e.Source == "aws.guardduty" && t.kind == upload.ScanResult:
		o := d.S3ObjectDetails
		t.bucket, t.key, t.version, t.verdict = o.BucketName, o.ObjectKey, o.VersionID, d.ScanResultDetails.ScanResultStatus
		t.threats = d.ThreatNames()
	default:
		return Told{}, fmt.Errorf("got a %q of %q, want an object's creation, deletion, lost tags or scan: look at the rule that fills the queue", e.DetailType, e.Source)
	}
	if t.bucket == "" || t.key == "" || t.version == "" {
		return Told{}, fmt.Errorf("got bucket %q, key %q, version %q, want all three: turn the bucket's versioning on", t.bucket, t.key, t.version)
	}
	return t, nil
}

// ID is that of an event of a type that is made of this.
func (t Told) ID(eventType string) string { return ID(eventType, t.key, t.version) }
