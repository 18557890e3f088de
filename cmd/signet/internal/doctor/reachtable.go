package doctor

import (
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// right is what an action does to a file, of which who has a right has some.
type right uint

const (
	look right = 1 << iota
	write
	remove
	mark // tags, by which files expire or are locked away
)

// rightOf says what an action of S3's is.
func rightOf(action string) right {
	name := strings.TrimPrefix(action, "s3:")
	switch {
	case strings.HasPrefix(name, "Get"), strings.HasPrefix(name, "List"):
		return look
	case strings.Contains(name, "Tag"):
		return mark
	case strings.HasPrefix(name, "Delete"), name == "BypassGovernanceRetention":
		return remove
	}
	return write
}

// place is a part of the bucket, and what kind it is.
type place struct {
	called, prefix string
	kind           placeKind
	public         bool // read by anybody, through its distribution
}

type placeKind int

const (
	plainSpace placeKind = iota
	confirmedSpace
	movedWords // by which the old key of a moved file is known
	quarantine
	nowhere // outside of all prefixes
)

// mostScanned is how many prefixes a malware protection plan takes; of more spaces it
// scans the whole bucket
// (https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateProtectedResource.html).
const mostScanned = 5

func places(f *facts.Facts) []place {
	var all []place
	for _, s := range f.Config.AllSpaces() {
		p := place{called: "the space " + s.Name, prefix: s.Prefix, public: slices.Contains(s.Read, "public")}
		if s.Name == "" {
			p.called = "callers' own files"
		}
		if s.Confirm > 0 {
			p.kind = confirmedSpace
		}
		all = append(all, p)
	}
	return append(all, place{called: "what was moved", prefix: upload.MovedPrefix, kind: movedWords},
		place{called: "quarantine", prefix: upload.QuarantinePrefix, kind: quarantine},
		place{called: "no space", prefix: policy.Stranger + "/", kind: nowhere})
}

// ofRole is the table by hand: what each role of the stack, by what its name in the
// template begins with, may do where. What is not in it may do nothing.
func ofRole(f *facts.Facts, logical string, kind placeKind) right {
	space := kind <= confirmedSpace
	switch is := func(name string) bool { return strings.HasPrefix(logical, "Uploads"+name) }; {
	case is("FunctionRole") && kind == confirmedSpace:
		return look | write | remove | mark
	case is("FunctionRole") && space:
		return look | write | remove
	case is("FunctionRole") && kind == movedWords:
		return write
	case is("EventsRole") && (space || kind == movedWords):
		return look
	case is("QuarantineRole") && space:
		return look | remove
	case is("QuarantineRole") && kind == quarantine:
		return look | write | mark
	case is("MalwareRole") && (space || len(f.Config.Prefixes()) > mostScanned):
		return look | mark
	case is("ReplicaRole") && space:
		return look
	case is("BackupRestoreRole"):
		return look | write | mark
	case is("BackupRole"):
		return look
	}
	return 0
}
