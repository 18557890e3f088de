package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"signet/lambda/upload"
)

// defaultLimit is how many files a page has when the caller does not say.
const defaultLimit = 100

// listFiles gives a page of the caller's own files, or with deleted=true of
// those that lie under a delete marker.
func (h *Handler) listFiles(x *exchange) (any, error) {
	limit, err := limit(x.Request)
	if err != nil {
		return nil, err
	}
	deleted, err := flag(x.Request, "deleted")
	if err != nil {
		return nil, err
	}
	if deleted {
		return h.listDeleted(x, limit)
	}
	after, err := cursor(x.Request, 1)
	if err != nil {
		return nil, err
	}
	own, err := h.policy.AuthorizePlace(x.bearer, upload.Place{})
	if err != nil {
		return nil, err
	}
	files, more, err := h.store.list(x.ctx(), own.Root(), after[0], limit)
	if err != nil {
		return nil, err
	}
	out := &FileList{Folders: []string{}, Files: files, Complete: true}
	if last := len(files) - 1; more && last >= 0 {
		out.Next = cursorAt(files[last].Key)
	}
	return out, nil
}

func (h *Handler) listDeleted(x *exchange, limit int) (*FileList, error) {
	after, err := cursor(x.Request, 2)
	if err != nil {
		return nil, err
	}
	own, err := h.policy.AuthorizePlace(x.bearer, upload.Place{})
	if err != nil {
		return nil, err
	}
	files, nextKey, nextVersion, err := h.store.deleted(x.ctx(), own.Root(), after[0], after[1], limit)
	if err != nil {
		return nil, err
	}
	out := &FileList{Folders: []string{}, Files: files, Complete: true}
	if nextKey != "" {
		out.Next = cursorAt(nextKey, nextVersion)
	}
	return out, nil
}

func limit(r *http.Request) (int, error) {
	given, err := parameter(r, "limit", false)
	if given == "" || err != nil {
		return defaultLimit, err
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < 1 || n > upload.ListPage {
		return 0, upload.Errorf(upload.InvalidArgument, "got limit %.20s, want 1 to %d: correct it", given, upload.ListPage)
	}
	return n, nil
}

// flag reads a parameter that is true, false or left out.
func flag(r *http.Request, name string) (bool, error) {
	given, err := parameter(r, name, false)
	if err != nil {
		return false, err
	}
	if given != "" && given != "true" && given != "false" {
		return false, upload.Errorf(upload.InvalidArgument, "got %s %.20q, want true or false: correct it", name, given)
	}
	return given == "true", nil
}

// fileURL signs a download; with checksum=true one that S3 answers with the
// object's checksum.
func (h *Handler) fileURL(x *exchange) (any, error) {
	object, err := h.ownFile(x)
	if err != nil {
		return nil, err
	}
	versionID, err := parameter(x.Request, "versionId", false)
	if err != nil {
		return nil, err
	}
	checked, err := flag(x.Request, "checksum")
	if err != nil {
		return nil, err
	}
	request := object.Get(versionID)
	if checked {
		request = object.GetChecked(versionID)
	}
	signed, err := h.signer.URL(x.ctx(), request)
	if err != nil {
		return nil, err
	}
	return &FileURL{URL: signed.URL, Headers: signed.Headers, Expires: signed.Expires}, nil
}

// deleteFile puts a delete marker on a file. S3 would put one on a key that
// never was, too, so the file is looked up first.
func (h *Handler) deleteFile(x *exchange) (any, error) {
	object, err := h.ownFile(x)
	if err != nil {
		return nil, err
	}
	if _, err := h.store.head(x.ctx(), object.Key()); err != nil {
		return nil, err
	}
	return nil, h.store.remove(x.ctx(), object.Key(), "")
}

// listVersions gives all versions of a file.
func (h *Handler) listVersions(x *exchange) (any, error) {
	object, err := h.ownFile(x)
	if err != nil {
		return nil, err
	}
	versions, err := h.store.versions(x.ctx(), object.Key())
	if err == nil && len(versions) == 0 {
		err = upload.ErrNoSuchKey(object.Key())
	}
	if err != nil {
		return nil, err
	}
	return &Versions{Versions: versions}, nil
}

// restoreVersion makes a version the current one. Where only delete markers lie
// over it they are removed, which costs nothing whatever the size; otherwise
// the version is copied, which S3 does for up to 5 GiB.
func (h *Handler) restoreVersion(x *exchange) (any, error) {
	var m RestoreRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	switch {
	case m.RestoreFile == nil || m.Key == "":
		return nil, required("key")
	case m.VersionID == "":
		return nil, required("versionId")
	}
	object, err := h.policy.AuthorizeKey(x.bearer, m.Key)
	if err != nil {
		return nil, err
	}
	versions, err := h.store.versions(x.ctx(), object.Key())
	if err != nil {
		return nil, err
	}
	if len(versions) == 0 {
		return nil, upload.ErrNoSuchKey(object.Key())
	}
	i := slices.IndexFunc(versions, func(v Version) bool { return v.VersionID == m.VersionID && !v.Deleted })
	if i < 0 {
		return nil, upload.Errorf(upload.NoSuchVersion, "got a versionId that this file does not have, or a delete marker, want one of GET /files/versions: list them again")
	}
	return h.restore(x, object.Key(), versions, i)
}

func (h *Handler) restore(x *exchange, key string, versions []Version, i int) (*Restored, error) {
	wanted, above := versions[i], versions[:i]
	if !slices.ContainsFunc(above, func(v Version) bool { return !v.Deleted }) {
		for _, marker := range above {
			if err := h.store.remove(x.ctx(), key, marker.VersionID); err != nil {
				return nil, err
			}
		}
		// S3 dates versions to the second, so the order of two of one second is
		// not known; and somebody else may have written meanwhile.
		current, err := h.store.head(x.ctx(), key)
		if err != nil && !is(err, upload.NoSuchKey) {
			return nil, err
		}
		if current.versionID == wanted.VersionID {
			return &Restored{Key: key, VersionID: wanted.VersionID}, nil
		}
	}
	if wanted.Size > upload.MaxPutSize {
		return nil, upload.Errorf(upload.EntityTooLarge, "got a version of %d bytes under a newer one, want at most %d: download it with GET /files/url and upload it again", wanted.Size, int64(upload.MaxPutSize))
	}
	versionID, err := h.store.copyVersion(x.ctx(), key, wanted.VersionID)
	if err != nil {
		return nil, err
	}
	return &Restored{Key: key, VersionID: versionID}, nil
}

// ownFile reads the parameter key.
func (h *Handler) ownFile(x *exchange) (upload.Object, error) {
	key, err := parameter(x.Request, "key", true)
	if err != nil {
		return upload.Object{}, err
	}
	return h.policy.AuthorizeKey(x.bearer, key)
}

func query(r *http.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, upload.Errorf(upload.InvalidArgument, "got a query string that cannot be read, want name=value pairs, percent-encoded: encode it")
	}
	return values, nil
}

// cursor reads the parameter cursor: n strings that an earlier answer's next
// held, or as many empty ones. It is only a place in the caller's own list, so
// a made-up one shows nothing that the caller may not see.
func cursor(r *http.Request, n int) ([]string, error) {
	given, err := parameter(r, "cursor", false)
	if err != nil || given == "" {
		return make([]string, n), err
	}
	var at []string
	text, err := base64.RawURLEncoding.DecodeString(given)
	if err != nil || json.Unmarshal(text, &at) != nil || len(at) != n || at[0] == "" {
		return nil, upload.Errorf(upload.InvalidArgument, "got cursor %.20s, want next of the page before: begin without a cursor", given)
	}
	return at, nil
}

func cursorAt(at ...string) string {
	text, _ := json.Marshal(at) // strings always marshal
	return base64.RawURLEncoding.EncodeToString(text)
}
