package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// Size of the function. API Gateway waits 30 s, so an answer after 29 s is late.
const (
	functionMemory  = 256 // MiB
	functionTimeout = 29  // seconds
)

// Function signs requests, and its role is the one that signed requests act as.
type Function struct {
	awslambda.Function
	role awsiam.Role
}

// newFunction grants and, from the same values, sets what the function reads.
func newFunction(scope constructs.Construct, config upload.Config, bucket *Bucket, logs *Logs, gate *gate, code string) *Function {
	stack := awscdk.Stack_Of(scope)
	config.Resolved = upload.Resolved{Bucket: *bucket.BucketName(), Region: *stack.Region(), KMSKey: *bucket.key.KeyArn(), Site: config.Site}
	if bucket.public != nil {
		config.Public = bucket.public.url
	}
	if bucket.state != nil {
		config.StateBucket = *bucket.state.BucketName()
	}
	written, resolved, err := config.Split()
	if err != nil {
		panic(err) // Config has no value that JSON cannot write
	}
	environment := map[string]*string{upload.EnvVar: jsii.String(string(resolved))}
	if gate != nil {
		environment[upload.EdgeEnvVar] = &gate.word
	}
	archived, remove := archive(code, written)
	defer remove()
	group := logs.NewLogGroup(scope, "FunctionLogs")
	role := newFunctionRole(scope, config, bucket, group)
	function := awslambda.NewFunction(scope, jsii.String("Function"), &awslambda.FunctionProps{
		Description:                  jsii.String("Signs uploads of " + config.Name),
		Code:                         archived,
		Handler:                      jsii.String("bootstrap"),
		Runtime:                      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:                 awslambda.Architecture_ARM_64(),
		MemorySize:                   jsii.Number(functionMemory),
		Timeout:                      awscdk.Duration_Seconds(jsii.Number(functionTimeout)),
		ReservedConcurrentExecutions: reserved(config.Concurrency),
		Tracing:                      awslambda.Tracing_ACTIVE,
		LoggingFormat:                awslambda.LoggingFormat_JSON,
		LogGroup:                     group,
		Role:                         role.WithoutPolicyUpdates(nil),
		Environment:                  &environment,
	})
	describe(cfn(function), written)
	waivers := []waive.Waiver{waive.NoQueue(), waive.PlainEnvironment()}
	if config.Concurrency == 0 {
		waivers = append(waivers, waive.SharedConcurrency())
	}
	Tidy(cfn(function), waivers...)
	named := append(bucket.uploads(config), bucket.state.objects()...)
	if config.Events != nil {
		named = append(named, *bucket.ArnForObjects(jsii.String(upload.MovedPrefix + "*")))
	}
	waive.On(cfn(role), runtimeNames(stack, named...), waive.NoResource())
	return &Function{Function: function, role: role}
}

func newFunctionRole(scope constructs.Construct, config upload.Config, bucket *Bucket, logs awslogs.LogGroup) awsiam.Role {
	var statements []awsiam.PolicyStatement
	for _, g := range SigningGrants(*bucket.BucketArn(), config, config.KMSKey, config.Region) {
		statements = append(statements, Allow(g))
	}
	statements = append(statements, bucket.state.grants()...)
	statements = append(statements,
		Allow(upload.Grant{Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []string{*logs.LogGroupArn()}}),
		Traces(),
	)
	return awsiam.NewRole(scope, jsii.String("FunctionRole"), &awsiam.RoleProps{
		Description: jsii.String("Signs, and is what signed requests act as"),
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Signing": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
}

// reserved is how many copies Lambda keeps for a function alone; nil: none.
func reserved(copies int) *float64 {
	if copies == 0 {
		return nil
	}
	return jsii.Number(copies)
}

// Traces lets a function send its traces. X-Ray has no resources to name
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html).
func Traces() awsiam.PolicyStatement {
	return Allow(upload.Grant{Sid: "Traces", Actions: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, Resources: []string{"*"}})
}

// Tidy drops the dependency on the role, which the reference to it already is,
// and waives what holds for every function here.
func Tidy(function awscdk.CfnResource, more ...waive.Waiver) {
	function.AddDeletionOverride(jsii.String("DependsOn"))
	waive.On(function, append(more, waive.NoVPC())...)
}

// Allow is a grant as a policy statement.
func Allow(g upload.Grant) awsiam.PolicyStatement {
	props := &awsiam.PolicyStatementProps{Sid: &g.Sid, Actions: jsii.Strings(g.Actions...), Resources: jsii.Strings(g.Resources...)}
	if conditions := g.Conditions(); conditions != nil {
		all := map[string]any{}
		for operator, keys := range conditions {
			all[operator] = keys
		}
		props.Conditions = &all
	}
	return awsiam.NewPolicyStatement(props)
}
