package api

import (
	"encoding/json"
	"errors"
	"time"

	"signet/lambda/upload"
)

// PassRequest asks for a pass: the right to do one thing in one place until a date, for
// whoever has its link. Keys are files to read; a folder is for all in it. Expires is how
// long it lives, such as "7d" or "2h". Metadata is signed into all that comes by it. Show
// lets a guest see what has come by it.
type PassRequest struct {
	Do            string            `json:"do"` // upload or read
	Space         string            `json:"space,omitempty"`
	Folder        string            `json:"folder,omitempty"`
	Keys          []string          `json:"keys,omitempty"`
	Title         string            `json:"title,omitempty"`
	Expires       string            `json:"expires"`
	Files         Limit             `json:"files,omitempty"`
	Bytes         Limit             `json:"bytes,omitempty"`
	MaxObjectSize Limit             `json:"maxObjectSize,omitempty"`
	Types         []string          `json:"types,omitempty"`
	Metadata      map[string]string `json:"metadata,omitempty"`
	Password      string            `json:"password,omitempty"`
	Uses          Limit             `json:"uses,omitempty"`
	Show          bool              `json:"show,omitempty"`
}

// Limit is the most of something; 0: it is not given, and there is no limit. In JSON it is
// a whole number from 1: a 0 that somebody's server has computed as what is left would
// else let everything through.
type Limit int64

// UnmarshalJSON refuses what is no limit.
func (l *Limit) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	if err := json.Unmarshal(b, (*int64)(l)); err != nil {
		if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			wrong.Field = "a limit"
		}
		return err
	}
	if *l < 1 {
		return upload.Errorf(upload.InvalidArgument, "got %d for a limit, want 1 or more: leave it out for no limit", *l)
	}
	return nil
}

// BackendPassRequest is a PassRequest of the application's server for one of its users.
type BackendPassRequest struct {
	Owner string `json:"owner"`
	PassRequest
}

// MadePass is a new pass. Token and URL, which holds it behind #, are told this once.
type MadePass struct {
	ID      string    `json:"id"`
	Token   string    `json:"token"`
	URL     string    `json:"url"`
	Expires time.Time `json:"expires"`
}

// Amount is a number of files, and their bytes.
type Amount struct {
	Files int64 `json:"files"`
	Bytes int64 `json:"bytes"`
}

// PassInfo is a pass as its maker sees it. Used counts what has been signed for it, and
// is missing where nothing is counted: with neither files nor bytes.
type PassInfo struct {
	ID            string            `json:"id"`
	Do            string            `json:"do"`
	Space         string            `json:"space,omitempty"`
	Folder        string            `json:"folder,omitempty"`
	Keys          []string          `json:"keys,omitempty"`
	Title         string            `json:"title,omitempty"`
	Made          time.Time         `json:"made"`
	Expires       time.Time         `json:"expires"`
	Files         int64             `json:"files,omitempty"`
	Bytes         int64             `json:"bytes,omitempty"`
	MaxObjectSize int64             `json:"maxObjectSize,omitempty"`
	Types         []string          `json:"types,omitempty"`
	Metadata      map[string]string `json:"metadata,omitempty"`
	Password      bool              `json:"password,omitempty"`
	Uses          int               `json:"uses,omitempty"`
	Show          bool              `json:"show,omitempty"`
	Used          *Amount           `json:"used,omitempty"`
	Guests        int               `json:"guests,omitempty"` // that have begun, with uses
	Digits        string            `json:"digits,omitempty"` // in which the ids of what has come by it end
}

// PassList is a page of one's passes, in no order.
type PassList struct {
	Passes []PassInfo `json:"passes"`
	Next   string     `json:"next,omitempty"`
}

// PassChange changes what is given and leaves the rest. Expires counts from now; a limit
// of 0 is none.
type PassChange struct {
	Title         *string  `json:"title,omitempty"`
	Expires       string   `json:"expires,omitempty"`
	Files         *int64   `json:"files,omitempty"`
	Bytes         *int64   `json:"bytes,omitempty"`
	MaxObjectSize *int64   `json:"maxObjectSize,omitempty"`
	Types         []string `json:"types,omitempty"`
	Uses          *int     `json:"uses,omitempty"`
}

// GuestPass is a pass as a guest sees it: what it is for, and what is left of it.
type GuestPass struct {
	Do            string     `json:"do"`
	Title         string     `json:"title,omitempty"`
	Name          string     `json:"name,omitempty"` // of the folder to read
	Expires       time.Time  `json:"expires"`
	AllowedTypes  []string   `json:"allowedTypes"`
	MaxObjectSize int64      `json:"maxObjectSize"`
	MaxFiles      int        `json:"maxFiles"` // in one presign call
	Show          bool       `json:"show,omitempty"`
	Left          *GuestLeft `json:"left,omitempty"`
	Metadata      bool       `json:"metadata,omitempty"` // there is some that is not the guest's to choose
}

// GuestLeft is how much can still come by a pass. A limit that there is not is missing.
type GuestLeft struct {
	Files *int64 `json:"files,omitempty"`
	Bytes *int64 `json:"bytes,omitempty"`
}

// domain is the pass as the policy takes it.
func (m *PassRequest) domain() upload.Pass {
	return upload.Pass{
		Do: m.Do, Keys: m.Keys, Title: m.Title, Show: m.Show, Metadata: m.Metadata,
		PassLimits: upload.PassLimits{
			Files: int64(m.Files), Bytes: upload.Size(m.Bytes), MaxObjectSize: upload.Size(m.MaxObjectSize), Types: m.Types, Uses: int(m.Uses),
		},
	}
}

// passInfo tells a pass's maker of it.
func passInfo(p *upload.Pass, space string) PassInfo {
	info := PassInfo{
		ID: p.ID, Do: p.Do, Space: space, Folder: p.Folder, Keys: p.Keys, Title: p.Title,
		Made: time.Unix(p.Made, 0).UTC(), Expires: time.Unix(p.Expires, 0).UTC(),
		Files: p.Files, Bytes: int64(p.Bytes), MaxObjectSize: int64(p.MaxObjectSize), Types: p.Types, Metadata: p.Metadata,
		Password: p.Password != "", Uses: p.Uses, Show: p.Show, Guests: p.Begun,
	}
	if p.Counted() {
		info.Used = &Amount{Files: p.Used.Files, Bytes: p.Used.Bytes}
	}
	if p.Do == upload.DoUpload {
		info.Digits = p.Bearer().Digits()
	}
	return info
}
