package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// order is what the schedule hands over.
type order struct {
	Issuer string `json:"issuer"`
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
}

// keeper keeps an object equal to an issuer's keys.
type keeper struct {
	s3   *s3.Client
	http *http.Client
	log  *slog.Logger
}

func (k *keeper) handle(ctx context.Context, o order) error {
	set, err := k.fetch(ctx, o.Issuer)
	if err != nil {
		k.log.ErrorContext(ctx, "keys", "issuer", o.Issuer, "error", err)
		return err
	}
	kept, err := k.stored(ctx, o)
	if err != nil {
		return fmt.Errorf("%s: %w", o.Key, err)
	}
	if bytes.Equal(kept, set) {
		return nil
	}
	if _, err := k.s3.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &o.Bucket, Key: &o.Key, Body: bytes.NewReader(set), ContentType: aws.String("application/jwk-set+json"),
	}); err != nil {
		return fmt.Errorf("%s: %w", o.Key, err)
	}
	k.log.InfoContext(ctx, "keys", "issuer", o.Issuer, "did", "replaced", "bytes", len(set))
	return nil
}

// stored is what the object has, nil when there is none.
func (k *keeper) stored(ctx context.Context, o order) ([]byte, error) {
	out, err := k.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &o.Bucket, Key: &o.Key})
	if missing := new(types.NoSuchKey); errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer out.Body.Close()
	return io.ReadAll(io.LimitReader(out.Body, maxAnswer+1))
}
