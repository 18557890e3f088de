package facts

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"

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
			if err := queryEC2(ctx, config, form, &page); err != nil {
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

func queryEC2(ctx context.Context, config aws.Config, form url.Values, page any) error {
	address := ec2Address(config)
	body := []byte(form.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	credentials, err := config.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), "ec2", config.Region, time.Now()); err != nil {
		return err
	}
	client := config.HTTPClient
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, 16<<20))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		var refused struct {
			Code string `xml:"Errors>Error>Code"`
		}
		_ = xml.Unmarshal(data, &refused) // an answer that is no XML has the status alone
		if refused.Code == "" {
			refused.Code = answer.Status
		}
		return &smithy.GenericAPIError{Code: refused.Code}
	}
	return xml.Unmarshal(data, page)
}

func ec2Address(config aws.Config) string {
	if address := Override(config, "EC2"); address != "" {
		return address
	}
	suffix := ".amazonaws.com/"
	if partition(config.Region) == "aws-cn" {
		suffix = ".amazonaws.com.cn/"
	}
	return "https://ec2." + config.Region + suffix
}
