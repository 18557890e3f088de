package main

import (
	"context"
	"os"

	"signet/lambda/presign"
)

// credentials are the execution role's, which Lambda puts into the environment.
// It does not say when they end.
func credentials(context.Context) (presign.Credentials, error) {
	return presign.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
	}, nil
}
