package api

import (
	"slices"
	"strings"

	"signet/lambda/upload"
)

func guestListParameters() []string {
	return slices.DeleteFunc(listParameters(), func(name string) bool { return name == "deleted" })
}

// guestFiles lists what a guest may see: a folder that is his to read, the files that his
// pass names, or what has come by it.
func (h *Handler) guestFiles(x *exchange) (any, error) {
	switch bound := x.bearer.Bound; {
	case len(bound.Keys) > 0:
		return h.namedFiles(x, bound.Keys)
	case bound.Own:
		return h.ownFiles(x)
	}
	return h.listFiles(x)
}

// namedFiles are those of a pass for some files, as far as they are there.
func (h *Handler) namedFiles(x *exchange, keys []string) (any, error) {
	found := make([]*StoredFile, len(keys))
	rows := make([]int, len(keys))
	for i := range rows {
		rows[i] = i
	}
	errs := eachOnce(rows, func(i int) error {
		if _, err := h.policy.AuthorizeKey(x.bearer, keys[i]); err != nil {
			return err
		}
		d, err := h.store.look(x.ctx(), keys[i], "")
		if err == nil {
			found[i] = &StoredFile{Key: d.key, Name: upload.NameOf(d.key), Size: d.size, Modified: d.modified}
		}
		return err
	})
	out := &FileList{Folders: []string{}, Files: []StoredFile{}, Complete: true}
	for i, f := range found {
		switch {
		case f != nil:
			out.Files = append(out.Files, *f)
		case !is(errs[i], upload.NoSuchKey):
			return nil, errs[i]
		}
	}
	return out, nil
}

// ownFiles is the list of what has come by the pass, folders and all: others' folders
// would tell of others' files.
func (h *Handler) ownFiles(x *exchange) (any, error) {
	area, err := h.policy.AuthorizePlace(x.bearer, upload.Place{})
	if err != nil {
		return nil, err
	}
	at, err := cursor(x.Request, 1)
	if err != nil {
		return nil, err
	}
	place, until := area.Root()+at[0], h.options.Now().Add(listTime)
	out := &FileList{Folders: []string{}, Files: []StoredFile{}, Complete: true}
	for {
		p, err := h.store.list(x.ctx(), area.Root(), place, false, upload.ListPage)
		if err != nil {
			return nil, err
		}
		for _, e := range p.entries {
			if !x.bearer.Sees(e.key) || strings.HasSuffix(e.key, "/") {
				continue
			}
			folder, _ := pathIn(area.Root(), e.key)
			out.Files = append(out.Files, StoredFile{Key: e.key, Name: upload.NameOf(e.key), Folder: folder, Size: e.size, Modified: e.modified})
		}
		place = p.behind
		if !p.more {
			return out, nil
		}
		late := h.options.Now().After(until)
		if late || len(out.Files) >= upload.ListPage {
			out.Next, out.Complete = cursorAt(strings.TrimPrefix(place, area.Root())), !late
			return out, nil
		}
	}
}
