package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// newLogKey is the key of the logs. It is not the uploads' key, so that who may
// read the logs and who may read the files stay two questions.
func newLogKey(scope constructs.Construct, names names, config upload.Config) awskms.Key {
	stack := awscdk.Stack_Of(scope)
	groups := "arn:" + *stack.Partition() + ":logs:" + *stack.Region() + ":" + *stack.Account() + ":log-group:"
	statements := []awsiam.PolicyStatement{
		// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
		service("LogGroups", "logs."+*stack.Region()+".amazonaws.com", []string{
			"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey",
			"kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo",
		}, "ArnLike", condition{"kms:EncryptionContext:aws:logs:arn": []string{groups + *stack.StackName() + "-*", groups + names.apiLog}}),
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: jsii.String("ReadLogs"), Principals: account(), Resources: jsii.Strings("*"), Actions: jsii.Strings("kms:Decrypt"),
			Conditions: &map[string]any{"StringEquals": condition{"kms:CallerAccount": stack.Account()}},
		}),
	}
	if config.Trail {
		// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
		statements = append(statements, service("Trail", "cloudtrail.amazonaws.com",
			[]string{"kms:DescribeKey", "kms:GenerateDataKey"}, "StringEquals", condition{"aws:SourceArn": trailARN(stack, config)}))
	}
	if config.Alarms != "" && config.AlarmTopic() == "" {
		statements = append(statements, service("Alarms", "cloudwatch.amazonaws.com",
			[]string{"kms:Decrypt", "kms:GenerateDataKey"}, "StringEquals", condition{"aws:SourceAccount": stack.Account()}))
	}
	return keepKey(scope, "LogsKey", "Logs of "+config.Name, statements...)
}

// service lets an AWS service use a key under one condition.
func service(sid, principal string, actions []string, operator string, values condition) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: &sid, Actions: jsii.Strings(actions...), Resources: jsii.Strings("*"),
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(&principal, nil)},
		Conditions: &map[string]any{operator: values},
	})
}
