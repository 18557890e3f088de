package events

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"golang.org/x/sync/errgroup"

	"signet/lambda/notify"
	"signet/lambda/upload"
)

// Again is an event that was made again of what S3 has: what S3 would tell, and what a
// receiver is told.
type Again struct {
	Body  string // as EventBridge would hand it over, but for S3's sequencer
	Event *notify.Event
}

// Since makes the events of a time on again, by key, of the versions and delete markers
// that S3 has. What is gone from S3 it cannot: deletions of markers that were removed
// again, and with them restored files; nor what a scan has said.
func Since(ctx context.Context, client *s3.Client, config upload.Config, since, until time.Time) ([]Again, error) {
	told, err := list(ctx, client, config, since, until)
	if err != nil {
		return nil, err
	}
	n := notify.New(notify.Options{Config: config, S3: client})
	made := make([]*notify.Event, len(told))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for i, body := range told {
		group.Go(func() error {
			t, err := notify.Parse([]byte(body))
			if err == nil {
				made[i], _, err = n.Event(ctx, t)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	var all []Again
	for i, e := range made {
		if e != nil && config.Events.Wants(e.Type) {
			all = append(all, Again{told[i], e})
		}
	}
	return all, nil
}

// list writes an event for each version and marker of a time.
func list(ctx context.Context, client *s3.Client, config upload.Config, since, until time.Time) (told []string, err error) {
	within := func(at *time.Time) bool {
		return !aws.ToTime(at).Before(since.Truncate(time.Second)) && aws.ToTime(at).Before(until)
	}
	for _, prefix := range config.Prefixes() {
		pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{
			Bucket: &config.Bucket, Prefix: nonEmpty(prefix), EncodingType: upload.ListEncoding,
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("versions under %s: %w", prefix, err)
			}
			encoding := string(page.EncodingType)
			for _, v := range page.Versions {
				if within(v.LastModified) {
					told = append(told, event(config, notify.ObjectCreated, upload.ListedKey(encoding, *v.Key), *v.VersionId, *v.LastModified))
				}
			}
			for _, m := range page.DeleteMarkers {
				if within(m.LastModified) {
					told = append(told, event(config, notify.ObjectDeleted, upload.ListedKey(encoding, *m.Key), *m.VersionId, *m.LastModified))
				}
			}
		}
	}
	return told, nil
}

// event is what S3 would tell of a version, with an id of its own: it may have been
// told before.
func event(config upload.Config, kind, key, version string, at time.Time) string {
	detail := map[string]any{
		"version": "0", "bucket": map[string]string{"name": config.Bucket}, "object": map[string]string{"key": key, "version-id": version},
	}
	if kind == notify.ObjectDeleted {
		detail["deletion-type"] = notify.MarkerCreated
	}
	return string(line(map[string]any{
		"version": "0", "id": rand.Text(), "detail-type": kind, "source": "aws.s3", "region": config.Region,
		"time": at.UTC().Format(time.RFC3339), "resources": []string{"arn:aws:s3:::" + config.Bucket}, "detail": detail,
	}))
}

// What is written in these times around an end that came suddenly may be stored, and
// its event not: S3 was about to tell it.
const (
	beforeEnd = time.Minute
	afterEnd  = 30 * time.Second
)

// catchUp puts into the inbox what an earlier process was killed before telling.
func catchUp(ctx context.Context, dir string, client *s3.Client, config upload.Config, known map[string]bool) error {
	at, err := os.Stat(aliveFile(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // events were never told from here
	}
	if err != nil {
		return err
	}
	made, err := Since(ctx, client, config, at.ModTime().Add(-beforeEnd), at.ModTime().Add(afterEnd))
	if err != nil || len(made) == 0 {
		return err
	}
	var missed []string
	for _, m := range made {
		if !known[m.Event.ID] {
			missed = append(missed, m.Body)
		}
	}
	return Enqueue(filepath.Dir(dir), missed)
}

// knownIDs are the ids of events that were told, or that S3's word of waits in the
// inbox.
func knownIDs(dir string) (map[string]bool, error) {
	sent, err := Sent(filepath.Dir(dir))
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, a := range sent {
		known[a.ID] = true
	}
	waiting, err := wholeLines(inboxFile(dir), 0)
	if err != nil {
		return nil, err
	}
	for _, l := range waiting {
		if t, err := notify.Parse(l); err == nil {
			for _, eventType := range upload.EventTypes() {
				known[t.ID(eventType)] = true
			}
		}
	}
	return known, nil
}
