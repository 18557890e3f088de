package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// RelayKeys is the object of the site's bucket that has the issuer's public keys,
// for the relay, which cannot reach the issuer. Whoever can write there can sign
// people in, as whoever can write the site's scripts can: one bucket to guard.
const RelayKeys = "relay/jwks.json"

// relayLogs is where the relay's load balancer writes its access log.
const relayLogs = logPrefix + "elb"

// Relayed is what the relay's stack needs of this one.
type Relayed struct {
	Bucket   awss3.IBucket
	State    awss3.IBucket // of quotas; nil without
	KeyARN   string
	Issuer   string
	Audience []string
	Site     awss3.IBucket // holds [RelayKeys]
	Logs     *Logs
	Audit    awss3.IBucket // for the load balancer's log, under AuditPrefix
	Edge     awss3.IBucket // for CloudFront's log
	Topic    awssns.ITopic // of alarms; nil without
	// AuditPrefix is the only one under which the load balancer may write.
	AuditPrefix string
}

// Relayed is what a relay of these uploads has to know.
func (u *Uploads) Relayed() Relayed {
	r := Relayed{
		Bucket: u.Bucket, KeyARN: *u.Bucket.key.KeyArn(), Issuer: u.Auth.issuer, Audience: u.Auth.audience,
		Site: u.Site.bucket, Logs: u.logs, Audit: u.logs.audit, Edge: u.logs.edge, AuditPrefix: relayLogs,
	}
	if u.topic != nil {
		r.Topic = u.topic
	}
	if u.counted {
		r.State = u.Bucket.state
	}
	return r
}

// RelayRole is the name of the relay's role. It is not left to CloudFormation,
// because the upload bucket's policy names it before the relay's stack is there.
func RelayRole(config upload.Config) string { return config.Name + "-relay" }

// expectRelay does what the relay's stack cannot do by itself, because policies of
// this one are about it.
func (u *Uploads) expectRelay(config upload.Config) {
	stack := awscdk.Stack_Of(u.Construct)
	arn := func(service, region, resource string) string {
		return "arn:" + *stack.Partition() + ":" + service + ":" + region + ":" + *stack.Account() + ":" + resource
	}
	role := jsii.String(arn("iam", "", "role/"+RelayRole(config)))
	u.Bucket.writers = append(u.Bucket.writers, role)
	if u.counted = config.Counts(); u.counted { // it makes room before it stores
		u.Bucket.state.relay = role
	}
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
	u.logs.audit.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("LoadBalancerLogs"), Actions: jsii.Strings("s3:PutObject"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("logdelivery.elasticloadbalancing.amazonaws.com"), nil)},
		Resources:  &[]*string{u.logs.audit.ArnForObjects(jsii.String(relayLogs + "/AWSLogs/" + *stack.Account() + "/*"))},
		Conditions: &map[string]any{
			"StringEquals": condition{"aws:SourceAccount": stack.Account()},
			"ArnLike":      condition{"aws:SourceArn": arn("elasticloadbalancing", *stack.Region(), "loadbalancer/app/*")},
		},
	}))
}
