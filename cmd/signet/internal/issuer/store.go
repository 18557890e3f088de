package issuer

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// session is one signing in: all that comes of it, token after token.
type session struct {
	ID       string    `json:"id"`
	Subject  string    `json:"sub"`
	Scope    string    `json:"scope"`
	AuthTime time.Time `json:"authTime"`
}

// grant is what a code stands for.
type grant struct {
	session
	redirectURI string
	nonce       string
	challenge   string
	expires     time.Time
	used        bool
}

// newSecret is at least 128 random bits.
func newSecret() string { return rand.Text() }

// maxCodes bounds memory; codes live for a minute.
const maxCodes = 1000

type codes struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]grant
}

func newCodes(now func() time.Time) *codes { return &codes{now: now, all: map[string]grant{}} }

// add returns a new code. Beyond maxCodes the older ones are forgotten.
func (c *codes) add(g grant) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	maps.DeleteFunc(c.all, func(_ string, g grant) bool { return !now.Before(g.expires) })
	if len(c.all) >= maxCodes {
		clear(c.all)
	}
	code := newSecret()
	c.all[code] = g
	return code
}

type codeState int

const (
	unknown codeState = iota
	fresh
	spent
)

// take uses a code up, whatever comes of it.
func (c *codes) take(code string) (grant, codeState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g, ok := c.all[code]
	switch {
	case !ok || !c.now().Before(g.expires):
		return grant{}, unknown
	case g.used:
		return g, spent
	}
	g.used = true
	c.all[code] = g
	return g, fresh
}

// refreshTokens are the refresh tokens, kept in a file by their SHA-256 alone.
type refreshTokens struct {
	path string
	now  func() time.Time
	mu   sync.Mutex
	all  map[string]refreshToken
}

type refreshToken struct {
	Session session   `json:"session"`
	Expires time.Time `json:"expires"`
	Used    bool      `json:"used,omitempty"`
}

func loadRefreshTokens(dir string, now func() time.Time) (*refreshTokens, error) {
	r := &refreshTokens{path: filepath.Join(dir, "issuer-refresh.json"), now: now, all: map[string]refreshToken{}}
	text, err := os.ReadFile(r.path)
	if errors.Is(err, fs.ErrNotExist) {
		return r, nil
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &r.all); err != nil {
		return nil, fmt.Errorf("%s: %w: delete it, users sign in again then", r.path, err)
	}
	return r, nil
}

func (r *refreshTokens) save() error {
	now := r.now()
	maps.DeleteFunc(r.all, func(_ string, t refreshToken) bool { return !now.Before(t.Expires) })
	text, err := json.Marshal(r.all)
	if err != nil {
		return err
	}
	return writeFile(r.path, text)
}

func (r *refreshTokens) add(s session, expires time.Time) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	token := newSecret()
	r.all[sumOf(token)] = refreshToken{Session: s, Expires: expires}
	return token, r.save()
}

// take uses a token up. One that was used before is in the hands of two: the whole
// session ends (RFC 9700, section 4.14.2).
func (r *refreshTokens) take(token string) (session, bool, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := sumOf(token)
	t, ok := r.all[sum]
	switch {
	case !ok || !r.now().Before(t.Expires):
		return session{}, false, nil
	case t.Used:
		return session{}, false, r.endLocked(t.Session.ID)
	}
	t.Used = true
	r.all[sum] = t
	return t.Session, true, r.save()
}

// revoke ends the session of a token, used or not.
func (r *refreshTokens) revoke(token string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	t, ok := r.all[sumOf(token)]
	if !ok {
		return nil
	}
	return r.endLocked(t.Session.ID)
}

// end forgets all tokens of a session.
func (r *refreshTokens) end(id string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.endLocked(id)
}

func (r *refreshTokens) endLocked(id string) error {
	maps.DeleteFunc(r.all, func(_ string, t refreshToken) bool { return t.Session.ID == id })
	return r.save()
}

func sumOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
