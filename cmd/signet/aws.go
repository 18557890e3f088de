package main

import (
	"context"
	"crypto/x509"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"

	"signet/cmd/signet/internal/transfer"
)

// awsFlags say which bucket to use with the machine's own credentials.
type awsFlags struct {
	bucket, region, endpoint, profile string
	storage                           transfer.Storage
	// roots are the authorities of AWS_CA_BUNDLE or the profile's ca_bundle; nil: the
	// system's. Known once there is a client.
	roots *x509.CertPool
}

func (a *awsFlags) add(set *flag.FlagSet) {
	set.Func("bucket", "", func(name string) error {
		if name == "" { // of an empty variable: what was meant is not Signet
			return errors.New("got an empty name, want a bucket's")
		}
		a.bucket = name
		return nil
	})
	set.StringVar(&a.region, "region", "", "")
	set.StringVar(&a.endpoint, "endpoint-url", "", "")
	set.StringVar(&a.profile, "profile", "", "")
}

// check wants what is said of a bucket to be said with one.
func (a *awsFlags) check() error {
	if a.bucket == "" && a.region+a.endpoint+a.profile != "" {
		return errors.New("got --region, --profile or --endpoint-url without --bucket: add it")
	}
	return a.checkStorage()
}

// client makes a client of S3 from the flags and what the AWS CLI reads too: the
// environment, the shared files, the instance's role.
func (a *awsFlags) client(ctx context.Context) (*s3.Client, error) {
	var options []func(*config.LoadOptions) error
	if a.region != "" {
		options = append(options, config.WithRegion(a.region))
	}
	if a.profile != "" {
		options = append(options, config.WithSharedConfigProfile(a.profile))
	}
	c, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, err
	}
	a.roots = authorities(c)
	// So the AWS CLI is told of a store that knows no checksums.
	a.storage.NoChecksum = a.storage.NoChecksum || c.RequestChecksumCalculation == aws.RequestChecksumCalculationWhenRequired
	if a.endpoint != "" {
		c.BaseEndpoint = &a.endpoint
	}
	own := c.BaseEndpoint != nil || os.Getenv("AWS_ENDPOINT_URL_S3") != "" || os.Getenv("AWS_ENDPOINT_URL") != ""
	if own && c.Region == "" {
		c.Region = "us-east-1" // what other stores take when nobody says
	}
	if c.Region == "" {
		return nil, errors.New("got no region, want the bucket's: give --region, or set AWS_REGION")
	}
	return s3.NewFromConfig(c, func(o *s3.Options) {
		o.Logger = logging.Nop{} // what it has to say is in its errors
		o.UsePathStyle = own || strings.Contains(a.bucket, ".")
		// No checksum that the engine did not give, and no download read twice.
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	}), nil
}

// authorities are those that the AWS CLI's settings name, which the SDK has read
// for its own client.
func authorities(c aws.Config) *x509.CertPool {
	if client, ok := c.HTTPClient.(*awshttp.BuildableClient); ok {
		if settings := client.GetTransport().TLSClientConfig; settings != nil {
			return settings.RootCAs
		}
	}
	return nil
}

// cacheDir is where this machine remembers what it can find out again. A user
// without a home has none, empty, and what goes there is lost.
func cacheDir(name string) string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "signet", name)
}

// target signs for the bucket.
func (a *awsFlags) target(ctx context.Context) (*transfer.Bucket, *s3.Client, error) {
	client, err := a.client(ctx)
	if err != nil {
		return nil, nil, err
	}
	return transfer.NewBucket(client, a.bucket, transfer.Notes(cacheDir("uploads")), a.storage), client, nil
}
