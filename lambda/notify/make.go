package notify

import (
	"context"
	"fmt"
	"time"

	"signet/lambda/upload"
)

// Event makes the event of what was told. nil is none, and none says why: S3 tells more
// than happened to a file.
func (n *Notifier) Event(ctx context.Context, t Told) (e *Event, none string, err error) {
	key, ours := n.file(t.key)
	switch {
	case !ours:
		return nil, "no file of a space", nil
	case t.kind == ObjectCreated:
		return n.created(ctx, t, key)
	case t.kind == ObjectDeleted && t.deletion == MarkerCreated:
		return n.deleted(ctx, t, key)
	case t.kind == ObjectDeleted && t.deletion == Removed:
		return n.restored(ctx, t, key)
	case t.kind == ObjectTagsDeleted:
		return n.confirmed(ctx, t, key)
	case t.kind == upload.ScanResult && t.verdict == upload.ThreatFound:
		return n.quarantined(t, key), "", nil
	case t.kind == upload.ScanResult:
		return n.scanned(ctx, t, key)
	}
	return nil, "", fmt.Errorf("got the deletion type %q, want %q or %q: a new one of S3's", t.deletion, MarkerCreated, Removed)
}

// created is for a new version: a new file, or a moved one.
func (n *Notifier) created(ctx context.Context, t Told, key upload.Key) (*Event, string, error) {
	v, none, err := n.ask(ctx, t)
	if v == nil {
		return nil, none, err
	}
	switch {
	case v.from != "":
		e := n.of(upload.FileMoved, t, key, v)
		e.Data.From = v.from
		return e, "", nil
	case n.options.Config.MalwareScan:
		return nil, "it waits for the scan", nil
	case n.confirms(key):
		return nil, "it waits to be confirmed", nil
	}
	return n.of(upload.FileStored, t, key, v), "", nil
}

// scanned is for a version that the scan has looked at and found no threat in, whether
// it could look into it or not. A moved file has been told of before.
func (n *Notifier) scanned(ctx context.Context, t Told, key upload.Key) (*Event, string, error) {
	v, none, err := n.ask(ctx, t)
	switch {
	case v == nil:
		return nil, none, err
	case v.from != "":
		return nil, "it was moved", nil
	}
	e := n.of(upload.FileStored, t, key, v)
	e.Data.Scan = &Scan{Status: t.verdict}
	return e, "", nil
}

// confirmed is for a version whose tags are gone: in a space where files are confirmed
// that is how.
func (n *Notifier) confirmed(ctx context.Context, t Told, key upload.Key) (*Event, string, error) {
	if !n.confirms(key) {
		return nil, "nothing is confirmed there", nil
	}
	v, none, err := n.ask(ctx, t)
	switch {
	case v == nil:
		return nil, none, err
	case v.from != "":
		return nil, "it was moved", nil
	}
	return n.of(upload.FileStored, t, key, v), "", nil
}

// quarantined says what GuardDuty says and no more: a threat's version is nobody's to
// read, and is moved away.
func (n *Notifier) quarantined(t Told, key upload.Key) *Event {
	e := n.about(upload.FileQuarantined, t, key, t.version)
	e.Data.Scan = &Scan{Status: t.verdict, Threats: t.threats}
	return e
}

// deleted is for a delete marker, but that of a key whose file was moved.
func (n *Notifier) deleted(ctx context.Context, t Told, key upload.Key) (*Event, string, error) {
	moved, err := n.byMove(ctx, t)
	if err != nil {
		return nil, "", err
	}
	if moved {
		return nil, "it was moved", nil
	}
	return n.about(upload.FileDeleted, t, key, t.version), "", nil
}

// restored is for a delete marker that was deleted itself, so that the file is there
// again. S3 tells of it as of any version's deletion.
func (n *Notifier) restored(ctx context.Context, t Told, key upload.Key) (*Event, string, error) {
	switch {
	case t.reason == ByLifecycle:
		return nil, "an old version has expired", nil
	case t.etag != "" && t.etag != emptyETag:
		return nil, "it was no delete marker", nil
	}
	versions, err := n.versions(ctx, t.key)
	if err != nil {
		return nil, "", err
	}
	// Markers that are not older than this have hidden it again since.
	for len(versions) > 0 && versions[0].marker && !versions[0].modified.Before(t.at.Truncate(time.Second)) {
		versions = versions[1:]
	}
	if len(versions) == 0 || versions[0].marker {
		return nil, "there is no current version", nil
	}
	v, err := n.look(ctx, t.key, versions[0].id)
	if v == nil {
		return nil, "there is no current version any more", err
	}
	e := n.of(upload.FileRestored, t, key, v)
	e.Data.VersionID = versions[0].id
	return e, "", nil
}

// about is an event that says where a file is and no more of it. Its id is that of the
// version that S3 told of.
func (n *Notifier) about(eventType string, t Told, key upload.Key, version string) *Event {
	return &Event{
		ID: ID(eventType, t.key, t.version), Type: eventType, Timestamp: t.at.UTC(),
		Data: Data{
			Space: key.Space, Owner: string(key.Owner), Folder: key.Folder, Name: key.Name(), Key: t.key, VersionID: version, Sequence: t.sequencer,
		},
	}
}

// of is an event with all that S3 knows of a version.
func (n *Notifier) of(eventType string, t Told, key upload.Key, v *version) *Event {
	e := n.about(eventType, t, key, t.version)
	e.Data.Size, e.Data.Type, e.Data.Checksum, e.Data.Metadata = &v.size, v.mediaType, v.checksum, v.metadata
	e.Data.Uploader = string(key.Owner)
	if v.by != "" {
		e.Data.Uploader = v.by
	}
	e.Data.Pass = v.pass
	return e
}
