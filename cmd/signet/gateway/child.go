package gateway

import (
	"bufio"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

// childMark is the environment variable that makes this executable a gateway.
const childMark = "SIGNET_GATEWAY_CHILD"

// settings is what the child reads from its standard input: one line of JSON.
type settings struct {
	Dir             string
	Addr            string
	Bucket          string
	StateBucket     string
	Region          string
	KMSKey          string
	CORS            []byte
	Role            Role
	Users           []User
	BucketPolicy    string
	MaxSignatureAge time.Duration
	CertFile        string
	KeyFile         string
	AccessLog       string
	Events          string
	Key             sessionKey
	Parent          int
}

// report is what the child writes to its standard output: one line of JSON, when
// it is ready or knows that it will not be, and an empty one for each event.
type report struct {
	Addr  string `json:"addr,omitempty"`
	Error string `json:"error,omitempty"`
	Code  string `json:"code,omitempty"`
}

// portTaken and dirLocked are the codes of failures that the parent can tell
// from others.
const (
	portTaken = "port"
	dirLocked = "lock"
)

// startError is a failure that the child reported.
type startError struct{ code, text string }

// Error implements error.
func (e *startError) Error() string { return e.text }

// IsChild tells whether this process was started to be a gateway.
func IsChild() bool { return os.Getenv(childMark) != "" }

// RunChild is the gateway's process: it serves until its standard input ends and
// returns the exit code.
func RunChild() int {
	// Ctrl-C reaches the parent too, which decides when this process ends.
	signal.Ignore(os.Interrupt)
	out := os.Stdout
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stdout = null // versitygw prints to it
	}
	tell := func(r report) { _ = json.NewEncoder(out).Encode(r) }

	in := bufio.NewReader(os.Stdin)
	line, err := in.ReadBytes('\n')
	var s settings
	if err == nil {
		err = json.Unmarshal(line, &s)
	}
	if err != nil {
		tell(report{Error: "the gateway's settings are not readable: start it by Start"})
		return 2
	}
	go func() {
		_, _ = io.Copy(io.Discard, in)
		// The parent is gone or wants this. Storage is as safe as after a crash, so
		// nothing is waited for.
		os.Exit(0)
	}()
	err = s.serve(func(addr string) { tell(report{Addr: addr}) }, func() { tell(report{}) })
	if err != nil {
		r := report{Error: err.Error()}
		if failed := (*startError)(nil); errors.As(err, &failed) {
			r.Code = failed.code
		}
		tell(r)
	}
	return 1 // serving does not end but by failing
}

func (s settings) serve(ready func(addr string), told func()) error {
	unlock, err := lockDir(s.Dir, s.Parent)
	if err != nil {
		return err
	}
	defer unlock()
	addr, err := findPort(s.Addr)
	if err != nil {
		return err
	}
	iam := &identities{
		root: auth.Account{Access: "root", Secret: rand.Text(), Role: auth.RoleAdmin}, // of this process, told to nobody
		key:  s.Key, role: s.Role, users: map[string]User{}, now: time.Now,
	}
	for _, u := range s.Users {
		iam.users[u.AccessKeyID] = u
	}
	storage, err := s.openStorage(iam)
	if err != nil {
		return err
	}
	log, err := openAccessLog(s.AccessLog, s.Region)
	if err != nil {
		return err
	}
	events, err := openEvents(s.Events, s.Region, s.Bucket, told)
	if err != nil {
		return err
	}
	f := &front{kmsKey: s.KMSKey, maxSignatureAge: s.MaxSignatureAge, now: time.Now, log: log}
	g := &guard{Backend: storage, keys: newKeyLocks(), overMarkers: newKeyLocks(), endings: newEndings(), events: events, iam: iam, kmsKey: s.KMSKey, bucket: s.Bucket, state: s.StateBucket, policy: []byte(s.BucketPolicy), cors: s.CORS}
	ctx, failed := context.WithCancelCause(context.Background())
	err = embedgw.RunVersityGW(ctx, g, &embedgw.Config{
		RootUserAccess: iam.root.Access,
		RootUserSecret: iam.root.Secret,
		Region:         s.Region,
		Ports:          []string{addr},
		MaxConnections: 4096, MaxRequests: 4096, MultipartMaxParts: 10_000,
		KeepAlive: true, Quiet: true, DisableACLs: true,
		VirtualDomain: VirtualDomain, CertFile: s.CertFile, KeyFile: s.KeyFile,
		IAMService: iam,
		S3Options: []s3api.Option{
			s3api.WithMiddleware("/", f.handle),
			s3api.WithOnListen(func() { go firstRequest(scheme(s.CertFile)+addr, func() { ready(addr) }, failed) }),
		},
	})
	if errors.Is(err, syscall.EADDRINUSE) {
		return takenError(addr)
	}
	return cmp.Or(err, context.Cause(ctx))
}

// firstRequest lets front see a request before anyone else's; what it answers
// does not matter. So the gateway is known to answer when ready is called.
func firstRequest(url string, ready func(), failed func(error)) {
	// Who serves there is known; whom the certificate names is for clients to ask.
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	resp, err := client.Get(url + "/")
	if err != nil {
		failed(err)
		return
	}
	_ = resp.Body.Close()
	ready()
}

// findPort returns addr with a port that is free: the one it names, or any for
// port 0. versitygw opens its listener itself and does not tell which port it got.
func findPort(addr string) (string, error) {
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return "", takenError(addr)
	}
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func takenError(addr string) error {
	return &startError{code: portTaken, text: fmt.Sprintf("got address %s, which another program uses: stop that or choose another port (0 takes a free one)", addr)}
}

func (s settings) path(name string) string { return filepath.Join(s.Dir, name) }
