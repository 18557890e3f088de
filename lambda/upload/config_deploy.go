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
	// Existing is what an earlier deployment has left, for this one to take up.
	// Default nil: everything is made.
	Existing *Existing `json:"existing,omitempty"`
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
)

func defaultDeployment() Deployment { return Deployment{PriceClass: "all"} }

func (d *Deployment) fields() []field {
	return []field{
		{"concurrency", &d.Concurrency, allowConcurrency},
		{"priceClass", &d.PriceClass, allowPriceClass},
		{"existing", &existingValue{&d.Existing}, allowExisting},
	}
}

type existingValue struct{ to **Existing }

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
	name := func(c byte) bool { return isLowerDigit(c) || c == '-' || c == '.' }
	id := func(c byte) bool { return isLowerDigit(c) || c == '-' }
	pool := func(c byte) bool { return isCallerByte(c) && c != '.' }
	return len(e.Bucket) >= 3 && len(e.Bucket) <= 63 && only(e.Bucket, name) && len(e.Key) == 36 && only(e.Key, id) &&
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
		{"concurrency", d.Concurrency, d.Concurrency >= 0 && d.Concurrency <= 1000, allowConcurrency},
		{"priceClass", d.PriceClass, slices.Contains([]string{"all", "200", "100"}, d.PriceClass), allowPriceClass},
		{"existing", d.Existing, d.Existing == nil || d.Existing.ok(c.Auth.Cognito != nil), allowExisting},
	}
}
