package token

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// fake is an issuer that counts what it is asked.
type fake struct {
	*httptest.Server
	asked   atomic.Int64 // for keys
	set     atomic.Pointer[jose.JSONWebKeySet]
	broken  atomic.Bool
	private *rsa.PrivateKey
}

func newFake(t *testing.T) *fake {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	f := &fake{private: key}
	f.publish("one")
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, f.URL, f.URL+"/keys")
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, r *http.Request) {
		f.asked.Add(1)
		if f.broken.Load() {
			http.Error(w, "no", http.StatusServiceUnavailable)
			return
		}
		_ = json.NewEncoder(w).Encode(f.set.Load())
	})
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

// publish makes these the ids of the issuer's keys.
func (f *fake) publish(ids ...string) {
	var set jose.JSONWebKeySet
	for _, id := range ids {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: &f.private.PublicKey, KeyID: id, Algorithm: "RS256", Use: "sig"})
	}
	f.set.Store(&set)
}

// clock is one that a test moves.
type clock struct{ ahead atomic.Int64 }

func (c *clock) now() time.Time           { return time.Unix(1e9, 0).Add(time.Duration(c.ahead.Load())) }
func (c *clock) advance(by time.Duration) { c.ahead.Add(int64(by)) }

func (f *fake) reader() (*Issuer, *clock) {
	i, c := NewIssuer(f.URL), &clock{}
	i.now = c.now
	return i, c
}

// However many tokens come of keys that nobody has, the issuer is asked once in ten
// seconds; a key that is published then is found.
func TestUnknownKeysCostOneRequest(t *testing.T) {
	f := newFake(t)
	i, c := f.reader()
	if _, err := i.Key(t.Context(), "one"); err != nil {
		t.Fatal(err)
	}
	f.publish("one", "two")
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() {
			if _, err := i.Key(t.Context(), fmt.Sprint("n", n)); !errors.Is(err, ErrUnknownKey) {
				t.Errorf("got %v for a key that nobody has, want ErrUnknownKey", err)
			}
		})
	}
	all.Wait()
	if n := f.asked.Load(); n != 1 {
		t.Errorf("the issuer was asked %d times for 200 tokens, want 1", n)
	}
	c.advance(askAgain)
	if _, err := i.Key(t.Context(), "two"); err != nil {
		t.Errorf("got %v for a new key, want it found", err)
	}
	if n := f.asked.Load(); n != 2 {
		t.Errorf("the issuer was asked %d times, want 2", n)
	}
}

// A key that was withdrawn ends when the keys are old, and an issuer that does not
// answer then takes none away.
func TestKeysGrowOld(t *testing.T) {
	f := newFake(t)
	f.publish("one", "two")
	i, c := f.reader()
	has := func(id string) bool { _, err := i.Key(t.Context(), id); return err == nil }
	if !has("one") || !has("two") {
		t.Fatal("got no keys, want two")
	}
	f.publish("two")
	f.broken.Store(true)
	c.advance(keepKeys + time.Second)
	if !has("one") || !has("two") {
		t.Error("an issuer that does not answer has taken keys away")
	}
	i.settle()
	f.broken.Store(false)
	c.advance(keepKeys + time.Second)
	if !has("two") { // which has them asked for
		t.Error("got no key, want it as long as it is published")
	}
	i.settle()
	if has("one") {
		t.Error("got a key that was withdrawn")
	}
}

// settle waits for a fetch under way.
func (i *Issuer) settle() {
	i.mu.Lock()
	wait := i.fetching
	i.mu.Unlock()
	if wait != nil {
		<-wait
	}
}

// An issuer that is down is asked again after two seconds, and says so meanwhile.
func TestIssuerDown(t *testing.T) {
	f := newFake(t)
	f.broken.Store(true)
	i, c := f.reader()
	for range 20 {
		if _, err := i.Key(t.Context(), "one"); err == nil || errors.Is(err, ErrUnknownKey) {
			t.Fatalf("got %v, want that the issuer does not answer", err)
		}
	}
	if n := f.asked.Load(); n != 1 {
		t.Errorf("the issuer was asked %d times, want 1", n)
	}
	f.broken.Store(false)
	c.advance(afterFailure)
	if _, err := i.Key(t.Context(), "one"); err != nil {
		t.Errorf("got %v once it answers, want the key", err)
	}
}

// What an issuer answers is not believed because it is its answer.
func TestIssuerLies(t *testing.T) {
	key := newFake(t)
	keys, _ := json.Marshal(key.set.Load())
	for what, row := range map[string]struct{ metadata, keys, want string }{
		"another issuer":   {`{"issuer":"https://other.example","jwks_uri":"URL/keys"}`, string(keys), "got the issuer"},
		"no JSON":          {"<html>", string(keys), "got no JSON"},
		"endless metadata": {strings.Repeat(" ", maxDocument+1), string(keys), "got more than"},
		"endless keys":     {`{"issuer":"URL","jwks_uri":"URL/keys"}`, strings.Repeat(" ", maxDocument+1), "got more than"},
	} {
		var base string
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			text := row.metadata
			if r.URL.Path == "/keys" {
				text = row.keys
			}
			_, _ = w.Write([]byte(strings.ReplaceAll(text, "URL", base)))
		}))
		base = s.URL
		if _, err := NewIssuer(base).Key(t.Context(), "one"); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", what, err, row.want)
		}
		s.Close()
	}
	// A secret, a key for encryption and one without an id are none.
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: []byte("secret"), KeyID: "a"}, {Key: &key.private.PublicKey, KeyID: "b", Use: "enc"}, {Key: &key.private.PublicKey}, {Key: key.private, KeyID: "c"},
	}}
	if got := ForSignatures(set); len(got) != 0 {
		t.Errorf("got %d keys, want none", len(got))
	}
	r := &http.Request{}
	for _, row := range []struct {
		from, to string
		follow   bool
	}{{"https://a.example", "https://b.example", true}, {"https://a.example", "http://a.example", false}, {"http://a.example", "http://b.example", true}} {
		first, _ := http.NewRequest("GET", row.from, nil)
		r, _ = http.NewRequest("GET", row.to, nil)
		if got := stayEncrypted(r, []*http.Request{first}) == nil; got != row.follow {
			t.Errorf("from %s to %s: got %v, want %v", row.from, row.to, got, row.follow)
		}
	}
}
