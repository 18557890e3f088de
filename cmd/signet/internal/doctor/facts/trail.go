package facts

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// Trail is a trail of CloudTrail that sees this region.
type Trail struct {
	Name      string
	Bucket    string // where it writes
	Foreign   bool   // it may be another account's: an organization's
	Logging   bool
	Validated bool // its files carry digests
	Selectors cloudtrail.GetEventSelectorsOutput
}

// readTrails asks each trail whether it runs and what it records; one that does
// not say makes all of them unknown, because it may be the one that matters.
func readTrails(ctx context.Context, c *cloudtrail.Client) Fact[[]Trail] {
	return read("cloudtrail:DescribeTrails, cloudtrail:GetTrailStatus and cloudtrail:GetEventSelectors", nil, func() ([]Trail, error) {
		out, err := c.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{})
		if err != nil {
			return nil, err
		}
		var all []Trail
		for _, t := range out.TrailList {
			one, err := readTrail(ctx, c, t)
			if err != nil {
				return nil, err
			}
			all = append(all, one)
		}
		return all, nil
	})
}

func readTrail(ctx context.Context, c *cloudtrail.Client, t types.Trail) (Trail, error) {
	trail := Trail{Name: aws.ToString(t.Name), Bucket: aws.ToString(t.S3BucketName), Validated: aws.ToBool(t.LogFileValidationEnabled), Foreign: aws.ToBool(t.IsOrganizationTrail)}
	name := t.TrailARN
	if name == nil {
		name = t.Name
	}
	status, err := c.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: name})
	if err != nil {
		return trail, fmt.Errorf("trail %s: %w", trail.Name, err)
	}
	trail.Logging = aws.ToBool(status.IsLogging)
	selectors, err := c.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: name})
	if err != nil {
		return trail, fmt.Errorf("trail %s: %w", trail.Name, err)
	}
	trail.Selectors = *selectors
	return trail, nil
}
