package local

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// sweepPause is how often the sweeper looks. On AWS lifecycle rules are looked at once
// a day.
const sweepPause = time.Second

// sweeper does what lifecycle rules do on AWS to what nobody confirms: it expires, which
// in a bucket with versions is a delete marker. And to passes and ledgers that nobody has
// changed for long, whose end has come by then: they go.
type sweeper struct {
	store  *s3.Client
	bucket string
	state  string         // bucket; empty: there is none
	spaces []upload.Space // with Confirm
	now    func() time.Time
	log    *slog.Logger
	stays  map[string]bool // by key and ETag: it was confirmed
}

// sweep begins to sweep where a space has files to confirm. It ends with ctx.
func (c *Cloud) sweep(ctx context.Context, o Options) {
	s := &sweeper{store: c.client(), bucket: c.Bucket, state: stateBucket(o.Config, c.Bucket), now: clock(o.ClockFile), log: o.Log, stays: map[string]bool{}}
	for _, space := range o.Config.AllSpaces() {
		if space.Confirm > 0 {
			s.spaces = append(s.spaces, space)
		}
	}
	if o.Config.Store != nil { // whose lifecycle is its owner's
		s.state = ""
	}
	if len(s.spaces) == 0 && s.state == "" {
		return
	}
	go func() {
		tick := time.NewTicker(sweepPause)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if err := s.all(ctx); err != nil && ctx.Err() == nil {
				s.log.Warn("sweep", "error", err)
			}
		}
	}()
}

// clock is the time, and what a file says that it is later, such as 25h. Without the
// file it is the time.
func clock(file string) func() time.Time {
	return func() time.Time {
		now := time.Now()
		if text, err := os.ReadFile(file); file != "" && err == nil {
			if later, err := time.ParseDuration(strings.TrimSpace(string(text))); err == nil {
				now = now.Add(later)
			}
		}
		return now
	}
}

func (s *sweeper) all(ctx context.Context) error {
	for _, space := range s.spaces {
		before := s.now().Add(-time.Duration(space.Confirm) * 24 * time.Hour)
		pages := s3.NewListObjectsV2Paginator(s.store, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &space.Prefix})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, object := range page.Contents {
				if aws.ToTime(object.LastModified).Before(before) {
					if err := s.expire(ctx, aws.ToString(object.Key), aws.ToString(object.ETag)); err != nil {
						return err
					}
				}
			}
		}
	}
	if s.state != "" {
		return s.old(ctx)
	}
	return nil
}

// old deletes what of the state bucket was not changed for upload.StateDays.
func (s *sweeper) old(ctx context.Context) error {
	before := s.now().AddDate(0, 0, -upload.StateDays)
	pages := s3.NewListObjectsV2Paginator(s.store, &s3.ListObjectsV2Input{Bucket: &s.state})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, object := range page.Contents {
			if !aws.ToTime(object.LastModified).Before(before) {
				continue
			}
			if _, err := s.store.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.state, Key: object.Key}); err != nil {
				return err
			}
		}
	}
	return nil
}

// expire deletes an object that still has the tag.
func (s *sweeper) expire(ctx context.Context, key, etag string) error {
	if s.stays[key+etag] {
		return nil
	}
	out, err := s.store.GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: &s.bucket, Key: &key})
	if err != nil {
		return err
	}
	for _, tag := range out.TagSet {
		if aws.ToString(tag.Key) == upload.ConfirmTag && aws.ToString(tag.Value) == upload.ConfirmNo {
			_, err := s.store.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: &key})
			return err
		}
	}
	s.stays[key+etag] = true
	return nil
}
