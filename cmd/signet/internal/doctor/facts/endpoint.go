package facts

import (
	"context"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/cmd/signet/internal/doctor/policy"
)

// Endpoint is an S3 endpoint of a VPC.
type Endpoint struct {
	ID     string
	Policy policy.Document
}

// readEndpoints makes the one call to EC2 itself: the SDK's module for EC2 takes
// a minute to compile.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpoints.html
func readEndpoints(ctx context.Context, config aws.Config) Fact[[]Endpoint] {
	return read("ec2:DescribeVpcEndpoints", nil, func() (all []Endpoint, err error) {
		form := url.Values{
			"Action": {"DescribeVpcEndpoints"}, "Version": {"2016-11-15"},
			"Filter.1.Name": {"service-name"}, "Filter.1.Value.1": {"com.amazonaws." + config.Region + ".s3"},
		}
		for {
			var page struct {
				Items []struct {
					ID     string `xml:"vpcEndpointId"`
					State  string `xml:"state"`
					Policy string `xml:"policyDocument"`
				} `xml:"vpcEndpointSet>item"`
				Next string `xml:"nextToken"`
			}
			if err := query(ctx, config, "ec2", form, &page); err != nil {
				return nil, err
			}
			for _, e := range page.Items {
				d, err := parsePolicy(e.Policy)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", e.ID, err)
				}
				all = append(all, Endpoint{e.ID, d})
			}
			if page.Next == "" {
				return all, nil
			}
			form.Set("NextToken", page.Next)
		}
	})
}
