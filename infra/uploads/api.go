package uploads

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2authorizers"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2integrations"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/api/openapi"
	"signet/lambda/upload"
)

// accessLog is what the API's access log keeps of a request: who did what with
// which answer, and no query, where keys and upload ids would be. (CloudFront's
// own log does keep queries: it is in a bucket that only the account reads.) All
// values are within quotes: one that a request has not is written as -, which by
// itself is no JSON.
const accessLog = `{"time":"$context.requestTime","id":"$context.requestId","ip":"$context.identity.sourceIp",` +
	`"caller":"$context.authorizer.claims.sub","route":"$context.routeKey","status":"$context.status",` +
	`"bytes":"$context.responseLength","latency":"$context.responseLatency","integration":"$context.integrationLatency",` +
	`"error":"$context.error.message","authorizer":"$context.authorizer.error"}`

// API is the HTTP API; its routes are those of signet/lambda/api/openapi.
type API struct {
	awsapigatewayv2.HttpApi
	host          string // its own host name, which CloudFront asks
	stageResource awsapigatewayv2.CfnStage
}

func newAPI(scope constructs.Construct, names names, config upload.Config, logs *Logs) *API {
	props := &awsapigatewayv2.HttpApiProps{
		ApiName:            jsii.String(config.Name),
		Description:        jsii.String("Signs uploads of " + config.Name),
		CreateDefaultStage: jsii.Bool(false),
	}
	if len(config.Origins) > 0 {
		props.CorsPreflight = &awsapigatewayv2.CorsPreflightOptions{
			AllowOrigins: jsii.Strings(once(config.Origins)...),
			AllowMethods: corsMethods(config.Passes),
			AllowHeaders: jsii.Strings(upload.CORSAPIHeaders(config.Passes)...),
			MaxAge:       awscdk.Duration_Hours(jsii.Number(2)),
		}
	}
	h := awsapigatewayv2.NewHttpApi(scope, jsii.String("Api"), props)
	host := *h.HttpApiId() + ".execute-api." + *awscdk.Stack_Of(scope).Region() + ".amazonaws.com"
	a := &API{HttpApi: h, host: host}
	a.stage(names, config, logs)
	return a
}

func corsMethods(passes bool) *[]awsapigatewayv2.CorsHttpMethod {
	methods := []awsapigatewayv2.CorsHttpMethod{}
	for _, m := range upload.CORSAPIMethods(passes) {
		methods = append(methods, awsapigatewayv2.CorsHttpMethod(m))
	}
	return &methods
}

// stage is the one stage, $default, so that paths are the same on a laptop.
func (a *API) stage(names names, config upload.Config, logs *Logs) {
	group := logs.newLogGroup(a.HttpApi, "AccessLogs", jsii.String(names.apiLog))
	stage := awsapigatewayv2.NewHttpStage(a.HttpApi, jsii.String("Stage"), &awsapigatewayv2.HttpStageProps{
		HttpApi:    a.HttpApi,
		StageName:  jsii.String("$default"),
		AutoDeploy: jsii.Bool(true),
		Throttle:   &awsapigatewayv2.ThrottleSettings{RateLimit: jsii.Number(config.Throttle.Rate), BurstLimit: jsii.Number(config.Throttle.Burst)},
	})
	a.stageResource = stage.Node().DefaultChild().(awsapigatewayv2.CfnStage)
	a.stageResource.SetAccessLogSettings(&awsapigatewayv2.CfnStage_AccessLogSettingsProperty{
		DestinationArn: group.LogGroupArn(), Format: jsii.String(accessLog),
	})
}

// serve adds the routes. Those that are not public need a token of the issuer, or are for
// whoever IAM knows: the function compares his role with backend.roles. A guest's pass is
// for the function to check.
func (a *API) serve(config upload.Config, function *Function, auth *Auth) {
	integration := awsapigatewayv2integrations.NewHttpLambdaIntegration(jsii.String("Sign"), function.Function,
		&awsapigatewayv2integrations.HttpLambdaIntegrationProps{
			PayloadFormatVersion:   awsapigatewayv2.PayloadFormatVersion_VERSION_2_0(),
			ScopePermissionToRoute: jsii.Bool(false),
		})
	authorizer := awsapigatewayv2authorizers.NewHttpJwtAuthorizer(jsii.String("Tokens"), &auth.issuer,
		&awsapigatewayv2authorizers.HttpJwtAuthorizerProps{JwtAudience: jsii.Strings(auth.audience...)})
	routes, err := openapi.Routes()
	if err != nil {
		panic(err) // the document is part of this program: main says it in one line
	}
	signers := awsapigatewayv2authorizers.NewHttpIamAuthorizer()
	guests := map[openapi.Route]awscdk.CfnResource{}
	for _, r := range gatewayRoutes(routes, config.Passes) {
		options := &awsapigatewayv2.AddRoutesOptions{
			Path: jsii.String(r.Path), Methods: &[]awsapigatewayv2.HttpMethod{awsapigatewayv2.HttpMethod(r.Method)}, Integration: integration,
		}
		switch {
		case r.Public:
			options.Authorizer = awsapigatewayv2.NewHttpNoneAuthorizer()
		case r.Backend:
			options.Authorizer = signers
		default:
			options.Authorizer, options.AuthorizationScopes = authorizer, auth.scopes()
		}
		added := a.AddRoutes(options)
		if r.Public {
			waive.On(cfn((*added)[0]), publicRoute())
		}
		guests[r] = cfn((*added)[0])
	}
	a.slowGuests(config, guests)
}

// gatewayRoutes are the routes as API Gateway has them. Companion's calls share
// one greedy path for each method: its clients may double the slash after their
// endpoint, and the session in their path is for the function to check. Calls of passes
// are there with passes alone.
func gatewayRoutes(routes []openapi.Route, passes bool) []openapi.Route {
	var list []openapi.Route
	for _, r := range routes {
		if r.NeedsPasses() && !passes {
			continue
		}
		if session, _, ok := strings.Cut(r.Path, "/{session}/"); ok {
			r.Path = session + "/{session}/{call+}"
		}
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}
