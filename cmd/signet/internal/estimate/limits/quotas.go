package limits

import (
	"fmt"
	"slices"
)

const (
	aws        = "https://docs.aws.amazon.com/"
	apiLimits  = aws + "apigateway/latest/developerguide/limits.html"
	lambdaPage = aws + "lambda/latest/dg/gettingstarted-limits.html"
	s3Page     = aws + "AmazonS3/latest/userguide/optimizing-performance.html"
	kmsPage    = aws + "kms/latest/developerguide/requests-per-second.html"
	bucketKeys = aws + "AmazonS3/latest/userguide/bucket-key.html"
	cognito    = aws + "cognito/latest/developerguide/quotas.html"
	edgePage   = aws + "AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html"
)

const requests = "requests/s"

// ServiceQuotas names a quota of the console where it is raised.
func serviceQuotas(service, code string) string {
	return fmt.Sprintf("ask for more: aws service-quotas request-service-quota-increase --service-code %s --quota-code %s --desired-value N", service, code)
}

func signIns(w Workload) Quota {
	return Quota{Name: "Cognito sign-ins", Limit: 120, Unit: requests, PerUpload: 1 / w.UploadsPerSignIn, stage: signIn,
		Answer: "429 TooManyRequestsException", Source: cognito,
		Raise: "ask for more UserAuthentication in Service Quotas (40 for each million active users above two), or let tokens live longer"}
}

func cloudFront(n need) Quota {
	return Quota{Name: "CloudFront requests", Limit: 250_000, Unit: requests, PerUpload: n.calls, stage: call,
		Answer: "429 or 503", Source: edgePage, Raise: "ask for more requests for a distribution in Service Quotas"}
}

func stageThrottle(s Stack, n need) Quota {
	return Quota{Name: "HTTP API, the stage's throttle", Limit: s.StageRate, Burst: s.StageBurst, Unit: requests, PerUpload: n.calls, stage: call,
		Answer: "429 Too Many Requests", Source: "cdk.json, throttle",
		Raise: "it is ours, against loops and surprises: raise throttle in cdk.json, and deploy"}
}

// smallAccounts are the regions whose accounts begin with a quarter of the others'
// throttle.
func smallAccounts() []string {
	return []string{"af-south-1", "eu-south-1", "ap-southeast-3", "me-central-1", "ap-south-2", "ap-southeast-4", "eu-south-2",
		"eu-central-2", "il-central-1", "ca-west-1", "ap-southeast-5", "ap-southeast-7", "mx-central-1"}
}

func accountThrottle(region string, n need) Quota {
	q := Quota{Name: "HTTP API, the account's throttle", Limit: 10_000, Burst: 5_000, Unit: requests, PerUpload: n.calls, stage: call,
		Answer: "429 Too Many Requests", Source: apiLimits, Raise: serviceQuotas("apigateway", "L-8A5B8E43")}
	if slices.Contains(smallAccounts(), region) {
		q.Limit, q.Burst = 2_500, 1_250
	}
	return q
}

// perEnvironment is how many requests a second Lambda lets each environment
// answer, however fast it is.
const perEnvironment = 10

func invocations(s Stack, n need) Quota {
	return Quota{Name: "Lambda requests, 10 a second for each copy", Limit: perEnvironment * s.Concurrency, Unit: requests, PerUpload: n.calls, stage: call,
		Answer: "503 from the API, 429 at Lambda", Source: lambdaPage,
		Raise: moreCopies}
}

func concurrency(s Stack, n need) Quota {
	return Quota{Name: "Lambda copies at once", Limit: s.Concurrency, Unit: "copies", PerUpload: n.busy, stage: call,
		Answer: "503 from the API, 429 at Lambda", Source: lambdaPage,
		Raise: moreCopies}
}

// moreCopies holds for a stack without the field concurrency.
var moreCopies = "ask for more than the 1000 of an account, or the 10 of a new one (" + serviceQuotas("lambda", "L-B99A9384") + "); concurrency in cdk.json keeps some of them for this function"

func writes(w Workload, n need) Quota {
	return Quota{Name: "S3 writes, " + partitions(w), Limit: 3_500 * float64(w.Partitions), Unit: requests, PerUpload: n.writes, stage: storage,
		Answer: "503 SlowDown", Source: s3Page, Raise: splitting}
}

func reads(w Workload, n need) Quota {
	return Quota{Name: "S3 reads, " + partitions(w), Limit: 5_500 * float64(w.Partitions), Unit: requests, PerUpload: n.reads, stage: storage,
		Answer: "503 SlowDown", Source: s3Page, Raise: splitting}
}

const splitting = "nothing to ask for: keys begin with their caller, so S3 splits the key space by callers while the load lasts; " +
	"grow over minutes rather than at once, or ask AWS Support to split it before"

func partitions(w Workload) string {
	if w.Partitions == 1 {
		return "one partition"
	}
	return fmt.Sprintf("%d partitions", w.Partitions)
}

// withBucketKey is what is left of KMS's requests with a bucket key: S3 promises
// up to 99 % less.
const withBucketKey = 0.01

func kms(w Workload, n need) Quota {
	q := Quota{Name: "KMS requests, without bucket key", Limit: 10_000, Unit: requests, PerUpload: n.kmsCalls, stage: storage,
		Answer: "503 SlowDown (KMS ThrottlingException)", Source: kmsPage,
		Raise: "turn the bucket key on, or " + serviceQuotas("kms", "L-6E3AF000")}
	switch w.Region {
	case "us-east-1", "us-west-2", "eu-west-1":
		q.Limit = 100_000
	case "us-east-2", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "eu-central-1", "eu-west-2":
		q.Limit = 20_000
	}
	if w.BucketKey {
		q.Name, q.Source = "KMS requests, with bucket key", kmsPage+" and "+bucketKeys
		q.PerUpload *= withBucketKey
		q.Raise = serviceQuotas("kms", "L-6E3AF000")
	}
	return q
}
