// Package probe sends requests that a bucket has to refuse.
package probe

import (
	"context"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"signet/cmd/signet/internal/doctor"
)

// Target is what to probe.
type Target struct {
	Bucket, Prefix string
	Expires        time.Duration
	Log            io.Writer
}

// Run stub
func Run(ctx context.Context, config aws.Config, t Target) ([]doctor.Result, error) { return nil, nil }
