// The CDK app of somebody else, in a module of its own, that has Signet in one of
// its stacks. cdk.json runs it.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/uploads"
	"signet/lambda/upload"
)

const settings = `{"name": "portal-files", "origins": ["https://portal.example.com"], "passes": true}`

func main() {
	defer jsii.Close()
	config, err := upload.ParseContext([]byte(settings))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("PortalFiles"), nil)
	uploads.NewUploads(stack, "Files", uploads.Props{Config: config, Function: "build/function", Site: "build/site"})
	app.Synth(nil)
}
