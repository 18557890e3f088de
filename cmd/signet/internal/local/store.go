package local

import (
	"context"
	"errors"
	"fmt"
	"os"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// outside is a cloud whose S3 is not the gateway but the configuration's store,
// whose keys are in the environment under the names that AWS's SDKs read.
func outside(o Options) (*Cloud, error) {
	if o.Endpoint != "" || o.KeysFile != "" || o.AccessLog != "" {
		return nil, errors.New("got an S3 address, a keys file or an access log for a store of the configuration, want them for the local gateway only: leave --s3-endpoint, --s3-keys and --access-log out")
	}
	if o.Config.Events != nil {
		return nil, errors.New("got events for a store of the configuration, want them for the local gateway only, which tells what happens in it: leave events, or --events, out")
	}
	keys := environment()
	if keys.AccessKeyID == "" || keys.SecretAccessKey == "" {
		return nil, fmt.Errorf("got a store at %s and no keys for it, want AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment: set them", o.Config.Store.Endpoint)
	}
	return &Cloud{
		S3: o.Config.Store.Origin(), Bucket: o.Config.Store.Bucket, failed: make(chan error, 1),
		resolved:    o.Config.Store.Resolved(),
		credentials: func(context.Context) (presign.Credentials, error) { return keys, nil },
	}, nil
}

// environment reads the keys of a store
// (https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html).
func environment() presign.Credentials {
	return presign.Credentials{
		AccessKeyID:     os.Getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    os.Getenv("AWS_SESSION_TOKEN"),
	}
}

// inside tells the handler about the gateway. Clients may be told to reach it by
// way of another address.
func (c *Cloud) inside(address string) {
	c.resolved = upload.Resolved{Bucket: c.Bucket, Region: Region, Endpoint: address}
	c.direct = c.S3
	c.credentials = c.gateway.SigningCredentials
}

// ended is closed when S3 has ended, which only the gateway does.
func (c *Cloud) ended() <-chan struct{} {
	if c.gateway == nil {
		return nil
	}
	return c.gateway.Done()
}

func (c *Cloud) closeS3() error {
	if c.gateway == nil {
		return nil
	}
	if c.events != nil {
		c.events.Close()
	}
	return c.gateway.Close()
}
