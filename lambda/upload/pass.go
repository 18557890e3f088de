package upload

import (
	"cmp"
	"slices"
	"strings"
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
	// MostPassFiles is how many files a pass that counts them can allow, and MostPassUses
	// how many guests: it keeps the hash of each.
	MostPassFiles = 10_000
	MostPassUses  = 10_000
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

// PassLimits say how much can come by a pass. Zero fields limit nothing that the space
// does not.
type PassLimits struct {
	Files         int64    `json:"files,omitempty"`         // 1 to MostPassFiles
	Bytes         Size     `json:"bytes,omitempty"`         // of all files together
	MaxObjectSize Size     `json:"maxObjectSize,omitempty"` // of each
	Types         []string `json:"types,omitempty"`         // media types or patterns, as of Config.AllowedTypes
	Uses          int      `json:"uses,omitempty"`          // guests that may begin, 1 to MostPassUses
}

// Counted says whether what comes by the pass has to be written down.
func (p *Pass) Counted() bool { return p.Files != 0 || p.Bytes != 0 }

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

// UsedUp says that nothing new can come by it.
func (p *Pass) UsedUp() bool {
	return p.Files != 0 && p.Used.Files >= p.Files || p.Bytes != 0 && p.Used.Bytes >= int64(p.Bytes)
}

// Busy says that something is on its way by it.
func (p *Pass) Busy(now time.Time) bool {
	for _, h := range p.Taken {
		if now.Unix() < h.Until {
			return true
		}
	}
	return false
}

// Take counts files, each by itself in their order: errs has why one is refused, by
// place. What was signed before takes nothing more.
func (p *Pass) Take(wishes []Wish) (errs []error, changed bool) {
	errs = make([]error, len(wishes))
	for i, w := range wishes {
		hash := HashOf(w.Key)
		had, again := p.Taken[hash]
		hold := Hold{Bytes: max(w.Bytes, had.Bytes), Until: max(w.Until.Unix(), had.Until)}
		more := Amount{Bytes: hold.Bytes - had.Bytes}
		if !again {
			more.Files = 1
		}
		if hold == had {
			continue
		}
		if more != (Amount{}) {
			if errs[i] = p.refuses(more); errs[i] != nil {
				continue
			}
		}
		if p.Taken == nil {
			p.Taken = map[string]Hold{}
		}
		p.Taken[hash], p.Used, changed = hold, p.Used.plus(more), true
	}
	return errs, changed
}

func (p *Pass) refuses(more Amount) error {
	if p.Files != 0 && p.Used.Files+more.Files > p.Files {
		return ErrNoSuchPass()
	}
	limit := Quota{Bytes: p.Bytes}
	if !limit.covers(p.Used.plus(more)) {
		if p.UsedUp() {
			return ErrNoSuchPass()
		}
		return limit.exceeded(p.Used, more)
	}
	return nil
}

// Finish says that a file has come. It stays counted.
func (p *Pass) Finish(key string) (changed bool) {
	hash := HashOf(key)
	h, ok := p.Taken[hash]
	if !ok || h.Until == 0 {
		return false
	}
	h.Until = 0
	p.Taken[hash] = h
	return true
}

// Release gives back what a file took that was aborted, and never came.
func (p *Pass) Release(key string) (changed bool) {
	hash := HashOf(key)
	h, ok := p.Taken[hash]
	if !ok || h.Until == 0 {
		return false
	}
	delete(p.Taken, hash)
	p.Used = Amount{p.Used.Files - 1, p.Used.Bytes - h.Bytes}
	return true
}

// BeginGuest counts a guest. One who has begun goes on; a new one beyond Uses is
// [NoSuchPass]. anew makes him a new one whoever he is.
func (p *Pass) BeginGuest(guest string, anew bool) (changed bool, err error) {
	hash := HashOf(guest)
	if p.Uses == 0 || p.Guests[hash] && !anew {
		return false, nil
	}
	if p.Begun >= p.Uses {
		return false, ErrNoSuchPass()
	}
	if p.Guests == nil {
		p.Guests = map[string]bool{}
	}
	p.Begun++
	p.Guests[hash] = true
	return true, nil
}

const (
	wrongTries   = 10 // wrong passwords after which a pass pauses
	firstPause   = time.Minute
	longestPause = time.Hour
)

// Wrong counts wrong passwords. They pause a pass and never end it: else anybody who
// has the link could.
type Wrong struct {
	Tries  int   `json:"tries,omitempty"`
	Pauses int   `json:"pauses,omitempty"`
	Until  int64 `json:"until,omitempty"` // Unix seconds: the end of the pause
}

// Paused is how long no password is looked at any more; 0: it is.
func (w Wrong) Paused(now time.Time) time.Duration {
	return max(0, time.Unix(w.Until, 0).Sub(now))
}

// Again counts a wrong password.
func (w *Wrong) Again(now time.Time) {
	if w.Tries++; w.Tries < wrongTries {
		return
	}
	pause := min(longestPause, firstPause<<min(w.Pauses, 10))
	w.Tries, w.Pauses, w.Until = 0, w.Pauses+1, now.Add(pause).Unix()
}

// AuthorizePass approves a pass for what the bearer may do himself: of wish Do, Folder
// (in at), Keys, Title, Show, Metadata and the limits count. Its place is filled in.
// Errors are those of the place, of its keys, and InvalidArgument for the rest.
func (p *Policy) AuthorizePass(b Bearer, at Place, wish Pass) (Pass, error) {
	need := Read
	switch wish.Do {
	case DoUpload:
		need = Write
	case DoRead:
	default:
		return Pass{}, Errorf(InvalidArgument, "got do %s, want %s or %s: correct it", quote(wish.Do), DoUpload, DoRead)
	}
	t, err := p.partAt(b, at)
	if err == nil {
		err = t.need(need)
	}
	if err == nil {
		wish.Folder, err = cleanFolder(at.Folder)
	}
	if err != nil {
		return Pass{}, err
	}
	wish.Space, wish.Owner = t.space.Name, t.owner
	if err := cmp.Or(wish.checkKeys(p, b, t), wish.check(), wish.checkLimits(t)); err != nil {
		return Pass{}, err
	}
	return wish, nil
}

// checkKeys holds the files of a pass to its place.
func (p *Pass) checkKeys(policy *Policy, b Bearer, t part) error {
	switch {
	case p.Do == DoUpload && len(p.Keys) > 0:
		return Errorf(InvalidArgument, "got keys to upload to, want a folder: leave keys out")
	case p.Do == DoRead && len(p.Keys) == 0 && p.Folder == "":
		return Errorf(InvalidArgument, "got a pass to read everything, want keys or a folder: name what is to be read")
	case len(p.Keys) > 0 && p.Folder != "":
		return Errorf(InvalidArgument, "got keys and a folder, want one of them: leave one out")
	case len(p.Keys) > MostPassKeys:
		return Errorf(InvalidArgument, "got %d keys, want at most %d: put the files into a folder and name that", len(p.Keys), MostPassKeys)
	}
	for _, key := range p.Keys {
		object, err := policy.AuthorizeKey(b, key)
		if err != nil {
			return err
		}
		if !t.holds(object.Key()) {
			return ErrNoSuchKey(key)
		}
	}
	return nil
}

func (p *Pass) check() error {
	if len(p.Title) > mostTitle {
		return Errorf(InvalidArgument, "got a title of %d bytes, want at most %d: shorten it", len(p.Title), mostTitle)
	}
	title, err := cleanTitle(p.Title)
	if err != nil {
		return err
	}
	p.Title = title
	_, err = metadataHeaders(p.Metadata)
	return err
}

func cleanTitle(title string) (string, error) {
	if title == "" {
		return "", nil
	}
	return cleanSegment(title)
}

// checkLimits holds limits to what they can be, and to a pass that uploads.
func (p *Pass) checkLimits(t part) error {
	l := p.PassLimits
	switch {
	case l.Files < 0 || l.Files > MostPassFiles:
		return Errorf(InvalidArgument, "got files %d, want 1 to %d: leave it out for no limit", l.Files, MostPassFiles)
	case l.Uses < 0 || l.Uses > MostPassUses:
		return Errorf(InvalidArgument, "got uses %d, want 1 to %d: leave it out for no limit", l.Uses, MostPassUses)
	case l.Bytes < 0 || l.MaxObjectSize < 0:
		return Errorf(InvalidArgument, "got a negative number of bytes, want 1 or more: leave it out for no limit")
	case !all(l.Types, checkPattern):
		return Errorf(InvalidArgument, "got types %s, want %s", quote(strings.Join(l.Types, ", ")), allowTypes)
	case p.Do == DoRead && (l.Files != 0 || l.Bytes != 0 || l.MaxObjectSize != 0 || l.Types != nil || p.Metadata != nil || p.Show):
		return Errorf(InvalidArgument, "got limits of uploads for a pass to read, want title, expires, password and uses: leave the others out")
	case l.MaxObjectSize > t.space.MaxObjectSize:
		return Errorf(InvalidArgument, "got maxObjectSize %d, want at most %d, as the place has it: lower it", int64(l.MaxObjectSize), int64(t.space.MaxObjectSize))
	}
	return nil
}

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

// CheckPass holds a pass that its maker changes to what one can be.
func (p *Policy) CheckPass(pass *Pass) error {
	s := p.spaceNamed(pass.Space)
	if s == nil {
		return ErrNoSuchPass()
	}
	return cmp.Or(pass.check(), pass.checkLimits(part{space: s}))
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
