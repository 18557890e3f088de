package main

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"signet/infra/settings"
	"signet/lambda/upload"
)

// load makes the app and reads the configuration out of its context: cdk.json's,
// over which the CDK command line's own (-c signet='{…}') goes. The file is read
// here too: so that the app has the same context without the command line, and
// so that a mistake in it is told before Node starts and says things of its own.
func load() (awscdk.App, upload.Config, error) {
	context, err := settings.Context()
	if err != nil {
		return nil, upload.Config{}, err
	}
	if config, err := settings.Read(context["signet"]); err != nil {
		return nil, config, fmt.Errorf("cdk.json: %w", err)
	}
	app := awscdk.NewApp(&awscdk.AppProps{Context: &context, AnalyticsReporting: jsii.Bool(false)})
	config, err := settings.Read(app.Node().TryGetContext(jsii.String("signet")))
	if err != nil {
		err = fmt.Errorf("context: %w", err)
	}
	return app, config, err
}

// message turns a panic of the CDK into an error. Its text may end in a
// JavaScript stack, which a person does not need.
func message(err *error) {
	if r := recover(); r != nil {
		text, _, _ := strings.Cut(fmt.Sprint(r), "\n    at ")
		*err = fmt.Errorf("%s", strings.TrimSpace(text))
	}
}
