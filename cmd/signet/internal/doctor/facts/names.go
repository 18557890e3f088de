package facts

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Name is a bucket that a setting names. Names of buckets belong to whoever takes
// them first, so that one that is free is a door for a stranger.
type Name struct {
	Bucket, By string // By is what names it, such as "distribution E123"
	Kind       Kind
	Owner      string // the account that it is said to be of; empty: this one
	About      bool   // the setting is the bucket's own, or its site's, not just the account's
	State      State
}

// Kind of setting that names a bucket.
type Kind string

// The kinds of settings.
const (
	Origin   Kind = "origin" // of CloudFront: it serves what it finds there
	Copies   Kind = "copies" // of replication and inventories
	Trailing Kind = "trail"  // CloudTrail writes there
	Assets   Kind = "assets" // the CDK uploads its templates there, and deploys what it finds
	Logged   Kind = "log"    // S3's access log
)

// State of a bucket's name.
type State string

// The states. Closed is there, and closed to whoever asked, so that its owner is
// not known.
const (
	Ours   State = "ours"
	Other  State = "other"
	Gone   State = "gone"
	Closed State = "closed"
)

// names are all that were read, in no order.
func (f *Facts) names(stack bool) []Name {
	var all []Name
	for _, r := range f.Bucket.Replication.Value {
		if r.Destination != nil {
			all = append(all, Name{Bucket: bucketOf(aws.ToString(r.Destination.Bucket)), By: "replication", Kind: Copies, About: true, Owner: aws.ToString(r.Destination.Account)})
		}
	}
	for _, c := range f.Bucket.Inventory.Value {
		if c.Destination != nil && c.Destination.S3BucketDestination != nil {
			d := c.Destination.S3BucketDestination
			all = append(all, Name{Bucket: bucketOf(aws.ToString(d.Bucket)), By: "inventory " + aws.ToString(c.Id), Kind: Copies, About: true, Owner: aws.ToString(d.AccountId)})
		}
	}
	if to := aws.ToString(f.Bucket.Logging.Value.TargetBucket); to != "" {
		all = append(all, Name{Bucket: to, By: "the access log", Kind: Logged, About: true})
	}
	for _, t := range f.Trails.Value {
		if t.Bucket != "" && !t.Foreign {
			all = append(all, Name{Bucket: t.Bucket, By: "trail " + t.Name, Kind: Trailing})
		}
	}
	for _, d := range f.Fronts.Value {
		about := slices.Contains(d.Buckets, f.Bucket.Name) || f.Stack != nil && slices.ContainsFunc(f.Stack.Sites.Value, func(s Site) bool { return s.ID == d.ID })
		for _, bucket := range d.Buckets {
			all = append(all, Name{Bucket: bucket, By: "distribution " + d.ID, Kind: Origin, About: about})
		}
	}
	if stack && f.Account.Set {
		all = append(all, Name{Bucket: "cdk-hnb659fds-assets-" + f.Account.Value + "-" + f.Bucket.Region, By: "cdk bootstrap", Kind: Assets, About: true})
	}
	return all
}

var inARN = regexp.MustCompile(`^arn:[^:]*:s3:::`)

func bucketOf(arn string) string { return inARN.ReplaceAllString(arn, "") }

// asking is how many names are asked for at the same time: an account can have
// hundreds of distributions.
const asking = 8

// readNames asks of each name once whether it is there, and whose it is.
func readNames(ctx context.Context, c *s3.Client, f *Facts, stack bool) Fact[[]Name] {
	const need = "s3:ListBucket (HeadBucket)"
	if !f.Account.Set {
		return unread[[]Name](need, "the account's number is not known ("+f.Account.Trouble+")", f.Account)
	}
	return read(need, nil, func() ([]Name, error) {
		all := f.names(stack)
		type question struct{ bucket, owner string }
		answers := map[question]*answer{{f.Bucket.Name, f.Account.Value}: {state: Ours}}
		turns := make(chan struct{}, asking)
		var group sync.WaitGroup
		for i := range all {
			all[i].Owner = cmp.Or(all[i].Owner, f.Account.Value)
			q := question{all[i].Bucket, all[i].Owner}
			if answers[q] != nil {
				continue
			}
			one := &answer{}
			answers[q] = one
			group.Go(func() {
				turns <- struct{}{}
				one.state, one.err = stateOf(ctx, c, q.bucket, q.owner)
				<-turns
			})
		}
		group.Wait()
		for i, n := range all {
			one := answers[question{n.Bucket, n.Owner}]
			if one.err != nil {
				return nil, one.err
			}
			all[i].State = one.state
		}
		return all, nil
	})
}

// answer is what was found out about a name.
type answer struct {
	state State
	err   error
}

// stateOf asks as whoever, and, where that is answered, as somebody who expects
// the owner: only then a 403 says that it is another's.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html
func stateOf(ctx context.Context, c *s3.Client, bucket, owner string) (State, error) {
	ask := func(in *s3.HeadBucketInput) (int, error) {
		_, err := c.HeadBucket(ctx, in)
		var answer *smithyhttp.ResponseError
		switch {
		case err == nil:
			return http.StatusOK, nil
		case errors.As(err, &answer) && answer.HTTPStatusCode() < 500:
			return answer.HTTPStatusCode(), nil
		}
		return 0, err
	}
	status, err := ask(&s3.HeadBucketInput{Bucket: &bucket})
	switch {
	case err != nil:
		return "", err
	case status == http.StatusNotFound:
		return Gone, nil
	case status != http.StatusOK:
		return Closed, nil
	}
	if status, err = ask(&s3.HeadBucketInput{Bucket: &bucket, ExpectedBucketOwner: &owner}); status == http.StatusForbidden {
		return Other, nil
	}
	return Ours, err
}

// Front is a distribution of the account, as far as its origins go.
type Front struct {
	ID      string
	Buckets []string // of its origins in S3
}

// s3Host is the address of a bucket, in all the forms that it has had.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
var s3Host = regexp.MustCompile(`^(.+)\.s3(?:-website|-accelerate|\.dualstack)?(?:[.-][a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?$`)

func readFronts(ctx context.Context, c *cloudfront.Client) Fact[[]Front] {
	return read("cloudfront:ListDistributions", nil, func() (all []Front, err error) {
		pages := cloudfront.NewListDistributionsPaginator(c, &cloudfront.ListDistributionsInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil || page.DistributionList == nil {
				return all, err
			}
			for _, d := range page.DistributionList.Items {
				front := Front{ID: aws.ToString(d.Id)}
				if d.Origins == nil {
					continue
				}
				for _, o := range d.Origins.Items {
					if m := s3Host.FindStringSubmatch(aws.ToString(o.DomainName)); m != nil {
						front.Buckets = append(front.Buckets, m[1])
					}
				}
				all = append(all, front)
			}
		}
		return all, nil
	})
}
