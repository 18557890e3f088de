// Package settings is what has to be true of a configuration and of a place for
// the stacks to be deployed there. It needs no CDK, so that what looks before a
// deployment starts at once.
package settings

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"signet/lambda/upload"
)

// MaxUserData is how many bytes of JSON the configuration may have with a relay,
// whose machine gets it in its first start's script, of 16 KB in all
// (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html).
const MaxUserData = 9 << 10

// Regions are those that a stack can be deployed to: all that AWS has on by
// default. To the buckets of those that an account has to opt in to, CloudFront
// delivers no logs, or AWS does not say that it does
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging-legacy-s3.html,
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
func Regions() []string {
	return []string{
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
		"ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
		"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	}
}

// Context is the "context" of the cdk.json in the working directory.
func Context() (map[string]any, error) {
	data, err := os.ReadFile("cdk.json")
	if err != nil {
		return nil, fmt.Errorf("got no cdk.json, want it in the working directory: run this in the repository's root (%w)", err)
	}
	var file struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("got a cdk.json that is not JSON: %w", err)
	}
	return file.Context, nil
}

// Read is the configuration in a context value: an object of cdk.json, or the
// text that stood on the command line. nil is the defaults. What is right
// elsewhere and cannot be deployed is a ConfigError too.
func Read(context any) (upload.Config, error) {
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

func deployable(config upload.Config) error {
	data, err := config.JSON()
	switch {
	case err != nil:
		return err
	case config.Store != nil:
		return upload.Errorf(upload.ConfigError, "store: got %q, want none: the stack makes a bucket of its own on AWS; leave store out, or run signet dev with it", config.Store.Endpoint)
	case strings.HasPrefix(config.Auth.Issuer, "http://"):
		return upload.Errorf(upload.ConfigError, "auth.issuer: got %q, want an https address that API Gateway can reach", config.Auth.Issuer)
	case config.Relay && len(data) > MaxUserData:
		return upload.Errorf(upload.ConfigError, "got a configuration of %d bytes, want at most %d with relay, whose machine gets it in its user data: shorten spaces, origins, writers or tags", len(data), MaxUserData)
	case config.Events.Plain():
		return upload.Errorf(upload.ConfigError, "events.url: got %q, want an https address: http is for signet dev alone", config.Events.URL)
	}
	return nil
}
