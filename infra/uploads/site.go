package uploads

import (
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/frontend/hosting"
	"signet/infra/waive"
	"signet/lambda/upload"
)

// Site is the static site behind CloudFront, which also passes /api/* on to the
// HTTP API, so that the two have one origin and no call is preflighted.
type Site struct {
	constructs.Construct
	bucket       awss3.Bucket
	distribution awscloudfront.Distribution
	url          string // without a slash at its end
	// copied is there when the site's files are.
	copied constructs.IDependable
	// records are those of the domain; none where they are the owner's to make.
	records []constructs.IDependable
}

func newSite(scope constructs.Construct, names names, config upload.Config, logs *Logs, api *API, gate *gate, certificate awscertificatemanager.ICertificate) *Site {
	s := &Site{Construct: constructs.NewConstruct(scope, jsii.String("Site"))}
	// SSE-S3: the files are public to whoever opens the site, and a customer key's
	// policy would need the distribution, which needs the bucket.
	s.bucket = awss3.NewBucket(s.Construct, jsii.String("Bucket"), &awss3.BucketProps{
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:        awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Encryption:             awss3.BucketEncryption_S3_MANAGED,
		EnforceSSL:             jsii.Bool(true),
		MinimumTLSVersion:      jsii.Number(1.2),
		Versioned:              jsii.Bool(true),
		LifecycleRules:         &[]*awss3.LifecycleRule{housekeeping(config)},
		ServerAccessLogsBucket: logs.audit,
		ServerAccessLogsPrefix: jsii.String(s3LogPrefix + "site/"),
		RemovalPolicy:          keepAlways,
	})
	keepPolicy(s.bucket, keepAlways)
	props := &awscloudfront.DistributionProps{
		Comment:             jsii.String(config.Name),
		DefaultRootObject:   jsii.String("index.html"),
		HttpVersion:         awscloudfront.HttpVersion_HTTP2_AND_3,
		PriceClass:          priceClass(config.PriceClass),
		EnableLogging:       jsii.Bool(true),
		LogBucket:           logs.edge,
		LogFilePrefix:       jsii.String(siteLogs),
		DefaultBehavior:     s.files(config, headers(s.Construct, policy(names, config))),
		AdditionalBehaviors: withEdge(s.Construct, names, config, map[string]*awscloudfront.BehaviorOptions{"/api/*": calls(api, gate)}),
		ErrorResponses:      UncachedErrors(),
		WebAclId:            webACL(config),
	}
	if d := config.Domain; d != nil {
		props.DomainNames = jsii.Strings(d.Name)
		props.Certificate = certificate
		props.MinimumProtocolVersion = awscloudfront.SecurityPolicyProtocol_TLS_V1_2_2021
	}
	s.distribution = awscloudfront.NewDistribution(s.Construct, jsii.String("Distribution"), props)
	s.url = "https://" + *s.distribution.DistributionDomainName()
	waivers := openDoor(config)
	if d := config.Domain; d != nil {
		s.url = "https://" + d.Name
		s.records = newRecords(s.Construct, d, *s.distribution.DistributionDomainName())
	} else {
		waivers = append(waivers, waive.SharedCertificate())
	}
	waive.On(cfn(s.distribution), waivers...)
	return s
}

// priceClass is CloudFront's word for ours.
func priceClass(name string) awscloudfront.PriceClass {
	switch name {
	case "100":
		return awscloudfront.PriceClass_PRICE_CLASS_100
	case "200":
		return awscloudfront.PriceClass_PRICE_CLASS_200
	}
	return awscloudfront.PriceClass_PRICE_CLASS_ALL
}

// files serves the site's bucket to this distribution alone.
func (s *Site) files(config upload.Config, headers awscloudfront.ResponseHeadersPolicy) *awscloudfront.BehaviorOptions {
	return &awscloudfront.BehaviorOptions{
		Origin:                awscloudfrontorigins.S3BucketOrigin_WithOriginAccessControl(s.bucket, nil),
		ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_REDIRECT_TO_HTTPS,
		AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_GET_HEAD(),
		CachePolicy:           awscloudfront.CachePolicy_CACHING_OPTIMIZED(),
		Compress:              jsii.Bool(true),
		ResponseHeadersPolicy: headers,
		FunctionAssociations:  guestsPage(s.Construct, config),
	}
}

// calls passes the API's requests on, uncached and with all that the viewer sent
// but the host, by which API Gateway finds the API.
func calls(api *API, gate *gate) *awscloudfront.BehaviorOptions {
	return &awscloudfront.BehaviorOptions{
		Origin: awscloudfrontorigins.NewHttpOrigin(&api.host, &awscloudfrontorigins.HttpOriginProps{
			ProtocolPolicy:     awscloudfront.OriginProtocolPolicy_HTTPS_ONLY,
			OriginSslProtocols: &[]awscloudfront.OriginSslPolicy{awscloudfront.OriginSslPolicy_TLS_V1_2},
			CustomHeaders:      gate.headers(),
		}),
		ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_HTTPS_ONLY,
		AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_ALL(),
		CachePolicy:           awscloudfront.CachePolicy_CACHING_DISABLED(),
		OriginRequestPolicy:   awscloudfront.OriginRequestPolicy_ALL_VIEWER_EXCEPT_HOST_HEADER(),
		ResponseHeadersPolicy: awscloudfront.ResponseHeadersPolicy_SECURITY_HEADERS(),
	}
}

// UncachedErrors keeps one caller's error from being another's answer: CloudFront
// holds these for 10 s by itself, whatever the cache policy says
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html).
func UncachedErrors() *[]*awscloudfront.ErrorResponse {
	var responses []*awscloudfront.ErrorResponse
	for _, status := range []float64{400, 403, 404, 405, 414, 500, 501, 502, 503, 504} {
		responses = append(responses, &awscloudfront.ErrorResponse{HttpStatus: &status, Ttl: awscdk.Duration_Seconds(jsii.Number(0))})
	}
	return &responses
}

// policy is the content security policy: our own files, and connections to the
// API, the upload bucket and the issuer.
func policy(names names, config upload.Config) string {
	at := func(host string) string { return "https://" + names.bucket + "." + host + ".amazonaws.com" }
	storage, connect := []string{at("s3." + names.region)}, []string{}
	if config.DualStack {
		storage = append(storage, at("s3.dualstack."+names.region))
	}
	if config.Accelerate {
		storage = append(storage, at("s3-accelerate"))
	}
	if config.Accelerate && config.DualStack {
		storage = append(storage, at("s3-accelerate.dualstack"))
	}
	if config.Auth.Cognito != nil {
		connect = append(connect, "https://cognito-idp."+names.region+".amazonaws.com", signInAddress(names, config))
	} else {
		connect = append(connect, origin(config.Auth.Issuer))
	}
	return hosting.ContentSecurityPolicy(config, storage, connect...) + "; upgrade-insecure-requests"
}

// origin is the scheme and host of an issuer, which the configuration checked.
func origin(issuer string) string {
	scheme, rest, _ := strings.Cut(issuer, "://")
	host, _, _ := strings.Cut(rest, "/")
	return scheme + "://" + host
}

func headers(scope constructs.Construct, csp string) awscloudfront.ResponseHeadersPolicy {
	return awscloudfront.NewResponseHeadersPolicy(scope, jsii.String("Headers"), &awscloudfront.ResponseHeadersPolicyProps{
		SecurityHeadersBehavior: &awscloudfront.ResponseSecurityHeadersBehavior{
			ContentSecurityPolicy: &awscloudfront.ResponseHeadersContentSecurityPolicy{ContentSecurityPolicy: &csp, Override: jsii.Bool(true)},
			ContentTypeOptions:    &awscloudfront.ResponseHeadersContentTypeOptions{Override: jsii.Bool(true)},
			FrameOptions:          &awscloudfront.ResponseHeadersFrameOptions{FrameOption: awscloudfront.HeadersFrameOption_DENY, Override: jsii.Bool(true)},
			ReferrerPolicy:        &awscloudfront.ResponseHeadersReferrerPolicy{ReferrerPolicy: awscloudfront.HeadersReferrerPolicy_NO_REFERRER, Override: jsii.Bool(true)},
			// Without subdomains: where config.Domain is an apex, those are not ours to promise for.
			StrictTransportSecurity: &awscloudfront.ResponseHeadersStrictTransportSecurity{
				AccessControlMaxAge: days(2 * 365), IncludeSubdomains: jsii.Bool(false), Override: jsii.Bool(true),
			},
		},
		CustomHeadersBehavior: &awscloudfront.ResponseCustomHeadersBehavior{CustomHeaders: &[]*awscloudfront.ResponseCustomHeader{
			{Header: jsii.String("Permissions-Policy"), Value: jsii.String("camera=(), geolocation=(), microphone=()"), Override: jsii.Bool(true)},
			{Header: jsii.String("Cross-Origin-Opener-Policy"), Value: jsii.String("same-origin"), Override: jsii.Bool(true)},
		}},
	})
}
