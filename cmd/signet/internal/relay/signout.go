package relay

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// signedOut are the sign-ins that were signed out, for as long as their cookies would be
// good: whoever has a copy of one has nothing. The cookies end with the process, and
// so may this.
type signedOut struct {
	mu  sync.Mutex
	all map[string]time.Time // until when, by id
}

func (o *signedOut) has(id string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, is := o.all[id]
	return is
}

func (o *signedOut) add(id string, now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.all == nil {
		o.all = map[string]time.Time{}
	}
	maps.DeleteFunc(o.all, func(_ string, until time.Time) bool { return now.After(until) })
	o.all[id] = now.Add(sessionLife)
}

// revoke has the issuer forget a refresh token (RFC 7009). The page lives by its
// cookie and uses none, but Cognito and others give one with every sign-in; nothing
// is left of it here that signing out would have to end. An issuer that does not
// revoke keeps a token that nobody has.
func (p *page) revoke(ctx context.Context, client, refreshToken string) {
	issuer, err := p.tokens.issuer.Metadata(ctx)
	if err != nil || issuer.Revocation == "" || refreshToken == "" {
		return
	}
	form := url.Values{"client_id": {client}, "token": {refreshToken}, "token_type_hint": {"refresh_token"}}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, issuer.Revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10)) // for the connection's sake
}
