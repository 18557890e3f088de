package uploads_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"signet/infra/relay/boot"
	"signet/lambda/upload"
)

const (
	machine  = "Resources/RelayMachineASG/Properties/"
	launch   = "Resources/RelayTemplate/Properties/LaunchTemplateData/"
	relayed  = "Resources/RelayRole/Properties/"
	may      = relayed + "Policies/0/PolicyDocument/Statement/Sid="
	endpoint = "Resources/RelayVpcStorage/Properties/"
	through  = endpoint + "PolicyDocument/Statement/Sid="
	balancer = "Resources/RelayBalancer/Properties/"
	cdn      = "Resources/RelayDistribution/Properties/DistributionConfig/"
	origin   = "Resources/RelayOrigin/Properties/VpcOriginEndpointConfig/"
)

// relayFacts hold where relay is on, with every other option too.
func relayFacts() []fact {
	return slices.Concat(machineFacts(), grantFacts(), frontFacts())
}

func machineFacts() []fact {
	return []fact{
		{machine + "MinSize", "1"},
		{machine + "MaxSize", "1"},
		{machine + "MaxInstanceLifetime", 14 * 24 * 3600},
		{machine + "HealthCheckType", "ELB"},
		{machine + "HealthCheckGracePeriod", 300},
		{machine + "DefaultInstanceWarmup", 600},
		{machine + "InstanceMaintenancePolicy", map[string]any{"MinHealthyPercentage": 100, "MaxHealthyPercentage": 200}},
		{"Resources/RelayMachineASG/UpdatePolicy/AutoScalingInstanceRefresh/Strategy", "Rolling"},
		{"Resources/RelayMachineASG/UpdatePolicy/AutoScalingInstanceRefresh/Preferences/MinHealthyPercentage", 100},
		{"Resources/RelayFirstStarted/Properties/Timeout", "1500"},
		{"Resources/RelayFirstStarted/Properties/Handle", "${RelayFirstStart}"},
		{launch + "ImageId", "resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"},
		{launch + "InstanceType", "t4g.small"},
		{launch + "KeyName", nil},
		{launch + "MetadataOptions/HttpTokens", "required"},
		{launch + "MetadataOptions/HttpPutResponseHopLimit", 1},
		{launch + "BlockDeviceMappings/0/Ebs/Encrypted", true},
		{launch + "BlockDeviceMappings/0/Ebs/VolumeType", "gp3"},
		{launch + "Monitoring/Enabled", true},
		{launch + "NetworkInterfaces/0/AssociatePublicIpAddress", false},
	}
}

func grantFacts() []fact {
	inBox := "${UploadsBucket.Arn}/in/box/*"
	return []fact{
		{relayed + "RoleName", "full-relay"},
		{relayed + "AssumeRolePolicyDocument/Statement/0/Principal/Service", "ec2.amazonaws.com"},
		{relayed + "ManagedPolicyArns", nil},
		{may + "Objects/Resource", inBox},
		{may + "ListPrefix/Condition/StringLike/s3:prefix", "in/box/*"},
		{may + "KeyViaS3/Condition/StringEquals/kms:ViaService", "s3.${AWS::Region}.amazonaws.com"},
		{may + "Keys/Resource", "${UploadsSiteBucket.Arn}/relay/jwks.json"},
		{may + "Program/Action", "s3:GetObject"},
		{may + "DenyElsewhere/Effect", "Deny"},
		{may + "DenyElsewhere/Action", "s3:*"},
		{may + "DenyElsewhere/Condition/StringNotEquals/aws:SourceVpce", "${RelayVpcStorage}"},
		{through + "Uploads/Resource", inBox},
		{through + "Uploads/Action", list{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:GetObject",
			"s3:GetObjectVersion", "s3:ListMultipartUploadParts", "s3:PutObject"}},
		{through + "Uploads/Condition/StringEquals/aws:PrincipalAccount", "${AWS::AccountId}"},
		{through + "Lists/Resource", "${UploadsBucket.Arn}"},
		{through + "Keys/Resource", "${UploadsSiteBucket.Arn}/relay/jwks.json"},
		{through + "Keys/Action", "s3:GetObject"},
		{through + "Program/Action", "s3:GetObject"},
		{through + "Start/Resource", "arn:${AWS::Partition}:s3:::cloudformation-waitcondition-${AWS::Region}/*"},
		{endpoint + "PolicyDocument/Statement/5", nil},
		{endpoint + "VpcEndpointType", "Gateway"},
		{endpoint + "RouteTableIds", list{"${RelayVpcPrivateSubnet1RouteTable}", "${RelayVpcPrivateSubnet2RouteTable}"}},
		{"Resources/RelayKeysSchedule/Properties/ScheduleExpression", "rate(5 minutes)"},
		{"Resources/RelayKeysSchedule/Properties/Targets/0/Input", `{"bucket":"${UploadsSiteBucket}","issuer":"${UploadsPool.ProviderURL}","key":"relay/jwks.json"}`},
		{"Resources/RelayKeysRole/Properties/Policies/0/PolicyDocument/Statement/Sid=Keys/Resource", "${UploadsSiteBucket.Arn}/relay/jwks.json"},
		{"Resources/RelayFlowLog/Properties/TrafficType", "ALL"},
	}
}

func frontFacts() []fact {
	return []fact{
		{balancer + "Scheme", "internal"},
		{balancer + "LoadBalancerAttributes/Key=routing.http.drop_invalid_header_fields.enabled/Value", "true"},
		{balancer + "LoadBalancerAttributes/Key=routing.http.desync_mitigation_mode/Value", "strictest"},
		{balancer + "LoadBalancerAttributes/Key=access_logs.s3.bucket/Value", "${UploadsLogs}"},
		{balancer + "LoadBalancerAttributes/Key=access_logs.s3.prefix/Value", "logs/elb"},
		{balancer + "LoadBalancerAttributes/Key=access_logs.s3.enabled/Value", "true"},
		{"Resources/RelayBalancerHttp/Properties/DefaultActions/0/FixedResponseConfig/StatusCode", "404"},
		{"Resources/RelayBalancerHttpRelayRule/Properties/Conditions/0/PathPatternConfig/Values", list{"/api/relay", "/api/relay/*", "/api/healthz"}},
		{"Resources/RelayTargets/Properties/HealthCheckPath", "/api/healthz"},
		{"Resources/RelayTargets/Properties/Port", 8080},
		{"Resources/RelayTargets/Properties/TargetGroupAttributes/Key=deregistration_delay.timeout_seconds/Value", "600"},
		{origin + "Arn", "${RelayBalancer}"},
		{origin + "OriginProtocolPolicy", "http-only"},
		{cdn + "Origins/0/VpcOriginConfig/OriginReadTimeout", 120},
		{cdn + "Origins/0/VpcOriginConfig/VpcOriginId", "${RelayOrigin.Id}"},
		{cdn + "PriceClass", "PriceClass_All"},
		{cdn + "DefaultCacheBehavior/ViewerProtocolPolicy", "https-only"},
		{cdn + "DefaultCacheBehavior/CachePolicyId", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}, // CachingDisabled
		{cdn + "Logging/Bucket", "${UploadsEdgeLogs.RegionalDomainName}"},
		{cdn + "CustomErrorResponses/0/ErrorCachingMinTTL", 0},
		{"Resources/RelayMachineAlarm/Properties/MetricName", "UnHealthyHostCount"},
		{"Resources/RelayMachineAlarm/Properties/AlarmActions/0", "${UploadsAlarmTopic}"},
		{"Resources/RelayKeysAlarm/Properties/MetricName", "Errors"},
		{"Resources/RelayRelayErrorsAlarm/Properties/MetricName", "HTTPCode_Target_5XX_Count"},
		{"Outputs/RelayURL/Value", "https://${RelayDistribution.DomainName}/api/relay"},
	}
}

// nowhere is what CDK writes for a group that lets nothing out: an empty list means everything.
const nowhere = "255.255.255.255/32"

// checkClosed wants no way in but CloudFront's and none out but the endpoints'.
func checkClosed(_ string, t template) []string {
	var problems []string
	for _, kind := range []string{"AWS::EC2::NatGateway", "AWS::EC2::EIP", "AWS::EC2::Route", "AWS::EC2::KeyPair", "AWS::EC2::VPCPeeringConnection"} {
		if ids := t.resources(kind); len(ids) > 0 {
			problems = append(problems, fmt.Sprintf("%v: want no %s", ids, kind))
		}
	}
	for _, id := range t.resources("AWS::EC2::Subnet") {
		if t.at("Resources/"+id+"/Properties/MapPublicIpOnLaunch") != false {
			problems = append(problems, id+": want no public addresses")
		}
	}
	var rules []string
	for _, kind := range []string{"AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"} {
		for _, id := range t.resources(kind) {
			p := t.at("Resources/" + id + "/Properties").(map[string]any)
			if p["CidrIp"] == nowhere {
				continue
			}
			for _, open := range []string{"CidrIp", "CidrIpv6"} {
				if p[open] != nil {
					problems = append(problems, fmt.Sprintf("%s: got %v, want a group or a list of AWS's", id, p[open]))
				}
			}
			rules = append(rules, fmt.Sprintf("%s %v", strings.TrimPrefix(kind, "AWS::EC2::SecurityGroup"), p["ToPort"]))
		}
	}
	slices.Sort(rules)
	if want := []string{"Egress 443", "Egress 443", "Egress 8080", "Ingress 443", "Ingress 80", "Ingress 8080"}; !slices.Equal(rules, want) {
		problems = append(problems, fmt.Sprintf("got the rules %v, want %v", rules, want))
	}
	return append(problems, openGroups(t)...)
}

// openGroups are the security groups with rules of their own besides CDK's, which
// stands for none, and the endpoints without a policy.
func openGroups(t template) []string {
	var problems []string
	for _, id := range t.resources("AWS::EC2::SecurityGroup") {
		p := t.at("Resources/" + id + "/Properties").(map[string]any)
		for _, r := range append(slices.Clone(listOf(p["SecurityGroupIngress"])), listOf(p["SecurityGroupEgress"])...) {
			if r.(map[string]any)["CidrIp"] != nowhere {
				problems = append(problems, fmt.Sprintf("%s: got %v within the group, want its rules apart", id, r))
			}
		}
	}
	for _, id := range t.resources("AWS::EC2::VPCEndpoint") {
		if t.at("Resources/"+id+"/Properties/PolicyDocument/Statement/0") == nil {
			problems = append(problems, id+": want a policy")
		}
	}
	return problems
}

func listOf(v any) list {
	l, _ := v.([]any)
	return l
}

func relayMutants() []mutant {
	inbound := "Resources/RelayFrontGroupfromIndirectPeer80FA15D541/Properties/"
	return []mutant{
		{"two machines", machine + "MaxSize", "2"},
		{"the old one goes before the new one is known to be well", machine + "DefaultInstanceWarmup", 30},
		{"ill machines kept", machine + "HealthCheckType", "EC2"},
		{"old machines kept", machine + "MaxInstanceLifetime", nil},
		{"the old one goes first", machine + "InstanceMaintenancePolicy", nil},
		{"changes without new machines", "Resources/RelayMachineASG/UpdatePolicy", nil},
		{"IMDSv1", launch + "MetadataOptions/HttpTokens", "optional"},
		{"credentials two hops away", launch + "MetadataOptions/HttpPutResponseHopLimit", 2},
		{"volume in the clear", launch + "BlockDeviceMappings/0/Ebs/Encrypted", false},
		{"SSH key", launch + "KeyName", "mine"},
		{"public address", launch + "NetworkInterfaces/0/AssociatePublicIpAddress", true},
		{"an image of somebody", launch + "ImageId", "ami-0123456789abcdef0"},
		{"route to the internet", "Resources/RelayRoute", map[string]any{"Type": "AWS::EC2::Route", "Properties": map[string]any{"DestinationCidrBlock": "0.0.0.0/0"}}},
		{"NAT", "Resources/RelayNat", map[string]any{"Type": "AWS::EC2::NatGateway", "Properties": map[string]any{}}},
		{"subnets of public addresses", "Resources/RelayVpcPrivateSubnet1Subnet/Properties/MapPublicIpOnLaunch", true},
		{"endpoint to any bucket", endpoint + "PolicyDocument", nil},
		{"endpoint to all of the bucket", through + "Uploads/Resource", "${UploadsBucket.Arn}/*"},
		{"endpoint for every account", through + "Uploads/Condition", nil},
		{"endpoint takes anything", through + "Uploads/Action", "s3:*"},
		{"sessions without a policy", "Resources/RelayVpcSsm/Properties/PolicyDocument", nil},
		{"role usable elsewhere", may + "DenyElsewhere", nil},
		{"role on all of the bucket", may + "Objects/Resource", "${UploadsBucket.Arn}/*"},
		{"role writes the keys", may + "Keys/Resource", "${UploadsSiteBucket.Arn}/*"},
		{"managed policy", relayed + "ManagedPolicyArns", list{"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}},
		{"load balancer on the internet", balancer + "Scheme", "internet-facing"},
		{"everybody to the load balancer", inbound + "CidrIp", "0.0.0.0/0"},
		{"bad headers let through", balancer + "LoadBalancerAttributes/Key=routing.http.drop_invalid_header_fields.enabled/Value", "false"},
		{"no access log", balancer + "LoadBalancerAttributes/Key=access_logs.s3.enabled/Value", "false"},
		{"every path", "Resources/RelayBalancerHttpRelayRule/Properties/Conditions/0/PathPatternConfig/Values", list{"/*"}},
		{"tokens over plain HTTP", cdn + "DefaultCacheBehavior/ViewerProtocolPolicy", "allow-all"},
		{"answers cached", cdn + "DefaultCacheBehavior/CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6"},
		{"no flow log", "Resources/RelayFlowLog", nil},
		{"keys of another issuer", "Resources/RelayKeysSchedule/Properties/Targets/0/Input", "{}"},
		{"tag gone", machine + "Tags", nil},
		{"machine before its way to S3", "Resources/RelayMachineASG/DependsOn", list{"RelayVpcStorage"}},
		{"VPC origin before the gateway", "Resources/RelayOrigin/DependsOn", nil},
		{"zones by letter", "Resources/RelayVpcPrivateSubnet1Subnet/Properties/AvailabilityZone", "${zones of this region, part 0}"},
		{"both subnets in one zone", "Resources/RelayVpcPrivateSubnet2Subnet/Properties/AvailabilityZone", "${RelayZones.AvailabilityZones.0.ZoneName}"},
		{"a zone that VPC origins refuse", "Resources/RelayZones/Properties/Create", `{"parameters": {"Filters": [{"Name": "zone-id", "Values": ["use1-az2", "use1-az3"]}]}}`},
		{"look-ups that throttle each other", "Resources/AWS679f53fac002430cb0da5b7982bd22872D164C4C/Properties/ReservedConcurrentExecutions", 1},
		{"edges far from Korea", cdn + "PriceClass", "PriceClass_100"},
		{"strong export", "Outputs/RelayURL/Export", map[string]any{"Name": "url"}},
	}
}

// TestUserData wants the script as boot writes it, with the program's own hash and
// the configuration that the program reads.
func TestUserData(t *testing.T) {
	got, _ := stacks["full"+relaySuffix].at(launch + "UserData").(string)
	line := got[strings.Index(got, upload.EnvVar+"='")+len(upload.EnvVar)+2:]
	text, _, _ := strings.Cut(line, "'\n")
	config, err := upload.ParseConfig([]byte(strings.NewReplacer("${UploadsPool.ProviderURL}", "https://issuer.example").Replace(text)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if config.Bucket != "${UploadsBucket}" || config.Auth.Issuer != "https://issuer.example" || !slices.Equal(config.Auth.Audience, []string{"${UploadsPoolClient}"}) ||
		config.Prefix != "in/box/" || config.Accelerate || config.DualStack || config.Domain != nil {
		t.Errorf("got %+v, want the stack's bucket and issuer, and S3's plain endpoint", config)
	}
	for _, want := range []string{
		fmt.Sprintf("echo \"%x  ", sha256.Sum256([]byte("program that serves"))),
		"aws s3 cp --only-show-errors 's3://cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/", "--jwks " + boot.KeysFile,
		"s3 cp --only-show-errors s3://${UploadsSiteBucket}/relay/jwks.json", "'${RelayFirstStart}'",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got user data without %q", want)
		}
	}
	if place := regexp.MustCompile("@[A-Z0-9]+@").FindString(got); place != "" {
		t.Errorf("got %s in the user data, want it filled in", place)
	}
}

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestRelayProgram finds the program that the role, the endpoint and the script name among the assets.
func TestRelayProgram(t *testing.T) {
	relay := stacks["full"+relaySuffix]
	arn, _ := relay.at(may + "Program/Resource").(string)
	if through := relay.at(through + "Program/Resource"); through != arn || !strings.Contains(arn, ":s3:::cdk-hnb659fds-assets-") {
		t.Errorf("got %v at the endpoint and %s in the role, want the same", through, arn)
	}
	var manifest struct {
		Files map[string]struct{ Source struct{ Path string } }
	}
	data := readFile(t, filepath.Join(assembly, "full"+relaySuffix+".assets.json"))
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	id, _, _ := strings.Cut(arn[strings.LastIndex(arn, "/")+1:], ".")
	file, ok := manifest.Files[id]
	if !ok || string(readFile(t, filepath.Join(assembly, file.Source.Path))) != "program that serves" {
		t.Errorf("got the asset %+v, want the program", file)
	}
}
