package presign

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

func TestEndpoint(t *testing.T) {
	tests := []struct {
		name    string
		options Options
		bucket  string // URL of the bucket
		key     string // URL of what the escaped key is appended to
	}{
		{"AWS", Options{Bucket: "bucket", Region: "us-east-1"}, "https://bucket.s3.us-east-1.amazonaws.com/", "https://bucket.s3.us-east-1.amazonaws.com/"},
		{"China", Options{Bucket: "bucket", Region: "cn-north-1"}, "https://bucket.s3.cn-north-1.amazonaws.com.cn/", "https://bucket.s3.cn-north-1.amazonaws.com.cn/"},
		{"dots", Options{Bucket: "a.b", Region: "us-east-1"}, "https://s3.us-east-1.amazonaws.com/a.b", "https://s3.us-east-1.amazonaws.com/a.b/"},
		{"dual stack", Options{Bucket: "bucket", Region: "us-east-1", DualStack: true},
			"https://bucket.s3.dualstack.us-east-1.amazonaws.com/", "https://bucket.s3.dualstack.us-east-1.amazonaws.com/"},
		{"accelerate", Options{Bucket: "bucket", Region: "us-east-1", Accelerate: true}, "https://bucket.s3-accelerate.amazonaws.com/", "https://bucket.s3-accelerate.amazonaws.com/"},
		{"accelerate, dual stack", Options{Bucket: "bucket", Region: "us-east-1", Accelerate: true, DualStack: true},
			"https://bucket.s3-accelerate.dualstack.amazonaws.com/", "https://bucket.s3-accelerate.dualstack.amazonaws.com/"},
		{"own", Options{Bucket: "bucket", Region: "x", Endpoint: "http://127.0.0.1:9000"}, "http://127.0.0.1:9000/bucket", "http://127.0.0.1:9000/bucket/"},
		{"own, slash", Options{Bucket: "bucket", Region: "x", Endpoint: "http://127.0.0.1:9000/"}, "http://127.0.0.1:9000/bucket", "http://127.0.0.1:9000/bucket/"},
		{"own, base path", Options{Bucket: "bucket", Region: "x", Endpoint: "https://h/s 3/"}, "https://h/s%203/bucket", "https://h/s%203/bucket/"},
		{"own, default port", Options{Bucket: "bucket", Region: "x", Endpoint: "https://H:443"}, "https://h/bucket", "https://h/bucket/"},
		{"own, default port of the other scheme", Options{Bucket: "bucket", Region: "x", Endpoint: "http://h:443"}, "http://h:443/bucket", "http://h:443/bucket/"},
		{"own, IPv6", Options{Bucket: "bucket", Region: "x", Endpoint: "http://[::1]:80"}, "http://[::1]/bucket", "http://[::1]/bucket/"},
		{"own, virtual host", Options{Bucket: "bucket", Region: "x", Endpoint: "http://s3.localhost:9000", VirtualHost: true},
			"http://bucket.s3.localhost:9000/", "http://bucket.s3.localhost:9000/"},
		{"own, old bucket name", Options{Bucket: "A_b", Region: "x", Endpoint: "http://h"}, "http://h/A_b", "http://h/A_b/"},
		{"own, accelerate does not count", Options{Bucket: "bucket", Region: "x", Endpoint: "http://h", Accelerate: true, DualStack: true}, "http://h/bucket", "http://h/bucket/"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.options.Credentials = testOptions("").Credentials
			e, err := resolve(tt.options)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.origin + e.bucketPath; got != tt.bucket {
				t.Errorf("bucket: got %s, want %s", got, tt.bucket)
			}
			if got := e.origin + e.keyPath; got != tt.key {
				t.Errorf("key: got %s, want %s", got, tt.key)
			}
		})
	}
}

func TestOptionErrors(t *testing.T) {
	credentials := testOptions("").Credentials
	tests := []struct {
		name    string
		options Options
	}{
		{"no bucket", Options{Region: "x", Credentials: credentials}},
		{"no region", Options{Bucket: "b", Credentials: credentials}},
		{"no credentials", Options{Bucket: "b", Region: "x"}},
		{"endpoint without scheme", Options{Bucket: "b", Region: "x", Credentials: credentials, Endpoint: "127.0.0.1:9000"}},
		{"endpoint of another scheme", Options{Bucket: "b", Region: "x", Credentials: credentials, Endpoint: "ftp://h"}},
		{"endpoint without host", Options{Bucket: "b", Region: "x", Credentials: credentials, Endpoint: "http://:80"}},
		{"endpoint with a query", Options{Bucket: "b", Region: "x", Credentials: credentials, Endpoint: "http://h?a=b"}},
		{"endpoint with a user", Options{Bucket: "b", Region: "x", Credentials: credentials, Endpoint: "http://u:p@h"}},
		{"accelerate, dots", Options{Bucket: "a.b", Region: "us-east-1", Credentials: credentials, Accelerate: true}},
		{"accelerate in China", Options{Bucket: "bucket", Region: "cn-north-1", Credentials: credentials, Accelerate: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := New(tt.options)
			ctx := context.Background()
			_, url := s.URL(ctx, putRequest(t))
			_, table := s.Parts(ctx, tenThousandParts(t))
			_, form := s.Form(ctx, formOf(t, upload.FormWish{Name: "a"}))
			for _, err := range []error{url, table, form} {
				if upload.CodeOf(err) != upload.ConfigError {
					t.Errorf("got %v, want a ConfigError", err)
				}
			}
		})
	}
}

// TestEndpointsAreTheSDKs compares with the endpoint rules of the SDK, for
// regions of every partition.
func TestEndpointsAreTheSDKs(t *testing.T) {
	regions := []string{
		"af-south-1", "ap-east-1", "ap-northeast-2", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-west-1", "il-central-1", "me-central-1", "mx-central-1",
		"sa-east-1", "us-east-1", "us-west-2", "cn-north-1", "cn-northwest-1", "us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-isob-east-1",
		"us-isof-south-1", "eu-isoe-west-1", "eusc-de-east-1",
	}
	resolver := s3.NewDefaultEndpointResolverV2()
	for _, region := range regions {
		for _, bucket := range []string{"bucket", "a.b.c", "abc", "1-2", "A_b"} {
			for _, variant := range []struct{ accelerate, dualStack bool }{{}, {false, true}, {true, false}, {true, true}} {
				ours, err := resolve(Options{Bucket: bucket, Region: region, Accelerate: variant.accelerate, DualStack: variant.dualStack, Credentials: testOptions("").Credentials})
				theirs, theirErr := resolver.ResolveEndpoint(context.Background(), s3.EndpointParameters{
					Bucket: &bucket, Region: &region, Accelerate: aws.Bool(variant.accelerate), UseDualStack: aws.Bool(variant.dualStack), UseFIPS: aws.Bool(false),
				}.WithDefaults())
				if _, commercial := partition(region); variant.accelerate && !commercial {
					// The SDK refuses it in China only, and makes up names elsewhere.
					if err == nil {
						t.Errorf("%s in %s, %+v: got %v, want an error", bucket, region, variant, ours)
					}
					continue
				}
				if (err == nil) != (theirErr == nil) {
					t.Errorf("%s in %s, %+v: got error %v, want %v", bucket, region, variant, err, theirErr)
					continue
				}
				if err != nil {
					continue
				}
				if got, want := ours.origin+ours.bucketPath, theirs.URI.String(); got != want && got != want+"/" {
					t.Errorf("%s in %s, %+v: got %s, want %s", bucket, region, variant, got, want)
				}
			}
		}
	}
}
