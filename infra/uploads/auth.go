package uploads

import (
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscertificatemanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// CommandLineCallback is where the command line's sign-in waits for the code:
// Cognito compares callback addresses exactly and takes plain http for localhost
// alone, so the port is fixed.
const CommandLineCallback = "http://localhost:8976/callback"

// common are the scopes that the site and the command line ask for, whoever issues.
const common = "openid email profile"

// Auth is who issues the callers' tokens, and the public client that asks.
type Auth struct {
	issuer   string
	audience []string
	clientID string
	access   []string             // scopes of which a token must have one
	logout   string               // Cognito's logout address; empty with another issuer
	pool     awscognito.IUserPool // nil with another issuer
}

// scopes are those of which a token must have one. ID tokens have the right audience
// and, Cognito's at least, no scope, so that they are no key to the API.
func (a *Auth) scopes() *[]*string { return jsii.Strings(a.access...) }

// asked are the scopes that signing in asks for.
func (a *Auth) asked() string {
	all := strings.Fields(common)
	for _, s := range a.access {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return strings.Join(all, " ")
}

// signInAddress is the https address of managed login, known before the pool is
// there: the site's content security policy names it, and the pool names the site.
// Empty with another issuer.
func signInAddress(names names, config upload.Config) string {
	if config.Auth.Cognito == nil {
		return ""
	}
	if d := config.Domain; d != nil && d.SignIn != "" {
		return "https://" + d.SignIn
	}
	return "https://" + names.login + ".auth." + names.region + ".amazoncognito.com"
}

// newPool is the user pool with managed login, nil when the configuration names
// another issuer. The pool stays when the stack is deleted: a caller's id is
// part of the keys of the files that stay.
func newPool(scope constructs.Construct, names names, config upload.Config, site *Site) awscognito.UserPool {
	if config.Auth.Cognito == nil {
		return nil
	}
	pool := awscognito.NewUserPool(scope, jsii.String("Pool"), &awscognito.UserPoolProps{
		SelfSignUpEnabled:   jsii.Bool(config.Auth.Cognito.SignUp),
		SignInAliases:       &awscognito.SignInAliases{Email: jsii.Bool(true)},
		SignInCaseSensitive: jsii.Bool(false),
		AutoVerify:          &awscognito.AutoVerifiedAttrs{Email: jsii.Bool(true)},
		AccountRecovery:     awscognito.AccountRecovery_EMAIL_ONLY,
		UserInvitation:      invitation(config, site),
		FeaturePlan:         awscognito.FeaturePlan_ESSENTIALS,
		Mfa:                 mfa(config.Auth.Cognito.MFA),
		MfaSecondFactor:     &awscognito.MfaSecondFactor{Otp: jsii.Bool(true), Sms: jsii.Bool(false)},
		PasswordPolicy: &awscognito.PasswordPolicy{
			MinLength: jsii.Number(12), RequireDigits: jsii.Bool(true), RequireLowercase: jsii.Bool(true),
			RequireUppercase: jsii.Bool(true), RequireSymbols: jsii.Bool(true), TempPasswordValidity: days(3),
		},
		DeletionProtection: jsii.Bool(true),
		RemovalPolicy:      keepAlways,
	})
	waivers := []waive.Waiver{plusPlan()}
	if config.Auth.Cognito.MFA != "required" {
		waivers = append(waivers, mfaChoice())
	}
	waive.On(cfn(pool), waivers...)
	if sender := config.Auth.Cognito.Sender; sender != nil {
		cfn(pool).AddPropertyOverride(jsii.String("EmailConfiguration"), mailFrom(sender))
	}
	return pool
}

// mailFrom has SES send the pool's mails
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-email.html).
func mailFrom(s *upload.Sender) map[string]any {
	from := s.Address
	if s.Name != "" {
		from = s.Name + " <" + s.Address + ">"
	}
	return map[string]any{"EmailSendingAccount": "DEVELOPER", "From": from, "SourceArn": s.Identity}
}

// newSignIn is the host of managed login: one of Cognito's, or the domain's. nil with
// another issuer.
func newSignIn(names names, config upload.Config, pool awscognito.UserPool, site *Site, certificate awscertificatemanager.ICertificate) awscognito.UserPoolDomain {
	if pool == nil {
		return nil
	}
	options := &awscognito.UserPoolDomainOptions{ManagedLoginVersion: awscognito.ManagedLoginVersion_NEWER_MANAGED_LOGIN}
	d := config.Domain
	if d == nil || d.SignIn == "" {
		options.CognitoDomain = &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String(names.login)}
		return pool.AddDomain(jsii.String("Domain"), options)
	}
	options.CustomDomain = &awscognito.CustomDomainOptions{DomainName: &d.SignIn, Certificate: certificate}
	host := pool.AddDomain(jsii.String("Domain"), options)
	// Cognito wants the name above to lead somewhere, which may be the site's.
	if len(site.records) > 0 {
		host.Node().AddDependency(site.records...)
		newRecord(host, "Record", d.Zone, d.SignIn, "A", *host.CloudFrontEndpoint())
	}
	return host
}

// invitation is the mail that a person gets who was invited: Cognito's own does
// not say where to sign in. The braces are Cognito's
// (https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html).
func invitation(config upload.Config, site *Site) *awscognito.UserInvitationConfig {
	return &awscognito.UserInvitationConfig{
		EmailSubject: jsii.String("You can upload files to " + config.Name),
		EmailBody: jsii.String(`<p>Somebody has invited you to upload files at <a href="` + site.url + `">` + site.url + `</a>.</p>` +
			`<p>Sign in there as {username} with the password {####} within three days; you then choose your own.</p>`),
	}
}

func mfa(mode string) awscognito.Mfa {
	switch mode {
	case "off":
		return awscognito.Mfa_OFF
	case "required":
		return awscognito.Mfa_REQUIRED
	}
	return awscognito.Mfa_OPTIONAL
}

// newAuth is the configured issuer, or the pool with a client for the site and
// the command line: public, so without a secret, by authorization code with PKCE.
func newAuth(scope constructs.Construct, names names, config upload.Config, pool awscognito.UserPool, site *Site) *Auth {
	if pool == nil {
		a := config.Auth
		return &Auth{issuer: a.Issuer, audience: a.Audience, clientID: a.Audience[0], access: a.AccessScopes()}
	}
	page := site.url + "/"
	client := pool.AddClient(jsii.String("Client"), &awscognito.UserPoolClientOptions{
		GenerateSecret:             jsii.Bool(false),
		PreventUserExistenceErrors: jsii.Bool(true),
		EnableTokenRevocation:      jsii.Bool(true),
		AccessTokenValidity:        awscdk.Duration_Hours(jsii.Number(1)),
		IdTokenValidity:            awscdk.Duration_Hours(jsii.Number(1)),
		RefreshTokenValidity:       days(30),
		// A refresh token of a public client is good once (RFC 9700, section 2.2.2); for
		// the minute that Cognito allows it may be sent again, when its answer was lost.
		RefreshTokenRotationGracePeriod: awscdk.Duration_Seconds(jsii.Number(60)),
		OAuth: &awscognito.OAuthSettings{
			Flows:        &awscognito.OAuthFlows{AuthorizationCodeGrant: jsii.Bool(true)},
			Scopes:       &[]awscognito.OAuthScope{awscognito.OAuthScope_OPENID(), awscognito.OAuthScope_EMAIL(), awscognito.OAuthScope_PROFILE()},
			CallbackUrls: jsii.Strings(page, CommandLineCallback),
			LogoutUrls:   jsii.Strings(page),
		},
		SupportedIdentityProviders: &[]awscognito.UserPoolClientIdentityProvider{awscognito.UserPoolClientIdentityProvider_COGNITO()},
	})
	// None named means Cognito's default, which has passwords sent past managed login,
	// and refresh tokens past their rotation, with which it is refused. What is left is
	// a flow of Lambda triggers, and the pool has none: nobody signs in by it.
	cfn(client).AddPropertyOverride(jsii.String("ExplicitAuthFlows"), []string{"ALLOW_CUSTOM_AUTH"})
	// Managed login shows a page only for a client that has a style.
	awscognito.NewCfnManagedLoginBranding(scope, jsii.String("Branding"), &awscognito.CfnManagedLoginBrandingProps{
		UserPoolId: pool.UserPoolId(), ClientId: client.UserPoolClientId(), UseCognitoProvidedValues: jsii.Bool(true),
	})
	id := *client.UserPoolClientId()
	return &Auth{
		issuer: *pool.UserPoolProviderUrl(), audience: []string{id}, clientID: id, access: config.Auth.AccessScopes(),
		logout: signInAddress(names, config) + "/logout", pool: pool,
	}
}
