package upload

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// EnvVar is the environment variable that hands a Config to a program, as JSON. To the
// Lambda, whose environment has room for 4 KB, it hands what only the deployment knows
// ([Config.Resolved]); the rest is in [ConfigFile], beside the program.
const (
	EnvVar     = "SIGNET_CONFIG"
	ConfigFile = "config.json"
)

// Config is the one configuration: what cdk.json holds under the context key
// "signet", and what the Lambda reads from [EnvVar]. A field left out has its
// default; an unknown field is an error.
type Config struct {
	// Name of the stack and prefix of its resources' names: a lower-case letter,
	// then letters, digits and single hyphens, 3 to 32 characters. Default "signet".
	Name string `json:"name"`
	// Prefix of the key of every upload; ends with a slash. Default "uploads/".
	Prefix string `json:"prefix"`
	// MaxObjectSize is the largest file, 1 B to 48.8 TiB. Default 5 GiB.
	MaxObjectSize Size `json:"maxObjectSize"`
	// MaxFiles is how many files one presign call may name, 1 to 1000, because
	// their URLs have to fit Lambda's 6 MB answer. Default 1000.
	MaxFiles int `json:"maxFiles"`
	// AllowedTypes are media types or patterns such as image/*. Default */*.
	AllowedTypes []string `json:"allowedTypes"`
	// Expires is the life of what is signed, 1m to 12h. Default 15m.
	Expires Duration `json:"expires"`
	// Overwrite lets a PUT replace an existing object. Default false, which signs
	// If-None-Match: *.
	Overwrite bool `json:"overwrite"`
	// Origins are the site origins that CORS allows besides our own; exact, so
	// never "*". Default none.
	Origins []string `json:"origins"`
	// Auth says who issues the callers' tokens. Default Cognito.
	Auth Auth `json:"auth"`
	// Accelerate signs for the Transfer Acceleration endpoint. Default false.
	Accelerate bool `json:"accelerate"`
	// DualStack offers S3's dual-stack host beside the other one, so that a browser
	// opens six more connections and IPv6 works. Default false.
	DualStack bool `json:"dualStack"`
	// Edge says which PUTs of browsers go through the site's own origin. Default "":
	// small.
	Edge EdgeUse `json:"edge,omitempty"`
	// Lifecycle of what is stored.
	Lifecycle Lifecycle `json:"lifecycle"`
	// Tags on every resource, added to the defaults Project, Env, Owner and
	// CostCenter.
	Tags map[string]string `json:"tags"`
	// Budget sends a mail when the month's cost nears it. Default nil: off.
	Budget *Budget `json:"budget,omitempty"`
	// Alarms is the mail address that alarms go to, or the ARN of a topic of SNS's
	// that is there. Default "": off.
	Alarms string `json:"alarms,omitempty"`
	// Trail turns CloudTrail data events of the upload bucket on. Default true.
	Trail bool `json:"trail"`
	// MalwareScan turns GuardDuty Malware Protection on: what it reports as a threat
	// is moved to [QuarantinePrefix]. Default false. "strict" is MalwareStrict too.
	MalwareScan bool `json:"malwareScan"`
	// Domain of the site. Default nil: CloudFront's own name.
	Domain *Domain `json:"domain,omitempty"`
	// Writers are ARNs of roles that alone, besides ours, may write. Default
	// none, which means no such rule.
	Writers []string `json:"writers"`
	// QuarantineReaders are ARNs of roles that may read what MalwareScan found to
	// be malware, to examine it. Default none: nobody, administrators included.
	QuarantineReaders []string `json:"quarantineReaders"`
	// Relay adds the EC2 relay stack. Default false.
	Relay bool `json:"relay"`
	// Events says who is told of what happens to files. Default nil: nobody.
	Events *Events `json:"events,omitempty"`
	// Store is an S3 that is not AWS's, with a bucket that is there. Default nil.
	Store *Store `json:"store,omitempty"`
	// Spaces are named parts of the bucket with rules of their own, by name, at most 50.
	// Default none: there is but each caller's own files.
	Spaces map[string]Space `json:"spaces,omitempty"`
	// Brand is how the site looks to those who use it. Default nil: as it is.
	Brand *Brand `json:"brand,omitempty"`

	Sharing
	Deployment
	Resolved
}

// Resolved is what the deployment fills in; a person does not write it.
type Resolved struct {
	Bucket string `json:"bucket,omitempty"`
	Region string `json:"region,omitempty"`
	KMSKey string `json:"kmsKey,omitempty"` // ARN of the bucket's key
	// Endpoint of S3 off AWS, such as http://127.0.0.1:9000, addressed in path
	// style unless VirtualHost puts the bucket before its host. Empty on AWS.
	Endpoint    string `json:"endpoint,omitempty"`
	VirtualHost bool   `json:"virtualHost,omitempty"`
	// Public is the origin under which public spaces' files are read by anybody, such
	// as https://d111111abcdef8.cloudfront.net. Empty: no space is public.
	Public string `json:"public,omitempty"`
	// SecondEndpoint is another name of Endpoint, offered beside it. Empty on AWS,
	// where DualStack says whether there is one.
	SecondEndpoint string `json:"secondEndpoint,omitempty"`
	// Site is the origin of the site, https://host, by whose paths PUTs reach the
	// bucket too. Empty: there is none.
	Site string `json:"site,omitempty"`
	// EdgeEndpoint is how the site reaches Endpoint, in virtual-host style. Empty on
	// AWS, where that is the bucket's regional host.
	EdgeEndpoint string `json:"edgeEndpoint,omitempty"`
	// EventsFailures is the address of the queue of events that nobody took, and
	// EventsSecret the ARN of the secret that they are signed with. The function that
	// tells events alone has them.
	EventsFailures string `json:"eventsFailures,omitempty"`
	EventsSecret   string `json:"eventsSecret,omitempty"`
	// StateBucket keeps passes and quotas. Empty where the configuration has neither.
	StateBucket string `json:"stateBucket,omitempty"`
}

// Store is where MinIO, R2, Ceph and the like keep a bucket. Bucket and Endpoint
// must be given.
type Store struct {
	Bucket   string `json:"bucket"`
	Endpoint string `json:"endpoint"` // scheme and host, such as https://minio.example.com
	// Region that requests are signed for; R2 wants "auto". Default us-east-1.
	Region string `json:"region"`
	// PathStyle puts the bucket into the path, endpoint/bucket/key. False:
	// bucket.endpoint/key. Default true.
	PathStyle bool `json:"pathStyle"`
}

// Resolved is what the handler needs to know of the store.
func (s Store) Resolved() Resolved {
	return Resolved{Bucket: s.Bucket, Region: s.Region, Endpoint: s.Endpoint, VirtualHost: !s.PathStyle}
}

// Origin is what browsers connect to, as a content security policy names it.
func (s Store) Origin() string {
	if s.PathStyle {
		return s.Endpoint
	}
	scheme, host, _ := strings.Cut(s.Endpoint, "://")
	return scheme + "://" + s.Bucket + "." + host
}

// Auth is either Cognito or an issuer of OpenID Connect tokens.
type Auth struct {
	Cognito  *Cognito `json:"cognito,omitempty"`
	Issuer   string   `json:"issuer,omitempty"`   // an https URL
	Audience []string `json:"audience,omitempty"` // at least one with an issuer
	// Scopes are those of which an access token must have one, and which are asked
	// for when somebody signs in. Empty: openid, which every issuer knows.
	Scopes []string `json:"scopes,omitempty"`
	// GroupsClaim is the claim of an access token that has the caller's groups. Empty:
	// "cognito:groups" with Cognito, else "groups".
	GroupsClaim string `json:"groupsClaim,omitempty"`
}

// Groups is the claim that has the caller's groups.
func (a Auth) Groups() string {
	switch {
	case a.GroupsClaim != "":
		return a.GroupsClaim
	case a.Issuer == "":
		return "cognito:groups"
	}
	return "groups"
}

// AccessScopes are the scopes of which a caller's token must have one. There is
// always one: without, API Gateway takes ID tokens of the same audience too
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
func (a Auth) AccessScopes() []string {
	if len(a.Scopes) == 0 {
		return []string{"openid"}
	}
	return a.Scopes
}

// Cognito configures the user pool.
type Cognito struct {
	SignUp bool   `json:"signUp,omitempty"` // anybody may sign up. Default false
	MFA    string `json:"mfa,omitempty"`    // off, optional (default) or required
	// Sender is who the pool's mails are from. Default nil: Cognito, which sends 50 a
	// day.
	Sender *Sender `json:"sender,omitempty"`
}

// Lifecycle counts days; 0 means never where it is allowed.
type Lifecycle struct {
	Abort          int `json:"abort"`          // unfinished uploads are aborted, 1 to 365. Default 2
	Noncurrent     int `json:"noncurrent"`     // noncurrent versions expire, 1 to 3650. Default 30
	Transition     int `json:"transition"`     // uploads move to GLACIER_IR, 0 to 3650. Default 0
	Expire         int `json:"expire"`         // uploads expire, 0 to 3650. Default 0
	LogsTransition int `json:"logsTransition"` // logs/ moves to GLACIER, 0 to 3650. Default 30
	LogsExpire     int `json:"logsExpire"`     // logs/ expires, 1 to 3650. Default 365
}

// Budget is a monthly budget in whole US dollars and the address that hears of it.
type Budget struct {
	Monthly int    `json:"monthly"`
	Address string `json:"address"`
}

// DefaultConfig is the configuration of an empty "signet" context.
func DefaultConfig() Config {
	return Config{
		Name:          "signet",
		Prefix:        "uploads/",
		MaxObjectSize: 5 * GiB,
		MaxFiles:      1000,
		AllowedTypes:  []string{"*/*"},
		Expires:       Duration(15 * time.Minute),
		Origins:       []string{},
		Auth:          Auth{Cognito: &Cognito{}},
		Lifecycle:     Lifecycle{Abort: 2, Noncurrent: 30, LogsTransition: 30, LogsExpire: 365},
		Tags:          map[string]string{"Project": "signet", "Env": "dev", "Owner": "signet", "CostCenter": "signet"},
		Trail:         true,
		Writers:       []string{},

		QuarantineReaders: []string{},
		Deployment:        defaultDeployment(),
	}
}

// ParseContext reads the "signet" context of cdk.json over the defaults. The
// fields that only a deployment knows are refused.
func ParseContext(data []byte) (Config, error) {
	c := DefaultConfig()
	if err := decode("", data, c.fields(), nil); err != nil {
		return Config{}, err
	}
	return c, c.check(data)
}

// ParseConfig reads what [Config.JSON] wrote, in one piece or in several, of which the
// later ones lie over the earlier: a context, and the resolved fields, of which bucket
// and region must be there.
func ParseConfig(layers ...[]byte) (Config, error) {
	c := DefaultConfig()
	c.Tags = nil
	for _, data := range layers {
		if err := decode("", data, slices.Concat(c.fields(), c.Resolved.fields(), c.Deployment.handed()), nil); err != nil {
			return Config{}, err
		}
	}
	if err := c.check(layers[0]); err != nil {
		return Config{}, err
	}
	return c, c.Resolved.check()
}

// JSON is the configuration as [ParseConfig] reads it back.
func (c Config) JSON() ([]byte, error) { return json.Marshal(c) }

// Split is the configuration in two pieces, as [ParseConfig] reads them back: what a
// person wrote, and over it what the deployment resolved.
func (c Config) Split() (written, resolved []byte, err error) {
	if resolved, err = json.Marshal(c.Resolved); err != nil {
		return nil, nil, err
	}
	c.Resolved = Resolved{}
	written, err = c.JSON()
	return written, resolved, err
}
