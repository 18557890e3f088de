package api

import "time"

// StoredFile is one of the caller's files. Folder is its path within the owner's
// part, "" for the part itself. Of a deleted one VersionID is the version that POST
// /files/restore brings back, Size is that version's, and Modified when it was deleted.
type StoredFile struct {
	Key       string    `json:"key"`
	Name      string    `json:"name"`
	Folder    string    `json:"folder"`
	Size      int64     `json:"size"`
	Modified  time.Time `json:"modified"`
	VersionID string    `json:"versionId,omitempty"`
	// By are the last six digits of the key's id where several upload: those of who did.
	By string `json:"by,omitempty"`
}

// FileList is a page of files and of the folders beside them. Folders are names of
// what lies directly in the folder that was asked for. Complete is false where a list
// by time, or a search, stopped before it had seen all.
type FileList struct {
	Folders  []string     `json:"folders"`
	Files    []StoredFile `json:"files"`
	Next     string       `json:"next,omitempty"`
	Complete bool         `json:"complete"`
}

// FileInfo is all that is known of one version of a file. Uploader is who uploaded it;
// empty where several may and it does not say. Unconfirmed says that it expires unless
// it is confirmed, Public where anybody may read it.
type FileInfo struct {
	Key       string            `json:"key"`
	Name      string            `json:"name"`
	Space     string            `json:"space,omitempty"`
	Folder    string            `json:"folder"`
	Size      int64             `json:"size"`
	Type      string            `json:"type"`
	Checksum  *Checksum         `json:"checksum,omitempty"`
	Metadata  map[string]string `json:"metadata"`
	VersionID string            `json:"versionId,omitempty"`
	Uploader  string            `json:"uploader,omitempty"`
	Modified  time.Time         `json:"modified"`
	Receipt   FileURL           `json:"receipt"`

	Unconfirmed bool   `json:"unconfirmed,omitempty"`
	Public      string `json:"public,omitempty"`
}

// FileURL is a signed download, or of a receipt a HEAD. Headers are to be sent
// verbatim; a plain link has none.
type FileURL struct {
	URL     string            `json:"url"`
	Headers map[string]string `json:"headers,omitempty"`
	Expires time.Time         `json:"expires"`
}

// Version is one version of a file's name, or a delete marker.
type Version struct {
	Key       string    `json:"key"`
	VersionID string    `json:"versionId"`
	Size      int64     `json:"size"`
	Modified  time.Time `json:"modified"`
	Latest    bool      `json:"latest"` // of its key
	Deleted   bool      `json:"deleted"`
}

// FileURLsRequest asks for addresses of up to 1,000 files; Checksum as in
// [Client.CheckedFileURL].
type FileURLsRequest struct {
	Keys     []string `json:"keys"`
	Checksum bool     `json:"checksum,omitempty"`
}

// SignedFile is the answer for one of them: an address, or an error.
type SignedFile struct {
	Key string `json:"key"`
	*FileURL
	Error *Problem `json:"error,omitempty"`
}

// FileURLs answers the files of a FileURLsRequest in the order they were asked.
type FileURLs struct {
	Files []SignedFile `json:"files"`
}

// Versions are all versions of a name in its folder, newest first.
type Versions struct {
	Versions []Version `json:"versions"`
}

// DeleteRequest asks for delete markers on up to 1,000 files.
type DeleteRequest struct {
	Keys []string `json:"keys"`
}

// DeletedFile is the answer for one of them: deleted, or an error.
type DeletedFile struct {
	Key   string   `json:"key"`
	Error *Problem `json:"error,omitempty"`
}

// DeletedFiles answers the files of a DeleteRequest in the order they were asked.
type DeletedFiles struct {
	Files []DeletedFile `json:"files"`
}

// RestoreFile names a version that is to be the current one.
type RestoreFile struct {
	Key       string `json:"key"`
	VersionID string `json:"versionId"`
}

// RestoreRequest is one version, or up to 1,000 in Files.
type RestoreRequest struct {
	*RestoreFile
	Files []RestoreFile `json:"files,omitempty"`
}

// Restored names what is current now.
type Restored struct {
	Key       string `json:"key"`
	VersionID string `json:"versionId"`
}

// RestoredFile is the answer for one of several: restored, or an error.
type RestoredFile struct {
	Key       string   `json:"key"`
	VersionID string   `json:"versionId,omitempty"`
	Error     *Problem `json:"error,omitempty"`
}

// RestoredFiles answers several in the order they were asked.
type RestoredFiles struct {
	Files []RestoredFile `json:"files"`
}

// MoveRequest asks for another place or name of a file. A field left out stays as it
// is; a Folder of "" is the owner's part itself.
type MoveRequest struct {
	Key    string  `json:"key"`
	Space  *string `json:"space,omitempty"`
	Folder *string `json:"folder,omitempty"`
	Name   string  `json:"name,omitempty"`
}

// Moved is where the file is now.
type Moved struct {
	Key string `json:"key"`
}
