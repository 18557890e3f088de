package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"strings"
	"time"
)

// Event is what a receiver is told.
type Event struct {
	// ID tells a repetition: the same key, version and type have the same one. It
	// travels as webhook-id, or beside Type where there are no headers.
	ID        string    `json:"-"`
	Type      string    `json:"type"`      // one of upload.EventTypes
	Timestamp time.Time `json:"timestamp"` // when it happened, to the second
	Data      Data      `json:"data"`
}

// Data is what an event says of a file. What S3 cannot be asked any more, or may not be,
// is left out: of a deleted file everything behind VersionID but Sequence, of malware
// everything but Scan.
type Data struct {
	Space     string            `json:"space"`
	Owner     string            `json:"owner"`
	Folder    string            `json:"folder"`
	Name      string            `json:"name"`
	Key       string            `json:"key"`
	VersionID string            `json:"versionId"`      // of a deleted file that of its delete marker
	Size      *int64            `json:"size,omitempty"` // bytes
	Type      string            `json:"type,omitempty"` // media type
	Checksum  *Checksum         `json:"checksum,omitempty"`
	Metadata  map[string]string `json:"metadata,omitempty"`
	Uploader  string            `json:"uploader,omitempty"`
	Pass      string            `json:"pass,omitempty"` // id of the pass by which a guest uploaded
	From      string            `json:"from,omitempty"` // the key that a moved file had
	Scan      *Scan             `json:"scan,omitempty"`
	// Sequence is S3's sequencer: of two of one key, filled up with zeros at the right,
	// the greater one is later. Missing where S3 says none: after a scan, after a
	// confirmation, and in what was made again.
	Sequence string `json:"sequence,omitempty"`
}

// Checksum holds base64 checksums of the whole file, as S3 has them.
type Checksum struct {
	CRC64NVME string `json:"crc64nvme,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
}

// Scan is a verdict of the malware scan.
type Scan struct {
	Status  string   `json:"status"` // GuardDuty's: NO_THREATS_FOUND, THREATS_FOUND, UNSUPPORTED, ACCESS_DENIED or FAILED
	Threats []string `json:"threats,omitempty"`
}

// ID is the id of an event of a type about a version of a key.
func ID(eventType, key, versionID string) string {
	sum := sha256.Sum256([]byte("signet-event\n" + eventType + "\n" + key + "\n" + versionID))
	return "msg_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// Body is the event as it is sent. The same event has the same bytes.
func (e *Event) Body() []byte { return encode(e) }

// whole is the event with its id, for receivers that get no headers.
func (e *Event) whole() []byte {
	return encode(struct {
		ID string `json:"id"`
		*Event
	}{e.ID, e})
}

func encode(v any) []byte {
	var b bytes.Buffer
	to := json.NewEncoder(&b)
	to.SetEscapeHTML(false) // names are to be read
	_ = to.Encode(v)        // strings, numbers and a time cannot fail
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
