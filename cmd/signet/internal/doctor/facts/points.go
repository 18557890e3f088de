package facts

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"

	"signet/cmd/signet/internal/doctor/policy"
)

// Point is an access point, of one region or of many: another door to the bucket,
// with a public access block and a policy of its own.
type Point struct {
	Name, ARN string
	VPC       string   // the only network that it answers; empty: any
	Buckets   []string // of one of many regions, one a region
	Block     Block
	Policy    Fact[policy.Document]
}

const (
	pointNeed = "s3:ListAccessPoints, s3:GetAccessPoint and s3:GetAccessPointPolicy"
	multiNeed = "s3:ListMultiRegionAccessPoints and s3:GetMultiRegionAccessPointPolicy"
	// multiRegion takes every call about those of many regions.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/MrapOperations.html
	multiRegion = "us-west-2"
)

func controlBlock(p *types.PublicAccessBlockConfiguration) Block {
	if p == nil {
		return Block{}
	}
	return Block{aws.ToBool(p.BlockPublicAcls), aws.ToBool(p.IgnorePublicAcls), aws.ToBool(p.BlockPublicPolicy), aws.ToBool(p.RestrictPublicBuckets)}
}

// readPoints is not Set when there is none.
func readPoints(ctx context.Context, c *s3control.Client, account Fact[string], bucket string) Fact[[]Point] {
	if !account.Set {
		return unread[[]Point](pointNeed, "the account's number is not known ("+account.Trouble+")", account)
	}
	return read(pointNeed, nil, func() (all []Point, err error) {
		pages := s3control.NewListAccessPointsPaginator(c, &s3control.ListAccessPointsInput{AccountId: &account.Value, Bucket: &bucket})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, a := range page.AccessPointList {
				one, err := readPoint(ctx, c, &account.Value, a)
				if err != nil {
					return nil, err
				}
				all = append(all, one)
			}
		}
		return all, nil
	})
}

func readPoint(ctx context.Context, c *s3control.Client, account *string, a types.AccessPoint) (Point, error) {
	p := Point{Name: aws.ToString(a.Name), ARN: aws.ToString(a.AccessPointArn)}
	out, err := c.GetAccessPoint(ctx, &s3control.GetAccessPointInput{AccountId: account, Name: a.Name})
	if err != nil {
		return p, err
	}
	p.Block = controlBlock(out.PublicAccessBlockConfiguration)
	if out.VpcConfiguration != nil {
		p.VPC = aws.ToString(out.VpcConfiguration.VpcId)
	}
	p.Policy = read("s3:GetAccessPointPolicy", []string{"NoSuchAccessPointPolicy"}, func() (policy.Document, error) {
		out, err := c.GetAccessPointPolicy(ctx, &s3control.GetAccessPointPolicyInput{AccountId: account, Name: a.Name})
		if err != nil {
			return policy.Document{}, err
		}
		return parsePolicy(aws.ToString(out.Policy))
	})
	return p, nil
}

// readMultiPoints are those of many regions of which one has the bucket.
func readMultiPoints(ctx context.Context, config aws.Config, account Fact[string], bucket string) Fact[[]Point] {
	if !account.Set {
		return unread[[]Point](multiNeed, "the account's number is not known ("+account.Trouble+")", account)
	}
	config.Region = multiRegion
	c := newClients(config).control
	return read(multiNeed, nil, func() (all []Point, err error) {
		pages := s3control.NewListMultiRegionAccessPointsPaginator(c, &s3control.ListMultiRegionAccessPointsInput{AccountId: &account.Value})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, m := range page.AccessPoints {
				if hasBucket(m.Regions, bucket) {
					all = append(all, multiPoint(ctx, c, &account.Value, m))
				}
			}
		}
		return all, nil
	})
}

func hasBucket(regions []types.RegionReport, bucket string) bool {
	for _, r := range regions {
		if aws.ToString(r.Bucket) == bucket {
			return true
		}
	}
	return false
}

func multiPoint(ctx context.Context, c *s3control.Client, account *string, m types.MultiRegionAccessPointReport) Point {
	p := Point{Name: aws.ToString(m.Name), Block: controlBlock(m.PublicAccessBlock)}
	for _, r := range m.Regions {
		p.Buckets = append(p.Buckets, aws.ToString(r.Bucket))
	}
	p.ARN = "arn:aws:s3::" + *account + ":accesspoint/" + aws.ToString(m.Alias)
	p.Policy = read("s3:GetMultiRegionAccessPointPolicy", []string{"NoSuchMultiRegionAccessPointPolicy", "NoSuchAccessPointPolicy"}, func() (policy.Document, error) {
		out, err := c.GetMultiRegionAccessPointPolicy(ctx, &s3control.GetMultiRegionAccessPointPolicyInput{AccountId: account, Name: m.Name})
		if err != nil || out.Policy == nil || out.Policy.Established == nil || out.Policy.Established.Policy == nil {
			return policy.Document{}, err
		}
		return parsePolicy(*out.Policy.Established.Policy)
	})
	return p
}
