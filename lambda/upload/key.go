package upload

import "strings"

// LongestKey is the longest key that is made, in bytes: in quarantine it stands
// between a prefix and the id of a version, and has to fit [MaxKeyBytes] there.
const LongestKey = 900

// Key is an object's key, taken apart:
//
//	{space prefix}{owner}/{folder}/{stem}~{id}{ext}
//
// such as uploads/alice/photos/2026/beach~hq3k…d4.jpg. It can be read in any S3 tool
// and listed with S3's own delimiter; the id keeps apart what one owner has twice
// under one name, so that an object is never replaced.
type Key struct {
	Space  string // the space's name, "" for each caller's own files
	Owner  Caller // whose it is
	Folder string // path within the owner's part, "" for the part itself
	Stem   string // the name without its extension, never empty
	ID     string // [a-z0-9-]{8,48}; "" in a key that somebody else's tool made
	Ext    string // extension with its dot, \.[A-Za-z0-9]{1,15}, or ""
}

// Name is the file's name.
func (k Key) Name() string { return k.Stem + k.Ext }

// last is the key's last segment.
func (k Key) last() string {
	if k.ID == "" {
		return k.Stem
	}
	return k.Stem + "~" + k.ID + k.Ext
}

// ParseKey takes a key apart. false is a key that no policy makes: outside of every
// space, or put there by another tool. Of the latter Space, Owner and Folder are what
// they are, and the last segment is the name.
func (p *Policy) ParseKey(key string) (Key, bool) {
	last := key[strings.LastIndexByte(key, '/')+1:]
	s := p.spaceOf(key)
	if s == nil {
		return Key{Stem: last}, false
	}
	rest := key[len(s.Prefix):]
	owner, path, inPart := strings.Cut(rest, "/")
	if _, ok := ParseCaller(owner); !inPart || !ok {
		return Key{Stem: last}, false
	}
	k := Key{Space: s.Name, Owner: Caller(owner)}
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		k.Folder, path = path[:i], path[i+1:]
	}
	stem, id, ext, ok := parseLast(path)
	if !ok || strings.Contains(rest, "//") || len(key) > LongestKey || s.Per == PerAll && k.Owner != ownerAll {
		k.Stem = path
		return k, false
	}
	k.Stem, k.ID, k.Ext = stem, id, ext
	return k, true
}

// NameOf is the file name in a key: what [Policy.ParseKey] finds, whatever the prefix.
func NameOf(key string) string {
	last := key[strings.LastIndexByte(key, '/')+1:]
	if stem, _, ext, ok := parseLast(last); ok {
		return stem + ext
	}
	return last
}

// parseLast takes a key's last segment apart. It is the opposite of [Key.last] and of
// nothing more: an extension that stands before the id is none of ours.
func parseLast(segment string) (stem, id, ext string, ok bool) {
	stem, id, ext, ok = cutID(segment)
	if s, e := splitName(stem + ext); !ok || stem == "" || s != stem || e != ext {
		return "", "", "", false
	}
	return stem, id, ext, true
}

// cutID cuts at the last ~, after which an id and an extension may follow.
func cutID(segment string) (stem, id, ext string, ok bool) {
	i := strings.LastIndexByte(segment, '~')
	if i < 0 {
		return "", "", "", false
	}
	stem, id = segment[:i], segment[i+1:]
	if dot := strings.IndexByte(id, '.'); dot >= 0 {
		id, ext = id[:dot], id[dot:]
	}
	return stem, id, ext, isID(id)
}

// endsAsKey says of a folder's segment that a file's key could be called so: a store
// that keeps its objects in a file system cannot have both.
func endsAsKey(segment string) bool {
	_, _, ext, ok := cutID(segment)
	_, known := splitName("x" + ext)
	return ok && (ext == "" || known == ext)
}

// name names an object in a part. A file without an id gets 128 random bits, and where
// several write every id the bearer's digits.
func (t part) name(at Place, name, id string) (string, error) {
	k := Key{ID: id}
	var err error
	if k.Folder, name, err = cleanPath(at.Folder, name); err != nil {
		return "", err
	}
	most := maxID
	if t.digits != "" {
		most -= 1 + byDigits
	}
	if id == "" {
		k.ID = newID()
	} else if err := checkID(id, most); err != nil {
		return "", err
	}
	if t.digits != "" {
		k.ID += "-" + t.digits
	}
	k.Stem, k.Ext = splitName(name)
	key := t.base + within(k.Folder, k.last())
	if len(key) > LongestKey {
		return "", Errorf(KeyTooLongError, "got a key of %d bytes, want at most %d: shorten the name or the folders", len(key), LongestKey)
	}
	return key, nil
}

func within(folder, name string) string {
	if folder == "" {
		return name
	}
	return folder + "/" + name
}
