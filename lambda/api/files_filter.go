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

func listParameters() []string {
	return []string{"space", "folder", "order", "prefix", "search", "recursive", "deleted", "cursor", "limit"}
}

// filter is what GET /files asks for.
type filter struct {
	root    string // prefix of the owner's part
	several bool   // others upload there too
	folder  string // prefix of what is in the folder; it ends with a slash
	names   string // what names in it begin with
	search  string // folded; empty: everything
	folders bool   // what lies deeper is a folder
	deleted bool
	limit   int
	until   time.Time // when to stop reading
}

// filter reads the parameters. literal is the prefix of the folder as it was given;
// that of the filter is of the folder cleaned, empty where it cannot be.
func (h *Handler) filter(x *exchange, order string) (f filter, literal string, err error) {
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
	if f.names, err = partOfName(x.Request, "prefix"); err != nil {
		return f, "", err
	}
	search, err := partOfName(x.Request, "search")
	if err != nil {
		return f, "", err
	}
	f.folders, f.search, f.until = !recursive, fold(search), h.options.Now().Add(listTime)
	literal, err = h.place(x, &f)
	return f, literal, err
}

// place reads where to look.
func (h *Handler) place(x *exchange, f *filter) (literal string, err error) {
	folder, err := parameter(x.Request, "folder", false)
	if err != nil {
		return "", err
	}
	space, err := parameter(x.Request, "space", false)
	if err != nil {
		return "", err
	}
	part, err := h.policy.AuthorizePlace(x.bearer, upload.Place{Space: space})
	if err != nil {
		return "", err
	}
	f.root, f.several = part.Root(), part.Several()
	area, unclean := h.policy.AuthorizePlace(x.bearer, upload.Place{Space: space, Folder: folder})
	if unclean == nil {
		f.folder = area.Prefix()
	}
	if literal = f.root + folder + "/"; folder == "" || !readable(folder, literal) {
		return f.folder, unclean
	}
	return literal, nil
}

// partOfName reads a parameter that is a part of a name, in the form that names have.
func partOfName(r *http.Request, name string) (string, error) {
	given, err := parameter(r, name, false)
	if err == nil && (len(given) > upload.MaxNameBytes || !utf8.ValidString(given) || strings.Contains(given, "/")) {
		err = upload.Errorf(upload.InvalidArgument, "got %s %.80q, want at most %d bytes of a name, without a slash: say the folder with folder", name, given, upload.MaxNameBytes)
	}
	return norm.NFC.String(given), err
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
	file := StoredFile{Key: e.key, Name: nameIn(e), Folder: folder, Size: e.size, Modified: e.modified, VersionID: e.versionID}
	if f.several {
		file.By = upload.DigitsOf(e.key)
	}
	return file
}

// pathIn is the folder of a key within a part, and its last segment.
func pathIn(root, key string) (folder, last string) {
	path := strings.TrimPrefix(key, root)
	i := strings.LastIndexByte(path, '/')
	return path[:max(i, 0)], path[i+1:]
}

// listBytes is about how many bytes an entry takes in an answer that Lambda writes as
// a string of JSON, in which what is escaped once is escaped again.
func listBytes(f StoredFile) int {
	n := 180 + len(f.VersionID)
	for _, s := range []string{f.Key, f.Name, f.Folder} {
		for i := range len(s) {
			if c := s[i]; c < 0x20 || c == '"' || c == '\\' {
				n += 6
			}
			n++
		}
	}
	return n
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
