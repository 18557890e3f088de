package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsbackup"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// nightly is when backups are taken, in UTC.
const nightly = "cron(0 3 * * ? *)"

// newVault has AWS Backup keep the upload bucket as it was each night. Its vault
// outlives the stack, as the bucket does. The roles have what AWS's own policies
// for S3 have, on this bucket and this key alone
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForS3Backup.html,
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForS3Restore.html).
func newVault(scope constructs.Construct, names names, config upload.Config, bucket *Bucket) {
	vault := awsbackup.NewCfnBackupVault(scope, jsii.String("Vault"), &awsbackup.CfnBackupVaultProps{BackupVaultName: &names.vault})
	vault.ApplyRemovalPolicy(keepAlways, nil)
	waive.On(vault, vaultKey())
	plan := awsbackup.NewCfnBackupPlan(scope, jsii.String("Nightly"), &awsbackup.CfnBackupPlanProps{
		BackupPlan: &awsbackup.CfnBackupPlan_BackupPlanResourceTypeProperty{
			BackupPlanName: &config.Name,
			BackupPlanRule: []any{&awsbackup.CfnBackupPlan_BackupRuleResourceTypeProperty{
				RuleName: jsii.String("nightly"), TargetBackupVault: vault.Ref(), ScheduleExpression: jsii.String(nightly),
				Lifecycle: &awsbackup.CfnBackupPlan_LifecycleResourceTypeProperty{DeleteAfterDays: jsii.Number(config.Backup.Plan.Days)},
			}},
		},
	})
	taking := newBackupRole(scope, "BackupRole", "Backs uploads up", backupStatements(scope, bucket))
	restoring := newBackupRole(scope, "BackupRestoreRole", "Restores uploads out of a backup", restoreStatements(scope, bucket))
	bucket.writers = append(bucket.writers, restoring.RoleArn())
	bucket.restorer = restoring.RoleArn()
	awsbackup.NewCfnBackupSelection(scope, jsii.String("BackupOf"), &awsbackup.CfnBackupSelectionProps{
		BackupPlanId: plan.AttrBackupPlanId(),
		BackupSelection: &awsbackup.CfnBackupSelection_BackupSelectionResourceTypeProperty{
			SelectionName: jsii.String("uploads"), IamRoleArn: taking.RoleArn(), Resources: &[]*string{bucket.BucketArn()},
		},
	})
}

func newBackupRole(scope constructs.Construct, id, does string, grants []upload.Grant) awsiam.Role {
	stack := awscdk.Stack_Of(scope)
	var statements []awsiam.PolicyStatement
	for _, g := range grants {
		statements = append(statements, Allow(g))
	}
	role := awsiam.NewRole(scope, &id, &awsiam.RoleProps{
		Description: &does,
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("backup.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": condition{"aws:SourceAccount": stack.Account()}},
		}),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Work": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
	waive.On(cfn(role), backupNames())
	return role
}

func backupStatements(scope constructs.Construct, bucket *Bucket) []upload.Grant {
	stack := awscdk.Stack_Of(scope)
	return []upload.Grant{
		{Sid: "Bucket", Actions: []string{
			"s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketNotification", "s3:GetBucketTagging", "s3:GetBucketVersioning",
			"s3:GetInventoryConfiguration", "s3:ListBucket", "s3:ListBucketVersions", "s3:PutBucketNotification", "s3:PutInventoryConfiguration",
		}, Resources: []string{*bucket.BucketArn()}},
		{Sid: "Objects", Actions: []string{
			"s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging",
		}, Resources: []string{*bucket.ArnForObjects(jsii.String("*"))}},
		{Sid: "KeyViaS3", Actions: []string{"kms:Decrypt", "kms:DescribeKey"}, Resources: []string{*bucket.key.KeyArn()}, ViaRegion: *stack.Region()},
		{Sid: "ManagedRule", Actions: []string{
			"events:DeleteRule", "events:DescribeRule", "events:DisableRule", "events:EnableRule", "events:ListTargetsByRule",
			"events:PutRule", "events:PutTargets", "events:RemoveTargets",
		}, Resources: []string{"arn:" + *stack.Partition() + ":events:" + *stack.Region() + ":" + *stack.Account() + ":rule/AwsBackupManagedRule*"}},
		{Sid: "Look", Actions: []string{"cloudwatch:GetMetricData", "events:ListRules"}, Resources: []string{"*"}},
	}
}

func restoreStatements(scope constructs.Construct, bucket *Bucket) []upload.Grant {
	return []upload.Grant{
		{Sid: "Bucket", Actions: []string{
			"s3:GetBucketLocation", "s3:GetBucketOwnershipControls", "s3:GetBucketVersioning", "s3:ListBucket", "s3:ListBucketVersions",
		}, Resources: []string{*bucket.BucketArn()}},
		{Sid: "Objects", Actions: []string{
			"s3:AbortMultipartUpload", "s3:GetObject", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListMultipartUploadParts",
			"s3:PutObject", "s3:PutObjectTagging",
		}, Resources: []string{*bucket.ArnForObjects(jsii.String("*"))}},
		{Sid: "KeyViaS3", Actions: []string{"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"}, Resources: []string{*bucket.key.KeyArn()},
			ViaRegion: *awscdk.Stack_Of(scope).Region()},
	}
}
