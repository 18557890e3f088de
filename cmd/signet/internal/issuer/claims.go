package issuer

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	accessType = "at+jwt" // RFC 9068
	idType     = "JWT"
)

// profile is what a user lets be known, by scope.
type profile struct {
	Name              string `json:"name,omitempty"`
	PreferredUsername string `json:"preferred_username,omitempty"`
	Email             string `json:"email,omitempty"`
	EmailVerified     bool   `json:"email_verified,omitempty"`
}

func (u User) profile(scope string) profile {
	var p profile
	scopes := strings.Fields(scope)
	if slices.Contains(scopes, "profile") {
		p.Name, p.PreferredUsername = u.Name, u.Subject
	}
	if slices.Contains(scopes, "email") {
		p.Email, p.EmailVerified = u.Email, u.Email != ""
	}
	return p
}

type accessClaims struct {
	jwt.Claims
	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
}

func (i *Issuer) accessToken(u User, scope string, life time.Duration) (string, error) {
	now := i.config.Now()
	return i.key.sign(accessType, i.withGroups(u, accessClaims{
		Claims: jwt.Claims{
			Issuer: i.config.URL, Subject: u.Subject, Audience: jwt.Audience{i.config.Audience}, ID: rand.Text(),
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(life)),
		},
		ClientID: i.config.ClientID,
		Scope:    scope,
	}))
}

// grouped are claims with those groups beside them that a user is in.
type grouped struct {
	claims any
	name   string
	groups []string
}

// MarshalJSON writes the claims as one object.
func (g grouped) MarshalJSON() ([]byte, error) {
	text, err := json.Marshal(g.claims)
	if err != nil || len(g.groups) == 0 {
		return text, err
	}
	groups, err := json.Marshal(map[string][]string{g.name: g.groups})
	if err != nil {
		return nil, err
	}
	return append(append(text[:len(text)-1], ','), groups[1:]...), nil
}

func (i *Issuer) withGroups(u User, claims any) any {
	return grouped{claims: claims, name: i.config.GroupsClaim, groups: u.Groups}
}

// checkAccess reads an access token that is valid now.
func (i *Issuer) checkAccess(token string) (accessClaims, error) {
	var c accessClaims
	if err := i.key.open(token, accessType, &c); err != nil {
		return c, err
	}
	if c.Expiry == nil {
		return c, errors.New("no expiry")
	}
	return c, c.ValidateWithLeeway(jwt.Expected{
		Issuer: i.config.URL, AnyAudience: jwt.Audience{i.config.Audience}, Time: i.config.Now(),
	}, 0)
}

type idClaims struct {
	jwt.Claims
	Nonce     string           `json:"nonce,omitempty"`
	AuthTime  *jwt.NumericDate `json:"auth_time"`
	SessionID string           `json:"sid"`
	profile
}

func (i *Issuer) idToken(u User, s session, nonce string) (string, error) {
	now := i.config.Now()
	return i.key.sign(idType, i.withGroups(u, idClaims{
		Claims: jwt.Claims{
			Issuer: i.config.URL, Subject: u.Subject, Audience: jwt.Audience{i.config.ClientID},
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(i.config.AccessLife)),
		},
		Nonce: nonce, AuthTime: jwt.NewNumericDate(s.AuthTime), SessionID: s.ID,
		profile: u.profile(s.Scope),
	}))
}

// checkHint reads an ID token that was ours, whether or not it is over.
func (i *Issuer) checkHint(token string) (idClaims, error) {
	var c idClaims
	if err := i.key.open(token, idType, &c); err != nil {
		return c, err
	}
	if c.Issuer != i.config.URL || !c.Audience.Contains(i.config.ClientID) {
		return c, errors.New("not for this client")
	}
	return c, nil
}
