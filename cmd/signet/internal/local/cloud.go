// Package local is Signet's cloud on one machine: S3, API Gateway with its JWT
// authorizer, the Lambda's handler, CloudFront and Cognito, each played by
// something that is as strict as the original, all on 127.0.0.1.
package local

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/internal/events"
	"signet/cmd/signet/internal/sigv4"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// Region is where the local bucket says it is.
const Region = "us-east-1"

// Reference is the path of the page that shows the API's description.
const Reference = "/api-reference/"

// tokenLife is how long the token of Cloud.Token lasts: a working day.
const tokenLife = 12 * time.Hour

// Options say how to run the cloud.
type Options struct {
	// Config is the product's configuration; its resolved fields are filled in.
	Config upload.Config
	// Dir keeps the objects, unfinished uploads and keys. Required.
	Dir string
	// Port of the site; 0 takes a free one.
	Port int
	// User is who Token speaks for: alice or bob.
	User string
	// Endpoint is the address under which clients reach S3, scheme://host[:port],
	// such as that of a proxy. Empty: S3's own.
	Endpoint string
	// KeysFile is where the keys of a user who signs by himself are written. Empty:
	// there is no such user.
	KeysFile string
	// AccessLog is a file for S3's access log, in the format of AWS's. Empty: none.
	AccessLog string
	// Expires is the life of what is signed, in place of Config.Expires and with no
	// lower bound but S3's second. 0: Config.Expires.
	Expires time.Duration
	// ClockFile holds how much later than now it is for what expires, such as 25h. Empty,
	// or where there is no such file: nothing.
	ClockFile string
	// People are further users, or other groups of those that are there.
	People []Person
	// TokenLife is the life of Token and of the tokens of signing in. 0: 12 h and
	// 1 h.
	TokenLife time.Duration
	// TLS has the site speak TLS and HTTP/2, with a certificate of its own that Dir
	// keeps.
	TLS bool
	// SiteEndpoint is one more address under which browsers reach the site,
	// scheme://host[:port], such as that of a proxy; its paths to the bucket are then
	// said to be there. Empty: there is none.
	SiteEndpoint string
	// Testing puts faults between clients and the cloud, which Control has happen, and
	// answers there what tests want to know.
	Testing bool
	// Log gets requests and trouble. Required.
	Log *slog.Logger

	faulty *faulty // nil without Testing
}

// Cloud is a running cloud. Its exported fields are where to find what.
type Cloud struct {
	Site   string `json:"site"`
	API    string `json:"api"`
	S3     string `json:"s3"`
	Bucket string `json:"bucket"`
	// Certificate is the file of the site's certificate, in PEM. Empty without TLS.
	Certificate string `json:"certificate,omitempty"`
	// Token is a JWT of the ready user, Tokens are those of everybody, by name.
	Token  string            `json:"token"`
	Tokens map[string]string `json:"tokens"`
	// EventsSecret is what events are signed with; empty without events.
	EventsSecret string `json:"eventsSecret,omitempty"`
	// Backend are the keys of the application's server. nil without passes.
	Backend *sigv4.Keys `json:"backend,omitempty"`
	// Public is the origin of public files. Empty: no space is public.
	Public string `json:"public,omitempty"`
	// Control is where tests have faults happen; empty without Testing.
	Control string `json:"control,omitempty"`

	gateway     *gateway.Gateway // nil: S3 is elsewhere
	events      *events.Local    // nil: nobody is told
	resolved    upload.Resolved  // what the handler is told of S3
	direct      string           // the handler's own way there; empty: the clients'
	credentials func(context.Context) (presign.Credentials, error)
	certificate *tls.Certificate // nil without TLS
	server      *http.Server
	public      *http.Server // of public files; nil: there are none
	stopSweep   context.CancelFunc
	faulty      *faulty // nil without Testing
	failed      chan error
}

// Start runs the cloud. Its errors say what is in the way: a port that is taken,
// a folder that another cloud uses, a user that does not exist.
func Start(ctx context.Context, o Options) (*Cloud, error) {
	if o.Expires > 0 {
		o.Config.Expires = upload.Duration(o.Expires)
	}
	// The origin is part of S3's settings, so a free port has to be found first.
	// A given port waits: that another cloud uses the folder says more than that
	// it uses the port.
	var listener net.Listener
	var err error
	if o.Port == 0 {
		if listener, err = listen(0); err != nil {
			return nil, err
		}
		o.Port = listener.Addr().(*net.TCPAddr).Port
	}
	var c *Cloud
	if o.faulty, err = newFaulty(&o); err == nil {
		c, err = startS3(ctx, o)
	}
	if err == nil && listener == nil {
		listener, err = listen(o.Port)
	}
	if err == nil {
		err = c.serve(o, o.faulty.line(listener))
	}
	if err == nil {
		return c, nil
	}
	if listener != nil {
		listener.Close()
	}
	o.faulty.close()
	if c != nil {
		c.closeS3()
	}
	return nil, err
}

func listen(port int) (net.Listener, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("got port %d, which another program uses: choose one with --port, 0 for any that is free", port)
	}
	return l, err
}

// ownPages are the origins of pages that somebody develops on this machine, whatever
// port their server has. A deployment knows none of them.
var ownPages = []string{"http://localhost:*", "http://127.0.0.1:*"}

// origins are the addresses under which a browser may show the site.
func origins(o Options) []string {
	scheme, usual := "http://", 80
	if o.TLS {
		scheme, usual = "https://", 443
	}
	p := ":" + strconv.Itoa(o.Port)
	if o.Port == usual { // which browsers leave out
		p = ""
	}
	sites := []string{scheme + "127.0.0.1" + p, scheme + "localhost" + p}
	if o.SiteEndpoint != "" {
		sites = append(sites, o.SiteEndpoint)
	}
	return sites
}

func startS3(ctx context.Context, o Options) (*Cloud, error) {
	if o.Config.Store != nil {
		return outside(o)
	}
	c := &Cloud{Bucket: o.Config.Name + "-local", failed: make(chan error, 1)}
	key := "arn:aws:kms:" + Region + ":" + gateway.AccountID + ":key/" + o.Config.Name
	state := stateBucket(o.Config, c.Bucket)
	grants := o.Config.Grants("arn:aws:s3:::"+c.Bucket, key, Region)
	if o.Config.Events != nil {
		grants = append(grants, upload.MovedGrants("arn:aws:s3:::"+c.Bucket)...)
	}
	grants = append(grants, stateGrants(state)...)
	policy, err := upload.PolicyDocument(grants)
	if err != nil {
		return nil, err
	}
	users, err := signers(o, string(policy))
	if err != nil {
		return nil, err
	}
	waiting, err := prepare(o)
	if err != nil {
		return nil, err
	}
	tellers, err := teller(o, "arn:aws:s3:::"+c.Bucket, key)
	if err != nil {
		return nil, err
	}
	addr := anyPort // behind the layer that clients reach
	if o.faulty == nil {
		addr = lastAddr(o.Dir, o.Port)
	}
	c.gateway, err = gateway.Start(ctx, gateway.Config{
		Addr: addr, Users: append(users, tellers...), AccessLog: o.AccessLog, Events: inbox(o),
		Dir: filepath.Join(o.Dir, "s3"), Bucket: c.Bucket, StateBucket: state, Region: Region, KMSKey: key,
		Origins: slices.Concat(origins(o), o.Config.Origins, ownPages), MaxAge: time.Hour,
		AllowedHeaders: o.Config.CORSAllowedHeaders(), ExposeHeaders: upload.CORSExposedHeaders(),
		MaxSignatureAge: time.Duration(o.Config.Expires) + 5*time.Minute,
		Role:            gateway.Role{Name: o.Config.Name, Policy: string(policy)},
		Logger:          o.Log,
	})
	if err != nil {
		return nil, err
	}
	c.S3 = c.gateway.URL()
	c.inside(cmp.Or(o.Endpoint, c.S3))
	c.resolved.StateBucket = state
	if err := c.tell(ctx, o, waiting, tellers); err != nil {
		return c, err
	}
	c.faulty = o.faulty
	if err := c.faulty.lead(c.S3); err != nil {
		return c, err
	}
	return c, rememberAddr(o.Dir, c.faulty.way(c.S3))
}

// addrFile keeps S3's address, so that it is the same after a restart: a page
// that was open may connect nowhere else, and what was signed holds.
const addrFile = "s3.addr"

// anyPort is a free one.
const anyPort = "127.0.0.1:0"

// lastAddr is where S3 listened the last time; any free port if that is taken
// now, is to be the site's, or there was no last time.
func lastAddr(dir string, site int) string {
	addr, err := os.ReadFile(filepath.Join(dir, addrFile))
	if err != nil || strings.HasSuffix(string(addr), ":"+strconv.Itoa(site)) {
		return anyPort
	}
	l, err := net.Listen("tcp", string(addr))
	if err != nil {
		return anyPort
	}
	l.Close()
	return string(addr)
}

func rememberAddr(dir, address string) error {
	return os.WriteFile(filepath.Join(dir, addrFile), []byte(strings.TrimPrefix(address, "http://")), 0o600)
}
