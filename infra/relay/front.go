package relay

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsautoscaling"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfrontorigins"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awselasticloadbalancingv2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/infra/waive"
)

// Time limits on the way in. Slow clients send all the time, so that none of
// these meets them; the first two bound how long S3 may take to put the parts of
// a large file together.
const (
	answerTimeout = 120 // seconds from the last byte to the answer: CloudFront's most
	idleTimeout   = 130 // seconds without a byte in either direction
	drain         = 10  // minutes that uploads under way have to end: signet serve's own
)

// front is what stands before the machine: a load balancer, and CloudFront.
type front struct {
	balancer awselasticloadbalancingv2.ApplicationLoadBalancer
	targets  awselasticloadbalancingv2.ApplicationTargetGroup
	url      string
}

func newFront(scope constructs.Construct, net *network, machine awsautoscaling.AutoScalingGroup, of uploads.Relayed) *front {
	balancer := awselasticloadbalancingv2.NewApplicationLoadBalancer(scope, jsii.String("Balancer"), &awselasticloadbalancingv2.ApplicationLoadBalancerProps{
		Vpc: net.Vpc, InternetFacing: jsii.Bool(false), SecurityGroup: net.front,
		VpcSubnets:              &awsec2.SubnetSelection{SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED},
		DropInvalidHeaderFields: jsii.Bool(true), DesyncMitigationMode: awselasticloadbalancingv2.DesyncMitigationMode_STRICTEST,
		IdleTimeout: seconds(idleTimeout),
	})
	balancer.SetAttribute(jsii.String("access_logs.s3.enabled"), jsii.String("true"))
	balancer.SetAttribute(jsii.String("access_logs.s3.bucket"), of.Audit.BucketName())
	balancer.SetAttribute(jsii.String("access_logs.s3.prefix"), &of.AuditPrefix)
	waive.On(cfn(balancer), goesWithStack())
	f := &front{balancer: balancer, targets: newTargets(scope, net, machine)}
	f.listen()
	f.publish(scope, net, of)
	return f
}

// newTargets asks whether the program lives, and not whether it is ready: with one
// machine there is no other to send people to, and a new one would find S3 no
// sooner.
func newTargets(scope constructs.Construct, net *network, machine awsautoscaling.AutoScalingGroup) awselasticloadbalancingv2.ApplicationTargetGroup {
	return awselasticloadbalancingv2.NewApplicationTargetGroup(scope, jsii.String("Targets"), &awselasticloadbalancingv2.ApplicationTargetGroupProps{
		Vpc: net.Vpc, Port: jsii.Number(programPort), Protocol: awselasticloadbalancingv2.ApplicationProtocol_HTTP,
		Targets: &[]awselasticloadbalancingv2.IApplicationLoadBalancerTarget{machine}, DeregistrationDelay: minutes(drain),
		HealthCheck: &awselasticloadbalancingv2.HealthCheck{
			Path: jsii.String("/api/healthz"), HealthyHttpCodes: jsii.String("200"), Interval: seconds(15), Timeout: seconds(5),
			HealthyThresholdCount: jsii.Number(2), UnhealthyThresholdCount: jsii.Number(4),
		},
	})
}

// listen lets the relay's own paths through.
func (f *front) listen() {
	listener := f.balancer.AddListener(jsii.String("Http"), &awselasticloadbalancingv2.BaseApplicationListenerProps{
		Port: jsii.Number(frontPort), Protocol: awselasticloadbalancingv2.ApplicationProtocol_HTTP, Open: jsii.Bool(false),
		DefaultAction: awselasticloadbalancingv2.ListenerAction_FixedResponse(jsii.Number(404), &awselasticloadbalancingv2.FixedResponseOptions{
			ContentType: jsii.String("text/plain"), MessageBody: jsii.String("got another path, want /api/relay: the API is at the site's address"),
		}),
	})
	listener.AddTargetGroups(jsii.String("Relay"), &awselasticloadbalancingv2.AddApplicationTargetGroupsProps{
		Priority: jsii.Number(1), TargetGroups: &[]awselasticloadbalancingv2.IApplicationTargetGroup{f.targets},
		Conditions: &[]awselasticloadbalancingv2.ListenerCondition{
			awselasticloadbalancingv2.ListenerCondition_PathPatterns(jsii.Strings("/api/relay", "/api/relay/*", "/api/healthz")),
		},
	})
	waive.On(cfn(listener), plainWithin())
	unknown(cfn(listener), "E3002")
	unknown(cfn(listener.Node().FindChild(jsii.String("RelayRule"))), "E3002")
}

// publish puts CloudFront before the load balancer.
func (f *front) publish(scope constructs.Construct, net *network, of uploads.Relayed) {
	origin := awscloudfront.NewVpcOrigin(scope, jsii.String("Origin"), &awscloudfront.VpcOriginProps{
		Endpoint:       awscloudfront.VpcOriginEndpoint_ApplicationLoadBalancer(f.balancer),
		ProtocolPolicy: awscloudfront.OriginProtocolPolicy_HTTP_ONLY, HttpPort: jsii.Number(frontPort),
		OriginSslProtocols: &[]awscloudfront.OriginSslPolicy{awscloudfront.OriginSslPolicy_TLS_V1_2},
	})
	origin.Node().AddDependency(net.attached) // AWS asks for a VPC with an internet gateway
	distribution := awscloudfront.NewDistribution(scope, jsii.String("Distribution"), &awscloudfront.DistributionProps{
		Comment:     jsii.String("Uploads through a server"),
		HttpVersion: awscloudfront.HttpVersion_HTTP2_AND_3,
		// The files themselves go this way: every edge, whatever the site's price class.
		PriceClass:    awscloudfront.PriceClass_PRICE_CLASS_ALL,
		EnableLogging: jsii.Bool(true), LogBucket: of.Edge, LogFilePrefix: jsii.String("logs/cloudfront-relay/"),
		ErrorResponses: uploads.UncachedErrors(),
		DefaultBehavior: &awscloudfront.BehaviorOptions{
			Origin: awscloudfrontorigins.VpcOrigin_WithVpcOrigin(origin, &awscloudfrontorigins.VpcOriginProps{
				DomainName: f.balancer.LoadBalancerDnsName(), ReadTimeout: seconds(answerTimeout), KeepaliveTimeout: seconds(60),
			}),
			ViewerProtocolPolicy:  awscloudfront.ViewerProtocolPolicy_HTTPS_ONLY,
			AllowedMethods:        awscloudfront.AllowedMethods_ALLOW_ALL(),
			CachePolicy:           awscloudfront.CachePolicy_CACHING_DISABLED(),
			OriginRequestPolicy:   awscloudfront.OriginRequestPolicy_ALL_VIEWER_EXCEPT_HOST_HEADER(),
			ResponseHeadersPolicy: awscloudfront.ResponseHeadersPolicy_SECURITY_HEADERS(),
		},
	})
	waive.On(cfn(distribution), noFirewall(), waive.SharedCertificate())
	f.url = "https://" + *distribution.DistributionDomainName()
}

// alarms are those of the machine and of what it answers.
func (f *front) alarms() []uploads.Alarm {
	every := func(statistic string, period float64) *awscloudwatch.MetricOptions {
		return &awscloudwatch.MetricOptions{Statistic: &statistic, Period: minutes(period)}
	}
	metrics, targets := f.balancer.Metrics(), f.targets.Metrics()
	return []uploads.Alarm{
		{ID: "MachineAlarm", Says: "The relay's machine does not answer; it is being replaced, unless this goes on",
			Metric: targets.UnhealthyHostCount(every("Maximum", 1)), Above: 0, Of: 5, Among: 5},
		{ID: "NoMachineAlarm", Says: "The load balancer has no machine to send uploads to",
			Metric: metrics.HttpCodeElb(awselasticloadbalancingv2.HttpCodeElb_ELB_503_COUNT, every("Sum", 5)), Above: 0, Of: 2, Among: 3},
		{ID: "RelayErrorsAlarm", Says: "The relay answered 5xx: read its journal",
			Metric: targets.HttpCodeTarget(awselasticloadbalancingv2.HttpCodeTarget_TARGET_5XX_COUNT, every("Sum", 5)), Above: 0, Of: 2, Among: 3},
	}
}
