package upload

import (
	"slices"
	"strings"
)

// Rights are what a bearer may do in a part of a space.
type Rights uint8

// Read is to see what is there and to download it, Write to upload, Delete to delete
// and to bring back whatever is there, DeleteOwn what one has uploaded oneself. To
// move takes Read and Delete where the file is, and Write where it is to go.
const (
	Read Rights = 1 << iota
	Write
	Delete
	DeleteOwn
)

// Has says that all of some rights are among these.
func (r Rights) Has(all Rights) bool { return r&all == all }

// space is a [Space] with its lists read.
type space struct {
	Space
	several                 bool
	reading, writing, death holders
}

// holders are who a list names.
type holders struct {
	owner, everyone, uploader bool
	groups                    []string
}

func newSpace(s Space) *space {
	return &space{Space: s, several: s.Several(), reading: newHolders(s.Read), writing: newHolders(s.Write), death: newHolders(s.Delete)}
}

func newHolders(list []string) (h holders) {
	for _, word := range list {
		group, named := strings.CutPrefix(word, wordGroup)
		switch {
		case named:
			h.groups = append(h.groups, group)
		case word == wordOwner:
			h.owner = true
		case word == wordEveryone || word == wordPublic: // anybody at all is also whoever is signed in
			h.everyone = true
		case word == wordUploader:
			h.uploader = true
		}
	}
	return h
}

func (h holders) have(b Bearer, isOwner bool) bool {
	return h.everyone || h.owner && isOwner || slices.ContainsFunc(h.groups, func(g string) bool { return slices.Contains(b.Groups, g) })
}

// rights are what a bearer may do in an owner's part. What one has uploaded one may
// delete as long as one may be there at all.
func (s *space) rights(b Bearer, owner Caller) (r Rights) {
	switch {
	case s.Per == PerAll && owner != ownerAll: // put there by another tool
		return 0
	case b.Backend:
		if s.Per == PerAll || b.Caller == owner {
			return Read | Write | Delete
		}
		return 0
	case b.Bound != nil:
		if b.Bound.Space == s.Name && b.Bound.Owner == owner {
			return b.Bound.Rights
		}
		return 0
	case b.Caller == "":
		return 0
	}
	isOwner := s.isOwner(b, owner)
	if s.reading.have(b, isOwner) {
		r |= Read
	}
	if s.writing.have(b, isOwner) {
		r |= Write
	}
	if s.death.have(b, isOwner) {
		r |= Delete
	}
	if s.death.uploader && r != 0 {
		r |= DeleteOwn
	}
	return r
}

// isOwner says whether a caller is one of those whose part it is.
func (s *space) isOwner(b Bearer, owner Caller) bool {
	switch s.Per {
	case PerAll:
		return owner == ownerAll
	case PerGroup:
		return slices.ContainsFunc(b.Groups, func(g string) bool { return g != "" && segmentOf(g) == owner })
	}
	return b.Caller == owner
}
