package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"signet/lambda/upload"
)

// moment is a place in the order of time: newest first, and of one second by key.
type moment struct {
	at  int64  // seconds
	key string // empty: before all
}

func momentOf(f StoredFile) moment { return moment{f.Modified.Unix(), f.Key} }

// compare is below 0 where a comes before b.
func (a moment) compare(b moment) int {
	if c := cmp.Compare(b.at, a.at); c != 0 {
		return c
	}
	return strings.Compare(a.key, b.key)
}

// newest answers the newest files of all that the filter lets through, which S3 cannot:
// it reads the whole list, and keeps the newest limit of them. Where the time is over
// before, complete is false, and next goes on with the rest of the list: what it answers
// then is the newest of that rest. At the end of it next is for what is older.
//
// A cursor is three places: where the list is to be read on, behind which moment files
// are wanted, and the newest of the moments at which an answer of this reading was cut
// off. All up to there has been answered, so the next reading begins behind it; files
// older than that, from runs of the list that were not cut off so early, come again.
func (h *Handler) newest(x *exchange, f filter) (any, error) {
	at, err := f.cursor(x.Request, "newest", 5)
	if err != nil {
		return nil, err
	}
	place, after, cut := f.placeAt(at[0]), f.momentAt(at[1:3]), f.momentAt(at[3:5])
	out := &FileList{Folders: []string{}, Files: []StoredFile{}, Complete: true}
	room := maxListBytes
	for more := true; more; {
		p, err := h.read(x.ctx(), &f, place, upload.ListPage)
		if err != nil {
			return nil, err
		}
		for _, e := range p.entries {
			switch {
			case !f.matches(e):
			case !e.folder:
				if file := f.stored(e); after.key == "" || momentOf(file).compare(after) > 0 {
					out.Files = append(out.Files, file)
				}
			case after.key == "" && room > maxListBytes/2:
				out.Folders = append(out.Folders, nameIn(e))
				room -= len(nameIn(e)) + 8
			}
		}
		place, more = p.behind, p.more
		if len(out.Files) > 2*f.limit+1000 || !more {
			cut = out.cut(f.limit, room, cut)
		}
		if more && h.options.Now().After(f.until) {
			cut, out.Complete = out.cut(f.limit, room, cut), false
			out.Next = f.cursorAt("newest", place, slices.Concat(f.texts(after), f.texts(cut))...)
			return out, nil
		}
	}
	if cut.key != "" {
		out.Next = f.cursorAt("newest", "", slices.Concat(f.texts(cut), f.texts(moment{}))...)
	}
	return out, nil
}

// cut leaves the newest limit files that fit, and gives the moment behind which files
// are missing: the last one left, or an earlier cut that was newer.
func (l *FileList) cut(limit, room int, earlier moment) moment {
	slices.SortFunc(l.Files, func(a, b StoredFile) int { return momentOf(a).compare(momentOf(b)) })
	n := 0
	for n < len(l.Files) && n < limit && room > 0 {
		room -= listBytes(l.Files[n])
		n++
	}
	if n == len(l.Files) {
		return earlier
	}
	l.Files = l.Files[:n]
	last := momentOf(l.Files[n-1])
	if earlier.key == "" || last.compare(earlier) < 0 {
		return last
	}
	return earlier
}

// texts writes a moment for a cursor, its key as places are written.
func (f *filter) texts(m moment) []string {
	if m.key == "" {
		return []string{"", ""}
	}
	return []string{strconv.FormatInt(m.at, 36), strings.TrimPrefix(m.key, f.folder)}
}

func (f *filter) momentAt(texts []string) moment {
	if texts[1] == "" {
		return moment{}
	}
	at, _ := strconv.ParseInt(texts[0], 36, 64) // of a made-up cursor: anything will do
	return moment{at, f.folder + texts[1]}
}
