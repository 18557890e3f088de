package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/constructs-go/constructs/v10"

	"signet/lambda/upload"
)

// Props is what [NewUploads] needs.
type Props struct {
	// Config is the configuration; its Resolved part is filled in here.
	Config upload.Config
	// Function is a directory with the Linux arm64 program "bootstrap", built of
	// signet/lambda.
	Function string
	// Site is the directory of the built site, without config.json, which is
	// written by the deployment.
	Site string
	// Quarantine is a directory with the Linux arm64 program "bootstrap", built of
	// signet/lambda/quarantine. Without Config.MalwareScan it is not needed.
	Quarantine string
	// Notify is a directory with the Linux arm64 program "bootstrap", built of
	// signet/lambda/notify/function. Without Config.Events it is not needed.
	Notify string
}

// Uploads is the construct and those of its parts that others may want to use.
type Uploads struct {
	constructs.Construct
	Bucket   *Bucket
	Function *Function
	Auth     *Auth
	API      *API
	Site     *Site
	// Quarantine is nil without Config.MalwareScan.
	Quarantine *Quarantine
	// Events is nil without Config.Events.
	Events  *Events
	logs    *Logs
	topic   awssns.ITopic // of alarms; nil without
	counted bool          // a relay makes room in quotas
	outputs []awscdk.CfnOutput
}

// NewUploads adds Signet to a stack, which must hold no second one: CDK has one
// function a stack that copies sites, with one role. It panics, as CDK's own
// constructs do, with an error of one line.
//
// The order of its parts is that of their
// references: what the bucket's CORS must know (the site's address) comes before
// the bucket, and what the site's content security policy must know of the
// bucket is its name alone.
func NewUploads(scope constructs.Construct, id string, props Props) *Uploads {
	u := &Uploads{Construct: constructs.NewConstruct(scope, &id)}
	config := props.Config
	checkRegion(u.Construct)
	names := newNames(u.Construct, config)
	logs := newLogs(u.Construct, names, config)
	u.logs = logs
	u.API = newAPI(u.Construct, names, config, logs)
	gate := newGate(u.Construct, config)
	certificate := newDomainCertificate(u.Construct, config)
	u.Site = newSite(u.Construct, names, config, logs, u.API, gate, certificate)
	config.Site = u.Site.edgeSite(config)
	u.Bucket = newBucket(u.Construct, names, config, logs, u.Site)
	u.Bucket.public = newPublic(u.Construct, names, config, logs)
	u.Bucket.state = newState(u.Construct, names, config, u.Bucket, logs)
	if config.Passes && config.Site == "" { // links lead there, whatever PUTs do
		config.Site = u.Site.url
	}
	u.Function = newFunction(u.Construct, config, u.Bucket, logs, gate, props.Function)
	pool := newPool(u.Construct, names, config, u.Site)
	signIn := newSignIn(names, config, pool, u.Site, certificate)
	u.Auth = newAuth(u.Construct, names, config, pool, u.Site)
	u.API.serve(config, u.Function, u.Auth)
	u.Site.deploy(config, logs, u.Auth, props.Site)
	if config.Trail {
		newTrail(u.Construct, config, u.Bucket, logs)
	}
	if config.MalwareScan {
		newMalwareScan(u.Construct, config, u.Bucket, u.Site)
		u.Quarantine = newQuarantine(u.Construct, config, u.Bucket, logs, props.Quarantine)
	}
	if config.Events != nil {
		u.Events = newEvents(u.Construct, config, u.Bucket, logs, props.Notify)
	}
	if config.Relay {
		u.expectRelay(config)
	}
	if b := config.Backup; b != nil && b.Replica != nil {
		newReplica(u.Construct, names, config, u.Bucket)
	}
	if b := config.Backup; b != nil && b.Plan != nil {
		newVault(u.Construct, names, config, u.Bucket)
	}
	u.Bucket.protect(config, u.Function)
	if u.Bucket.state != nil {
		u.Bucket.state.protect(u.Function)
	}
	newWatch(u, config, logs)
	if config.Budget != nil {
		newBudget(u.Construct, config)
	}
	u.addOutputs(config, signIn)
	u.addEventsOutputs()
	Tag(u.Construct, config)
	return u
}

// addOutputs adds what a person or a script needs after the deployment.
func (u *Uploads) addOutputs(config upload.Config, signIn awscognito.UserPoolDomain) {
	u.output("SiteURL", u.Site.url, "The site")
	u.output("ApiURL", u.Site.url+"/api", "The API, behind the site's own address")
	u.output("BucketName", *u.Bucket.BucketName(), "The upload bucket; deleting the stack keeps it")
	u.output("KeyArn", *u.Bucket.key.KeyArn(), "The key that encrypts it; deleting the stack keeps it")
	u.output("Issuer", u.Auth.issuer, "Who issues the callers' tokens")
	u.output("ClientId", u.Auth.clientID, "The public client of the site and of the command line")
	if u.Auth.pool != nil {
		u.output("UserPoolId", *u.Auth.pool.UserPoolId(), "The user pool; deleting the stack keeps it")
	}
	if u.Bucket.state != nil {
		u.output("StateBucketName", *u.Bucket.state.BucketName(), "Passes and quotas; deleting the stack keeps it")
	}
	if config.Passes {
		u.output("BackendURL", "https://"+u.API.host+"/api/backend", "Where the application's server sends what it signs")
	}
	if u.Bucket.public != nil {
		u.output("PublicURL", u.Bucket.public.url, "The files that anybody may read, each under its key")
	}
	if d := config.Domain; d != nil && d.Zone == "" {
		u.output("DomainTarget", *u.Site.distribution.DistributionDomainName(), "Point a CNAME or alias record of "+d.Name+" here")
		if signIn != nil && d.SignIn != "" {
			u.output("SignInTarget", *signIn.CloudFrontEndpoint(), "Point a CNAME or alias record of "+d.SignIn+" here")
		}
	}
}

func (u *Uploads) output(name, value, description string) {
	props := &awscdk.CfnOutputProps{Value: &value, Description: &description}
	u.outputs = append(u.outputs, awscdk.NewCfnOutput(u.Construct, &name, props))
}
