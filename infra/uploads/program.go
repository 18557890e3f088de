package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// ProgramProps is what a [Program] is made of.
type ProgramProps struct {
	Does string // the description of the function and of its role
	// Code is a directory with the Linux arm64 program "bootstrap".
	Code string
	// Seconds that one call may take.
	Seconds float64
	Grants  []upload.Grant
	// Config is put beside the program as [upload.ConfigFile]. Nil: it reads none.
	Config []byte
	// Environment of the function. Nil: none.
	Environment map[string]string
	// Failures takes the events that failed for good. Nil: they are dropped.
	Failures awssqs.IQueue
}

// Program is a function that works behind the service, without a person who waits
// for it. Its log, traces and role are like those of the function that signs. It
// reserves no copies: a new account has ten in all, which AWS keeps unreserved.
type Program struct {
	awslambda.Function
	Role awsiam.Role
}

// NewProgram adds a program with its role and log to a scope.
func NewProgram(scope constructs.Construct, id string, logs *Logs, props ProgramProps, waivers ...waive.Waiver) *Program {
	group := logs.NewLogGroup(scope, id+"Logs")
	statements := []awsiam.PolicyStatement{}
	for _, g := range props.Grants {
		statements = append(statements, Allow(g))
	}
	if props.Failures != nil {
		statements = append(statements, Allow(upload.Grant{Sid: "Failures", Actions: []string{"sqs:SendMessage"}, Resources: []string{*props.Failures.QueueArn()}}))
	}
	statements = append(statements,
		Allow(upload.Grant{Sid: "Logs", Actions: []string{"logs:CreateLogStream", "logs:PutLogEvents"}, Resources: []string{*group.LogGroupArn()}}),
		Traces(),
	)
	role := awsiam.NewRole(scope, jsii.String(id+"Role"), &awsiam.RoleProps{
		Description: &props.Does,
		AssumedBy:   awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Work": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
	code, remove := awslambda.Code(awslambda.Code_FromAsset(&props.Code, nil)), func() {}
	if props.Config != nil {
		code, remove = archive(props.Code, props.Config)
	}
	defer remove()
	function := awslambda.NewFunction(scope, &id, &awslambda.FunctionProps{
		Description:     &props.Does,
		Code:            code,
		Environment:     variables(props.Environment),
		Handler:         jsii.String("bootstrap"),
		Runtime:         awslambda.Runtime_PROVIDED_AL2023(),
		Architecture:    awslambda.Architecture_ARM_64(),
		MemorySize:      jsii.Number(128),
		Timeout:         awscdk.Duration_Seconds(&props.Seconds),
		Tracing:         awslambda.Tracing_ACTIVE,
		LoggingFormat:   awslambda.LoggingFormat_JSON,
		LogGroup:        group,
		Role:            role.WithoutPolicyUpdates(nil),
		DeadLetterQueue: props.Failures,
	})
	Tidy(cfn(function), append(waivers, waive.SharedConcurrency())...)
	return &Program{Function: function, Role: role}
}

// variables is a function's environment; nil: none.
func variables(values map[string]string) *map[string]*string {
	if values == nil {
		return nil
	}
	all := map[string]*string{}
	for name, value := range values {
		all[name] = &value
	}
	return &all
}
