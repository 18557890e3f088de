package gateway

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// A folder that goes with its last object is none of the business of who writes another
// key below it at that moment: by PUT, by copy, or of no bytes.
func TestWritesBesideRemovals(t *testing.T) {
	g := newGateway(t)
	g.put(t, "mine/source", "s")
	write := map[string]func(c *s3.Client, key *string) (version *string, err error){
		"put": func(c *s3.Client, key *string) (*string, error) {
			out, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(testBucket), Key: key, Body: strings.NewReader("x")})
			if err != nil {
				return nil, err
			}
			return out.VersionId, nil
		},
		"empty": func(c *s3.Client, key *string) (*string, error) {
			out, err := c.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(testBucket), Key: key})
			if err != nil {
				return nil, err
			}
			return out.VersionId, nil
		},
		"copy": func(c *s3.Client, key *string) (*string, error) {
			out, err := c.CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: aws.String(testBucket), Key: key, CopySource: aws.String(testBucket + "/mine/source")})
			if err != nil {
				return nil, err
			}
			return out.VersionId, nil
		},
	}
	c := g.readerClient() // who may delete versions
	var all sync.WaitGroup
	for name, write := range write {
		for worker := range 4 {
			all.Go(func() {
				for n := range 60 {
					key := fmt.Sprintf("mine/a/b/%s%d/%d", name, worker, n)
					version, err := write(c, &key)
					if err == nil {
						_, err = c.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(testBucket), Key: &key, VersionId: version})
					}
					if err != nil {
						t.Errorf("%s, round %d: %v", name, n, err)
						return
					}
				}
			})
		}
	}
	all.Wait()
}
