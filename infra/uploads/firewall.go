package uploads

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/waive"
	"signet/lambda/upload"
)

// gate is the word that CloudFront puts on what it passes on to the API, so that the
// function can tell it from what came to the API's own host, past the firewall.
type gate struct{ word string }

// newGate makes the word, nil where no firewall stands before the API. CloudFormation
// puts it where it belongs: whoever may read the settings of the function or of the
// distribution sees it there. By itself, without a token, it opens nothing.
func newGate(scope constructs.Construct, config upload.Config) *gate {
	if config.WebACL == "" {
		return nil
	}
	secret := awssecretsmanager.NewSecret(scope, jsii.String("EdgeWord"), &awssecretsmanager.SecretProps{
		Description: jsii.String("By which the API of " + config.Name + " knows CloudFront"),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			PasswordLength: jsii.Number(48), ExcludePunctuation: jsii.Bool(true), IncludeSpace: jsii.Bool(false),
		},
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	waive.On(cfn(secret), fixedWord())
	return &gate{word: *secret.SecretValue().UnsafeUnwrap()}
}

// headers are what CloudFront adds to requests to the API; nil without a firewall.
func (g *gate) headers() *map[string]*string {
	if g == nil {
		return nil
	}
	return &map[string]*string{upload.EdgeHeader: &g.word}
}

// webACL is the firewall before the distributions; nil: none.
func webACL(config upload.Config) *string {
	if config.WebACL == "" {
		return nil
	}
	return &config.WebACL
}
