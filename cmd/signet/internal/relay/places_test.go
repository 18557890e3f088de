package relay

import (
	"bufio"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/lambda/upload"
)

// start serves a relay whose bucket nobody needs, and gives its address.
func start(t *testing.T, o Options, s Server) string {
	t.Helper()
	o.Config = upload.DefaultConfig()
	o.Config.Resolved = upload.Resolved{Bucket: "b", Region: "eu-west-1", Endpoint: "http://127.0.0.1:1"}
	o.Config.Auth = upload.Auth{Issuer: "http://127.0.0.1:1", Audience: []string{"signet"}}
	o.Credentials = aws.AnonymousCredentials{}
	o.Log = slog.New(slog.DiscardHandler)
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Relay, s.Log, s.Listen = r, o.Log, "127.0.0.1:0"
	ctx, stop := context.WithCancel(t.Context())
	address, done := make(chan string, 1), make(chan error, 1)
	go func() { done <- s.Run(ctx, func(a, _ string) { address <- a }) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	})
	select {
	case a := <-address:
		return a
	case err := <-done:
		t.Fatal(err)
		return ""
	}
}

// ask sends a request on a connection of its own, and leaves it open.
func ask(t *testing.T, address string) net.Conn {
	t.Helper()
	c := dial(t, address)
	if status, err := healthz(c); err != nil || status != http.StatusOK {
		t.Fatalf("got %d (%v), want 200", status, err)
	}
	return c
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func healthz(c net.Conn) (int, error) {
	c.SetDeadline(time.Now().Add(20 * time.Second))
	if _, err := io.WriteString(c, "GET /api/healthz HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
		return 0, err
	}
	answer, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode, err
}

// Those who have asked once and are silent since do not keep others out, and neither
// do those who never say a word.
func TestSilentOnesGiveWay(t *testing.T) {
	address := start(t, Options{}, Server{MaxConnections: 8})
	for range 12 {
		ask(t, address)
	}
	for range 16 {
		dial(t, address)
	}
	ask(t, address)
}

// Who has waited longest goes first, of the address that has most; nobody goes who has
// a request under way.
func TestWhoGivesWay(t *testing.T) {
	p := newPlaces(5, 0)
	all := map[string]*conn{}
	enter := func(address string, ago time.Duration) {
		c := &conn{Conn: remote{address: address}, places: p}
		if !p.enter(c) {
			t.Fatalf("%s: got no place, want one", address)
		}
		if c.idle = time.Now().Add(-ago); ago == 0 {
			p.state(c, http.StateActive)
		}
		all[address] = c
	}
	enter("192.0.2.1:1", 10*time.Second)
	enter("192.0.2.2:1", 40*time.Second)
	enter("192.0.2.1:2", 30*time.Second)
	enter("192.0.2.1:3", 0)
	enter("192.0.2.3:1", 20*time.Second)
	for i, gone := range []string{"192.0.2.1:2", "192.0.2.1:1", "192.0.2.2:1", "192.0.2.3:1"} {
		if !p.open[all[gone]] {
			t.Fatalf("%s has gone too early", gone)
		}
		enter(fmt.Sprintf("192.0.2.%d:1", 10+i), 0)
		if p.open[all[gone]] {
			t.Errorf("%s is still there, want it gone", gone)
		}
	}
}

// Those who ask and never read are cut, though their requests are under way.
func TestWhoNeverReadsIsCut(t *testing.T) {
	address := start(t, Options{Answer: 500 * time.Millisecond}, Server{MaxConnections: 4})
	for range 4 {
		c := dial(t, address)
		c.(*net.TCPConn).SetReadBuffer(4 << 10)
		go io.WriteString(c, strings.Repeat("GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", 2000))
	}
	ask(t, address)
}

// An address has its share, and no more where all of it are busy; others have theirs.
func TestShareOfAnAddress(t *testing.T) {
	p := newPlaces(8, 2)
	at := func(s string) *conn { return &conn{Conn: remote{address: s}, places: p} }
	enter := func(s string, active bool) bool {
		c := at(s)
		ok := p.enter(c)
		if ok && active {
			p.state(c, http.StateActive)
		}
		return ok
	}
	for _, row := range []struct {
		address string
		active  bool
		want    bool
	}{
		{"192.0.2.1:1", true, true}, {"192.0.2.1:2", true, true}, {"192.0.2.1:3", true, false}, {"[::ffff:192.0.2.1]:4", true, false}, {"192.0.2.2:1", true, true},
		{"[2001:db8::1]:1", true, true}, {"[2001:db8::2]:1", false, true}, {"[2001:db8::3]:1", true, true}, {"[2001:db8::4]:1", true, false}, {"[2001:db8:0:1::1]:1", true, true},
	} {
		if got := enter(row.address, row.active); got != row.want {
			t.Errorf("%s: got %v, want %v", row.address, got, row.want)
		}
	}
	if len(p.open) != 6 {
		t.Errorf("got %d connections, want 6", len(p.open))
	}
	for c := range p.open {
		c.Close()
		c.Close()
	}
	if len(p.open) != 0 || len(p.from) != 0 {
		t.Errorf("got %d connections of %d addresses after all have left, want none", len(p.open), len(p.from))
	}
}

// Where all are busy, who comes waits until one is not; and closing ends the wait.
func TestWaitsForAPlace(t *testing.T) {
	p := newPlaces(1, 0)
	first, second, third := &conn{Conn: remote{}, places: p}, &conn{Conn: remote{}, places: p}, &conn{Conn: remote{}, places: p}
	if !p.enter(first) {
		t.Fatal("got no place, want one")
	}
	p.state(first, http.StateActive)
	got := make(chan bool)
	go func() { got <- p.enter(second) }()
	select {
	case <-got:
		t.Error("got a place beside one that is busy")
	case <-time.After(50 * time.Millisecond):
	}
	p.state(first, http.StateIdle)
	if !<-got {
		t.Error("got no place once the other was idle")
	}
	p.state(second, http.StateActive)
	go func() { got <- p.enter(third) }()
	p.close()
	if <-got {
		t.Error("got a place of a listener that is closed")
	}
}

// remote is a connection from an address.
type remote struct {
	net.Conn
	address string
}

func (r remote) Close() error         { return nil }
func (r remote) RemoteAddr() net.Addr { return named(r.address) }

type named string

func (named) Network() string  { return "tcp" }
func (n named) String() string { return string(n) }

// The same over TLS, where net/http tells of the tls.Conn.
func TestStateOfTLS(t *testing.T) {
	p := newPlaces(2, 0)
	c := &conn{Conn: remote{}, places: p}
	p.enter(c)
	secure := tls.Server(c, &tls.Config{})
	next(secure, http.StateActive)
	if !c.idle.IsZero() {
		t.Error("a connection with a request is taken for idle")
	}
	next(secure, http.StateIdle)
	if c.idle.IsZero() || c.header {
		t.Error("an idle connection is taken for a busy one, or its bytes for HTTP")
	}
}

// A page elsewhere whose name leads here reads no figures.
func TestMetricsHost(t *testing.T) {
	h := onlyOwn("metrics.example", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) }))
	for host, want := range map[string]int{
		"127.0.0.1:9090": 204, "[::1]:9090": 204, "10.0.0.7": 204, "localhost:9090": 204, "LOCALHOST": 204, "metrics.example:9090": 204,
		"evil.example": 421, "evil.example:9090": 421, "127.0.0.1.evil.example": 421, "": 421, "localhost.evil.example": 421,
	} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("host %q: got %d, want %d", host, w.Code, want)
		}
	}
}

// A hundred who ask whether it is ready make it ask once.
func TestReadyAsksOnce(t *testing.T) {
	var asked atomic.Int64
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, `<ListBucketResult></ListBucketResult>`)
	}))
	defer s3.Close()
	keys := keysOf(t)
	o := Options{Config: upload.DefaultConfig(), Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
	}), Log: slog.New(slog.DiscardHandler), KeysFile: keys}
	o.Config.Resolved = upload.Resolved{Bucket: "b", Region: "eu-west-1", Endpoint: s3.URL}
	o.Config.Auth = upload.Auth{Issuer: "http://127.0.0.1:1", Audience: []string{"signet"}}
	r, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest("GET", ReadyPath, nil))
		if w.Code != http.StatusOK {
			t.Fatalf("got %d %s, want 200", w.Code, w.Body)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("S3 was asked %d times, want 1", n)
	}
}

// keysOf writes a file of an issuer's keys.
func keysOf(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys.json")
	text := `{"keys":[{"kid":"1","kty":"RSA","use":"sig","alg":"RS256","n":"` + strings.Repeat("_", 342) + `","e":"AQAB"}]}`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
