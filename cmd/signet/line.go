package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"

	"signet/cmd/signet/internal/session"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/upload"
)

// defaultMost is as many requests as the engine ever has at once by itself.
const defaultMost = 64

// lineFlags say how the line to S3 is used.
type lineFlags struct {
	concurrency int // 0: it adapts
	retry       bool
	rate        upload.Size // a second; 0: no limit
}

func (l *lineFlags) add(set *flag.FlagSet) {
	set.IntVar(&l.concurrency, "concurrency", 0, "")
	set.BoolVar(&l.retry, "retry", false, "")
	set.Func("limit-rate", "", func(s string) (err error) {
		l.rate, err = upload.ParseSize(strings.TrimSuffix(s, "/s"))
		if err == nil && l.rate < 1 {
			err = errors.New("want 1 B a second or more, such as 500KiB")
		}
		return err
	})
}

func (l *lineFlags) check() error {
	if l.concurrency < 0 || l.concurrency > 512 {
		return fmt.Errorf("got --concurrency %d, want 1 to 512: correct it", l.concurrency)
	}
	return nil
}

// engine moves files, through the API or, with the flags of a bucket, with this
// machine's credentials.
func (l *lineFlags) engine(out *tally, target transfer.Target, a *awsFlags) *transfer.Engine {
	most, fixed := l.concurrency, true
	if most == 0 {
		most, fixed = defaultMost, false
	}
	e := &transfer.Engine{
		Target: target, HTTP: transfer.NewHTTP(transfer.Line{Connections: most, Roots: a.roots}), Limit: transfer.NewLimiter(most, fixed),
		Meter: out.meter(), Notice: out.notice, Patient: l.retry, Rate: transfer.NewRate(int64(l.rate)), MD5: a.storage.NoChecksum,
	}
	if a.bucket == "" {
		e.Trust = session.TrustedStorage // with a bucket the address is this person's own
		// A stall there is not waited out for long: there is the direct way.
		e.Edge = transfer.NewHTTP(transfer.Line{Connections: most, Roots: a.roots, Multiplexed: true, Stall: transfer.Stall / 2})
	}
	return e
}
