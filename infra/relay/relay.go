package relay

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/lambda/upload"
)

// Props is what [NewRelay] needs.
type Props struct {
	// Config is the configuration of the uploads, with Relay on: their bucket's
	// policy knows of the relay only then.
	Config upload.Config
	// Program is the file of the Linux arm64 program signet (cmd/signet).
	Program string
	// Keys is a directory with the Linux arm64 program "bootstrap", built of
	// signet/lambda/keys.
	Keys string
}

// Relay is the construct.
type Relay struct {
	constructs.Construct
	// URL is where it takes uploads, without a slash at its end.
	URL string
}

// NewStack is a stack of the configured name and "-relay" that holds the relay and
// nothing else. Deploying it deploys that of the uploads first.
func NewStack(scope constructs.Construct, of *uploads.Uploads, props Props) *Relay {
	stack := awscdk.NewStack(scope, jsii.String(props.Config.Name+"-relay"), &awscdk.StackProps{
		Description: jsii.String("Signet: uploads through a server"),
	})
	uploads.Tag(stack, props.Config)
	r := NewRelay(stack, "Relay", of.Relayed(), props)
	awscdk.NewCfnOutput(stack, jsii.String("RelayURL"), &awscdk.CfnOutputProps{
		Value: jsii.String(r.URL + "/api/relay"), Description: jsii.String("Takes uploads: POST a form, or PUT a file to it and /NAME"),
	})
	return r
}

// NewRelay adds the relay of some uploads to a stack, which has to be of the same
// account and region. A name has one relay.
func NewRelay(scope constructs.Construct, id string, of uploads.Relayed, props Props) *Relay {
	r := &Relay{Construct: constructs.NewConstruct(scope, &id)}
	net := newNetwork(r.Construct, of)
	keys := newKeys(r.Construct, of, props.Keys)
	program := newProgram(r.Construct, props.Program)
	net.allow(of, props.Config, program)
	machine := newMachine(r.Construct, net, of, props.Config, program)
	front := newFront(r.Construct, net, machine, of)
	r.URL = front.url
	if of.Topic != nil {
		for _, alarm := range append(front.alarms(), keys.alarm()) {
			alarm.Add(r.Construct, of.Topic)
		}
	}
	uploads.Tag(r.Construct, props.Config)
	return r
}

// cfn is the CloudFormation resource behind a construct.
func cfn(c constructs.IConstruct) awscdk.CfnResource {
	return c.Node().DefaultChild().(awscdk.CfnResource)
}

func seconds(n float64) awscdk.Duration { return awscdk.Duration_Seconds(&n) }

func minutes(n float64) awscdk.Duration { return awscdk.Duration_Minutes(&n) }
