// Package role is who a function is on AWS: the keys of its execution role, which Lambda
// puts into the environment.
package role

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Credentials are the role's. env is os.Getenv.
func Credentials(env func(string) string) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID:     env("AWS_ACCESS_KEY_ID"),
			SecretAccessKey: env("AWS_SECRET_ACCESS_KEY"),
			SessionToken:    env("AWS_SESSION_TOKEN"),
		}, nil
	})
}
