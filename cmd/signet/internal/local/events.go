package local

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"path/filepath"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/internal/events"
	"signet/lambda/upload"
)

// teller makes the user who looks files up for events: he may do what the deployed
// function's role may. Without events there is none.
func teller(o Options, bucketARN, key string) ([]gateway.User, error) {
	if !telling(o) {
		return nil, nil
	}
	policy, err := upload.PolicyDocument(upload.NotifyGrants(bucketARN, o.Config.Prefixes(), key, Region))
	if err != nil {
		return nil, err
	}
	secret := make([]byte, 30)
	_, _ = rand.Read(secret) // never fails
	return []gateway.User{{
		Name: "events", AccessKeyID: "AKIA" + rand.Text()[:16], SecretAccessKey: base64.StdEncoding.EncodeToString(secret), Policy: string(policy),
	}}, nil
}

// telling says whether there is somebody whom this machine can tell: AWS's queues, buses
// and functions are not here.
func telling(o Options) bool { return o.Config.Events != nil && o.Config.Events.URL != "" }

// inbox is the file that S3 tells its events to; "" without events.
func inbox(o Options) string {
	if !telling(o) {
		return ""
	}
	return events.Inbox(o.Dir)
}

// prepare takes up what waits to be told, before S3 starts.
func prepare(o Options) (*events.Prepared, error) {
	if !telling(o) {
		return nil, nil
	}
	return events.Prepare(o.Dir)
}

// tell begins to tell events, where the configuration says to whom.
func (c *Cloud) tell(ctx context.Context, o Options, waiting *events.Prepared, users []gateway.User) (err error) {
	if waiting == nil {
		return nil
	}
	config := o.Config
	config.Resolved, config.Expires = c.resolved, upload.DefaultConfig().Expires
	c.events, err = events.Start(ctx, waiting, events.Options{
		Dir: o.Dir, Told: c.gateway.Told(), Log: o.Log,
		Access: events.Access{Endpoint: c.S3, Region: Region, AccessKeyID: users[0].AccessKeyID, SecretAccessKey: users[0].SecretAccessKey, Config: config},
	})
	if err == nil {
		c.EventsSecret, err = events.OpenSecret(filepath.Join(o.Dir, "events"))
	}
	return err
}
