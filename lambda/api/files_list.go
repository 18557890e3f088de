package api

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

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
	// found: about 80,000 names, and far below API Gateway's 30 seconds.
	listTime = 8 * time.Second
)

func listParameters() []string {
	return []string{"space", "folder", "order", "prefix", "search", "recursive", "deleted", "cursor", "limit"}
}

// filter is what GET /files asks for.
type filter struct {
	root    string // prefix of the owner's part
	folder  string // prefix of what is in the folder; it ends with a slash
	names   string // what names in it begin with
	search  string // folded; empty: everything
	folders bool   // what lies deeper is a folder
	deleted bool
	limit   int
	until   time.Time // when to stop reading
}

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

// filter reads the parameters. literal is the prefix of the folder as it was given;
// that of the filter is of the folder cleaned, empty where it cannot be.
func (h *Handler) filter(x *exchange, order string) (f filter, literal string, err error) {
	var folder, space, prefix, search string
	for name, value := range map[string]*string{"folder": &folder, "space": &space, "prefix": &prefix, "search": &search} {
		if *value, err = parameter(x.Request, name, false); err != nil {
			return f, "", err
		}
	}
	most := upload.ListPage
	if order == "newest" {
		most = maxNewest
	}
	if f.limit, err = limit(x.Request, most); err != nil {
		return f, "", err
	}
	if f.deleted, err = flag(x.Request, "deleted"); err != nil {
		return f, "", err
	}
	recursive, err := flag(x.Request, "recursive")
	if err != nil {
		return f, "", err
	}
	for name, value := range map[string]string{"prefix": prefix, "search": search} {
		if len(value) > upload.MaxNameBytes || !utf8.ValidString(value) || strings.Contains(value, "/") {
			return f, "", upload.Errorf(upload.InvalidArgument, "got %s %.80q, want at most %d bytes of a name, without a slash: say the folder with folder", name, value, upload.MaxNameBytes)
		}
	}
	f.folders, f.search, f.until = !recursive, fold(search), h.options.Now().Add(listTime)
	root, err := h.policy.AuthorizePlace(x.bearer, upload.Place{Space: space})
	if err != nil {
		return f, "", err
	}
	f.root = root.Root()
	area, unclean := h.policy.AuthorizePlace(x.bearer, upload.Place{Space: space, Folder: folder})
	f.names = norm.NFC.String(prefix)
	if unclean == nil {
		f.folder = area.Prefix()
	}
	if literal = f.root + folder + "/"; folder == "" || !readable(folder, literal) {
		return f, f.folder, unclean
	}
	return f, literal, nil
}

// readable says whether a folder as it was given can be one.
func readable(folder, prefix string) bool {
	return len(prefix) <= upload.MaxKeyBytes && utf8.ValidString(folder) && path.Clean("/"+folder) == "/"+folder && !strings.Contains(folder, "\x00")
}

// fold makes names comparable for a search: in one Unicode form and one case.
func fold(s string) string { return norm.NFC.String(strings.ToLower(s)) }

// read gives the page of the filter's list behind a place, one request to S3's worth.
func (h *Handler) read(ctx context.Context, f *filter, place string, limit int) (page, error) {
	if f.deleted {
		return h.store.deleted(ctx, f.folder+f.names, place, f.folders)
	}
	return h.store.list(ctx, f.folder+f.names, place, f.folders, limit)
}

// matches says whether an entry is asked for. An object whose key ends with a slash is
// none of them: some tools make one for an empty folder.
func (f *filter) matches(e entry) bool {
	if !e.folder && strings.HasSuffix(e.key, "/") {
		return false
	}
	if f.search == "" {
		return true
	}
	return strings.Contains(fold(nameIn(e)), f.search)
}

// nameIn is the name of a file or a folder.
func nameIn(e entry) string {
	if e.folder {
		return path.Base(e.key)
	}
	return upload.NameOf(e.key)
}

// stored is the file of an entry.
func (f *filter) stored(e entry) StoredFile {
	folder, _ := pathIn(f.root, e.key)
	return StoredFile{Key: e.key, Name: nameIn(e), Folder: folder, Size: e.size, Modified: e.modified, VersionID: e.versionID}
}

// pathIn is the folder of a key within a part, and its last segment.
func pathIn(root, key string) (folder, last string) {
	path := strings.TrimPrefix(key, root)
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}

// listBytes is about how many bytes an entry takes in an answer that Lambda writes as
// a string of JSON.
func listBytes(f StoredFile) int {
	n := 180 + len(f.VersionID)
	for _, s := range []string{f.Key, f.Name, f.Folder} {
		n += len(s) + 6*strings.Count(s, `"`) + 6*strings.Count(s, `\`)
	}
	return n
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

// cursor reads the cursor of a list in an order: n strings, the first of them a place.
// It holds places without the folder's prefix, so that none leads out of it.
func (f *filter) cursor(r *http.Request, order string, n int) ([]string, error) {
	at, err := cursor(r, n+1)
	if err == nil && at[0] != "" && at[0] != f.kind(order) {
		err = errCursor()
	}
	if err != nil {
		return nil, err
	}
	return at[1:], nil
}

func (f *filter) cursorAt(order, place string, more ...string) string {
	return cursorAt(slices.Concat([]string{f.kind(order), strings.TrimPrefix(place, f.folder)}, more)...)
}

// kind tells cursors of different lists apart.
func (f *filter) kind(order string) string {
	if f.deleted {
		return order + " deleted"
	}
	return order
}

// placeAt is the place in the list: behind the folder's own key at first, which some
// tools make for a folder.
func (f *filter) placeAt(at string) string { return f.folder + at }

// limit reads the parameter limit, 1 to most.
func limit(r *http.Request, most int) (int, error) {
	given, err := parameter(r, "limit", false)
	if given == "" || err != nil {
		return defaultLimit, err
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 || n > most {
		return 0, upload.Errorf(upload.InvalidArgument, "got limit %.20s, want 1 to %d: correct it", given, most)
	}
	return n, nil
}

// oneOf reads a parameter that has one of some values, the first where it is left out.
func oneOf(r *http.Request, name string, values ...string) (string, error) {
	given, err := parameter(r, name, false)
	switch {
	case err != nil:
		return "", err
	case given == "":
		return values[0], nil
	case !slices.Contains(values, given):
		return "", upload.Errorf(upload.InvalidArgument, "got %s %.20q, want %s: correct it", name, given, strings.Join(values, " or "))
	}
	return given, nil
}
