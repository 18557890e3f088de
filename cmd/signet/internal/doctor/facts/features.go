package facts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func readCORS(ctx context.Context, c *s3.Client, name *string) Fact[[]types.CORSRule] {
	return read("s3:GetBucketCORS", []string{"NoSuchCORSConfiguration"}, func() ([]types.CORSRule, error) {
		out, err := c.GetBucketCors(ctx, &s3.GetBucketCorsInput{Bucket: name})
		if err != nil {
			return nil, err
		}
		return out.CORSRules, nil
	})
}

func readLifecycle(ctx context.Context, c *s3.Client, name *string) Fact[[]types.LifecycleRule] {
	return read("s3:GetLifecycleConfiguration", []string{"NoSuchLifecycleConfiguration"}, func() ([]types.LifecycleRule, error) {
		out, err := c.GetBucketLifecycleConfiguration(ctx, &s3.GetBucketLifecycleConfigurationInput{Bucket: name})
		if err != nil {
			return nil, err
		}
		return out.Rules, nil
	})
}

// readLogging is not Set when the log is off.
func readLogging(ctx context.Context, c *s3.Client, name *string) Fact[types.LoggingEnabled] {
	f := read("s3:GetBucketLogging", nil, func() (types.LoggingEnabled, error) {
		out, err := c.GetBucketLogging(ctx, &s3.GetBucketLoggingInput{Bucket: name})
		if err != nil || out.LoggingEnabled == nil {
			return types.LoggingEnabled{}, err
		}
		return *out.LoggingEnabled, nil
	})
	f.Set = f.Set && f.Value.TargetBucket != nil
	return f
}

func readEvents(ctx context.Context, c *s3.Client, name *string) Fact[Events] {
	return read("s3:GetBucketNotification", nil, func() (Events, error) {
		out, err := c.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: name})
		if err != nil {
			return Events{}, err
		}
		e := Events{EventBridge: out.EventBridgeConfiguration != nil}
		for _, l := range out.LambdaFunctionConfigurations {
			e.Targets = append(e.Targets, aws.ToString(l.LambdaFunctionArn))
		}
		for _, q := range out.QueueConfigurations {
			e.Targets = append(e.Targets, aws.ToString(q.QueueArn))
		}
		for _, t := range out.TopicConfigurations {
			e.Targets = append(e.Targets, aws.ToString(t.TopicArn))
		}
		return e, nil
	})
}

func readTags(ctx context.Context, c *s3.Client, name *string) Fact[map[string]string] {
	return read("s3:GetBucketTagging", []string{"NoSuchTagSet"}, func() (map[string]string, error) {
		out, err := c.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: name})
		if err != nil {
			return nil, err
		}
		tags := map[string]string{}
		for _, t := range out.TagSet {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		return tags, nil
	})
}

func readWebsite(ctx context.Context, c *s3.Client, name *string) Fact[string] {
	return read("s3:GetBucketWebsite", []string{"NoSuchWebsiteConfiguration"}, func() (string, error) {
		out, err := c.GetBucketWebsite(ctx, &s3.GetBucketWebsiteInput{Bucket: name})
		switch {
		case err != nil:
			return "", err
		case out.RedirectAllRequestsTo != nil:
			return "a redirect to " + aws.ToString(out.RedirectAllRequestsTo.HostName), nil
		case out.IndexDocument != nil:
			return aws.ToString(out.IndexDocument.Suffix), nil
		}
		return "redirects", nil
	})
}

func readReplication(ctx context.Context, c *s3.Client, name *string) Fact[[]types.ReplicationRule] {
	return read("s3:GetReplicationConfiguration", []string{"ReplicationConfigurationNotFoundError"}, func() ([]types.ReplicationRule, error) {
		out, err := c.GetBucketReplication(ctx, &s3.GetBucketReplicationInput{Bucket: name})
		if err != nil || out.ReplicationConfiguration == nil {
			return nil, err
		}
		return out.ReplicationConfiguration.Rules, nil
	})
}

func readInventory(ctx context.Context, c *s3.Client, name *string) Fact[[]types.InventoryConfiguration] {
	return read("s3:GetInventoryConfiguration", []string{"NoSuchConfiguration"}, func() (all []types.InventoryConfiguration, err error) {
		in := &s3.ListBucketInventoryConfigurationsInput{Bucket: name}
		for {
			out, err := c.ListBucketInventoryConfigurations(ctx, in)
			if err != nil {
				return nil, err
			}
			all = append(all, out.InventoryConfigurationList...)
			if !aws.ToBool(out.IsTruncated) || out.NextContinuationToken == nil {
				return all, nil
			}
			in.ContinuationToken = out.NextContinuationToken
		}
	})
}

func readAcceleration(ctx context.Context, c *s3.Client, name *string) Fact[bool] {
	return read("s3:GetAccelerateConfiguration", nil, func() (bool, error) {
		out, err := c.GetBucketAccelerateConfiguration(ctx, &s3.GetBucketAccelerateConfigurationInput{Bucket: name})
		if err != nil {
			return false, err
		}
		return out.Status == types.BucketAccelerateStatusEnabled, nil
	})
}

func readPayer(ctx context.Context, c *s3.Client, name *string) Fact[string] {
	return read("s3:GetBucketRequestPayment", nil, func() (string, error) {
		out, err := c.GetBucketRequestPayment(ctx, &s3.GetBucketRequestPaymentInput{Bucket: name})
		if err != nil {
			return "", err
		}
		return string(out.Payer), nil
	})
}
