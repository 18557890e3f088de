package upload

import "strings"

// Place is where something is or is to be: a folder of a part of a space.
type Place struct {
	// Space names a part, as the API has it. "" is each caller's own files. "avatars"
	// is one's own part where there is one for each caller, or the one of all;
	// "avatars/bob" is somebody else's, and "team/design" a group's. For a bearer who
	// is held to one place it is empty.
	Space string
	// Folder is a path within the part, either slash between its segments. "" is the
	// part itself.
	Folder string
}

// Area is a place whose files a bearer may see, or in which he may upload.
type Area struct {
	part
	folder string // cleaned
	name   string // as the API names the part
	whose  string // the owner as people know it
}

// AuthorizePlace approves looking at what is in a place, cleaned as the names in keys
// are. Errors are NoSuchSpace, AccessDenied, and InvalidArgument for a folder that
// cannot be.
func (p *Policy) AuthorizePlace(b Bearer, at Place) (Area, error) { return p.area(b, at, Read) }

// AuthorizeUploads approves looking at the bearer's own unfinished uploads in a place.
// Errors are those of AuthorizePlace.
func (p *Policy) AuthorizeUploads(b Bearer, at Place) (Area, error) { return p.area(b, at, Write) }

func (p *Policy) area(b Bearer, at Place, need Rights) (Area, error) {
	t, err := p.partAt(b, at)
	if err == nil {
		err = t.need(need)
	}
	if err != nil {
		return Area{}, err
	}
	folder, err := cleanFolder(at.Folder)
	return Area{part: t, folder: folder, name: at.Space, whose: string(t.owner)}, err
}

// Spaces are the parts in which a bearer may do something: his own files first, then
// by the names of spaces, and of those with a part for each group by the groups in the
// order of his token.
func (p *Policy) Spaces(b Bearer) []Area {
	var all []Area
	add := func(s *space, owner Caller, whose string) {
		if t := p.newPart(b, s, owner); t.rights != 0 {
			name := labelOf(s, owner, b.Caller)
			if s.Per == PerGroup {
				name = s.Name + "/" + whose
			}
			all = append(all, Area{part: t, name: name, whose: whose})
		}
	}
	for _, s := range p.spaces {
		switch s.Per {
		case PerAll:
			add(s, ownerAll, string(ownerAll))
		case PerCaller:
			add(s, b.Caller, string(b.Caller))
		case PerGroup:
			seen := map[Caller]bool{}
			for _, group := range b.Groups {
				if owner := segmentOf(group); group != "" && !seen[owner] {
					seen[owner] = true
					add(s, owner, group)
				}
			}
		}
	}
	return all
}

// PlaceOf is the place in which a key is, for a bearer who may see it.
func (p *Policy) PlaceOf(b Bearer, key string) (Place, error) {
	t, err := p.partOf(b, key)
	if err != nil {
		return Place{}, err
	}
	folder, _ := t.split(key)
	return Place{Space: t.label(b), Folder: folder}, nil
}

// split parts a key into the folder within the part and the last segment.
func (t part) split(key string) (folder, last string) {
	path := strings.TrimPrefix(key, t.base)
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}

// Root is the prefix of all keys of the part. It ends with a slash.
func (a Area) Root() string { return a.base }

// Prefix is that of all keys in the folder and below it. It ends with a slash.
func (a Area) Prefix() string {
	if a.folder == "" {
		return a.base
	}
	return a.base + a.folder + "/"
}

// Folder is the cleaned path within the owner's part, "" for the part itself.
func (a Area) Folder() string { return a.folder }

// Label is how the API names the part, as of [Place.Space].
func (a Area) Label() string { return a.name }

// Owner is whose it is: a caller, a group as the token names it, or "all".
func (a Area) Owner() string { return a.whose }

// Size is the largest file that may be uploaded there.
func (a Area) Size() Size { return Size(a.MostBytes()) }

// Segment is whose it is, as keys have it.
func (a Area) Segment() Caller { return a.owner }

// Digits are those in which the bearer's uploads' ids end. "": none.
func (a Area) Digits() string { return a.digits }

// Several says that others upload there too.
func (a Area) Several() bool { return a.space.several }

// Owns says whether the upload of a key in the area is the bearer's own.
func (a Area) Owns(key string) bool {
	_, last := a.split(key)
	_, id, _, ok := parseLast(last)
	return a.digits == "" || ok && a.isOwn(id)
}

// NamePrefix begins the keys of all that has a key's name in its folder, and of some
// that has not: [Policy.ParseKey] tells them apart. Of a key that no policy made it is
// the key itself.
func (p *Policy) NamePrefix(key string) string {
	k, ok := p.ParseKey(key)
	if !ok {
		return key
	}
	return strings.TrimSuffix(key, k.ID+k.Ext)
}

// DigitsOf are the six digits of who uploaded a file, as its key says it; "" where it
// does not.
func DigitsOf(key string) string {
	_, id, _, ok := parseLast(key[strings.LastIndexByte(key, '/')+1:])
	if !ok || withoutDigits(id) == id {
		return ""
	}
	return id[len(id)-byDigits:]
}
