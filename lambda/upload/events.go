package upload

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// The types of events, each with what it is made of
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html).
const (
	FileStored      = "file.stored"      // a new content is there
	FileMoved       = "file.moved"       // it got another folder or name
	FileDeleted     = "file.deleted"     // by a person or by lifecycle; it can be restored
	FileRestored    = "file.restored"    // a deleted one is there again
	FileQuarantined = "file.quarantined" // the malware scan found a threat in it
)

// EventTypes lists the types of events.
func EventTypes() []string {
	return []string{FileStored, FileMoved, FileDeleted, FileRestored, FileQuarantined}
}

// Events says who is told of what happens to files: exactly one of URL, Queue, Bus and
// Function.
type Events struct {
	// URL of an application's server: https, with http at this machine's own address
	// alone, which only dev reaches. It gets signed POST requests
	// (https://www.standardwebhooks.com).
	URL string `json:"url,omitempty"`
	// Queue is the ARN of an SQS queue.
	Queue string `json:"queue,omitempty"`
	// Bus is the ARN of an EventBridge event bus.
	Bus string `json:"bus,omitempty"`
	// Function is the ARN of a Lambda function, which is not waited for.
	Function string `json:"function,omitempty"`
	// Types are those that are told. Default all.
	Types []string `json:"types,omitempty"`
}

const allowEvents = `{"url": "https://app.example.com/hooks/signet"}, or "queue", "bus" or "function" and its ARN in place of "url"; "types": some of ` +
	FileStored + ", " + FileMoved + ", " + FileDeleted + ", " + FileRestored + ", " + FileQuarantined + ", each once"

// eventsValue is "events" within the configuration.
type eventsValue struct{ to **Events }

func (v *eventsValue) decodeAt(path string, data []byte) error {
	*v.to = &Events{}
	return decode(path, data, []field{
		{"url", &(*v.to).URL, allowEvents},
		{"queue", &(*v.to).Queue, allowEvents},
		{"bus", &(*v.to).Bus, allowEvents},
		{"function", &(*v.to).Function, allowEvents},
		{"types", &(*v.to).Types, allowEvents},
	}, nil)
}

// ok says that there is exactly one receiver, which can be one.
func (e Events) ok() bool {
	receivers := 0
	for _, r := range []struct {
		value string
		ok    func(string) bool
	}{{e.URL, isReceiver}, {e.Queue, isARNOf("sqs", "")}, {e.Bus, isARNOf("events", "event-bus/")}, {e.Function, isARNOf("lambda", "function:")}} {
		if r.value == "" {
			continue
		}
		if !r.ok(r.value) {
			return false
		}
		receivers++
	}
	known := func(t string) bool { return slices.Contains(EventTypes(), t) }
	return receivers == 1 && (e.Types == nil || len(e.Types) > 0 && all(e.Types, known) && distinct(e.Types))
}

// Wants says whether events of a type are told.
func (e *Events) Wants(eventType string) bool {
	return e != nil && (e.Types == nil || slices.Contains(e.Types, eventType))
}

// Telling is the configuration with events for an address, in place of whoever is told
// now; "" changes nothing.
func (c Config) Telling(address string) (Config, error) {
	if address == "" {
		return c, nil
	}
	e := Events{URL: address}
	if c.Events != nil {
		e.Types = c.Events.Types
	}
	c.Events = &e
	data, err := json.Marshal(map[string]any{"events": e})
	if err != nil {
		return c, err
	}
	return c, c.check(data)
}

// Receiver is who is told: an address or an ARN.
func (e *Events) Receiver() string { return cmp.Or(e.URL, e.Queue, e.Bus, e.Function) }

// EventsEnvVar is the environment variable that hands the function that tells events what
// the deployment resolved. It has one of its own: by [EnvVar] the function that signs is
// known.
const EventsEnvVar = "SIGNET_EVENTS"

// Plain says that the receiver's address is not https, so that only dev may use it.
func (e *Events) Plain() bool { return e != nil && strings.HasPrefix(e.URL, "http://") }

// isReceiver accepts https, and http at this machine's own address.
func isReceiver(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Host != "" && u.User == nil && u.Fragment == "" && len(s) <= 2048 &&
		(u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}

// isARNOf accepts ARNs of a service's resources in some region and account.
func isARNOf(service, prefix string) func(string) bool {
	return func(s string) bool {
		return arn(s, service, func(region, account, resource string) bool {
			name, ok := strings.CutPrefix(resource, prefix)
			return ok && region != "" && isAccount(account) && name != ""
		})
	}
}

// EventAttempts is how often an event is sent before it waits among the failures, within
// a day.
const EventAttempts = 11

// MovedPrefix is where a move leaves a word, in the upload bucket and outside of every
// space, when there are events: that of the old key's delete marker says nothing of why
// it was made. Lifecycle removes what lies there.
const MovedPrefix = "moved/"

// MovedDays is how long it stays, in days: longer than an event can wait in a queue.
const MovedDays = 15

// MetadataMarker of an object under [MovedPrefix] is the version of the delete marker
// that the move made; none while the move is not at its end.
const MetadataMarker = "signet-marker"

// MovedKey is where a move of this version of a key leaves its word. Keys of uploads
// are short enough for it: see [LongestKey].
func MovedKey(key, versionID string) string { return MovedPrefix + key + "/" + versionID }

// MovedGrants are what a move takes to leave its word.
func MovedGrants(bucketARN string) []Grant {
	return []Grant{{Sid: "Moved", Actions: []string{"s3:PutObject"}, Resources: Below(bucketARN, []string{MovedPrefix})}}
}

// NotifyGrants are what telling events takes of the bucket and its key, and nothing
// else. Listing is there for S3's answer 404, as in [QuarantineGrants].
func NotifyGrants(bucketARN string, prefixes []string, kmsKey, region string) []Grant {
	grants := []Grant{
		{Sid: "Look", Actions: []string{"s3:GetObjectVersion"}, Resources: Below(bucketARN, prefixes)},
		{Sid: "LookMoved", Actions: []string{"s3:GetObject"}, Resources: Below(bucketARN, []string{MovedPrefix})},
		{Sid: "List", Actions: []string{"s3:ListBucket", "s3:ListBucketVersions"}, Resources: []string{bucketARN}},
	}
	if kmsKey != "" {
		grants = append(grants, Grant{Sid: "KeyViaS3", Actions: []string{kmsDecrypt}, Resources: []string{kmsKey}, ViaRegion: region})
	}
	return grants
}

func outsideMoved(prefix string) bool { return !strings.HasPrefix(prefix, MovedPrefix) }
