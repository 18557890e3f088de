package uploads_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The longest names that a configuration may have, of stacks with as many spaces as it
// may have: scanned, copied and relayed, or public and confirmed, which exclude each
// other.
var (
	longestName = strings.Repeat("n", 32)
	manyName    = strings.Repeat("m", 32)
)

func manySpaces(space string) string {
	var all []string
	for i := range 50 {
		all = append(all, fmt.Sprintf(`"s%02d%s": %s`, i, strings.Repeat("x", 28), space))
	}
	return "{" + strings.Join(all, ",") + "}"
}

func manyScanned() string {
	text := strings.Replace(full, `"name": "full"`, `"name": "`+longestName+`"`, 1)
	text = strings.Replace(text, `"malwareScan": true`, `"malwareScan": "strict"`, 1)
	return strings.Replace(text, "{", `{"spaces": `+manySpaces(`{"per": "group"}`)+",", 1)
}

func manyConfirmed() string {
	return `{"name": "` + manyName + `", "spaces": ` + manySpaces(`{"read": ["public"], "confirm": "365d", "lifecycle": {"transition": 30, "expire": 3650}}`) + `}`
}

// limit is one of AWS's, with what a template has of it by resource.
type limit struct {
	what string
	most int
	of   func(t template) map[string]int
}

// limits are those that grow with the configuration. Sizes are of what CloudFormation
// would have put in the place of references.
func limits() []limit {
	return []limit{
		// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
		{"bytes of environment", 4096, each("AWS::Lambda::Function", func(r template) int { return variables(r) })},
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: without white space
		{"characters of inline policies", 10_240, each("AWS::IAM::Role", func(r template) int { return policies(r) })},
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
		{"bytes of bucket policy", 20_480, each("AWS::S3::BucketPolicy", func(r template) int { return written(r.at("Properties/PolicyDocument")) })},
		// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
		{"bytes of key policy", 32_768, each("AWS::KMS::Key", func(r template) int { return written(r.at("Properties/KeyPolicy")) })},
		// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-limits-endpoints.html
		{"characters of endpoint policy", 20_480, each("AWS::EC2::VPCEndpoint", func(r template) int { return written(r.at("Properties/PolicyDocument")) })},
		// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html
		{"cache behaviours", 75, each("AWS::CloudFront::Distribution", func(r template) int { return 1 + count(r.at("Properties/DistributionConfig/CacheBehaviors")) })},
		{"bytes of code", 10_240, each("AWS::CloudFront::Function", func(r template) int { return len(fmt.Sprint(r.at("Properties/FunctionCode"))) })},
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html, …/replication-add-config.html
		{"lifecycle rules", 1000, each("AWS::S3::Bucket", func(r template) int { return count(r.at("Properties/LifecycleConfiguration/Rules")) })},
		{"replication rules", 1000, each("AWS::S3::Bucket", func(r template) int { return count(r.at("Properties/ReplicationConfiguration/Rules")) })},
		// https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateProtectedResource.html
		{"prefixes that are scanned", 5, each("AWS::GuardDuty::MalwareProtectionPlan", func(r template) int { return count(r.at("Properties/ProtectedResource/S3Bucket/ObjectPrefixes")) })},
		// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html: and the expression
		{"metrics of an alarm", 11, each("AWS::CloudWatch::Alarm", func(r template) int { return count(r.at("Properties/Metrics")) })},
		// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
		{"bytes of user data", 16_384, each("AWS::EC2::LaunchTemplate", func(r template) int { return written(r.at("Properties/LaunchTemplateData/UserData")) })},
		// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
		{"characters of event pattern", 2048, each("AWS::Events::Rule", func(r template) int { return written(r.at("Properties/EventPattern")) })},
		// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
		{"bytes of template", 1 << 20, func(t template) map[string]int { return map[string]int{"it": written(map[string]any(t))} }},
		{"resources", 500, func(t template) map[string]int { return map[string]int{"it": len(t.resources(""))} }},
		{"outputs", 200, func(t template) map[string]int { return map[string]int{"it": count(t["Outputs"])} }},
	}
}

// TestLimits holds every template to them, those of 50 spaces with the longest names
// too.
func TestLimits(t *testing.T) {
	for _, stack := range slices.Sorted(maps.Keys(stacks)) {
		for _, l := range limits() {
			for where, n := range l.of(stacks[stack]) {
				if n > l.most {
					t.Errorf("%s, %s: got %d %s, want at most %d", stack, where, n, l.what, l.most)
				}
			}
		}
	}
}

// TestManySpaces sees that there are 50 in each of the lists that the limits are about.
func TestManySpaces(t *testing.T) {
	scanned, confirmed := stacks[longestName], stacks[manyName]
	for _, row := range []struct {
		what string
		got  any
	}{
		{"objects that the role may use", scanned.at(role + "Objects/Resource")},
		{"prefixes that it may list", scanned.at(role + "ListPrefix/Condition/StringLike/s3:prefix")},
		{"what is not read unscanned", scanned.at(denies + "DenyUnscanned/Resource")},
		{"what is copied", scanned.at(bucket + "ReplicationConfiguration/Rules")},
		{"what the relay reaches", stacks[longestName+relaySuffix].at("Resources/RelayVpcStorage/Properties/PolicyDocument/Statement/Sid=Uploads/Resource")},
	} {
		if n := count(row.got); n != 51 {
			t.Errorf("%s: got %d, want 51", row.what, n)
		}
	}
	if n := count(confirmed.at(role + "Confirmed/Resource")); n != 50 {
		t.Errorf("confirmed: got %d prefixes, want 50", n)
	}
	if n := count(confirmed.at(denies + "PublicFiles/Resource")); n != 50 {
		t.Errorf("public: got %d prefixes, want 50", n)
	}
	if n := count(confirmed.at(bucket + "LifecycleConfiguration/Rules")); n != 101 {
		t.Errorf("lifecycle: got %d rules, want housekeeping and two for each space", n)
	}
}

func each(kind string, size func(r template) int) func(t template) map[string]int {
	return func(t template) map[string]int {
		sizes := map[string]int{}
		for _, id := range t.resources(kind) {
			sizes[id] = size(t.at("Resources/" + id).(map[string]any))
		}
		return sizes
	}
}

func count(v any) int {
	switch v := v.(type) {
	case []any:
		return len(v)
	case map[string]any:
		return len(v)
	case nil:
		return 0
	}
	return 1
}

func variables(r template) int {
	n := 0
	all, _ := r.at("Properties/Environment/Variables").(map[string]any)
	for name, value := range all {
		n += len(name) + len(filled(fmt.Sprint(value)))
	}
	return n
}

func policies(r template) int {
	n := 0
	all, _ := r.at("Properties/Policies").([]any)
	for _, p := range all {
		n += written(p.(map[string]any)["PolicyDocument"])
	}
	return n
}

// written is how long a value is as JSON without white space, or as text.
func written(v any) int {
	if text, ok := v.(string); ok {
		return len(filled(text))
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		panic(err) // of a template
	}
	return len(strings.TrimSpace(filled(out.String())))
}

var references = regexp.MustCompile(`\$\{[^}]*\}`)

// filled puts the longest values in the place of references.
func filled(text string) string {
	const bucketName = 63
	return references.ReplaceAllStringFunc(text, func(of string) string {
		name := strings.TrimSuffix(strings.TrimPrefix(of, "${"), "}")
		switch {
		case strings.HasPrefix(name, "AWS::StackId"): // its first or its last part
			return strings.Repeat("0", 12)
		case name == "AWS::Partition":
			return "aws"
		case strings.HasPrefix(name, "AWS::"):
			return strings.Repeat("0", 14)
		case strings.HasPrefix(name, "UploadsBucket"), strings.HasPrefix(name, "UploadsLogs."), strings.Contains(name, "Bucket"):
			if strings.HasSuffix(name, ".Arn") {
				return "arn:aws:s3:::" + strings.Repeat("b", bucketName)
			}
			return strings.Repeat("b", bucketName)
		case strings.HasSuffix(name, ".Arn"):
			return strings.Repeat("a", 110)
		}
		return strings.Repeat("v", 40)
	})
}
