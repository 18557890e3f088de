package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

// errNoCredentials skips what only whoever deployed can try.
const errNoCredentials = skipped("with --stack and AWS credentials it is tried")

// refusedToAdmin wants S3 to deny a call of whoever deployed.
func (c *conversation) refusedToAdmin(call func(*s3.Client) error, codes ...string) (string, error) {
	if c.S3 == nil {
		return "", errNoCredentials
	}
	err := call(c.S3)
	var api smithy.APIError
	if errors.As(err, &api) && slices.Contains(append(codes, "AccessDenied"), api.ErrorCode()) {
		return api.ErrorCode(), nil
	}
	return "", errors.Join(err, errors.New("got no AccessDenied, want the bucket's policy to deny it"))
}

// writeAsAdmin puts an object past the API.
func (c *conversation) writeAsAdmin(ctx context.Context, change func(*s3.PutObjectInput), options ...func(*s3.Options)) (string, error) {
	return c.refusedToAdmin(func(client *s3.Client) error {
		key, _, _ := strings.Cut(c.small.key, "/")
		in := &s3.PutObjectInput{Bucket: &c.Bucket, Key: aws.String(key + "/" + c.run + "-admin"), Body: bytes.NewReader(c.bytes)}
		c.keys = append(c.keys, *in.Key)
		if change != nil {
			change(in)
		}
		_, err := client.PutObject(ctx, in, options...)
		return err
	}, "AccessControlListNotSupported") // what S3 says of an ACL where no policy is in its way
}

func (c *conversation) plainHTTP(ctx context.Context) (string, error) {
	if c.small.put == nil {
		return "", errNoFile
	}
	at, err := url.Parse(c.small.put.URL)
	if err != nil {
		return "", err
	}
	host := strings.TrimPrefix(at.Host, c.Bucket+".")
	return c.writeAsAdmin(ctx, nil, func(o *s3.Options) {
		o.BaseEndpoint = aws.String("http://" + host)
		o.HTTPClient = c.HTTP
	})
}

func (c *conversation) bucketACL(ctx context.Context) (string, error) {
	return c.writeAsAdmin(ctx, func(in *s3.PutObjectInput) { in.ACL = types.ObjectCannedACLPublicRead })
}

func (c *conversation) bucketEncryption(ctx context.Context) (string, error) {
	return c.writeAsAdmin(ctx, func(in *s3.PutObjectInput) { in.ServerSideEncryption = types.ServerSideEncryptionAes256 })
}

func (c *conversation) bucketDelete(ctx context.Context) (string, error) {
	return c.refusedToAdmin(func(client *s3.Client) error {
		_, err := client.DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: &c.Bucket})
		return err
	})
}

func (c *conversation) encrypted(ctx context.Context) (string, error) {
	if c.S3 == nil {
		return "", errNoCredentials
	}
	head, err := c.S3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &c.Bucket, Key: &c.small.key})
	if err != nil {
		return "", err
	}
	if head.ServerSideEncryption != types.ServerSideEncryptionAwsKms {
		return "", fmt.Errorf("got %q, want aws:kms", head.ServerSideEncryption)
	}
	return aws.ToString(head.SSEKMSKeyId), nil
}

// cleanUp deletes what this run has stored: for good with credentials, else as a
// person does, which leaves old versions until they expire.
func (c *conversation) cleanUp(ctx context.Context) (string, error) {
	c.takeBack(ctx)
	gone, kept := 0, 0
	for _, key := range c.keys {
		n, err := 0, error(errNoCredentials)
		if c.S3 != nil {
			n, err = c.erase(ctx, key)
		}
		if err != nil { // as with writers, where an administrator may not either
			n, err = 0, c.forget(ctx, key)
			kept++
		}
		if err != nil {
			return "", err
		}
		gone += n
	}
	if kept > 0 {
		return fmt.Sprintf("%d files deleted as a person does: they stay as old versions for lifecycle.noncurrent", kept), nil
	}
	return fmt.Sprintf("%d versions", gone), nil
}

// forget deletes a file as a person does; one that is not there is gone.
func (c *conversation) forget(ctx context.Context, key string) error {
	err := c.api(ctx, http.MethodDelete, "/files?key="+url.QueryEscape(key), nil, nil)
	var r refusal
	if errors.As(err, &r) && (r.status == http.StatusNotFound || r.status == http.StatusForbidden) {
		return nil
	}
	return err
}

// erase deletes all versions of one key.
func (c *conversation) erase(ctx context.Context, key string) (int, error) {
	out, err := c.S3.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &c.Bucket, Prefix: &key})
	if err != nil {
		return 0, err
	}
	var versions []string
	for _, v := range out.Versions {
		if aws.ToString(v.Key) == key {
			versions = append(versions, aws.ToString(v.VersionId))
		}
	}
	for _, v := range out.DeleteMarkers {
		if aws.ToString(v.Key) == key {
			versions = append(versions, aws.ToString(v.VersionId))
		}
	}
	for _, version := range versions {
		if _, err := c.S3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &c.Bucket, Key: &key, VersionId: &version}); err != nil {
			return 0, err
		}
	}
	return len(versions), nil
}
