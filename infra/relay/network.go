package relay

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsec2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/lambda/upload"
)

// Ports of the load balancer and of the program.
const (
	frontPort   = 80
	programPort = 8080
)

type condition = map[string]any

// network is a VPC without a way out.
type network struct {
	awsec2.Vpc
	s3                        awsec2.GatewayVpcEndpoint
	front, machine, endpoints awsec2.SecurityGroup // of the load balancer, the machine, Session Manager's endpoints
	sessions                  []awsec2.InterfaceVpcEndpoint
	attached                  awsec2.CfnVPCGatewayAttachment
}

func newNetwork(scope constructs.Construct, of uploads.Relayed) *network {
	vpc := awsec2.NewVpc(scope, jsii.String("Vpc"), &awsec2.VpcProps{
		IpAddresses:         awsec2.IpAddresses_Cidr(jsii.String("10.73.0.0/24")),
		MaxAzs:              jsii.Number(2), // a load balancer wants two zones
		NatGateways:         jsii.Number(0),
		SubnetConfiguration: &[]*awsec2.SubnetConfiguration{{Name: jsii.String("Private"), SubnetType: awsec2.SubnetType_PRIVATE_ISOLATED, CidrMask: jsii.Number(26)}},
		// It would add a function of CDK's own. The default group is used by nothing,
		// and lets in nobody but its own members.
		RestrictDefaultSecurityGroup: jsii.Bool(false),
	})
	look := newLookups(scope, of.Logs)
	for i, zone := range look.zones() {
		cfn((*vpc.IsolatedSubnets())[i]).AddPropertyOverride(jsii.String("AvailabilityZone"), &zone)
	}
	gateway := awsec2.NewCfnInternetGateway(scope, jsii.String("Gateway"), nil)
	attached := awsec2.NewCfnVPCGatewayAttachment(scope, jsii.String("GatewayAttachment"), &awsec2.CfnVPCGatewayAttachmentProps{
		VpcId: vpc.VpcId(), InternetGatewayId: gateway.AttrInternetGatewayId(),
	})
	n := &network{Vpc: vpc, s3: vpc.AddGatewayEndpoint(jsii.String("Storage"), &awsec2.GatewayVpcEndpointOptions{
		Service: awsec2.GatewayVpcEndpointAwsService_S3(),
	}), attached: attached}
	n.groups(scope, look)
	look.harden()
	n.addSessions(scope)
	n.addFlowLog(scope, of.Logs)
	return n
}

// groups let CloudFront to the load balancer, that to the machine, and the machine
// to S3 and Session Manager. Nothing else is let anywhere.
func (n *network) groups(scope constructs.Construct, look *lookups) {
	cloudFront := look.prefixList("CloudFrontList", "com.amazonaws.global.cloudfront.origin-facing")
	s3 := look.prefixList("S3List", "com.amazonaws."+*awscdk.Stack_Of(scope).Region()+".s3")
	group := func(id, of string) awsec2.SecurityGroup {
		return awsec2.NewSecurityGroup(scope, &id, &awsec2.SecurityGroupProps{
			Vpc: n.Vpc, Description: &of, AllowAllOutbound: jsii.Bool(false), DisableInlineRules: jsii.Bool(true),
		})
	}
	n.front = group("FrontGroup", "Load balancer of the relay")
	n.machine = group("MachineGroup", "Machine of the relay")
	n.endpoints = group("EndpointGroup", "Endpoints of Session Manager")
	front, program, https := awsec2.Port_Tcp(jsii.Number(frontPort)), awsec2.Port_Tcp(jsii.Number(programPort)), awsec2.Port_Tcp(jsii.Number(443))
	n.front.AddIngressRule(awsec2.Peer_PrefixList(&cloudFront), front, jsii.String("CloudFront, whose VPC origin is the only way here"), nil)
	n.front.AddEgressRule(n.machine, program, jsii.String("The program"), nil)
	n.machine.AddIngressRule(n.front, program, jsii.String("The load balancer"), nil)
	n.machine.AddEgressRule(awsec2.Peer_PrefixList(&s3), https, jsii.String("S3"), nil)
	n.machine.AddEgressRule(n.endpoints, https, jsii.String("Session Manager"), nil)
	n.endpoints.AddIngressRule(n.machine, https, jsii.String("The machine"), nil)
}

// addSessions adds what Session Manager takes
// (https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html):
// ec2messages is not among it, which is for commands where ssmmessages is not
// there. They stand in one zone, for half the price: uploads do not need them.
func (n *network) addSessions(scope constructs.Construct) {
	one := &awsec2.SubnetSelection{Subnets: &[]awsec2.ISubnet{(*n.IsolatedSubnets())[0]}}
	for _, row := range []struct {
		id      string
		service awsec2.IInterfaceVpcEndpointService
	}{
		{"Ssm", awsec2.InterfaceVpcEndpointAwsService_SSM()},
		{"SsmMessages", awsec2.InterfaceVpcEndpointAwsService_SSM_MESSAGES()},
	} {
		n.sessions = append(n.sessions, n.AddInterfaceEndpoint(&row.id, &awsec2.InterfaceVpcEndpointOptions{
			Service: row.service, Open: jsii.Bool(false), PrivateDnsEnabled: jsii.Bool(true),
			SecurityGroups: &[]awsec2.ISecurityGroup{n.endpoints}, Subnets: one,
		}))
	}
}

// allow writes the endpoints' policies: whatever runs here, and with whatever
// credentials, it reaches what the relay needs and nothing beside it.
func (n *network) allow(of uploads.Relayed, config upload.Config, program *program) {
	stack := awscdk.Stack_Of(n.Vpc)
	objects, lists := bucketGrants(of, config)
	ours := condition{"StringEquals": condition{"aws:PrincipalAccount": stack.Account()}}
	for i, g := range objects { // the first as it was before there were spaces
		sid := g.Sid
		if i == 0 {
			sid = "Uploads"
		}
		n.s3.AddToPolicy(n.statement(sid, g.Actions, ours, g.Resources...))
	}
	n.s3.AddToPolicy(n.statement("Lists", lists, ours, *of.Bucket.BucketArn()))
	for _, g := range stateGrants(of) {
		n.s3.AddToPolicy(n.statement(g.Sid, g.Actions, ours, g.Resources...))
	}
	n.s3.AddToPolicy(n.statement("Program", []string{"s3:GetObject"}, ours, program.arn))
	n.s3.AddToPolicy(n.statement("Keys", []string{"s3:GetObject"}, ours, *of.Site.ArnForObjects(jsii.String(uploads.RelayKeys))))
	// A wait condition's address is presigned by CloudFormation's own account
	// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-vpce-bucketnames.html).
	n.s3.AddToPolicy(n.statement("Start", []string{"s3:PutObject"}, nil,
		"arn:"+*stack.Partition()+":s3:::cloudformation-waitcondition-"+*stack.Region()+"/*"))
	for _, e := range n.sessions {
		e.AddToPolicy(n.statement("Sessions", append(sessionActions(), registration), ours, "*"))
	}
}

func (n *network) statement(sid string, actions []string, on condition, resources ...string) awsiam.PolicyStatement {
	props := &awsiam.PolicyStatementProps{
		Sid: &sid, Actions: jsii.Strings(actions...), Resources: jsii.Strings(resources...), Principals: &[]awsiam.IPrincipal{awsiam.NewStarPrincipal()},
	}
	if on != nil {
		props.Conditions = &on
	}
	return awsiam.NewPolicyStatement(props)
}

// addFlowLog keeps who talked to whom for as long as the programs' logs.
func (n *network) addFlowLog(scope constructs.Construct, logs *uploads.Logs) {
	group := logs.NewLogGroup(scope, "FlowLogs")
	role := awsiam.NewRole(scope, jsii.String("FlowRole"), &awsiam.RoleProps{
		Description: jsii.String("Writes the relay's flow log"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("vpc-flow-logs.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{"Writing": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{
			Statements: &[]awsiam.PolicyStatement{uploads.Allow(upload.Grant{
				Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"}, Resources: []string{*group.LogGroupArn()},
			})},
		})},
	})
	awsec2.NewCfnFlowLog(scope, jsii.String("FlowLog"), &awsec2.CfnFlowLogProps{
		ResourceId: n.VpcId(), ResourceType: jsii.String("VPC"), TrafficType: jsii.String("ALL"), MaxAggregationInterval: jsii.Number(600),
		LogDestinationType: jsii.String("cloud-watch-logs"), LogGroupName: group.LogGroupName(), DeliverLogsPermissionArn: role.RoleArn(),
	})
}
