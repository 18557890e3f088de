package uploads

import (
	_ "embed"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/api/openapi"
	"signet/lambda/upload"
)

// State is the bucket that keeps passes and quotas: without versions, encrypted with the
// uploads' key, and for the function alone.
type State struct {
	awss3.Bucket
	relay *string // the relay's role, which makes room in quotas too; nil: it does not
}

// newState makes the bucket; nil where the configuration needs none.
func newState(scope constructs.Construct, names names, config upload.Config, uploads *Bucket, logs *Logs) *State {
	if !config.HasState() {
		return nil
	}
	bucket := awss3.NewBucket(scope, jsii.String("State"), &awss3.BucketProps{
		BucketName:             jsii.String(names.state),
		BlockPublicAccess:      awss3.BlockPublicAccess_BLOCK_ALL(),
		ObjectOwnership:        awss3.ObjectOwnership_BUCKET_OWNER_ENFORCED,
		Encryption:             awss3.BucketEncryption_KMS,
		EncryptionKey:          uploads.key,
		BucketKeyEnabled:       jsii.Bool(true),
		BlockedEncryptionTypes: &[]awss3.BlockedEncryptionType{awss3.BlockedEncryptionType_SSE_C()},
		LifecycleRules: &[]*awss3.LifecycleRule{{
			Id: jsii.String("unchanged"), Expiration: days(upload.StateDays), AbortIncompleteMultipartUploadAfter: days(1),
		}},
		ServerAccessLogsBucket: logs.audit,
		ServerAccessLogsPrefix: jsii.String(s3LogPrefix + "state/"),
		RemovalPolicy:          keepOnceMade,
	})
	waive.On(cfn(bucket), noVersions())
	awscdk.Validations_Of(cfn(bucket)).Acknowledge(&awscdk.Acknowledgment{
		Id: jsii.String("CloudFormation-Validate::SIGNET-002"), Reason: jsii.String(noVersions().Reason),
	})
	return &State{Bucket: bucket}
}

// noVersions is for the bucket of passes and quotas.
func noVersions() waive.Waiver {
	return waive.Waiver{IDs: []string{"CKV_AWS_21"},
		Reason: "Each write replaces a pass or a ledger: versions would keep what was revoked, and cost for each signature. A ledger that is lost heals itself"}
}

// protect keeps everybody but the function from what the bucket holds.
func (s *State) protect(function *Function) {
	all := &[]awsiam.IPrincipal{awsiam.NewStarPrincipal()}
	deny := func(sid string, actions []string, on []*string, condition condition) {
		s.AddToResourcePolicy(awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Sid: &sid, Effect: awsiam.Effect_DENY, Principals: all, Actions: jsii.Strings(actions...), Resources: &on, Conditions: (*map[string]any)(&condition),
		}))
	}
	both := []*string{s.BucketArn(), s.ArnForObjects(jsii.String("*"))}
	every := []string{"s3:*"}
	deny("DenyPlainHTTP", every, both, condition{"Bool": condition{"aws:SecureTransport": "false"}})
	deny("DenyOldTLS", every, both, condition{"NumericLessThan": condition{"s3:TlsVersion": "1.2"}})
	deny("DenySigV2", every, both, condition{"StringEquals": condition{"s3:signatureversion": "AWS"}})
	deny("DenyOldSignatures", every, both, condition{"NumericGreaterThan": condition{"s3:signatureAge": strconv.Itoa(120_000)}})
	deny("DenyOthers", []string{"s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"}, both,
		condition{"ArnNotLike": condition{"aws:PrincipalArn": s.owners(function)}})
	keepPolicy(s.Bucket, keepOnceMade)
}

// owners are those whom the bucket is for: the function, and a relay before quotas.
func (s *State) owners(function *Function) []*string {
	if s.relay == nil {
		return []*string{function.role.RoleArn()}
	}
	return []*string{function.role.RoleArn(), s.relay}
}

// grants is what the function may do there.
func (s *State) grants() (statements []awsiam.PolicyStatement) {
	if s == nil {
		return nil
	}
	for _, g := range upload.StateGrants(*s.BucketArn()) {
		statements = append(statements, Allow(g))
	}
	return statements
}

// objects are all of its objects, for the waiver of a role.
func (s *State) objects() []string {
	if s == nil {
		return nil
	}
	return []string{*s.ArnForObjects(jsii.String("*"))}
}

//go:embed guest.js
var guestPage string

// guestsPage leads /p to the guests' page; nothing without passes.
func guestsPage(scope constructs.Construct, config upload.Config) *[]*awscloudfront.FunctionAssociation {
	if !config.Passes {
		return nil
	}
	return &[]*awscloudfront.FunctionAssociation{{
		EventType: awscloudfront.FunctionEventType_VIEWER_REQUEST,
		Function: awscloudfront.NewFunction(scope, jsii.String("Guests"), &awscloudfront.FunctionProps{
			Comment: jsii.String("Leads guests to their page"),
			Code:    awscloudfront.FunctionCode_FromInline(&guestPage),
			Runtime: awscloudfront.FunctionRuntime_JS_2_0(),
		}),
	}}
}

// slowGuests gives the routes of guests, whom nobody knows, a quarter of the stage's
// requests. They have to be there before the stage names them.
func (a *API) slowGuests(config upload.Config, routes map[openapi.Route]awscdk.CfnResource) {
	settings := map[string]any{}
	stage := a.stageResource
	for r, resource := range routes {
		if r.Guest {
			settings[r.Method+" "+r.Path] = map[string]any{
				"ThrottlingRateLimit": max(1, config.Throttle.Rate/4), "ThrottlingBurstLimit": max(1, config.Throttle.Burst/4),
			}
			stage.AddResourceDependency(resource, nil)
		}
	}
	if len(settings) > 0 {
		stage.SetRouteSettings(settings)
	}
}
