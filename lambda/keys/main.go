// Command keys is the Lambda function that brings the issuer's public keys to
// where the relay can read them: an object of S3. The relay has no way to the
// internet, Cognito's endpoint for VPCs does not serve a user pool that has a
// domain (https://docs.aws.amazon.com/cognito/latest/developerguide/vpc-interface-endpoints.html),
// and an issuer of one's own may be anywhere; this function, which is in no VPC,
// reaches them all.
//
// A schedule calls it every few minutes with what to read and where to put it. An
// issuer publishes a new key well before it signs with it, so that minutes are
// soon enough. When the issuer does not answer, the keys stay that were there.
package main

import (
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/role"
)

func main() {
	k := &keeper{
		s3: s3.New(s3.Options{
			Region:      os.Getenv("AWS_REGION"),
			Credentials: role.Credentials(os.Getenv),
		}),
		http: &http.Client{Timeout: 10 * time.Second, CheckRedirect: stayEncrypted},
		log:  slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}
	lambda.Start(k.handle)
}
