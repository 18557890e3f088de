package uploads_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// atRest are the resources for which AWS asks something each month whether they are used
// or not, by the item of the price table, and how many of it they are.
func atRest(t template, id string) (item string, n int) {
	at := func(path string) any { return t.at("Resources/" + id + "/Properties/" + path) }
	switch t.at("Resources/" + id + "/Type") {
	case "AWS::KMS::Key":
		return "kms.key", 1
	case "AWS::SecretsManager::Secret":
		return "secret.month", 1
	case "AWS::CloudWatch::Dashboard":
		return "dashboard.month", 1
	case "AWS::CloudWatch::Alarm":
		metrics, math := at("Metrics").([]any)
		if !math {
			return "alarm.month", 1
		}
		for _, m := range metrics {
			if m.(map[string]any)["MetricStat"] != nil {
				n++
			}
		}
		return "alarm.month", n
	case "AWS::S3::Bucket":
		rules, _ := at("ReplicationConfiguration/Rules").([]any)
		return "replica.metrics", 4 * len(rules) // of each rule: OperationsFailed and -Pending, BytesPending, ReplicationLatency
	}
	return "", 0
}

// free are the types that cost nothing while nobody uses them
// (https://aws.amazon.com/pricing/, each service's page): what is kept, asked, sent or
// run is paid for. A web ACL, which is not, is its owner's, and stands in no template.
func free() []string {
	return []string{
		"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
		"AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::Backup::BackupVault", "AWS::Budgets::Budget", "AWS::CDK::Metadata",
		"AWS::CertificateManager::Certificate", "AWS::CloudFront::CachePolicy", "AWS::CloudFront::Distribution", "AWS::CloudFront::Function",
		"AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::OriginRequestPolicy", "AWS::CloudFront::ResponseHeadersPolicy", "AWS::CloudTrail::Trail",
		"AWS::Cognito::ManagedLoginBranding", "AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolDomain", "AWS::Events::Rule",
		"AWS::GuardDuty::MalwareProtectionPlan", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::KMS::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping",
		"AWS::Lambda::Function", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::Logs::LogGroup", "AWS::Logs::ResourcePolicy", "AWS::Route53::RecordSet",
		"AWS::S3::BucketPolicy", "AWS::SNS::Subscription", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy",
		"Custom::CDKBucketDeployment", "Custom::AWS",
	}
}

// The README's table of what costs money at rest is what the templates have, at the prices
// of the table that the estimate has; nothing else in them costs anything.
func TestCostsAtRest(t *testing.T) {
	table, prices := restTable(t), restPrices(t)
	for _, row := range []struct {
		option, stack, item string
		n                   int // of the item in that stack
		of                  int // of these, what the option brings
	}{
		{"nothing set", "signet", "kms.key", 2, 2},
		{"nothing set", "signet", "secret.month", 0, 0},
		{"dashboard", "signet", "dashboard.month", 1, 1},
		{"`alarms`", "bare", "alarm.month", 8, 8},
		{"`alarms` and `events`", "told", "alarm.month", 8 + 3 + 2, 3},
		{"`alarms` and `malwareScan`", "strict", "alarm.month", 0, 2},
		{"`alarms` and `backup.replica`", "full", "alarm.month", 8 + 2 + 1, 1},
		{"`events.url`", "told", "secret.month", 1, 1},
		{"`webAcl`", "full", "secret.month", 1, 1},
		{"`backup.replica`", "full", "replica.metrics", 4, 4},
		{"`passes`, `quota`, `spaces`", "spaces", "secret.month", 0, 0},
	} {
		got := 0
		for _, id := range stacks[row.stack].resources("") {
			if item, n := atRest(stacks[row.stack], id); item == row.item {
				got += n
			}
		}
		if got != row.n {
			t.Errorf("%s: got %d of %s in %s, want %d", row.option, got, row.item, row.stack, row.n)
		}
		line, told := table[row.option]
		if want := fmt.Sprintf("%d × `%s`", row.of, row.item); row.of > 0 && !strings.Contains(line, want) {
			t.Errorf("the README says of %s %q, want %s", row.option, line, want)
		}
		if want := fmt.Sprintf("$%.2f", float64(row.of)*prices[row.item]); !told || row.of > 0 && !strings.Contains(line, want) || row.of == 0 && row.option != "nothing set" && !strings.Contains(line, "nothing") {
			t.Errorf("the README says of %s %q, want %s", row.option, line, want)
		}
	}
}

// Every type of every template is either free at rest or among those that are counted.
func TestNothingElseCostsAtRest(t *testing.T) {
	for name, stack := range stacks {
		if strings.HasSuffix(name, relaySuffix) { // which the README prices by hand
			continue
		}
		for _, id := range stack.resources("") {
			kind := fmt.Sprint(stack.at("Resources/" + id + "/Type"))
			if item, _ := atRest(stack, id); item == "" && !slices.Contains(free(), kind) {
				t.Errorf("%s: %s is a %s: say what it costs at rest", name, id, kind)
			}
		}
	}
}

// restTable is the README's table at rest: what costs, and the rest of its row.
func restTable(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "<!-- begin at rest -->")
	section, _, ok := strings.Cut(rest, "<!-- end at rest -->")
	if !ok {
		t.Fatal("the README has no table of what costs at rest")
	}
	rows := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\| ([^|]+?) \| (.+) \|$`).FindAllStringSubmatch(section, -1) {
		rows[m[1]] = m[2]
	}
	return rows
}

// restPrices are the figures for us-east-1 of the table that the estimate has.
func restPrices(t *testing.T) map[string]float64 {
	t.Helper()
	text, err := os.ReadFile("../../cmd/signet/internal/estimate/price/snapshot.json")
	if err != nil {
		t.Fatal(err)
	}
	var book struct {
		Regions map[string]map[string]struct{ USD json.Number }
	}
	if err := json.Unmarshal(text, &book); err != nil {
		t.Fatal(err)
	}
	prices := map[string]float64{}
	for item, f := range book.Regions["us-east-1"] {
		if prices[item], err = strconv.ParseFloat(f.USD.String(), 64); err != nil {
			t.Fatal(err)
		}
	}
	return prices
}
