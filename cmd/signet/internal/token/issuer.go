package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// askAgain is how long an issuer is left alone once it was asked for its keys,
	// whoever brings tokens of keys that it has not; afterFailure, when it did not
	// answer.
	askAgain     = 10 * time.Second
	afterFailure = 2 * time.Second
	// keepKeys is how long keys are used before they are asked for again, beside
	// the requests that use them: a key that was withdrawn ends so.
	keepKeys = 15 * time.Minute
	// fetchLimit is how long an issuer may take to answer.
	fetchLimit = 5 * time.Second
	// maxDocument is more than any issuer's answer, in bytes: 64 keys with their
	// certificates.
	maxDocument = 256 << 10
)

// Metadata is what an issuer says of itself
// (https://openid.net/specs/openid-connect-discovery-1_0.html).
type Metadata struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	Keys          string `json:"jwks_uri"`
	Revocation    string `json:"revocation_endpoint"` // RFC 7009; may be empty
}

// Issuer asks an issuer for its metadata and its keys, at most once in some
// seconds, however many tokens come that nobody has signed. It is safe for
// concurrent use.
type Issuer struct {
	url    string
	client *http.Client
	now    func() time.Time

	mu       sync.Mutex
	metadata *Metadata // nil: has not answered yet
	keys     []jose.JSONWebKey
	fetched  time.Time     // as of keys
	asked    time.Time     // the last time
	failure  error         // of the last time
	fetching chan struct{} // closed when the fetch under way has ended; nil: there is none
}

// NewIssuer makes one of an issuer's URL. It asks nothing yet.
func NewIssuer(url string) *Issuer {
	return &Issuer{url: url, client: &http.Client{Timeout: fetchLimit, CheckRedirect: stayEncrypted}, now: time.Now}
}

// Over has the issuer asked by a transport of one's own, such as one that knows its
// certificate. It is to be called before the first use.
func (i *Issuer) Over(t http.RoundTripper) { i.client.Transport = t }

// stayEncrypted keeps a redirect from leading an https request to plain http.
func stayEncrypted(r *http.Request, via []*http.Request) error {
	if len(via) > 3 || via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return http.ErrUseLastResponse
	}
	return nil
}

// Metadata gives what the issuer says of itself. Its error says that it cannot be
// asked, or answers for another.
func (i *Issuer) Metadata(ctx context.Context) (Metadata, error) {
	i.mu.Lock()
	known := i.metadata
	i.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	if err := i.refresh(ctx); err != nil {
		return Metadata{}, err
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.metadata == nil {
		return Metadata{}, errors.New("the issuer is asked again")
	}
	return *i.metadata, nil
}

// Key implements [Keys].
func (i *Issuer) Key(ctx context.Context, id string) (*jose.JSONWebKey, error) {
	if key := i.known(id); key != nil {
		return key, nil
	}
	if err := i.refresh(ctx); err != nil {
		return nil, err
	}
	if key := i.known(id); key != nil {
		return key, nil
	}
	return nil, ErrUnknownKey
}

// known is a key that is here. Keys that are old are asked for again meanwhile.
func (i *Issuer) known(id string) *jose.JSONWebKey {
	i.mu.Lock()
	defer i.mu.Unlock()
	for at := range i.keys {
		if i.keys[at].KeyID == id {
			if i.now().Sub(i.fetched) > keepKeys {
				i.begin()
			}
			return &i.keys[at]
		}
	}
	return nil
}

// refresh waits for a fetch, or says how the last one went when that was just now.
func (i *Issuer) refresh(ctx context.Context) error {
	i.mu.Lock()
	i.begin()
	wait := i.fetching
	i.mu.Unlock()
	if wait != nil {
		select {
		case <-wait:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.failure
}

// begin starts a fetch, unless one is under way or the last was just now. i.mu is
// held.
func (i *Issuer) begin() {
	pause := askAgain
	if i.failure != nil {
		pause = afterFailure
	}
	now := i.now()
	if i.fetching != nil || !i.asked.IsZero() && now.Sub(i.asked) < pause {
		return
	}
	i.asked, i.fetching = now, make(chan struct{})
	go i.fetch(i.metadata)
}

// fetch asks for the keys, and before that for where they are. It belongs to no
// request: others wait for it too.
func (i *Issuer) fetch(m *Metadata) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*fetchLimit)
	defer cancel()
	var err error
	if m == nil {
		m, err = i.discover(ctx)
	}
	var keys []jose.JSONWebKey
	if err == nil {
		if keys, err = i.publicKeys(ctx, m.Keys); err != nil {
			m = nil // the keys may have moved
		}
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.failure = err
	if err == nil {
		i.metadata, i.keys, i.fetched = m, keys, i.now()
	} else if m == nil {
		i.metadata = nil
	}
	close(i.fetching)
	i.fetching = nil
}

func (i *Issuer) discover(ctx context.Context) (*Metadata, error) {
	var m Metadata
	if err := i.get(ctx, strings.TrimSuffix(i.url, "/")+"/.well-known/openid-configuration", &m); err != nil {
		return nil, err
	}
	if m.Issuer != i.url {
		return nil, fmt.Errorf("got the issuer %.200q in its discovery document, want %q: set auth.issuer to what the issuer calls itself", m.Issuer, i.url)
	}
	if strings.HasPrefix(i.url, "https:") && !strings.HasPrefix(m.Keys, "https:") {
		return nil, fmt.Errorf("got the address %.200q for keys, want https: look at the issuer's discovery document", m.Keys)
	}
	return &m, nil
}

func (i *Issuer) publicKeys(ctx context.Context, url string) ([]jose.JSONWebKey, error) {
	var set jose.JSONWebKeySet
	if err := i.get(ctx, url, &set); err != nil {
		return nil, err
	}
	return ForSignatures(set), nil
}

// ForSignatures are the keys of a set by which a token's signature is checked:
// those with an id that are public, and not for encryption.
func ForSignatures(set jose.JSONWebKeySet) []jose.JSONWebKey {
	var keys []jose.JSONWebKey
	for _, k := range set.Keys {
		if k.KeyID != "" && k.Valid() && k.IsPublic() && k.Use != "enc" {
			keys = append(keys, k)
		}
	}
	return keys
}

func (i *Issuer) get(ctx context.Context, url string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := i.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxDocument+1))
	switch {
	case err != nil:
		return fmt.Errorf("%s: %w", url, err)
	case answer.StatusCode != http.StatusOK:
		return fmt.Errorf("got status %d from %s, want 200: look at the issuer", answer.StatusCode, url)
	case len(text) > maxDocument:
		return fmt.Errorf("got more than %d bytes from %s: look at the issuer", maxDocument, url)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("got no JSON from %s: %w", url, err)
	}
	return nil
}
