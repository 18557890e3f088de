package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/versity/versitygw/iamapi/policy"
)

// AccountID is the AWS account that the gateway's ARNs name: the one that
// AWS's own documentation uses as a placeholder.
const AccountID = "111122223333"

// Config is what a gateway serves, and to whom.
type Config struct {
	// Dir holds everything that outlives the process: objects, versions,
	// unfinished uploads, and the key that session tokens are signed with. It is
	// made when absent, readable by the user alone. Required. One gateway at a
	// time may use it.
	Dir string
	// Addr is where to listen, host:port. Empty: 127.0.0.1:0. Port 0 takes a free
	// one.
	Addr string
	// Bucket is made at the first start, with versioning on. Required.
	Bucket string
	// StateBucket is another one, without versions and CORS, made at the first start with
	// it. Empty: there is none.
	StateBucket string
	// Region is what requests must be signed for. Empty: us-east-1.
	Region string
	// KMSKey is the ARN of the key that objects seem to be encrypted with: answers
	// name it, and a request for another encryption is refused. Nothing is really
	// encrypted. Empty: answers name no encryption, requests are not examined for
	// it.
	KMSKey string
	// Origins are the sites that the bucket's CORS rule allows, each
	// scheme://host[:port], or scheme://host:* for all its ports. Empty: no CORS.
	Origins []string
	// AllowedHeaders are the request headers that the CORS rule allows; one * in
	// each stands for anything. Empty: content-type, content-md5, if-none-match,
	// range, x-amz-*.
	AllowedHeaders []string
	// ExposeHeaders are the answer headers that scripts may read. Empty: ETag,
	// those of checksums, encryption and versions, and the request ids.
	ExposeHeaders []string
	// MaxAge is how long a browser may keep a preflight's answer, in whole
	// seconds. 0: it is not told.
	MaxAge time.Duration
	// Role is what Credentials returns sessions of. Required.
	Role Role
	// SessionLife is how long a session is valid, 1 m to 12 h as with AssumeRole.
	// 0: 6 h.
	SessionLife time.Duration
	// MaxSignatureAge is the greatest age of a query signature, however long it
	// says it is valid, as a bucket policy with s3:signatureAge has it. 0: no
	// limit.
	MaxSignatureAge time.Duration
	// Users are further identities with a key pair of their own.
	Users []User
	// BucketPolicy is a policy document for the bucket, with the conditions that
	// versitygw knows; any other is an error. Empty: none.
	BucketPolicy string
	// CertFile and KeyFile, both or none, make it TLS: a certificate and its key in
	// PEM. Virtual-host style needs *.s3.localhost among the certificate's names.
	CertFile, KeyFile string
	// AccessLog is a file that a line is appended to for each request to a bucket, in
	// the format of S3's server access logs, without signatures and tokens. It is
	// made when absent, readable by the user alone. Empty: none.
	AccessLog string
	// Events is a file that an event is appended to, as S3 tells EventBridge, for each
	// version that is written or deleted, before the request is answered. It is made when
	// absent, readable by the user alone. Empty: none.
	Events string
	// Logger gets what the child has to say; nothing else of it is printed. nil:
	// it is dropped.
	Logger *slog.Logger
	// Now dates sessions. nil: time.Now. The child has the machine's own clock.
	Now func() time.Time
}

// Role is the identity behind session credentials.
type Role struct {
	Name    string // of the IAM role. Empty: signet
	Session string // role session name. Empty: dev
	// Policy is the IAM policy document that decides what a session may do. It is
	// evaluated for each request: actions, resources with *, conditions. Required.
	Policy string
}

// ARN is what a bucket policy calls the role.
func (r Role) ARN() string { return "arn:aws:iam::" + AccountID + ":role/" + r.Name }

func (r Role) sessionARN() string {
	return "arn:aws:sts::" + AccountID + ":assumed-role/" + r.Name + "/" + r.Session
}

// User is an identity with long-lived keys, such as `aws s3` is set up with.
type User struct {
	Name            string // of the IAM user; required
	AccessKeyID     string // required
	SecretAccessKey string // required
	Policy          string // IAM policy document. Empty: may do nothing
}

// ARN is what a bucket policy calls the user.
func (u User) ARN() string { return "arn:aws:iam::" + AccountID + ":user/" + u.Name }

// complete returns c with its defaults filled in, or what is wrong with it.
func (c Config) complete() (Config, error) {
	if c.Dir == "" || c.Bucket == "" {
		return c, fmt.Errorf("gateway: got Dir %q and Bucket %q, want both: set them", c.Dir, c.Bucket)
	}
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return c, fmt.Errorf("gateway: %w", err)
	}
	c.Dir = dir
	if c.AccessLog != "" {
		if c.AccessLog, err = filepath.Abs(c.AccessLog); err != nil {
			return c, fmt.Errorf("gateway: %w", err)
		}
	}
	if c.Events != "" {
		if c.Events, err = filepath.Abs(c.Events); err != nil {
			return c, fmt.Errorf("gateway: %w", err)
		}
	}
	c.defaults()
	if host, port, err := net.SplitHostPort(c.Addr); err != nil || host == "" || port == "" {
		return c, fmt.Errorf("gateway: got Addr %q, want host:port such as 127.0.0.1:0", c.Addr)
	}
	if (c.CertFile == "") != (c.KeyFile == "") {
		return c, fmt.Errorf("gateway: got CertFile %q and KeyFile %q, want both or none", c.CertFile, c.KeyFile)
	}
	if c.SessionLife < time.Minute || c.SessionLife > 12*time.Hour {
		return c, fmt.Errorf("gateway: got SessionLife %v, want 1m to 12h", c.SessionLife)
	}
	if err := c.checkOrigins(); err != nil {
		return c, err
	}
	if err := c.checkIdentities(); err != nil {
		return c, err
	}
	return c, os.MkdirAll(c.Dir, 0o700)
}

func (c Config) checkOrigins() error {
	for _, o := range c.Origins {
		o = strings.TrimSuffix(o, ":*")
		u, err := url.Parse(o)
		if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != o || strings.Contains(o, "*") {
			return fmt.Errorf("gateway: got origin %q, want scheme://host[:port], or scheme://host:* for all its ports", o)
		}
	}
	return nil
}

// checkIdentities checks the role and the users.
func (c Config) checkIdentities() error {
	if err := checkPolicy("role "+c.Role.Name, c.Role.Policy); err != nil {
		return err
	}
	for _, u := range c.Users {
		if u.Name == "" || u.AccessKeyID == "" || u.SecretAccessKey == "" {
			return fmt.Errorf("gateway: user %q lacks a name or a key: set Name, AccessKeyID and SecretAccessKey", u.Name)
		}
		if u.Policy == "" {
			continue
		}
		if err := checkPolicy("user "+u.Name, u.Policy); err != nil {
			return err
		}
	}
	return nil
}

func (c *Config) defaults() {
	for _, d := range []struct {
		field *string
		value string
	}{
		{&c.Addr, "127.0.0.1:0"},
		{&c.Region, "us-east-1"},
		{&c.Role.Name, "signet"},
		{&c.Role.Session, "dev"},
	} {
		if *d.field == "" {
			*d.field = d.value
		}
	}
	if len(c.AllowedHeaders) == 0 {
		c.AllowedHeaders = []string{"content-type", "content-md5", "if-none-match", "range", "x-amz-*"}
	}
	if len(c.ExposeHeaders) == 0 {
		c.ExposeHeaders = []string{"ETag", "x-amz-checksum-crc32", "x-amz-checksum-crc32c", "x-amz-checksum-crc64nvme",
			"x-amz-checksum-sha1", "x-amz-checksum-sha256", "x-amz-checksum-type", "x-amz-version-id",
			"x-amz-server-side-encryption", "x-amz-request-id", "x-amz-id-2"}
	}
	if c.SessionLife == 0 {
		c.SessionLife = 6 * time.Hour
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
}

// freePort says whether Addr leaves the choice of the port to us.
func (c Config) freePort() bool {
	_, port, err := net.SplitHostPort(c.Addr)
	return err == nil && port == "0"
}

// checkPolicy finds faults of an IAM policy document, which would otherwise
// only show as every request being denied.
func checkPolicy(owner, document string) error {
	var doc policy.Document
	err := json.Unmarshal([]byte(document), &doc)
	if err == nil {
		err = doc.Validate()
	}
	if errors.As(err, new(*json.SyntaxError)) {
		err = errors.New("not JSON")
	}
	if err != nil {
		return fmt.Errorf("gateway: policy of %s is no IAM policy document: %w", owner, err)
	}
	return nil
}
