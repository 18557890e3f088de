package main

import (
	"context"
	"os"
	"time"

	"signet/lambda/presign"
)

// promised is how long the role's credentials are said to live from now on.
// Lambda does not say when they end, and renews them without a word; what was
// signed ends with them, whatever its own time
// (https://repost.aws/knowledge-center/presigned-url-s3-bucket-expiration). An
// hour is the shortest session that a role can be given.
const promised = time.Hour

// credentials are the execution role's, which Lambda puts into the environment.
func credentials(context.Context) (presign.Credentials, error) {
	return presign.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
		Expires:         time.Now().Add(promised),
	}, nil
}
