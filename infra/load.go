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

// load makes the app and reads the configuration out of its context: cdk.json's,
// over which the CDK command line's own (-c signet='{…}') goes. The file is read
// here too, so that the app has the same context without the command line.
func load() (awscdk.App, upload.Config, error) {
	data, err := os.ReadFile("cdk.json")
	if err != nil {
		return nil, upload.Config{}, fmt.Errorf("got no cdk.json, want it in the working directory: run this from the repository's root (%w)", err)
	}
	var file struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, upload.Config{}, fmt.Errorf("got a cdk.json that is not JSON: %w", err)
	}
	app := awscdk.NewApp(&awscdk.AppProps{Context: &file.Context, AnalyticsReporting: jsii.Bool(false)})
	config, err := read(app.Node().TryGetContext(jsii.String("signet")))
	return app, config, err
}

// read is the configuration in a context value: an object of cdk.json, or the
// text that stood on the command line.
func read(context any) (upload.Config, error) {
	if context == nil {
		return upload.DefaultConfig(), nil
	}
	data, err := json.Marshal(context)
	if text, ok := context.(string); ok {
		data = []byte(text)
	}
	if err != nil {
		return upload.Config{}, err
	}
	config, err := upload.ParseContext(data)
	if err == nil && config.Relay {
		err = upload.Errorf(upload.ConfigError, "relay: got true, want false: the relay stack is not in this release")
	}
	return config, err
}

// message turns a panic of the CDK into an error. Its text begins with the class
// of the JavaScript error and may end in a JavaScript stack; a person needs
// neither.
func message(err *error) {
	if r := recover(); r != nil {
		text, _, _ := strings.Cut(fmt.Sprint(r), "\n    at ")
		*err = fmt.Errorf("%s", strings.TrimSpace(text))
	}
}
