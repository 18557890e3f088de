// Package gateway runs an S3 endpoint on this machine: versitygw
// (github.com/versity/versitygw) over a plain folder, set up to answer as the
// deployed bucket does, so that what is refused there is refused here.
//
// It runs as a child process, because versitygw changes the working directory,
// allows one instance a process and takes ten seconds to stop. The child is
// this same executable: main, or TestMain, must begin with
//
//	if gateway.IsChild() {
//		os.Exit(gateway.RunChild())
//	}
//
// The child gets its settings, secrets among them, over a pipe, never in
// arguments or the environment, and ends when that pipe does: however the
// parent dies, no process is left. Whoever signs does so as a role session
// with a session token and a least-privilege policy; nobody holds root.
//
// What versitygw does otherwise than AWS and this package corrects: a body that
// ends before its Content-Length stores nothing; SSE-KMS shows in answers and
// another encryption or an ACL is refused; keys that would be cleaned as paths
// are refused; a write is not refused because another key's deletion takes its
// folder away; an expired session is ExpiredToken; the fields of a form after
// its file are ignored; a form needs the right to its key, not to the bucket;
// an upload whose completion was cut off by a crash can be completed again.
// What stays otherwise: ${filename} in a form's key is NotImplemented, a form
// signed over an hour ago is refused whatever its policy says, and `a` and
// `a/b` cannot both exist.
package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/lambda/presign"
)

const (
	// startLimit is how long the child may take to listen. It takes about
	// 40 ms; the rest is for a machine under load.
	startLimit = 20 * time.Second
	// closeLimit is how long the child may take to end by itself.
	closeLimit = 800 * time.Millisecond
	// portAttempts bounds how often a free port is tried when another program
	// takes it between being found and being used.
	portAttempts = 5
)

// Gateway is a running gateway. Its methods may be called from several
// goroutines at once.
type Gateway struct {
	url     string
	life    time.Duration
	role    Role
	key     sessionKey
	now     func() time.Time
	child   *child
	closing atomic.Bool

	mu      sync.Mutex
	session aws.Credentials
}

// Start runs a gateway and returns when it accepts requests. It fails when the
// configuration is not valid, when Dir is in use by another gateway (the error
// names its process), or when the port of Addr is taken (the error names it).
// Once it has returned, the end of ctx changes nothing: call Close.
func Start(ctx context.Context, c Config) (*Gateway, error) {
	c, err := c.complete()
	if err != nil {
		return nil, err
	}
	key, err := loadSessionKey(c.Dir)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	for attempt := 1; ; attempt++ {
		g, err := start(ctx, c, key)
		var failed *startError
		if errors.As(err, &failed) && failed.code == portTaken && c.freePort() && attempt < portAttempts {
			continue
		}
		return g, err
	}
}

func start(ctx context.Context, c Config, key sessionKey) (*Gateway, error) {
	ch, err := spawn(c, key)
	if err != nil {
		return nil, err
	}
	g := &Gateway{life: c.SessionLife, role: c.Role, key: key, now: c.Now, child: ch}
	select {
	case r := <-ch.ready:
		if r.Error != "" {
			err = &startError{code: r.Code, text: r.Error}
		}
		g.url = scheme(c.CertFile) + r.Addr
	case <-ch.done:
		err = fmt.Errorf("the gateway ended before it was ready: %w", ch.failure())
	case <-ctx.Done():
		err = fmt.Errorf("the gateway was not ready in time: %w", context.Cause(ctx))
	}
	if err != nil {
		_ = g.Close() // it ends by itself or is killed; err is what matters
		return nil, err
	}
	return g, nil
}

func scheme(certFile string) string {
	if certFile != "" {
		return "https://"
	}
	return "http://"
}

// URL is the endpoint, http(s)://127.0.0.1:port without a slash at its end, for
// path-style requests.
func (g *Gateway) URL() string { return g.url }

// PID is the number of the child process.
func (g *Gateway) PID() int { return g.child.pid }

// Credentials returns a session of the role, the same one until half of its
// life is over. It has at least that half left, so what is signed with it can
// be valid for as long. aws.CredentialsProviderFunc(g.Credentials) makes a
// provider of it. The only error is ctx's.
func (g *Gateway) Credentials(ctx context.Context) (aws.Credentials, error) {
	if err := ctx.Err(); err != nil {
		return aws.Credentials{}, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if g.session.Expires.Sub(now) < g.life/2 {
		g.session = g.key.mint(g.role.Name, now.Add(g.life), rand.Text())
	}
	return g.session, nil
}

// SigningCredentials are Credentials for whoever signs with package presign.
func (g *Gateway) SigningCredentials(ctx context.Context) (presign.Credentials, error) {
	c, err := g.Credentials(ctx)
	return presign.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Expires: c.Expires}, err
}

// Told gets a value after events were appended to Config.Events, one for several.
func (g *Gateway) Told() <-chan struct{} { return g.child.told }

// Done is closed when the child has ended, wanted or not.
func (g *Gateway) Done() <-chan struct{} { return g.child.done }

// Wait waits for the child's end. It returns nil after Close, else what ended
// it.
func (g *Gateway) Wait() error {
	<-g.child.done
	if g.closing.Load() {
		return nil
	}
	return fmt.Errorf("the gateway ended by itself: %w", g.child.failure())
}

// Close ends the child within a second, whatever connections are open, and
// waits for it. What was answered is stored; what was not is as after a crash.
// It may be called several times and always returns nil.
func (g *Gateway) Close() error {
	g.closing.Store(true)
	_ = g.child.stdin.Close() // the child ends when its input does
	timer := time.NewTimer(closeLimit)
	defer timer.Stop()
	select {
	case <-g.child.done:
	case <-timer.C:
		_ = g.child.kill()
		<-g.child.done
	}
	return nil
}
