package facts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"signet/lambda/upload"
)

// Target is what to read.
type Target struct {
	Bucket string // either this
	Stack  string // or that: the bucket is then the stack's
	Role   string // name or ARN of the role that signs; with Stack it is the function's
	// Config is what is intended; nil: what the stack's function was given, else
	// nothing is known of it.
	Config *upload.Config
	// Client is what uploads from a page: uppy, signet, form or sdk; empty: it is
	// not known. Signs is what the role signs, by the names of --signs.
	Client string
	Signs  []string
	Now    time.Time
}

// Read gathers all facts. It fails only when there is nothing to judge: no
// credentials, no such bucket, no such stack.
func Read(ctx context.Context, config aws.Config, t Target) (*Facts, error) {
	f := &Facts{Config: upload.DefaultConfig(), Client: t.Client, Signs: t.Signs}
	c := newClients(config)
	var around func()
	if t.Stack != "" {
		r, err := readResources(ctx, c.stacks, t.Stack)
		if err != nil {
			return nil, err
		}
		function, deployed, err := findFunction(ctx, c, r, t.Stack)
		if err != nil {
			return nil, err
		}
		t.Bucket, t.Role, f.Config, f.Intended = deployed.Bucket, aws.ToString(function.Role), deployed, true
		around = func() { f.Stack = readStack(ctx, c, t.Stack, deployed, r, function) }
	}
	if t.Config != nil {
		f.Config, f.Intended = *t.Config, true
	}
	region, err := bucketRegion(ctx, c.s3, t.Bucket, config.Region)
	if err != nil {
		return nil, err
	}
	if region != config.Region {
		config.Region = region
		c = newClients(config)
	}
	f.read(ctx, c, t, around)
	return f, context.Cause(ctx)
}

// read does what hangs on nothing else at the same time.
func (f *Facts) read(ctx context.Context, c clients, t Target, around func()) {
	var group sync.WaitGroup
	group.Go(func() {
		f.Bucket = readBucket(ctx, c.s3, t.Bucket, c.config.Region)
		f.Key = readKey(ctx, c.kms, f.Bucket.Encryption)
		if to := aws.ToString(f.Bucket.Logging.Value.TargetBucket); to != "" && to != t.Bucket {
			f.Log = readLogBucket(ctx, c.s3, to, c.config.Region)
		}
	})
	group.Go(func() { f.Uploads = readUnfinished(ctx, c.s3, t.Bucket, t.Now) })
	group.Go(func() { f.Trails = readTrails(ctx, c.trail) })
	group.Go(func() { f.Alarms = readAlarms(ctx, c.watch) })
	group.Go(func() { f.Endpoints = readEndpoints(ctx, c.config) })
	group.Go(func() { f.Role = readRole(ctx, c.iam, t.Role) })
	group.Go(func() {
		f.Account = readAccount(ctx, c.sts)
		f.AccountBlock = readAccountBlock(ctx, c.control, f.Account)
		f.Budgets = readBudgets(ctx, c.budgets, f.Account)
		f.Points = readPoints(ctx, c.control, f.Account, t.Bucket)
		f.MultiPoints = readMultiPoints(ctx, c.config, f.Account, t.Bucket)
	})
	if b := f.Config.Backup; b != nil && b.Plan != nil {
		group.Go(func() { f.LastBackup = readLastBackup(ctx, c.config, t.Bucket) })
	}
	group.Go(func() { f.Fronts = readFronts(ctx, c.front) })
	if around != nil {
		group.Go(around)
	}
	group.Wait()
	f.Listeners = readListeners(ctx, c, f.Bucket.Events, f.Account)
	f.Names = readNames(ctx, c.s3, f, t.Stack != "")
}

// bucketRegion is where the bucket is: S3 says so even where it says no else.
func bucketRegion(ctx context.Context, c *s3.Client, bucket, region string) (string, error) {
	out, err := c.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &bucket})
	if err == nil {
		if out.BucketRegion != nil {
			region = *out.BucketRegion
		}
		return region, nil
	}
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) {
		what, remedy := trouble(err)
		return "", fmt.Errorf("bucket %s: %s: %s", bucket, what, cmp.Or(remedy, "check the credentials (aws sts get-caller-identity)"))
	}
	if told := answer.Response.Header.Get("X-Amz-Bucket-Region"); told != "" {
		region = told
	}
	switch code := answer.HTTPStatusCode(); {
	case code == http.StatusNotFound:
		return "", fmt.Errorf("got bucket %s, which is not there: check --bucket and AWS_REGION", bucket)
	case code == http.StatusBadRequest:
		return "", fmt.Errorf("bucket %s: S3 answered 400: check that the credentials have not expired", bucket)
	case code >= 500:
		return "", fmt.Errorf("bucket %s: S3 answered %d: try again later", bucket, code)
	}
	return region, nil // refused: each setting will say for itself what it needs
}

// RoleName is the last part of a role's ARN.
func RoleName(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
