package upload

import (
	"slices"
	"time"
)

// What a pass lets its holder do.
const (
	DoUpload = "upload"
	DoRead   = "read"
)

const (
	// MostPassKeys is how many files a pass can name, by their keys. A folder has no bound.
	MostPassKeys = 100
	// MostPassFiles is how many files a pass that counts them can allow.
	MostPassFiles = 10_000
	// MostPassUses is how many guests may begin: the pass keeps the hash of each.
	MostPassUses = 10_000
	// MostPassDays is how long a pass can live at most: less than [StateDays].
	MostPassDays = 365
	// GuestLife is how long what is signed for a pass lives at most.
	GuestLife = 15 * time.Minute

	mostTitle = 200 // bytes
)

// Pass is the right to do one thing in one place within limits until a date, as the
// state bucket keeps it. Whoever holds its token is a guest.
type Pass struct {
	ID     string `json:"-"`
	Secret string `json:"secret"` // [PassToken.Sum] of its token
	Do     string `json:"do"`     // DoUpload or DoRead
	// Space, Owner and Folder are the place; Keys, with DoRead, the files in it, all if
	// there are none.
	Space  string   `json:"space,omitempty"`
	Owner  Caller   `json:"owner"`
	Folder string   `json:"folder,omitempty"`
	Keys   []string `json:"keys,omitempty"`
	// By is who made it, and whose list it is on.
	By      Caller `json:"by"`
	Title   string `json:"title,omitempty"`
	Made    int64  `json:"made"`    // Unix seconds
	Expires int64  `json:"expires"` // Unix seconds
	PassLimits
	// Show lets a guest see what has come by this pass.
	Show     bool              `json:"show,omitempty"`
	Metadata map[string]string `json:"metadata,omitempty"` // signed into all that comes
	Password string            `json:"password,omitempty"` // its Argon2id, as api writes it; empty: none
	// Quota of the owner, when it was made; nil: the configuration's.
	Quota *Quota `json:"quota,omitempty"`

	Used  Amount          `json:"used"`            // of what is counted
	Taken map[string]Hold `json:"taken,omitempty"` // by the hash of the key
	// Begun is how many guests have, and Guests the hashes of who they were.
	Begun  int             `json:"begun,omitempty"`
	Guests map[string]bool `json:"guests,omitempty"`
	Wrong  Wrong           `json:"wrong,omitzero"`
}

// Bearer is a guest of the pass.
func (p *Pass) Bearer() Bearer {
	b := &Bound{
		Space: p.Space, Owner: p.Owner, Folder: p.Folder, Keys: p.Keys, Rights: Read, By: p.Uploader(), Metadata: p.Metadata,
		Limits: &Limits{AllowedTypes: p.Types, MaxObjectSize: p.MaxObjectSize},
	}
	if p.Do == DoUpload {
		b.Rights, b.Own = Write, true
		if p.Show {
			b.Rights |= Read
		}
	}
	return Bearer{Bound: b}
}

// Uploader is whose an upload by the pass is said to be. No caller is called so.
func (p *Pass) Uploader() string { return "pass:" + p.ID }

// ErrNoSuchPass is the one answer for passes that are not there, any more or at all.
func ErrNoSuchPass() *Error {
	return Errorf(NoSuchPass, "got a pass that is not there, was revoked, is used up or over, want one that holds: ask whoever gave it for a new one")
}

// Open checks that a token opens the pass, and that it is not over.
func (p *Pass) Open(t PassToken, now time.Time) error {
	if !t.opens(p.Secret) || p.Over(now) {
		return ErrNoSuchPass()
	}
	return nil
}

// Over says that the pass has ended.
func (p *Pass) Over(now time.Time) bool { return now.Unix() >= p.Expires }

// Sees says whether a bearer may see a file where he may read at all: a pass can be for
// some files alone, or for those that have come by it.
func (b Bearer) Sees(key string) bool {
	if b.Bound == nil {
		return true
	}
	if len(b.Bound.Keys) > 0 {
		return slices.Contains(b.Bound.Keys, key)
	}
	return !b.Bound.Own || DigitsOf(key) == b.Digits()
}

// PartPrefix begins all keys of an owner's part of a space.
func (p *Policy) PartPrefix(space string, owner Caller) string {
	prefix := p.config.Prefix
	if s := p.spaceNamed(space); s != nil {
		prefix = s.Prefix
	}
	return prefix + string(owner) + "/"
}

// PassSpace is how the API names the place of a pass for a bearer.
func (p *Policy) PassSpace(b Bearer, pass Pass) string {
	s := p.spaceNamed(pass.Space)
	if s == nil {
		return pass.Space
	}
	return labelOf(s, pass.Owner, b.Caller)
}

// PassLimits are the limits of a pass together with those of its space: the media types,
// the largest file, and how many files a presign call names. false: its space is gone.
func (p *Policy) PassLimits(pass *Pass) (types []string, largest Size, files int, ok bool) {
	s := p.spaceNamed(pass.Space)
	if s == nil {
		return nil, 0, 0, false
	}
	types, largest = s.AllowedTypes, s.MaxObjectSize
	if len(pass.Types) > 0 {
		types = pass.Types
	}
	if pass.MaxObjectSize > 0 {
		largest = min(largest, pass.MaxObjectSize)
	}
	return types, largest, s.MaxFiles, true
}
