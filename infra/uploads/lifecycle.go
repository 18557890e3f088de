package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// lifecycle is what becomes of uploads: of all of them, and of each space's.
func lifecycle(config upload.Config) *[]*awss3.LifecycleRule {
	rules := []*awss3.LifecycleRule{housekeeping(config)}
	for _, s := range config.AllSpaces() {
		rules = append(rules, keeping(s)...)
	}
	if config.Events != nil {
		rules = append(rules, &awss3.LifecycleRule{Id: jsii.String("moved"), Prefix: jsii.String(upload.MovedPrefix), Expiration: days(upload.MovedDays)})
	}
	return &rules
}

// keeping are the rules of one space: how long its files stay, and those that nobody
// has confirmed. What only a space has is in no other's rule, because a filter takes
// one prefix.
func keeping(s upload.Space) []*awss3.LifecycleRule {
	var rules []*awss3.LifecycleRule
	id := s.Name
	if id == "" {
		id = "uploads" // which is no space's name
	}
	if l := s.Lifecycle; l.Transition > 0 || l.Expire > 0 {
		rule := &awss3.LifecycleRule{Id: &id, Prefix: &s.Prefix}
		if l.Transition > 0 {
			rule.Transitions = &[]*awss3.Transition{{StorageClass: awss3.StorageClass_GLACIER_INSTANT_RETRIEVAL(), TransitionAfter: days(l.Transition)}}
		}
		if l.Expire > 0 {
			rule.Expiration = days(l.Expire)
		}
		rules = append(rules, rule)
	}
	if s.Confirm > 0 {
		rules = append(rules, &awss3.LifecycleRule{
			Id: jsii.String(id + ":unconfirmed"), Prefix: &s.Prefix, Expiration: days(int(s.Confirm)),
			TagFilters: &map[string]any{upload.ConfirmTag: upload.ConfirmNo},
		})
	}
	return rules
}
