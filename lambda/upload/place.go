package upload

import "strings"

// Place is where something is or is to be: a folder of a space. Whose part of the
// space, the [Bearer] says.
type Place struct {
	// Space is the name of one, as the API has it. "" is each caller's own files, the
	// only one yet; any other is NoSuchSpace.
	Space string
	// Folder is a path within the owner's part, either slash between its segments. ""
	// is the part itself.
	Folder string
}

// Area is a place whose files a bearer may see.
type Area struct {
	root   string // prefix of the owner's part
	folder string // cleaned
}

// AuthorizePlace approves looking at what is in a place, cleaned as the names in keys
// are. Errors are NoSuchSpace, and InvalidArgument for a folder that cannot be.
func (p *Policy) AuthorizePlace(b Bearer, at Place) (Area, error) {
	owner, err := p.owner(b, at.Space)
	if err != nil {
		return Area{}, err
	}
	folder, err := cleanFolder(at.Folder)
	return Area{root: p.part(owner), folder: folder}, err
}

// Root is the prefix of all keys of the owner's part. It ends with a slash.
func (a Area) Root() string { return a.root }

// Prefix is that of all keys in the folder and below it. It ends with a slash.
func (a Area) Prefix() string {
	if a.folder == "" {
		return a.root
	}
	return a.root + a.folder + "/"
}

// Folder is the cleaned path within the owner's part, "" for the part itself.
func (a Area) Folder() string { return a.folder }

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
