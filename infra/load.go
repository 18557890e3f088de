package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"signet/lambda/upload"
)

// maxEnvironment is how many bytes of JSON the function's configuration may
// have: Lambda allows 4 KiB for all variables, and the deployment adds the names
// that it resolves
// (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
const maxEnvironment = 3584

// load makes the app and reads the configuration out of its context: cdk.json's,
// over which the CDK command line's own (-c signet='{…}') goes. The file is read
// here too: so that the app has the same context without the command line, and
// so that a mistake in it is told before Node starts and says things of its own.
func load() (awscdk.App, upload.Config, error) {
	data, err := os.ReadFile("cdk.json")
	if err != nil {
		return nil, upload.Config{}, fmt.Errorf("got no cdk.json, want it in the working directory: run this in the repository's root (%w)", err)
	}
	var file struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, upload.Config{}, fmt.Errorf("got a cdk.json that is not JSON: %w", err)
	}
	if config, err := read(file.Context["signet"]); err != nil {
		return nil, config, fmt.Errorf("cdk.json: %w", err)
	}
	app := awscdk.NewApp(&awscdk.AppProps{Context: &file.Context, AnalyticsReporting: jsii.Bool(false)})
	config, err := read(app.Node().TryGetContext(jsii.String("signet")))
	if err != nil {
		err = fmt.Errorf("context: %w", err)
	}
	return app, config, err
}

// read is the configuration in a context value: an object of cdk.json, or the
// text that stood on the command line.
func read(context any) (upload.Config, error) {
	if context == nil {
		return upload.DefaultConfig(), nil
	}
	data, err := json.Marshal(context)
	if err != nil {
		return upload.Config{}, err
	}
	if text, ok := context.(string); ok {
		data = []byte(text)
	}
	config, err := upload.ParseContext(data)
	if err != nil {
		return upload.Config{}, err
	}
	return config, deployable(config)
}

// deployable refuses what is right elsewhere and cannot be deployed.
func deployable(config upload.Config) error {
	data, err := config.JSON()
	switch {
	case err != nil:
		return err
	case config.Store != nil:
		return upload.Errorf(upload.ConfigError, "store: got %q, want none: the stack makes a bucket of its own on AWS; leave store out, or run signet dev with it", config.Store.Endpoint)
	case strings.HasPrefix(config.Auth.Issuer, "http://"):
		return upload.Errorf(upload.ConfigError, "auth.issuer: got %q, want an https address that API Gateway can reach", config.Auth.Issuer)
	case len(data) > maxEnvironment:
		return upload.Errorf(upload.ConfigError, "got a configuration of %d bytes, want at most %d, which Lambda's environment holds: shorten origins, writers or tags", len(data), maxEnvironment)
	}
	return nil
}

// message turns a panic of the CDK into an error. Its text may end in a
// JavaScript stack, which a person does not need.
func message(err *error) {
	if r := recover(); r != nil {
		text, _, _ := strings.Cut(fmt.Sprint(r), "\n    at ")
		*err = fmt.Errorf("%s", strings.TrimSpace(text))
	}
}
