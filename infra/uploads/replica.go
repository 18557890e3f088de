package uploads

import (
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// replicaRule is the id of the bucket's rule of replication for a space. A filter
// takes one prefix.
func replicaRule(s upload.Space) string {
	if s.Name == "" {
		return "replica"
	}
	return "replica-" + s.Name
}

// ReplicaRole is the name of the role that copies uploads. It is not left to
// CloudFormation, because the other bucket's policy and key have to name it.
func ReplicaRole(config upload.Config) string { return config.Name + "-replica" }

// newReplica has S3 copy each new upload into another bucket, with that one's key
// and, in another account, for that one's owner
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html).
// Deletions are not copied: the copy is for what was deleted.
func newReplica(scope constructs.Construct, names names, config upload.Config, bucket *Bucket) {
	r := config.Backup.Replica
	role := newReplicaRole(scope, names, config, bucket)
	destination := &awss3.CfnBucket_ReplicationDestinationProperty{
		Bucket:                  jsii.String(bucketARN(scope, r.Bucket)),
		EncryptionConfiguration: &awss3.CfnBucket_EncryptionConfigurationProperty{ReplicaKmsKeyId: &r.Key},
		Metrics:                 &awss3.CfnBucket_MetricsProperty{Status: jsii.String("Enabled")},
	}
	if r.Account != "" {
		destination.Account = &r.Account
		destination.AccessControlTranslation = &awss3.CfnBucket_AccessControlTranslationProperty{Owner: jsii.String("Destination")}
	}
	var rules []any
	for i, s := range config.AllSpaces() {
		rules = append(rules, &awss3.CfnBucket_ReplicationRuleProperty{
			Id: jsii.String(replicaRule(s)), Status: jsii.String("Enabled"), Priority: jsii.Number(i + 1),
			Filter:                  &awss3.CfnBucket_ReplicationRuleFilterProperty{Prefix: &s.Prefix},
			DeleteMarkerReplication: &awss3.CfnBucket_DeleteMarkerReplicationProperty{Status: jsii.String("Disabled")},
			SourceSelectionCriteria: &awss3.CfnBucket_SourceSelectionCriteriaProperty{
				SseKmsEncryptedObjects: &awss3.CfnBucket_SseKmsEncryptedObjectsProperty{Status: jsii.String("Enabled")},
			},
			Destination: destination,
		})
	}
	cfn(bucket.Bucket).(awss3.CfnBucket).SetReplicationConfiguration(&awss3.CfnBucket_ReplicationConfigurationProperty{Role: role.RoleArn(), Rules: rules})
}

// newReplicaRole names the bucket by its computed name: the bucket's own settings
// name the role.
func newReplicaRole(scope constructs.Construct, names names, config upload.Config, bucket *Bucket) awsiam.Role {
	stack, r := awscdk.Stack_Of(scope), config.Backup.Replica
	theirs := upload.Below(bucketARN(scope, r.Bucket), config.Prefixes())
	write := []string{"s3:ReplicateObject", "s3:ReplicateTags"}
	if r.Account != "" {
		write = append([]string{"s3:ObjectOwnerOverrideToBucketOwner"}, write...)
	}
	ours := upload.Below(names.bucketARN, config.Prefixes())
	var statements []awsiam.PolicyStatement
	for _, g := range []upload.Grant{
		{Sid: "Rules", Actions: []string{"s3:GetReplicationConfiguration", "s3:ListBucket"}, Resources: []string{names.bucketARN}},
		{Sid: "Read", Actions: []string{"s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"}, Resources: ours},
		{Sid: "Write", Actions: write, Resources: theirs},
		{Sid: "OurKey", Actions: []string{"kms:Decrypt"}, Resources: []string{*bucket.key.KeyArn()}, ViaRegion: *stack.Region()},
		{Sid: "TheirKey", Actions: []string{"kms:Encrypt", "kms:GenerateDataKey"}, Resources: []string{r.Key}, ViaRegion: r.Region()},
	} {
		statements = append(statements, Allow(g))
	}
	role := awsiam.NewRole(scope, jsii.String("ReplicaRole"), &awsiam.RoleProps{
		RoleName: jsii.String(ReplicaRole(config)), Description: jsii.String("Copies uploads into another bucket"),
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("s3.amazonaws.com"), &awsiam.ServicePrincipalOpts{
			Conditions: &map[string]any{"StringEquals": condition{"aws:SourceAccount": stack.Account()}},
		}),
		InlinePolicies: &map[string]awsiam.PolicyDocument{
			"Copying": awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &statements}),
		},
	})
	waive.On(cfn(role), copiedNames())
	return role
}

func bucketARN(scope constructs.Construct, name string) string {
	return "arn:" + *awscdk.Stack_Of(scope).Partition() + ":s3:::" + name
}

// replicaRows are the alarms of replication, none without it
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html).
func replicaRows(config upload.Config, bucket *Bucket) []Alarm {
	if config.Backup == nil || config.Backup.Replica == nil {
		return nil
	}
	var failed []awscloudwatch.IMetric
	for _, s := range config.AllSpaces() {
		failed = append(failed, awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace: jsii.String("AWS/S3"), MetricName: jsii.String("OperationsFailedReplication"), Statistic: jsii.String("Sum"), Period: minutes(5),
			DimensionsMap: &map[string]*string{
				"SourceBucket": bucket.BucketName(), "DestinationBucket": &config.Backup.Replica.Bucket, "RuleId": jsii.String(replicaRule(s)),
			},
		}))
	}
	const says = "An upload was not copied to the other bucket: look at that one's policy, its key and its versioning"
	var alarms []Alarm
	for i, some := range slices.Collect(slices.Chunk(failed, mostMetrics)) {
		id := "ReplicaAlarm"
		if i > 0 {
			id += strconv.Itoa(i + 1)
		}
		alarms = append(alarms, Alarm{id, says, sum(some), 0, 1, 1})
	}
	return alarms
}

// mostMetrics is how many an alarm adds up
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html).
const mostMetrics = 10

// sum adds metrics up; one alone is itself.
func sum(metrics []awscloudwatch.IMetric) awscloudwatch.IMetric {
	if len(metrics) == 1 {
		return metrics[0]
	}
	of, terms := map[string]awscloudwatch.IMetric{}, []string{}
	for i, m := range metrics {
		name := "failed" + strconv.Itoa(i+1)
		of[name], terms = m, append(terms, "FILL("+name+", 0)")
	}
	return ratio(strings.Join(terms, " + "), "not copied", of)
}
