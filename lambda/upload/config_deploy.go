package upload

import "slices"

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
}

// What the fields may hold, in the words of their errors.
const (
	allowConcurrency = "0 (reserve none) to 1000"
	allowPriceClass  = `"all", "200" or "100"`
)

func defaultDeployment() Deployment { return Deployment{PriceClass: "all"} }

func (d *Deployment) fields() []field {
	return []field{
		{"concurrency", &d.Concurrency, allowConcurrency},
		{"priceClass", &d.PriceClass, allowPriceClass},
	}
}

// rule is what one field has to be.
type rule struct {
	name    string
	value   any
	ok      bool
	allowed string
}

func (d Deployment) rules() []rule {
	return []rule{
		{"concurrency", d.Concurrency, d.Concurrency >= 0 && d.Concurrency <= 1000, allowConcurrency},
		{"priceClass", d.PriceClass, slices.Contains([]string{"all", "200", "100"}, d.PriceClass), allowPriceClass},
	}
}
