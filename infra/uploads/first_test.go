package uploads_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"signet/infra/settings"
)

// What a first deployment, or one from CI, or the way back, would fail of: none of
// it shows before AWS is asked.

const copier = "Resources/CustomCDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C/Properties/"

// checkReserved wants no copies reserved but those that the configuration asks for:
// a new account has ten in all, and AWS keeps ten unreserved.
func checkReserved(stack string, t template) []string {
	var problems []string
	for _, id := range t.resources("AWS::Lambda::Function") {
		var want any
		if n := config(stack).Concurrency; id == "UploadsFunction" && n > 0 {
			want = n
		}
		if got := t.at("Resources/" + id + "/Properties/ReservedConcurrentExecutions"); !same(got, want) {
			problems = append(problems, fmt.Sprintf("%s: got %v copies reserved, want %v", id, got, want))
		}
	}
	return problems
}

// checkExports wants no export: while another stack imports one, it can neither be
// removed, nor its stack deleted, so that what is turned on could not be turned off.
func checkExports(_ string, t template) []string {
	var problems []string
	outputs, _ := t["Outputs"].(map[string]any)
	for name := range outputs {
		if export := t.at("Outputs/" + name + "/Export"); export != nil {
			problems = append(problems, fmt.Sprintf("%s: got the export %v, want none", name, export))
		}
	}
	if data, _ := json.Marshal(t); strings.Contains(string(data), "Fn::ImportValue") {
		problems = append(problems, "got an import, want Fn::GetStackOutput")
	}
	return problems
}

// silent are regions to whose buckets CloudFront delivers no logs
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html).
var silent = []string{
	"af-south-1", "ap-east-1", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ca-west-1",
	"eu-central-2", "eu-south-1", "eu-south-2", "il-central-1", "me-central-1", "me-south-1",
}

// checkRegion wants the region refused before the first resource is made.
func checkRegion(stack string, t template) []string {
	rule := "Rules/UploadsRegion/Assertions/0/Assert/Fn::Contains/"
	if got := t.at(rule + "1"); got != "${AWS::Region}" {
		return []string{fmt.Sprintf("got a rule about %v, want it about the region", got)}
	}
	regions := texts(t.at(rule + "0"))
	if !slices.Equal(regions, settings.Regions()) {
		return []string{fmt.Sprintf("got the regions %v, want %v", regions, settings.Regions())}
	}
	var problems []string
	for _, region := range silent {
		if slices.Contains(regions, region) {
			problems = append(problems, region+": got it allowed, want it refused")
		}
	}
	return problems
}

// waiting is what has to be there, and stay, before a resource: by its logical id.
func waiting(stack string) map[string][]string {
	switch stack {
	case "full":
		return map[string][]string{"UploadsMalwareScan": {"UploadsSiteDistribution", "UploadsSiteRestCustomResource"}}
	case "strict":
		return map[string][]string{"UploadsPoolDomain": {"UploadsSiteRecord"}}
	case "full" + relaySuffix:
		return map[string][]string{
			"RelayMachineASG":   {"RelayVpcStorage", "RelayMachineGrouptoIndirectPeer443", "RelayMachineGrouptofullrelayRelayEndpointGroup"},
			"RelayOrigin":       {"RelayGatewayAttachment"},
			"RelayFirstStarted": {"RelayMachineASG"},
		}
	}
	return nil
}

func checkWaiting(stack string, t template) []string {
	var problems []string
	for id, wants := range waiting(stack) {
		got := texts(t.at("Resources/" + id + "/DependsOn"))
		for _, want := range wants {
			if !slices.ContainsFunc(got, func(on string) bool { return strings.HasPrefix(on, want) }) {
				problems = append(problems, fmt.Sprintf("%s: got it after %v, want it after %s", id, got, want))
			}
		}
	}
	return problems
}

// checkZones wants both subnets in zones that VPC origins take, and two for every region.
func checkZones(_ string, t template) []string {
	var problems []string
	for i := range 2 {
		got := t.at(fmt.Sprintf("Resources/RelayVpcPrivateSubnet%dSubnet/Properties/AvailabilityZone", i+1))
		if want := fmt.Sprintf("${RelayZones.AvailabilityZones.%d.ZoneName}", i); got != want {
			problems = append(problems, fmt.Sprintf("subnet %d: got the zone %v, want %s", i+1, got, want))
		}
	}
	var call struct {
		Parameters struct {
			Filters []struct {
				Name   string
				Values []string
			}
		}
	}
	text, _ := t.at("Resources/RelayZones/Properties/Create").(string)
	if err := json.Unmarshal([]byte(text), &call); err != nil {
		return append(problems, err.Error())
	}
	zones := map[string]int{}
	for _, f := range call.Parameters.Filters {
		if f.Name != "zone-id" {
			continue
		}
		for _, id := range f.Values {
			region, _, _ := strings.Cut(id, "-")
			zones[region]++
			if slices.Contains([]string{"use1-az3", "usw1-az2", "apne1-az3", "apne2-az1", "cac1-az3"}, id) {
				problems = append(problems, id+": got a zone that VPC origins do not take")
			}
		}
	}
	for region, n := range zones {
		if n < 2 {
			problems = append(problems, region+": got one zone, want two")
		}
	}
	if len(zones) != len(settings.Regions()) {
		problems = append(problems, fmt.Sprintf("got zones of %d regions, want %d", len(zones), len(settings.Regions())))
	}
	return problems
}

// TestTerminationProtection wants it on what holds files, and off where nothing is kept.
func TestTerminationProtection(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(assembly, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Artifacts map[string]struct {
			Type       string
			Properties struct{ TerminationProtection bool }
		}
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	for stack := range stacks {
		a, ok := manifest.Artifacts[stack]
		if want := !strings.HasSuffix(stack, relaySuffix) && !strings.HasSuffix(stack, certificateSuffix); !ok || a.Properties.TerminationProtection != want {
			t.Errorf("%s: got termination protection %v, want %v", stack, a.Properties.TerminationProtection, want)
		}
	}
}

// TestAtRest wants nothing in a stack of the defaults that costs while nobody uses
// it, but for the two keys: of every type that does, with its price in the table of
// infra/README.md.
func TestAtRest(t *testing.T) {
	for kind, want := range map[string]int{
		"AWS::KMS::Key":                             2,
		"AWS::CloudWatch::Dashboard":                1, // an account has three for nothing
		"AWS::CloudWatch::Alarm":                    0,
		"AWS::EC2::VPCEndpoint":                     0,
		"AWS::EC2::NatGateway":                      0,
		"AWS::EC2::EIP":                             0,
		"AWS::ElasticLoadBalancingV2::LoadBalancer": 0,
		"AWS::AutoScaling::AutoScalingGroup":        0,
		"AWS::SecretsManager::Secret":               0,
		"AWS::WAFv2::WebACL":                        0,
		"AWS::Route53::HostedZone":                  0,
		"AWS::Lambda::Version":                      0, // of which provisioned copies would be
	} {
		if got := len(stacks["signet"].resources(kind)); got != want {
			t.Errorf("%s: got %d, want %d", kind, got, want)
		}
	}
}
