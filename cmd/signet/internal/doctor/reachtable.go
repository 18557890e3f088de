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
}

type placeKind int

const (
	plainSpace placeKind = iota
	confirmedSpace
	publicSpace
	movedWords // by which the old key of a moved file is known
	quarantine
	nowhere // outside of all prefixes
)

func places(f *facts.Facts) []place {
	var all []place
	for _, s := range f.Config.AllSpaces() {
		p := place{"the space " + s.Name, s.Prefix, plainSpace}
		if s.Name == "" {
			p.called = "callers' own files"
		}
		switch {
		case s.Confirm > 0:
			p.kind = confirmedSpace
		case slices.Contains(s.Read, "public"):
			p.kind = publicSpace
		}
		all = append(all, p)
	}
	return append(all, place{"what was moved", upload.MovedPrefix, movedWords}, place{"quarantine", upload.QuarantinePrefix, quarantine},
		place{"no space", policy.Stranger + "/", nowhere})
}

// ofRole is the table by hand: what each role of the stack, by what its name in the
// template begins with, may do where. What is not in it may do nothing.
func ofRole(logical string, kind placeKind) right {
	space := kind <= publicSpace
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
	case is("MalwareRole") && space:
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
