package api

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
)

// FilesQuery says which files [Client.ListFiles] lists. The zero value is the first
// 100 of the owner's part, in S3's order of names, and the folders there.
type FilesQuery struct {
	Space, Folder string // as of [File]
	Order         string // name or newest; "" is name
	Prefix        string // of names
	Search        string // within names, in any case
	Recursive     bool   // with all that is below the folder
	Deleted       bool   // files under a delete marker in place of those that are there
	Cursor        string // next of the page before
	Limit         int    // 1 to 1,000, by newest to 10,000; 0 is the service's default
}

func (q FilesQuery) values() url.Values {
	values := url.Values{}
	for _, p := range []struct{ name, value string }{
		{"space", q.Space}, {"folder", q.Folder}, {"order", q.Order}, {"prefix", q.Prefix}, {"search", q.Search}, {"cursor", q.Cursor},
	} {
		if p.value != "" {
			values.Set(p.name, p.value)
		}
	}
	for _, p := range []struct {
		name string
		set  bool
	}{{"recursive", q.Recursive}, {"deleted", q.Deleted}} {
		if p.set {
			values.Set(p.name, "true")
		}
	}
	if q.Limit != 0 {
		values.Set("limit", strconv.Itoa(q.Limit))
	}
	return values
}

// ListFiles gives a page of files. A page may be empty and have a next.
func (c *Client) ListFiles(ctx context.Context, q FilesQuery) (out FileList, err error) {
	err = c.get(ctx, "/files", q.values(), &out)
	return out, has(err, "files", out.Files != nil)
}

// FileInfo tells of a file, or of one of its versions.
func (c *Client) FileInfo(ctx context.Context, key, versionID string) (out FileInfo, err error) {
	return out, c.get(ctx, "/files/info", version(key, versionID), &out)
}

// FileURL signs a download of a file, or of one of its versions.
func (c *Client) FileURL(ctx context.Context, key, versionID string) (out FileURL, err error) {
	return out, c.get(ctx, "/files/url", version(key, versionID), &out)
}

// CheckedFileURL is FileURL for a download that S3 answers with the object's
// checksum: the answer's headers have to be sent.
func (c *Client) CheckedFileURL(ctx context.Context, key, versionID string) (out FileURL, err error) {
	values := version(key, versionID)
	values.Set("checksum", "true")
	return out, c.get(ctx, "/files/url", values, &out)
}

// CheckedFileURLs is CheckedFileURL for up to 1,000 files in one call; each is answered
// for itself, in order.
func (c *Client) CheckedFileURLs(ctx context.Context, keys []string) (out FileURLs, err error) {
	return out, c.post(ctx, "/files/urls", FileURLsRequest{keys, true}, &out)
}

// InlineFileURL is FileURL for a browser to show, of types that cannot run script.
func (c *Client) InlineFileURL(ctx context.Context, key, versionID string) (out FileURL, err error) {
	values := version(key, versionID)
	values.Set("inline", "true")
	return out, c.get(ctx, "/files/url", values, &out)
}

func version(key, versionID string) url.Values {
	values := url.Values{"key": {key}}
	if versionID != "" {
		values.Set("versionId", versionID)
	}
	return values
}

// DeleteFile puts a delete marker on a file.
func (c *Client) DeleteFile(ctx context.Context, key string) error {
	return c.call(ctx, http.MethodDelete, "/files", url.Values{"key": {key}}, nil, nil)
}

// DeleteFiles puts delete markers on up to 1,000 files; each is answered for itself,
// in order.
func (c *Client) DeleteFiles(ctx context.Context, keys []string) (out DeletedFiles, err error) {
	return out, c.post(ctx, "/files/delete", DeleteRequest{keys}, &out)
}

// ListVersions gives all versions of a file's name, newest first.
func (c *Client) ListVersions(ctx context.Context, key string) (out Versions, err error) {
	return out, c.get(ctx, "/files/versions", url.Values{"key": {key}}, &out)
}

// RestoreVersion makes a version the current one.
func (c *Client) RestoreVersion(ctx context.Context, key, versionID string) (out Restored, err error) {
	err = c.post(ctx, "/files/restore", RestoreFile{key, versionID}, &out)
	return out, has(err, "key", out.Key == key)
}

// RestoreFiles makes up to 1,000 versions the current ones; each is answered for
// itself, in order.
func (c *Client) RestoreFiles(ctx context.Context, files []RestoreFile) (out RestoredFiles, err error) {
	return out, c.post(ctx, "/files/restore", RestoreRequest{Files: files}, &out)
}

// MoveFile gives a file another place or name.
func (c *Client) MoveFile(ctx context.Context, m MoveRequest) (out Moved, err error) {
	err = c.post(ctx, "/files/move", m, &out)
	return out, has(err, "key", out.Key != "")
}
