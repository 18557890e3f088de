package relay

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/infra/waive"
	"signet/lambda/upload"
)

// keys is the function that brings the issuer's public keys into S3.
type keys struct{ *uploads.Program }

func newKeys(scope constructs.Construct, of uploads.Relayed, code string) *keys {
	program := uploads.NewProgram(scope, "Keys", of.Logs, uploads.ProgramProps{
		Does: "Brings the issuer's public keys to the relay", Code: code, Seconds: 30,
		Grants: []upload.Grant{
			{Sid: "Keys", Actions: []string{"s3:GetObject", "s3:PutObject"}, Resources: []string{*of.Site.ArnForObjects(jsii.String(uploads.RelayKeys))}},
			// For S3's answer 404, where it would say 403 of an object that is not there yet.
			{Sid: "List", Actions: []string{"s3:ListBucket"}, Resources: []string{*of.Site.BucketArn()}},
		},
	}, triedAgain())
	waive.On(cfn(program.Role), noResource())
	awsevents.NewRule(scope, jsii.String("KeysSchedule"), &awsevents.RuleProps{
		Description: jsii.String("Looks for new keys of the issuer"),
		Schedule:    awsevents.Schedule_Rate(minutes(5)),
		Targets: &[]awsevents.IRuleTarget{awseventstargets.NewLambdaFunction(program.Function, &awseventstargets.LambdaFunctionProps{
			Event: awsevents.RuleTargetInput_FromObject(map[string]any{"issuer": of.Issuer, "bucket": of.Site.BucketName(), "key": uploads.RelayKeys}),
		})},
	})
	return &keys{Program: program}
}

// alarm rings when no new key would be found for half an hour.
func (k *keys) alarm() uploads.Alarm {
	failed := k.MetricErrors(&awscloudwatch.MetricOptions{Statistic: jsii.String("Sum"), Period: minutes(5)})
	return uploads.Alarm{ID: "KeysAlarm", Says: "The relay's copy of the issuer's keys is old: when the issuer changes its keys, uploads through the relay will be refused",
		Metric: failed, Above: 0, Of: 6, Among: 6}
}
