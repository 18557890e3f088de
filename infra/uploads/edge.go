package uploads

import (
	_ "embed"

	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/frontend/hosting"
	"signet/lambda/upload"
)

// onlyPut is the function that stands before the bucket.
//
//go:embed edge.js
var onlyPut string

// withEdge adds the paths of uploads to the distribution's behaviors: what is signed
// to be put there goes on to the upload bucket. The bucket is named by its computed
// name, never by a reference: its CORS refers to the distribution.
//
// There is no origin access control: it would sign in the place of whoever has signed
// in the query. And no bucket policy lets the distribution read.
func withEdge(scope constructs.Construct, names names, config upload.Config, behaviors map[string]*awscloudfront.BehaviorOptions) *map[string]*awscloudfront.BehaviorOptions {
	if config.EdgeUse() == upload.EdgeOff {
		return &behaviors
	}
	edge := constructs.NewConstruct(scope, jsii.String("Edge"))
	bucket := awss3.Bucket_FromBucketAttributes(edge, jsii.String("Bucket"), &awss3.BucketAttributes{
		BucketName: jsii.String(names.bucket), BucketRegionalDomainName: jsii.String(names.bucket + ".s3." + names.region + ".amazonaws.com"),
	})
	options := &awscloudfront.BehaviorOptions{
		Origin:                awscloudfrontorigins.S3BucketOrigin_WithBucketDefaults(bucket, nil),
		ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_HTTPS_ONLY,
		AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_ALL(), // CloudFront has no PUT alone
		CachePolicy:           awscloudfront.CachePolicy_CACHING_DISABLED(),
		Compress:              jsii.Bool(false),
		OriginRequestPolicy:   edgeRequests(edge),
		ResponseHeadersPolicy: edgeAnswers(edge),
		FunctionAssociations: &[]*awscloudfront.FunctionAssociation{{
			EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST,
			Function: awscloudfront.NewFunction(edge, jsii.String("OnlyPut"), &awscloudfront.FunctionProps{
				Comment: jsii.String("Lets nothing but PUT through to the upload bucket"),
				Code:    awscloudfront.FunctionCode_FromInline(&onlyPut),
				Runtime: awscloudfront.FunctionRuntime_JS_2_0(),
			}),
		}},
	}
	for _, prefix := range config.Prefixes() {
		behaviors["/"+prefix+"*"] = options
	}
	return &behaviors
}

// edgeRequests forwards what is signed or may be: every query parameter, and every
// header but Host, which S3 finds the bucket by. Cookies stay here, and so does
// Authorization, which the function takes off: a policy cannot, for a PUT
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html).
func edgeRequests(scope constructs.Construct) awscloudfront.OriginRequestPolicy {
	return awscloudfront.NewOriginRequestPolicy(scope, jsii.String("Requests"), &awscloudfront.OriginRequestPolicyProps{
		Comment:             jsii.String("What is signed, to the upload bucket"),
		CookieBehavior:      awscloudfront.OriginRequestCookieBehavior_None(),
		QueryStringBehavior: awscloudfront.OriginRequestQueryStringBehavior_All(),
		HeaderBehavior:      awscloudfront.OriginRequestHeaderBehavior_DenyList(jsii.String("Host")),
	})
}

// edgeAnswers keeps whatever S3 answers there from being a page of the site's origin.
func edgeAnswers(scope constructs.Construct) awscloudfront.ResponseHeadersPolicy {
	policy := hosting.EdgeHeaders()
	return awscloudfront.NewResponseHeadersPolicy(scope, jsii.String("Answers"), &awscloudfront.ResponseHeadersPolicyProps{
		Comment: jsii.String("No answer of the upload bucket is a page"),
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{ContentSecurityPolicy: jsii.String(hosting.EdgePolicy), Override: jsii.Bool(true)},
			ContentTypeOptions:    &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)},
			FrameOptions:          &awscloudfront.ResponseHeadersFrameOptions{FrameOption: awscloudfront.HeadersFrameOption_DENY, Override: jsii.Bool(true)},
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: days(2 * 365), IncludeSubdomains: jsii.Bool(false), Override: jsii.Bool(true),
			},
		},
		CustomHeadersBehavior: &awscloudfront.ResponseCustomHeadersBehavior{CustomHeaders: &[]*awscloudfront.ResponseCustomHeader{
			{Header: jsii.String("Cache-Control"), Value: jsii.String(policy["Cache-Control"]), Override: jsii.Bool(true)},
		}},
	})
}

// edgeSite is the address by which the API names that way; empty where there is none.
func (s *Site) edgeSite(config upload.Config) string {
	if config.EdgeUse() == upload.EdgeOff {
		return ""
	}
	return s.url
}
