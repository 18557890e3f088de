package uploads

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// publicLogs is where CloudFront writes who read public files.
const publicLogs = logPrefix + "cloudfront-public/"

// Public serves the files of spaces that anybody may read, from a host of its own:
// nothing of a user's lies in the site's origin.
type Public struct {
	constructs.Construct
	distribution awscloudfront.Distribution
	url          string // without a slash at its end
}

// publicPrefixes are those of the spaces that anybody may read.
func publicPrefixes(config upload.Config) []string {
	var prefixes []string
	for _, s := range config.AllSpaces() {
		if s.Public() {
			prefixes = append(prefixes, s.Prefix)
		}
	}
	return prefixes
}

// newPublic makes the distribution, nil where no space is public.
func newPublic(scope constructs.Construct, names names, config upload.Config, logs *Logs) *Public {
	if publicPrefixes(config) == nil {
		return nil
	}
	p := &Public{Construct: constructs.NewConstruct(scope, jsii.String("Public"))}
	props := &awscloudfront.DistributionProps{
		Comment:         jsii.String(config.Name + ", public files"),
		HttpVersion:     awscloudfront.HttpVersion_HTTP2_AND_3,
		PriceClass:      priceClass(config.PriceClass),
		EnableLogging:   jsii.Bool(true),
		LogBucket:       logs.edge,
		LogFilePrefix:   jsii.String(publicLogs),
		DefaultBehavior: p.files(names),
		ErrorResponses:  UncachedErrors(),
		WebAclId:        webACL(config),
	}
	p.distribution = awscloudfront.NewDistribution(p.Construct, jsii.String("Distribution"), props)
	p.url = "https://" + *p.distribution.DistributionDomainName()
	waive.On(cfn(p.distribution), append(openDoor(config), waive.SharedCertificate())...)
	return p
}

// files reads the upload bucket, which stands by its computed name: its policy, which
// says what of it may be read, is the bucket's own (see protect).
func (p *Public) files(names names) *awscloudfront.BehaviorOptions {
	bucket := awss3.Bucket_FromBucketName(p.Construct, jsii.String("Files"), &names.bucket)
	awscdk.Annotations_Of(p.Construct).AcknowledgeWarning(jsii.String("@aws-cdk/aws-cloudfront-origins:updateImportedBucketPolicyOac"),
		jsii.String("Its policy is written where the bucket's is"))
	return &awscloudfront.BehaviorOptions{
		Origin:                awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(bucket, nil),
		ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
		AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
		CachePolicy:           p.cache(),
		Compress:              jsii.Bool(true),
		ResponseHeadersPolicy: p.headers(),
		FunctionAssociations: &[]*awscloudfront.FunctionAssociation{{
			EventType: awscloudfront.FunctionEventType_VIEWER_RESPONSE,
			Function: awscloudfront.NewFunction(p.Construct, jsii.String("Disposition"), &awscloudfront.FunctionProps{
				Comment: jsii.String("Has all but the types in which nothing runs saved, not shown"),
				Code:    awscloudfront.FunctionCode_FromInline(jsii.String(dispositionCode())),
				Runtime: awscloudfront.FunctionRuntime_JS_2_0(),
			}),
		}},
	}
}

// cache keeps a file no longer than the first half of the hour within which a deleted
// one is gone; browsers keep it the other half.
func (p *Public) cache() awscloudfront.CachePolicy {
	most := awscdk.Duration_Seconds(jsii.Number(upload.PublicEdgeAge.Seconds()))
	return awscloudfront.NewCachePolicy(p.Construct, jsii.String("Cache"), &awscloudfront.CachePolicyProps{
		Comment: jsii.String("Public files, until they are gone"),
		MinTtl:  awscdk.Duration_Seconds(jsii.Number(0)), DefaultTtl: most, MaxTtl: most,
		EnableAcceptEncodingGzip: jsii.Bool(true), EnableAcceptEncodingBrotli: jsii.Bool(true),
	})
}

// headers keep what is shown from running, whatever a page of somebody else's does
// with it.
func (p *Public) headers() awscloudfront.ResponseHeadersPolicy {
	props := &awscloudfront.ResponseHeadersPolicyProps{
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: days(2 * 365), IncludeSubdomains: jsii.Bool(false), Override: jsii.Bool(true),
			},
		},
	}
	kept := fmt.Sprintf("public, max-age=%.0f", upload.PublicMaxAge.Seconds())
	custom := []*awscloudfront.ResponseCustomHeader{{Header: jsii.String("Cache-Control"), Value: &kept, Override: jsii.Bool(true)}}
	for _, h := range upload.PublicHeaders() {
		switch h.Name { // CloudFront takes these as what they are, and not as any other header
		case "content-security-policy":
			props.SecurityHeadersBehavior.ContentSecurityPolicy = &awscloudfront.ResponseHeadersContentSecurityPolicy{ContentSecurityPolicy: &h.Value, Override: jsii.Bool(true)}
		case "x-content-type-options":
			props.SecurityHeadersBehavior.ContentTypeOptions = &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)}
		case "referrer-policy":
			props.SecurityHeadersBehavior.ReferrerPolicy = &awscloudfront.ResponseHeadersReferrerPolicy{ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_NO_REFERRER, Override: jsii.Bool(true)}
		default:
			custom = append(custom, &awscloudfront.ResponseCustomHeader{Header: &h.Name, Value: &h.Value, Override: jsii.Bool(true)})
		}
	}
	props.CustomHeadersBehavior = &awscloudfront.ResponseCustomHeadersBehavior{CustomHeaders: &custom}
	return awscloudfront.NewResponseHeadersPolicy(p.Construct, jsii.String("Headers"), props)
}

//go:embed disposition.js
var disposition string

// dispositionCode is the function that CloudFront runs on each answer, with the types
// that may be shown.
func dispositionCode() string {
	types, err := json.Marshal(upload.InlineTypes())
	if err != nil {
		panic(err) // texts
	}
	return strings.Replace(disposition, "INLINE_TYPES", string(types), 1)
}

// arn names the distribution.
func (p *Public) arn() string {
	stack := awscdk.Stack_Of(p.Construct)
	return "arn:" + *stack.Partition() + ":cloudfront::" + *stack.Account() + ":distribution/" + *p.distribution.DistributionId()
}

// allowPublic lets the distribution read the files of public spaces, and nobody
// through another one.
func (b *Bucket) allowPublic(config upload.Config) {
	if b.public == nil {
		return
	}
	b.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("PublicFiles"), Actions: jsii.Strings("s3:GetObject"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(jsii.String("cloudfront.amazonaws.com"), nil)},
		Resources:  jsii.Strings(upload.Below(*b.BucketArn(), publicPrefixes(config))...),
		Conditions: &map[string]any{"StringEquals": condition{"aws:SourceArn": b.public.arn()}},
	}))
}

// publicKey lets CloudFront open what it reads for this account's distributions. It
// cannot name the one: that reads the bucket, whose key this is
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html).
func publicKey(stack awscdk.Stack, config upload.Config) []awsiam.PolicyStatement {
	if publicPrefixes(config) == nil {
		return nil
	}
	return []awsiam.PolicyStatement{service("PublicFiles", "cloudfront.amazonaws.com", []string{"kms:Decrypt"}, "ArnLike",
		condition{"aws:SourceArn": "arn:" + *stack.Partition() + ":cloudfront::" + *stack.Account() + ":distribution/*"})}
}
