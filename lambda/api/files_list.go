package api

import (
	"time"

	"signet/lambda/upload"
)

const (
	// defaultLimit is how many entries an answer has when the caller does not say.
	defaultLimit = 100
	// maxNewest is the most files that order=newest answers.
	maxNewest = 10_000
	// maxListBytes is about how long a list's answer gets: Lambda's may have 6 MB.
	maxListBytes = 5_000_000
	// listTime is how long a call reads pages of S3's before it answers what it has
	// found: some ten thousand names, and far below API Gateway's 30 seconds.
	listTime = 8 * time.Second
)

// listFiles gives the files and folders of a place, or with deleted=true what lies
// under a delete marker.
func (h *Handler) listFiles(x *exchange) (any, error) {
	order, err := oneOf(x.Request, "order", "name", "newest")
	if err != nil {
		return nil, err
	}
	f, literal, err := h.filter(x, order)
	if err != nil {
		return nil, err
	}
	list := h.byName
	if order == "newest" {
		list = h.newest
	}
	if literal == f.folder {
		return list(x, f)
	}
	// A folder that another tool made is found as it is called there; else it is meant
	// as names are cleaned, as for what is uploaded.
	as := f
	as.folder = literal
	there, err := h.store.list(x.ctx(), literal, literal, true, 1)
	if err == nil && len(there.entries) == 0 && f.deleted {
		there, err = h.store.deleted(x.ctx(), literal, literal, true)
	}
	switch {
	case err != nil:
		return nil, err
	case len(there.entries) > 0:
		return list(x, as)
	case f.folder == "":
		return &FileList{Folders: []string{}, Files: []StoredFile{}, Complete: true}, nil
	}
	return list(x, f)
}

// byName answers in S3's order. Without a search that is one page of S3's, and one
// request; else it is as many as it takes to find limit entries, within the time.
func (h *Handler) byName(x *exchange, f filter) (any, error) {
	at, err := f.cursor(x.Request, "name", 1)
	if err != nil {
		return nil, err
	}
	place, ask := f.placeAt(at[0]), f.limit
	scan := f.search != "" || f.deleted
	if scan {
		ask = upload.ListPage
	}
	out := &FileList{Folders: []string{}, Files: []StoredFile{}, Complete: true}
	for {
		p, err := h.read(x.ctx(), &f, place, ask)
		if err != nil {
			return nil, err
		}
		for i, e := range p.entries {
			if !f.matches(e) {
				continue
			}
			out.add(&f, e)
			if len(out.Files)+len(out.Folders) == f.limit && (i < len(p.entries)-1 || p.more) {
				out.Next = f.cursorAt("name", e.behind(place))
				return out, nil
			}
		}
		place = p.behind
		late := scan && h.options.Now().After(f.until)
		if p.more && (!scan || late) {
			out.Next, out.Complete = f.cursorAt("name", place), !late
		}
		if !p.more || out.Next != "" {
			return out, nil
		}
	}
}

func (l *FileList) add(f *filter, e entry) {
	if e.folder {
		l.Folders = append(l.Folders, nameIn(e))
	} else {
		l.Files = append(l.Files, f.stored(e))
	}
}
