package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"signet/lambda/upload"
)

// What a password costs to try: OWASP's least of Argon2id, which a function of 256 MiB
// has room for
// (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
const (
	argonTime    = 2
	argonMemory  = 19 << 10 // KiB
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonSum     = 32 // bytes
	// argonAtOnce bounds the memory that passwords take.
	argonAtOnce = 2

	maxPassword = 256 // bytes
)

// passwords seals passwords of passes and compares with them, a few at once.
type passwords struct{ places chan struct{} }

func newPasswords() *passwords { return &passwords{places: make(chan struct{}, argonAtOnce)} }

// seal is what is kept of a password, in the form that others write Argon2id in; empty
// for none.
func (p *passwords) seal(password string) (string, error) {
	if password == "" {
		return "", nil
	}
	if len(password) > maxPassword {
		return "", upload.Errorf(upload.InvalidArgument, "got a password of %d bytes, want at most %d: shorten it", len(password), maxPassword)
	}
	salt := make([]byte, argonSalt)
	rand.Read(salt) // never fails, says crypto/rand
	sum, err := p.sum(context.Background(), password, salt)
	if err != nil {
		return "", err
	}
	code := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads, code.EncodeToString(salt), code.EncodeToString(sum)), nil
}

// opens says whether a password is the sealed one.
func (p *passwords) opens(ctx context.Context, sealed, password string) (bool, error) {
	fields := strings.Split(sealed, "$") // the parameters have never been others
	if len(fields) != 6 {
		return false, nil
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(fields[4])
	want, err2 := base64.RawStdEncoding.DecodeString(fields[5])
	if err1 != nil || err2 != nil {
		return false, nil
	}
	sum, err := p.sum(ctx, password, salt)
	return err == nil && subtle.ConstantTimeCompare(sum, want) == 1, err
}

func (p *passwords) sum(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case p.places <- struct{}{}:
		defer func() { <-p.places }()
	case <-ctx.Done():
		return nil, &upload.Error{Code: upload.SlowDown, Detail: "the call has ended before the password was looked at: try again", Err: ctx.Err()}
	}
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, argonTime, argonMemory, argonThreads, argonSum), nil
}

// passwordHeader brings a password as base64url of UTF-8: a header holds no Korean.
const passwordHeader = "Signet-Password"

// decodePassword reads the header.
func decodePassword(header string) (string, error) {
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(header, "="))
	if err != nil || len(text) > maxPassword {
		return "", upload.Errorf(upload.WrongPassword, "got a %s that is no base64url of at most %d bytes, want the pass's: encode it", passwordHeader, maxPassword)
	}
	return string(text), nil
}

// checkPassword lets a guest in whose password is right. What was right on this instance
// is not computed again for as long as the pass is remembered. A wrong one is counted
// before it is answered, so that no more are told right or wrong than may be tried.
func (h *Handler) checkPassword(ctx context.Context, k knownPass, header string) error {
	pass := k.pass
	if pass.Password == "" {
		return nil
	}
	if header == "" {
		return upload.Errorf(upload.WrongPassword, "got no password, want that of the pass: add %s", passwordHeader)
	}
	given, err := decodePassword(header)
	if err != nil {
		return err
	}
	mark := sha256.Sum256([]byte(pass.Password + "\x00" + norm.NFC.String(given)))
	if k.opened[mark] {
		return nil
	}
	now := h.options.Now()
	if paused := pass.Wrong.Paused(now); paused > 0 {
		return &pausedError{after: paused} // what nobody is told of need not be computed
	}
	right, err := h.passwords.opens(ctx, pass.Password, given)
	if err != nil {
		return err
	}
	err = update(ctx, h.records, upload.PassKey(pass.ID), func(p *upload.Pass) (bool, error) {
		defer func() { h.passes.wrong(pass.ID, p.Wrong) }()
		switch paused := p.Wrong.Paused(now); {
		case p.Made == 0:
			return false, upload.ErrNoSuchPass()
		case paused > 0:
			return false, &pausedError{after: paused}
		case right && p.Wrong.Tries == 0:
			return false, nil
		case right:
			p.Wrong.Tries = 0
			return true, nil
		}
		p.Wrong.Again(now)
		return true, upload.Errorf(upload.WrongPassword, "got another password than the pass has, want that one: ask whoever gave the link")
	})
	if err == nil {
		h.passes.open(pass.ID, mark)
	}
	return err
}
