package pricelist

import (
	"regexp"
	"strings"

	"signet/cmd/signet/internal/estimate/price"
)

// sought says how an offer file calls an item of ours.
type sought struct {
	item price.Item
	// usage is the end of the usage type; before it stands the region's code and a
	// hyphen, or nothing. Empty: any.
	usage string
	// operation tells apart what has the same usage type. Empty: any.
	operation string
}

// service is one offer file and what is sought in it.
type service struct {
	code   string // AWS's service code
	global bool   // one file for all regions
	sought []sought
}

// services has what each item is called
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/aws-usage-report-understand.html
// for S3's). Acceleration, dashboards, malware scans, queues, secrets, EventBridge and CloudFront Functions are not
// in it: what they are called was not to be found out without the files.
func services(region string) []service {
	edge := "US"
	if strings.HasPrefix(region, "eu-") {
		edge = "EU" // PriceClass_100 has the edges of these two alone
	}
	return []service{
		{code: "AmazonS3", sought: []sought{
			{item: price.Storage(price.Standard), usage: "TimedStorage-ByteHrs"},
			{item: price.Storage(price.StandardIA), usage: "TimedStorage-SIA-ByteHrs"},
			{item: price.Storage(price.GlacierIR), usage: "TimedStorage-GIR-ByteHrs"},
			{item: price.Storage(price.Glacier), usage: "TimedStorage-GlacierByteHrs"},
			{item: price.Tier1, usage: "Requests-Tier1"},
			{item: price.Tier2(price.Standard), usage: "Requests-Tier2"},
			{item: price.Tier2(price.StandardIA), usage: "Requests-SIA-Tier2"},
			{item: price.Tier2(price.GlacierIR), usage: "Requests-GIR-Tier2"},
			{item: price.Transition(price.StandardIA), operation: "S3-SIATransition"},
			{item: price.Transition(price.GlacierIR), operation: "S3-GIRTransition"},
			{item: price.Transition(price.Glacier), operation: "S3-GlacierTransition"},
			{item: price.Retrieval(price.StandardIA), usage: "Retrieval-SIA"},
			{item: price.Retrieval(price.GlacierIR), usage: "Retrieval-GIR"},
		}},
		{code: "AWSDataTransfer", sought: []sought{{item: price.TransferOut, usage: "DataTransfer-Out-Bytes"}}},
		{code: "awskms", sought: []sought{{item: price.KMSKey, usage: "KMS-Keys"}, {item: price.KMSRequest, usage: "KMS-Requests"}}},
		{code: "AWSLambda", sought: []sought{{item: price.LambdaRequest, usage: "Request-ARM"}, {item: price.LambdaGBSecond, usage: "Lambda-GB-Second-ARM"}}},
		{code: "AmazonApiGateway", sought: []sought{{item: price.APIRequest, usage: "ApiGatewayHttpRequest"}}},
		{code: "AmazonCloudFront", global: true, sought: []sought{
			{item: price.EdgeRequest, usage: edge + "-Requests-Tier2-HTTPS"}, {item: price.EdgeOut, usage: edge + "-DataTransfer-Out-Bytes"},
			{item: price.EdgeIn, usage: edge + "-DataTransfer-Out-OBytes"},
		}},
		{code: "AmazonCloudWatch", sought: []sought{
			{item: price.LogsIngest, usage: "DataProcessing-Bytes", operation: "PutLogEvents"},
			{item: price.LogsStorage, usage: "TimedStorage-ByteHrs"},
			{item: price.Alarm, usage: "CW:AlarmMonitorUsage"},
		}},
		{code: "AWSCloudTrail", sought: []sought{{item: price.TrailEvent, usage: "DataEventsRecorded"}}},
		{code: "AWSXRay", sought: []sought{{item: price.XRayTrace, usage: "XRay-TracesStored"}}},
		{code: "AmazonCognito", sought: []sought{{item: price.User, usage: "CognitoEssentialsMAU"}}},
	}
}

// regionCode is what stands before a usage type: USE1-, EU-, APN2-, and with KMS
// the region's own name.
var regionCode = regexp.MustCompile(`^([A-Z]{2,4}[0-9]?-|[a-z]{2}(-[a-z]+)+-[0-9]-)?$`)

// is tells whether an offer's product is the item.
func (s sought) is(p product) bool {
	if s.operation != "" && p.Attributes.Operation != s.operation {
		return false
	}
	before, ok := strings.CutSuffix(p.Attributes.UsageType, s.usage)
	return s.usage == "" || ok && regionCode.MatchString(before)
}
