package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// newKey is the customer key of the uploads. Its policy lets the account manage
// the key but not read with it: data keys are made and opened only for S3, only
// for our bucket, and only for principals whose own policies allow it.
func newKey(scope constructs.Construct, names names, config upload.Config) awskms.Key {
	stack := awscdk.Stack_Of(scope)
	contexts := []string{names.bucketARN, names.bucketARN + "/*"}
	if config.HasState() {
		contexts = append(contexts, names.stateARN, names.stateARN+"/*")
	}
	use := awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("UseThroughS3"), Principals: account(), Resources: jsii.Strings("*"),
		Actions: jsii.Strings("kms:Decrypt", "kms:GenerateDataKey"),
		Conditions: &map[string]any{
			"StringEquals": condition{
				"kms:CallerAccount": stack.Account(),
				"kms:ViaService":    "s3." + *stack.Region() + ".amazonaws.com",
			},
			// With a bucket key the context is the bucket's ARN, without one the object's
			// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
			"StringLike": condition{
				"kms:EncryptionContext:aws:s3:arn": contexts,
			},
		},
	})
	key := keepKey(scope, "Key", "Uploads of "+config.Name, append([]awsiam.PolicyStatement{use}, publicKey(stack, config)...)...)
	key.AddAlias(jsii.String("alias/" + config.Name + "-uploads"))
	return key
}

// keepKey is a key that rotates and outlives its stack, with a policy of its
// administration and the given statements.
func keepKey(scope constructs.Construct, id, description string, use ...awsiam.PolicyStatement) awskms.Key {
	administration := awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Sid: jsii.String("Administration"), Principals: account(), Actions: keyAdministration(), Resources: jsii.Strings("*"),
	})
	statements := append([]awsiam.PolicyStatement{administration}, use...)
	return awskms.NewKey(scope, &id, &awskms.KeyProps{
		Description:       &description,
		EnableKeyRotation: jsii.Bool(true),
		PendingWindow:     days(30),
		Policy:            awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		RemovalPolicy:     keepOnceMade,
	})
}

// account is everybody in this account whom a policy of their own allows it.
func account() *[]awsiam.IPrincipal { return &[]awsiam.IPrincipal{awsiam.NewAccountRootPrincipal()} }

// keyAdministration lists what managing a key takes, by name instead of kms:*,
// which would hold Decrypt. PutKeyPolicy is what keeps the key from being locked.
func keyAdministration() *[]*string {
	return jsii.Strings(
		"kms:CancelKeyDeletion", "kms:CreateAlias", "kms:DeleteAlias", "kms:DescribeKey", "kms:DisableKey",
		"kms:DisableKeyRotation", "kms:EnableKey", "kms:EnableKeyRotation", "kms:GetKeyPolicy",
		"kms:GetKeyRotationStatus", "kms:ListGrants", "kms:ListKeyPolicies", "kms:ListKeyRotations",
		"kms:ListResourceTags", "kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RotateKeyOnDemand",
		"kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias", "kms:UpdateKeyDescription",
	)
}
