// Command infra is the CDK app, which cdk.json runs: it reads the configuration, builds what the
// stacks deploy and puts them together. The rest is in infra/uploads and infra/relay.
// cdk.json's flags leave out optimization: the first compilation is the slow one.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/relay"
	"signet/infra/uploads"
)

func main() {
	if err := run(context.Background()); err != nil {
		defer os.Exit(1)
		fmt.Fprintln(os.Stderr, "signet:", err)
	}
	// Else its 2 MB in the temporary directory stay. It may write to the standard error too.
	jsii.Close()
}

// run returns an error where the CDK panics: see message.
func run(ctx context.Context) (err error) {
	defer message(&err)
	app, config, err := load()
	if err != nil {
		return err
	}
	if err := build(ctx, config); err != nil {
		return err
	}
	certificate := uploads.NewCertificate(app, config)
	u := uploads.NewStack(app, uploads.Props{Config: config, Function: functionDir, Site: siteDir, Quarantine: quarantineDir, Notify: notifyDir})
	if certificate != nil {
		awscdk.Stack_Of(u.Construct).AddDependency(certificate, jsii.String("It has the site's certificate"))
	}
	if config.Relay {
		relay.NewStack(app, u, relay.Props{Config: config, Program: programFile, Keys: keysDir})
	}
	awscdk.Validations_Of(app).AddPlugins(uploads.Rules())
	app.Synth(nil)
	return nil
}
