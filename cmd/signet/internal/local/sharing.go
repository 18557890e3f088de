package local

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"time"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/internal/sigv4"
	"signet/lambda/apigw"
	"signet/lambda/upload"
)

// stateBucket is the name of the bucket that keeps passes and quotas, beside that of the
// uploads; empty where the configuration has neither.
func stateBucket(c upload.Config, uploads string) string {
	if !c.HasState() {
		return ""
	}
	return uploads + "-state"
}

// stateGrants is what the role may do there.
func stateGrants(bucket string) []upload.Grant {
	if bucket == "" {
		return nil
	}
	return upload.StateGrants("arn:aws:s3:::" + bucket)
}

// backendRole is whose the keys in the ready line are.
const backendRole = "arn:aws:iam::" + gateway.AccountID + ":role/backend"

// backendKeys makes keys by which the application's server is known, new ones at each
// start; nil without passes.
func backendKeys(c *upload.Config) *sigv4.Keys {
	if !c.Passes {
		return nil
	}
	backend := upload.Backend{}
	if c.Backend != nil {
		backend.Roles = append(backend.Roles, c.Backend.Roles...)
	}
	backend.Roles = append(backend.Roles, backendRole)
	c.Backend = &backend
	secret := make([]byte, 30) // 40 characters, as AWS's have
	_, _ = rand.Read(secret)   // never fails
	return &sigv4.Keys{
		AccessKeyID: "AKIA" + rand.Text()[:16], SecretAccessKey: base64.StdEncoding.EncodeToString(secret), Region: Region, ARN: backendRole,
	}
}

// signer plays API Gateway's IAM authorizer: whoever signed a request, nil for nobody
// who is known.
func (f *front) signer(r *http.Request, body []byte) *apigw.IAM {
	if f.backend == nil {
		return nil
	}
	arn, err := f.backend.Check(r, body, time.Now())
	if err != nil {
		return nil
	}
	return &apigw.IAM{UserARN: arn}
}
