package upload

import (
	"cmp"
	"strings"
)

// AuthorizePass approves a pass for what the bearer may do himself: of wish Do, Folder
// (in at), Keys, Title, Show, Metadata and the limits count. Its place is filled in.
// Errors are those of the place, of its keys, and InvalidArgument for the rest.
func (p *Policy) AuthorizePass(b Bearer, at Place, wish Pass) (Pass, error) {
	need := Read
	switch wish.Do {
	case DoUpload:
		need = Write
	case DoRead:
	default:
		return Pass{}, Errorf(InvalidArgument, "got do %s, want %s or %s: correct it", quote(wish.Do), DoUpload, DoRead)
	}
	t, err := p.partAt(b, at)
	if err == nil {
		err = t.need(need)
	}
	if err == nil {
		wish.Folder, err = cleanFolder(at.Folder)
	}
	if err != nil {
		return Pass{}, err
	}
	wish.Space, wish.Owner = t.space.Name, t.owner
	if err := cmp.Or(wish.checkKeys(p, b, t), wish.check(), wish.checkLimits(t)); err != nil {
		return Pass{}, err
	}
	return wish, nil
}

// checkKeys holds the files of a pass to its place.
func (p *Pass) checkKeys(policy *Policy, b Bearer, t part) error {
	switch {
	case p.Do == DoUpload && len(p.Keys) > 0:
		return Errorf(InvalidArgument, "got keys to upload to, want a folder: leave keys out")
	case p.Do == DoRead && len(p.Keys) == 0 && p.Folder == "":
		return Errorf(InvalidArgument, "got a pass to read everything, want keys or a folder: name what is to be read")
	case len(p.Keys) > 0 && p.Folder != "":
		return Errorf(InvalidArgument, "got keys and a folder, want one of them: leave one out")
	case len(p.Keys) > MostPassKeys:
		return Errorf(InvalidArgument, "got %d keys, want at most %d: put the files into a folder and name that", len(p.Keys), MostPassKeys)
	}
	for _, key := range p.Keys {
		object, err := policy.AuthorizeKey(b, key)
		if err != nil {
			return err
		}
		if !t.holds(object.Key()) {
			return ErrNoSuchKey(key)
		}
	}
	return nil
}

func (p *Pass) check() error {
	if len(p.Title) > mostTitle {
		return Errorf(InvalidArgument, "got a title of %d bytes, want at most %d: shorten it", len(p.Title), mostTitle)
	}
	title, err := cleanTitle(p.Title)
	if err != nil {
		return err
	}
	p.Title = title
	_, err = metadataHeaders(p.Metadata)
	return err
}

func cleanTitle(title string) (string, error) {
	if title == "" {
		return "", nil
	}
	return cleanSegment(title)
}

// checkLimits holds limits to what they can be, and to a pass that uploads.
func (p *Pass) checkLimits(t part) error {
	l := p.PassLimits
	switch {
	case l.Files < 0 || l.Files > MostPassFiles:
		return Errorf(InvalidArgument, "got files %d, want 1 to %d: leave it out for no limit", l.Files, MostPassFiles)
	case l.Uses < 0 || l.Uses > MostPassUses:
		return Errorf(InvalidArgument, "got uses %d, want 1 to %d: leave it out for no limit", l.Uses, MostPassUses)
	case l.Bytes < 0 || l.MaxObjectSize < 0:
		return Errorf(InvalidArgument, "got a negative number of bytes, want 1 or more: leave it out for no limit")
	case !all(l.Types, checkPattern):
		return Errorf(InvalidArgument, "got types %s, want %s", quote(strings.Join(l.Types, ", ")), allowTypes)
	case p.Do == DoRead && (l.Files != 0 || l.Bytes != 0 || l.MaxObjectSize != 0 || l.Types != nil || p.Metadata != nil || p.Show):
		return Errorf(InvalidArgument, "got limits of uploads for a pass to read, want title, expires, password and uses: leave the others out")
	case l.MaxObjectSize > t.space.MaxObjectSize:
		return Errorf(InvalidArgument, "got maxObjectSize %d, want at most %d, as the place has it: lower it", int64(l.MaxObjectSize), int64(t.space.MaxObjectSize))
	}
	return nil
}

// CheckPass holds a pass that its maker changes to what one can be, and to what he may
// still do himself: who has left a group lets nobody in for longer. What he may no more is
// AccessDenied, a space that is gone NoSuchPass.
func (p *Policy) CheckPass(b Bearer, pass *Pass) error {
	s := p.spaceNamed(pass.Space)
	if s == nil {
		return ErrNoSuchPass()
	}
	t, need := p.newPart(b, s, pass.Owner), Read
	if pass.Do == DoUpload {
		need = Write
	}
	return cmp.Or(t.need(need), pass.check(), pass.checkLimits(t))
}
