package uploads_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// check reports what is wrong with a template, so that TestMutants can see that it
// does.
type check struct {
	name string
	of   func(stack string, t template) []string
}

// checks hold for the templates of every configuration.
func checks(stack string) []check {
	all := []check{
		{"facts", checkFacts}, {"actions", checkActions}, {"tags", checkTags},
		{"reserved", checkReserved}, {"exports", checkExports}, {"waiting", checkWaiting},
	}
	if strings.HasSuffix(stack, certificateSuffix) {
		return all
	}
	if strings.HasSuffix(stack, relaySuffix) {
		return append(all, check{"closed", checkClosed}, check{"zones", checkZones})
	}
	return append(all, check{"routes", checkRoutes}, check{"environment", checkEnvironment}, check{"kept", checkKept}, check{"public", checkPublic},
		check{"region", checkRegion})
}

func TestChecks(t *testing.T) {
	for _, stack := range slices.Sorted(maps.Keys(stacks)) {
		for _, c := range checks(stack) {
			for _, problem := range c.of(stack, stacks[stack]) {
				t.Errorf("%s: %s: %s", stack, c.name, problem)
			}
		}
	}
}

// contexts are the configurations by stack name.
func contexts() map[string]string {
	all := map[string]string{
		"signet": "{}", "second": `{"name": "second"}`, "full": full, "full" + relaySuffix: full, "bare": bare,
		"strict": strict, "strict" + certificateSuffix: strict, "spaces": spaces,
		longestName: manyScanned(), longestName + relaySuffix: manyScanned(), manyName: manyConfirmed(), "told": told,
		"counted": counted, "counted" + relaySuffix: counted,
	}
	for name, who := range received() {
		all[name] = `{"name": "` + name + `", "events": {` + who + `}}`
	}
	return all
}

func config(stack string) upload.Config {
	c, err := upload.ParseContext([]byte(contexts()[stack]))
	if err != nil {
		panic(err)
	}
	return c
}

// checkActions wants every allowed action by its name.
func checkActions(_ string, t template) []string {
	var problems []string
	for _, s := range t.statements() {
		for _, action := range texts(s.body["Action"]) {
			if s.body["Effect"] == "Allow" && strings.Contains(action, "*") {
				problems = append(problems, fmt.Sprintf("%s: got %s, want actions by name", s, action))
			}
		}
		if s.body["NotAction"] != nil || s.body["NotResource"] != nil || s.body["NotPrincipal"] != nil {
			problems = append(problems, fmt.Sprintf("%s: got a Not… element, want none", s))
		}
	}
	return problems
}

// untaggable are the types for which CloudFormation has no tags.
var untaggable = []string{
	"AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route",
	"AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::ResponseHeadersPolicy", "AWS::CloudFront::OriginRequestPolicy", "AWS::CloudFront::Function",
	"AWS::Cognito::ManagedLoginBranding", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolDomain",
	"AWS::KMS::Alias", "AWS::Lambda::LayerVersion", "AWS::Lambda::Permission", "AWS::S3::BucketPolicy",
	"AWS::SNS::Subscription", "AWS::SNS::TopicPolicy", "Custom::CDKBucketDeployment", "AWS::SQS::QueuePolicy",
	"AWS::CloudFormation::WaitCondition", "AWS::CloudFormation::WaitConditionHandle", "AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress",
	"AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPCGatewayAttachment", "AWS::IAM::InstanceProfile", "Custom::AWS",
	"AWS::Backup::BackupSelection", "AWS::CloudFront::CachePolicy", "AWS::Route53::RecordSet",
	"AWS::EC2::LaunchTemplate", // its tags are those of what it starts
}

func checkTags(stack string, t template) []string {
	var problems []string
	for _, id := range t.resources("") {
		if slices.Contains(untaggable, t.at("Resources/"+id+"/Type").(string)) {
			continue
		}
		got := map[string]any{}
		for _, name := range []string{"Tags", "UserPoolTags", "ResourceTags", "BackupVaultTags", "BackupPlanTags"} {
			switch tags := t.at("Resources/" + id + "/Properties/" + name).(type) {
			case map[string]any:
				maps.Copy(got, tags)
			case []any:
				for _, tag := range tags {
					got[tag.(map[string]any)["Key"].(string)] = tag.(map[string]any)["Value"]
				}
			}
		}
		maps.DeleteFunc(got, func(name string, _ any) bool { return strings.HasPrefix(name, "aws-cdk:") || name == "Name" }) // CDK's own
		if !same(got, config(stack).Tags) {
			problems = append(problems, fmt.Sprintf("%s: got %v, want %v", id, got, config(stack).Tags))
		}
	}
	return problems
}

// checkKept wants what cannot be made again to outlive the stack, and what costs
// not to outlive a first deployment that fails.
func checkKept(_ string, t template) []string {
	var problems []string
	for _, kind := range []string{"AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::KMS::Key", "AWS::Cognito::UserPool"} {
		for _, id := range t.resources(kind) {
			want := "Retain"
			if kind == "AWS::KMS::Key" || strings.HasPrefix(id, "UploadsBucket") || strings.HasPrefix(id, "UploadsState") {
				want = "RetainExceptOnCreate"
			}
			if got := t.at("Resources/" + id + "/DeletionPolicy"); got != want {
				problems = append(problems, fmt.Sprintf("%s: got %v, want %s", id, got, want))
			}
			if got := t.at("Resources/" + id + "/UpdateReplacePolicy"); got != "Retain" {
				problems = append(problems, fmt.Sprintf("%s: got %v when it is replaced, want Retain", id, got))
			}
		}
	}
	return problems
}

// checkPublic wants no bucket that anybody else can reach.
func checkPublic(_ string, t template) []string {
	var problems []string
	for _, id := range t.resources("AWS::S3::Bucket") {
		for _, setting := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
			if t.at("Resources/"+id+"/Properties/PublicAccessBlockConfiguration/"+setting) != true {
				problems = append(problems, id+": want "+setting)
			}
		}
	}
	for _, s := range t.statements() {
		if s.body["Effect"] == "Allow" && (s.body["Principal"] == "*" || same(s.body["Principal"], map[string]any{"AWS": "*"})) {
			problems = append(problems, fmt.Sprintf("%s: got everybody allowed, want a principal", s))
		}
	}
	return problems
}

// TestSiteConfig reads the config.json that the deployment copies; what CloudFormation
// fills in stands there as markers.
func TestSiteConfig(t *testing.T) {
	object := stacks["full"].at(remains + "SourceObjectKeys/1").(string)
	data, err := os.ReadFile(filepath.Join(assembly, "asset."+strings.TrimSuffix(object, ".zip"), "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for marker, value := range stacks["full"].at(remains + "SourceMarkers/1").(map[string]any) {
		quoted, _ := json.Marshal(strings.Trim(value.(string), `"`))
		text = strings.ReplaceAll(text, marker, string(quoted))
		text = strings.ReplaceAll(text, `"`+string(quoted)+`"`, string(quoted))
	}
	var got any
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatalf("got %s: %v", text, err)
	}
	want := map[string]any{
		"name": "full", "api": "/api", "maxObjectSize": 1 << 40, "maxFiles": 50, "allowedTypes": list{"image/*", "application/pdf"},
		"auth": map[string]any{
			"issuer": "${UploadsPool.ProviderURL}", "clientId": "${UploadsPoolClient}", "scope": "openid email profile",
			"logout": "https://login-" + stackID + ".auth.${AWS::Region}.amazoncognito.com/logout",
		},
	}
	if !same(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestSecondInstance wants no name in common between two instances that differ
// in their own name alone, as they would meet in one account and region.
func TestSecondInstance(t *testing.T) {
	mine, others := physicalNames(stacks["signet"]), physicalNames(stacks["second"])
	if len(mine) < 6 {
		t.Errorf("got %d names, want those of bucket, key, trail, dashboard, headers and access control: %v", len(mine), mine)
	}
	for where, name := range mine {
		if others[where] == name {
			t.Errorf("%s: got %v in both, want another", where, name)
		}
	}
}

// physicalNames are the names in a template that AWS wants to be unique.
func physicalNames(t template) map[string]any {
	found := map[string]any{}
	var walk func(where string, v any)
	walk = func(where string, v any) {
		m, ok := v.(map[string]any)
		if !ok {
			return
		}
		for name, value := range m {
			if slices.Contains([]string{"BucketName", "AliasName", "Name", "TrailName", "DashboardName", "BudgetName", "RoleName", "FunctionName", "LogGroupName", "BackupVaultName", "UserPoolName", "Domain"}, name) {
				if text, ok := value.(string); ok && !strings.HasPrefix(text, "${Uploads") {
					found[where+"/"+name] = text
				}
			}
			walk(where+"/"+name, value)
		}
	}
	for _, id := range t.resources("") {
		switch t.at("Resources/" + id + "/Type") {
		case "AWS::ApiGatewayV2::Authorizer", "AWS::ApiGatewayV2::Api": // unique within their API, or not at all
		case "AWS::Cognito::UserPoolDomain": // its name is made of the stack's id alone
		default:
			walk(id, t.at("Resources/"+id+"/Properties"))
		}
	}
	return found
}

// TestNameLength holds the longest name to what S3 takes: the parts of the
// stack's id have 8 and 12 characters.
func TestNameLength(t *testing.T) {
	longest := strings.Repeat("n", 32)
	if n := len(longest + "-uploads-" + "01234567" + "-" + "0123456789ab"); n > 63 {
		t.Errorf("got a bucket name of %d characters, want at most 63", n)
	}
	if _, err := upload.ParseContext([]byte(`{"name": "` + longest + `n"}`)); err == nil {
		t.Error("got a name of 33 characters taken, want it refused")
	}
}
