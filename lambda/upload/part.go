package upload

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// part is an owner's part of a space, as a bearer finds it.
type part struct {
	space  *space
	owner  Caller
	base   string // prefix of the keys that he may name; it ends with a slash
	rights Rights
	digits string // that the ids of his uploads end in; "": none
	limits *Limits
}

// need holds the bearer to his rights. NoSuchSpace and NoSuchKey are the one answer for
// what is not there and for what a bearer may not see; AccessDenied is for what he may
// see and not do.
func (t part) need(r Rights) error {
	if t.rights&r != 0 {
		return nil
	}
	return Errorf(AccessDenied, "got a place in which you may not %s, want one where you may: GET /spaces says what you may do where", verb(r))
}

func verb(r Rights) string {
	switch {
	case r&Write != 0:
		return "write"
	case r&(Delete|DeleteOwn) != 0:
		return "delete"
	}
	return "read"
}

// partAt finds the part that a place names.
func (p *Policy) partAt(b Bearer, at Place) (part, error) {
	if !b.isAnybody() {
		return part{}, Errorf(Unauthorized, "got nobody who asks, want a caller: sign in again")
	}
	s, owner, ok := p.named(b, at)
	if !ok {
		return part{}, p.errNoSuchSpace(b, at.Space)
	}
	t := p.newPart(b, s, owner)
	if t.rights == 0 {
		return part{}, p.errNoSuchSpace(b, at.Space)
	}
	return t, nil
}

// named finds the space and the owner that a place names. The bearer may have nothing
// to do there.
func (p *Policy) named(b Bearer, at Place) (*space, Caller, bool) {
	if b.Bound != nil {
		s := p.spaceNamed(b.Bound.Space)
		return s, b.Bound.Owner, s != nil && (at.Space == "" || at.Space == labelOf(s, b.Bound.Owner, ""))
	}
	name, of, hasOwner := strings.Cut(at.Space, "/")
	s := p.spaceNamed(name)
	if s == nil || hasOwner && of == "" {
		return nil, "", false
	}
	switch {
	case s.Per == PerAll:
		return s, ownerAll, !hasOwner
	case hasOwner:
		return s, segmentNamed(b, of), name != ""
	}
	return s, b.Caller, s.Per == PerCaller || b.Backend // who asks for one group alone
}

// segmentNamed is the segment of an owner whom somebody names: as the token does, or
// as keys do where that is a hash.
func segmentNamed(b Bearer, owner string) Caller {
	if isHashed(owner) && !slices.Contains(b.Groups, owner) {
		return Caller(owner)
	}
	return segmentOf(owner)
}

// spaceNamed is the space of a name, nil for none.
func (p *Policy) spaceNamed(name string) *space {
	for _, s := range p.spaces {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// spaceOf is the space that a key lies in, nil for none.
func (p *Policy) spaceOf(key string) *space {
	for _, s := range p.spaces {
		if strings.HasPrefix(key, s.Prefix) {
			return s
		}
	}
	return nil
}

func (p *Policy) newPart(b Bearer, s *space, owner Caller) part {
	t := part{space: s, owner: owner, base: s.Prefix + string(owner) + "/", rights: s.rights(b, owner)}
	if b.Bound != nil {
		t.limits = b.Bound.Limits
		if b.Bound.Folder != "" {
			t.base += b.Bound.Folder + "/"
		}
	}
	if s.several || b.Bound != nil && b.Caller == "" || b.Backend {
		t.digits = b.Digits()
	}
	return t
}

// partOf finds the part that a key lies in. Any object there is the owner's, whoever
// named it, but . and .. are never segments: a store in a file system must not get a
// path. What ends in a slash is a folder of S3's console, and no file.
func (p *Policy) partOf(b Bearer, key string) (part, error) {
	if !b.isAnybody() {
		return part{}, Errorf(Unauthorized, "got nobody who asks, want a caller: sign in again")
	}
	s := p.spaceOf(key)
	if s == nil {
		return part{}, ErrNoSuchKey(key)
	}
	owner, _, _ := strings.Cut(key[len(s.Prefix):], "/")
	if _, ok := ParseCaller(owner); !ok {
		return part{}, ErrNoSuchKey(key)
	}
	t := p.newPart(b, s, Caller(owner))
	if t.rights == 0 || !t.holds(key) {
		return part{}, ErrNoSuchKey(key)
	}
	return t, nil
}

// holds says whether a key can be that of a file in the part.
func (t part) holds(key string) bool {
	rest, own := strings.CutPrefix(key, t.base)
	if !own || rest == "" || strings.HasSuffix(rest, "/") || len(key) > MaxKeyBytes || !utf8.ValidString(key) || strings.Contains(rest, "\x00") {
		return false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

// Space are the rules that hold there.
func (t part) Space() Space { return t.space.Space }

// Rights are what the bearer may do there.
func (t part) Rights() Rights { return t.rights }

// MostBytes is the largest file that may be uploaded there, in bytes.
func (t part) MostBytes() int64 {
	most := t.space.MaxObjectSize
	if t.limits != nil && t.limits.MaxObjectSize > 0 {
		most = min(most, t.limits.MaxObjectSize)
	}
	return int64(most)
}

// CheckSize accepts 0 bytes to the largest file that may be uploaded there.
func (t part) CheckSize(size int64) error {
	if size < 0 {
		return Errorf(InvalidArgument, "got size %d, want 0 or more: give the file's length in bytes", size)
	}
	if most := t.MostBytes(); size > most {
		return Errorf(EntityTooLarge, "got size %d, want at most %d (%s): choose a smaller file, or raise maxObjectSize", size, most, Size(most))
	}
	return nil
}

// CheckType accepts a media type that may be uploaded there, else it is TypeForbidden;
// one that is none is InvalidArgument.
func (t part) CheckType(mediaType string) error {
	_, err := t.mediaType(mediaType)
	return err
}

// mediaType is a type that may be uploaded there, as it is to be signed.
func (t part) mediaType(given string) (string, error) {
	signed, err := checkType(given, t.space.AllowedTypes)
	if err == nil && t.limits != nil && t.limits.AllowedTypes != nil {
		_, err = checkType(given, t.limits.AllowedTypes)
	}
	return signed, err
}

// isOwn says whether an upload of this id is the bearer's own: all are where nobody
// else writes.
func (t part) isOwn(id string) bool { return t.digits == "" || strings.HasSuffix(id, "-"+t.digits) }

// withoutDigits is an id without those of who uploaded it.
func withoutDigits(id string) string {
	if i := len(id) - byDigits - 1; i >= minID && id[i] == '-' && only(id[i+1:], isDigit32) {
		return id[:i]
	}
	return id
}

// label is how the API names the part.
func (t part) label(b Bearer) string {
	if b.Bound != nil {
		return ""
	}
	return labelOf(t.space, t.owner, b.Caller)
}

// labelOf names a part for a caller: with its owner where the space's name does not
// say it.
func labelOf(s *space, owner, caller Caller) string {
	if s.Per == PerAll || s.Name == "" || s.Per == PerCaller && owner == caller {
		return s.Name
	}
	return s.Name + "/" + string(owner)
}

// errNoSuchSpace is the same whether or not there is a space of that name. Of a space
// of groups it says which of one's own there are.
func (p *Policy) errNoSuchSpace(b Bearer, named string) error {
	var mine []string
	for _, a := range p.Spaces(b) {
		if a.space.Per == PerGroup && a.space.Name == named {
			mine = append(mine, quote(a.Label()))
		}
	}
	if len(mine) > 0 {
		return Errorf(NoSuchSpace, "got space %s, want it with a group: %s", quote(named), strings.Join(mine, " or "))
	}
	return Errorf(NoSuchSpace, "got space %s, want one of yours: leave it out for your own files, GET /spaces lists the others", quote(named))
}
