package api_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// deployedSpaces is a deployment of testdata/kinds.json, with passes and a backend.
type deployedSpaces struct {
	API     string // the site's, with /api
	Backend string // the API's own, with /api
	Bucket  string
	Alice   upload.Caller     // her subject
	Tokens  map[string]string // access tokens of people, who are in their groups
	Role    keys              // of backend.roles
	Admin   keys              // who may put and read files
}

// keys are somebody's at AWS.
type keys struct{ AccessKeyID, SecretAccessKey, SessionToken string }

func (k keys) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken}, nil
}

// TestSpacesDeployed holds a deployment to the answers of the table, where SIGNET_SPACES
// names a file that says where it is (deployedSpaces, as JSON; AWS_REGION its region).
// Groups come from the issuer, rights from the deployed configuration, and what is signed
// is taken or not by the bucket with its policy and the function's role.
func TestSpacesDeployed(t *testing.T) {
	path := os.Getenv("SIGNET_SPACES")
	if path == "" {
		t.Skip("SIGNET_SPACES names no deployment")
	}
	var d deployedSpaces
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	client := s3.New(s3.Options{Region: os.Getenv("AWS_REGION"), Credentials: d.Admin, RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired})
	s := stage{
		api: d.API, backend: d.Backend, alice: d.Alice, way: http.DefaultTransport,
		as:   func(r *http.Request, who string) { r.Header.Set("Authorization", "Bearer "+d.Tokens[who]) },
		sign: d.sign,
		put: func(key string) {
			in := &s3.PutObjectInput{Bucket: &d.Bucket, Key: &key, Body: strings.NewReader("abc"), ContentLength: aws.Int64(3), ContentType: aws.String("image/png"),
				Metadata: map[string]string{upload.MetadataBy: string(d.Alice), "case": "4711"}}
			if _, err := client.PutObject(t.Context(), in); err != nil {
				t.Error(err)
			}
		},
		has: func(key string) bool {
			_, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &d.Bucket, Key: &key})
			return err == nil
		},
	}
	s.play(t)
}

// sign signs as the application's server does.
func (d deployedSpaces) sign(r *http.Request, body []byte) {
	sum := sha256.Sum256(body)
	c, _ := d.Role.Retrieve(r.Context())
	if err := v4.NewSigner().SignHTTP(r.Context(), c, r, hex.EncodeToString(sum[:]), "execute-api", os.Getenv("AWS_REGION"), time.Now()); err != nil {
		panic(err)
	}
}
