package upload

import (
	"slices"
	"strings"
)

// Deployment is the part of [Config] that only a deployment on AWS reads: it
// changes what is deployed and nothing of what is signed.
type Deployment struct {
	// Concurrency is how many copies of the function are reserved, 0 to 1000. 0
	// reserves none, so that it shares the account's: AWS leaves 100 copies to
	// others, and a new account has 10 in all
	// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
	// Default 0.
	Concurrency int `json:"concurrency,omitempty"`
	// PriceClass says at which of CloudFront's edges the site is: "all", "200"
	// (without South America, Australia and New Zealand) or "100" (North America,
	// Europe and Israel). Default "all"
	// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html).
	PriceClass string `json:"priceClass"`
	// Throttle is how many requests a second the API takes of everybody together.
	// Default 100, and 200 at once.
	Throttle Throttle `json:"throttle"`
	// MalwareStrict denies reading a file until the malware scan has called it clean.
	// It is written as "malwareScan": "strict". Default false: until the scan has
	// looked, a file can be read.
	MalwareStrict bool `json:"malwareStrict,omitempty"`
	// Existing is what an earlier deployment has left, for this one to take up.
	// Default nil: everything is made.
	Existing *Existing `json:"existing,omitempty"`
	// Backup keeps the uploads a second time. Default nil: versions are all there is.
	Backup *Backup `json:"backup,omitempty"`
	// WebACL is the ARN of a web ACL of AWS WAF, of those for CloudFront, which are in
	// us-east-1. With it the API takes only what comes through CloudFront, but for
	// calls under api/backend, which are signed. Default "": none.
	WebACL string `json:"webAcl,omitempty"`
}

// EdgeHeader is what CloudFront puts on each request that it passes on to the API,
// where [Deployment.WebACL] is set; whatever a caller sent under that name is gone.
// EdgeEnvVar is the variable of the function that has its value, a secret of the
// stack.
const (
	EdgeHeader = "X-Signet-Edge"
	EdgeEnvVar = "SIGNET_EDGE"
)

// Throttle holds the API's stage: Rate requests a second, 1 to 10000, and Burst at
// once, 1 to 5000, which are what an account has of all its APIs
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html).
type Throttle struct {
	Rate  int `json:"rate"`
	Burst int `json:"burst"`
}

// Backup is a copy of each upload in another bucket, or a plan of AWS Backup's, or
// both.
type Backup struct {
	Replica *Replica    `json:"replica,omitempty"`
	Plan    *BackupPlan `json:"plan,omitempty"`
}

// Replica is a versioned bucket of another region or account, encrypted with a key
// that is there too.
type Replica struct {
	Bucket string `json:"bucket"` // its name
	Key    string `json:"key"`    // the key's ARN
	// Account is the number of the one that owns the bucket, and the copies. Empty:
	// this one.
	Account string `json:"account,omitempty"`
}

// BackupPlan takes a backup each night, of which each is kept so many days, 1 to 3650.
type BackupPlan struct {
	Days int `json:"days"`
}

// Existing names what outlives a stack. What it names must be in the account and
// region of the deployment, and in no stack.
type Existing struct {
	Bucket string `json:"bucket"` // the upload bucket's name
	Key    string `json:"key"`    // the id of the key that encrypts it
	// UserPool is the id of the pool whose people have files there. Empty with
	// another issuer.
	UserPool string `json:"userPool,omitempty"`
}

// What the fields may hold, in the words of their errors.
const (
	allowConcurrency = "0 (reserve none) to 1000"
	allowPriceClass  = `"all", "200" or "100"`
	allowExisting    = `{"bucket": a bucket's name, "key": a key's id such as 1234abcd-12ab-34cd-56ef-1234567890ab, "userPool": a pool's id such as eu-west-1_a1B2c3D4e, and none with auth.issuer}`
	allowScan        = `true, false or "strict"`
	allowThrottle    = `{"rate": 1 to 10000 requests a second, "burst": 1 to 5000 at once}`
	allowAlarms      = "a mail address, or the ARN of an SNS topic"
	allowWebACL      = "the ARN of a web ACL for CloudFront, such as arn:aws:wafv2:us-east-1:123456789012:global/webacl/name/0a1b2c3d"
	allowBackup      = `{"replica": {"bucket": a bucket's name, "key": "arn:aws:kms:…:key/…", "account": 12 digits}} or {"plan": {"days": 1 to 3650}}, or both`
)

func defaultDeployment() Deployment {
	return Deployment{PriceClass: "all", Throttle: Throttle{Rate: 100, Burst: 200}}
}

func (d *Deployment) fields() []field {
	return []field{
		{"concurrency", &d.Concurrency, allowConcurrency},
		{"priceClass", &d.PriceClass, allowPriceClass},
		{"throttle", &throttleValue{&d.Throttle}, allowThrottle},
		{"existing", &existingValue{&d.Existing}, allowExisting},
		{"backup", &backupValue{&d.Backup}, allowBackup},
		{"webAcl", &d.WebACL, allowWebACL},
	}
}

// scanValue is "malwareScan", whose third value is two fields here.
type scanValue struct{ on, strict *bool }

func (v *scanValue) decodeAt(path string, data []byte) error {
	if string(data) == `"strict"` {
		*v.on, *v.strict = true, true
		return nil
	}
	return decodeField("", member{path, data}, field{path, v.on, allowScan})
}

// handed are the fields that JSON writes and nobody else does.
func (d *Deployment) handed() []field {
	return []field{{"malwareStrict", &d.MalwareStrict, allowBool}}
}

// The values below are objects within the configuration, as those of decode.go.
type (
	throttleValue struct{ to *Throttle }
	existingValue struct{ to **Existing }
	backupValue   struct{ to **Backup }
	replicaValue  struct{ to **Replica }
	planValue     struct{ to **BackupPlan }
)

func (v *throttleValue) decodeAt(path string, data []byte) error {
	return decode(path, data, []field{{"rate", &v.to.Rate, allowThrottle}, {"burst", &v.to.Burst, allowThrottle}}, nil)
}

func (v *backupValue) decodeAt(path string, data []byte) error {
	*v.to = &Backup{}
	return decode(path, data, []field{
		{"replica", &replicaValue{&(*v.to).Replica}, allowBackup},
		{"plan", &planValue{&(*v.to).Plan}, allowBackup},
	}, nil)
}

func (v *replicaValue) decodeAt(path string, data []byte) error {
	*v.to = &Replica{}
	return decode(path, data, []field{
		{"bucket", &(*v.to).Bucket, allowBackup},
		{"key", &(*v.to).Key, allowBackup},
		{"account", &(*v.to).Account, allowBackup},
	}, []string{"bucket", "key"})
}

func (v *planValue) decodeAt(path string, data []byte) error {
	*v.to = &BackupPlan{}
	return decode(path, data, []field{{"days", &(*v.to).Days, "1 to 3650 days"}}, []string{"days"})
}

// ok says that there is one of the two, and that it can be.
func (b Backup) ok() bool {
	if b.Replica == nil && b.Plan == nil {
		return false
	}
	return (b.Replica == nil || b.Replica.ok()) && (b.Plan == nil || between(b.Plan.Days, 1, 3650))
}

func (r Replica) ok() bool {
	key := arn(r.Key, "kms", func(region, account, resource string) bool {
		return region != "" && isAccount(account) && (r.Account == "" || account == r.Account) && strings.HasPrefix(resource, "key/")
	})
	return isBucketName(r.Bucket) && key && (r.Account == "" || isAccount(r.Account))
}

// isTopic says that an alarm's address is a topic of SNS's, and no person's.
func isTopic(s string) bool {
	return arn(s, "sns", func(region, account, resource string) bool {
		return region != "" && isAccount(account) && resource != "" && !strings.Contains(resource, ":")
	})
}

// AlarmTopic is the ARN of the topic that alarms go to; empty when they go to a
// mail address, or nowhere.
func (c Config) AlarmTopic() string {
	if isTopic(c.Alarms) {
		return c.Alarms
	}
	return ""
}

// Region is where the replica's key is, and so its bucket.
func (r Replica) Region() string { return strings.Split(r.Key, ":")[3] }

func between(n, least, most int) bool { return n >= least && n <= most }

func isAccount(s string) bool {
	return len(s) == 12 && only(s, func(c byte) bool { return c >= '0' && c <= '9' })
}

// isBucketName holds a name to the characters and lengths of S3's.
func isBucketName(s string) bool {
	return len(s) >= 3 && len(s) <= 63 && only(s, func(c byte) bool { return isLowerDigit(c) || c == '-' || c == '.' })
}

func (v *existingValue) decodeAt(path string, data []byte) error {
	*v.to = &Existing{}
	return decode(path, data, []field{
		{"bucket", &(*v.to).Bucket, allowExisting},
		{"key", &(*v.to).Key, allowExisting},
		{"userPool", &(*v.to).UserPool, allowExisting},
	}, []string{"bucket", "key"})
}

// ok says that the names can be those of such resources; cognito, that people sign
// in at a pool.
func (e Existing) ok(cognito bool) bool {
	id := func(c byte) bool { return isLowerDigit(c) || c == '-' }
	pool := func(c byte) bool { return isCallerByte(c) && c != '.' }
	return isBucketName(e.Bucket) && len(e.Key) == 36 && only(e.Key, id) &&
		(e.UserPool != "") == cognito && (!cognito || strings.Contains(e.UserPool, "_") && only(e.UserPool, pool))
}

// rule is what one field has to be.
type rule struct {
	name    string
	value   any
	ok      bool
	allowed string
}

func (c Config) deploymentRules() []rule {
	d := c.Deployment
	return []rule{
		{"concurrency", d.Concurrency, between(d.Concurrency, 0, 1000), allowConcurrency},
		{"priceClass", d.PriceClass, slices.Contains([]string{"all", "200", "100"}, d.PriceClass), allowPriceClass},
		{"throttle", d.Throttle, between(d.Throttle.Rate, 1, 10_000) && between(d.Throttle.Burst, 1, 5_000), allowThrottle},
		{"existing", d.Existing, d.Existing == nil || d.Existing.ok(c.Auth.Cognito != nil), allowExisting},
		{"backup", d.Backup, d.Backup == nil || d.Backup.ok(), allowBackup},
		{"webAcl", d.WebACL, d.WebACL == "" || isWebACL(d.WebACL), allowWebACL},
	}
}

func isWebACL(s string) bool {
	return arn(s, "wafv2", func(region, account, resource string) bool {
		return region == "us-east-1" && strings.HasPrefix(resource, "global/webacl/") && only(resource, func(c byte) bool { return isCallerByte(c) || c == '/' })
	})
}
