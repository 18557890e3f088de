// Package local is what the benchmarks of the command line run against: one local
// gateway, and Signet's API before it.
package local

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/bench/aside"
	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/upload"
)

const (
	// Bucket is the gateway's only one.
	Bucket = "bench"
	// Caller is whose token [Door.Environment] has.
	Caller = "bench"
	// Part is what that caller's keys begin with.
	Part = "uploads/" + Caller + "/"

	region = "us-east-1"
	// The owner's keys hold for a gateway on this machine, while the bench runs.
	ownerID  = "AKIDBENCHOWNER"
	ownerKey = "not-a-secret-anywhere-else"
)

// World is what all tools talk to: one gateway, and Signet's API before it.
type World struct {
	dir     string // of everything, removed at the end
	gateway *gateway.Gateway
}

// New starts the gateway with an empty bucket. Its process is this program's once
// more: main has to begin with [gateway.IsChild].
func New(ctx context.Context) (*World, error) {
	dir, err := os.MkdirTemp("", "signet-bench-")
	if err != nil {
		return nil, err
	}
	role, err := upload.PolicyDocument(upload.Grants("arn:aws:s3:::"+Bucket, []string{"uploads/"}, "", region))
	if err != nil {
		return nil, err
	}
	owner := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::` + Bucket + `","arn:aws:s3:::` + Bucket + `/*"]}]}`
	g, err := gateway.Start(ctx, gateway.Config{
		Dir: filepath.Join(dir, "s3"), Bucket: Bucket, Region: region, Role: gateway.Role{Policy: string(role)},
		Users: []gateway.User{{Name: "owner", AccessKeyID: ownerID, SecretAccessKey: ownerKey, Policy: owner}},
	})
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return &World{dir, g}, nil
}

// Close ends the gateway and removes all that there was.
func (w *World) Close() {
	w.gateway.Close()
	os.RemoveAll(w.dir)
}

// URL is S3's address.
func (w *World) URL() string { return w.gateway.URL() }

// Path is a place for a file, which goes with the world.
func (w *World) Path(name string) string { return filepath.Join(w.dir, name) }

// Door is a way to the world.
type Door struct {
	S3     string // address
	API    string // address of an API that signs for it, with its base
	server *http.Server
}

// Open opens a door by way of an address of S3.
func (w *World) Open(address string) (*Door, error) {
	config := upload.DefaultConfig()
	config.MaxObjectSize = 64 * upload.GiB
	config.Resolved = upload.Resolved{Bucket: Bucket, Region: region, Endpoint: address}
	handler := api.New(api.Options{
		Config: config, Log: slog.New(slog.DiscardHandler), Subject: func(*http.Request) string { return Caller },
		Credentials: w.gateway.SigningCredentials,
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &Door{S3: address, API: "http://" + l.Addr().String() + api.Base, server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}}
	go d.server.Serve(l)
	return d, nil
}

// Close closes the door: the API is gone.
func (d *Door) Close() { d.server.Close() }

// Environment is what the tools read: the AWS variables with the bucket owner's
// keys, or those of signet's API alone.
func (d *Door) Environment(home string, withCredentials bool) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8"}
	if !withCredentials {
		return append(env, "SIGNET_API="+d.API, "SIGNET_TOKEN="+Caller)
	}
	return append(env, "AWS_ACCESS_KEY_ID="+ownerID, "AWS_SECRET_ACCESS_KEY="+ownerKey, "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_ENDPOINT_URL="+d.S3, "S3_ENDPOINT_URL="+d.S3, "AWS_EC2_METADATA_DISABLED=true")
}

// Client is the SDK with the bucket owner's keys.
func (w *World) Client() *s3.Client {
	address := w.gateway.URL()
	return s3.New(s3.Options{Region: region, BaseEndpoint: &address, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: ownerID, SecretAccessKey: ownerKey}, nil
		})})
}

// Stored counts the objects and their bytes.
func (w *World) Stored(ctx context.Context) (objects int, bytes int64, err error) {
	pages := s3.NewListObjectsV2Paginator(w.Client(), &s3.ListObjectsV2Input{Bucket: aws.String(Bucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, 0, err
		}
		for _, o := range page.Contents {
			objects++
			bytes += aws.ToInt64(o.Size)
		}
	}
	return objects, bytes, nil
}

// Empty takes all objects out of the bucket, and aborts what is unfinished.
func (w *World) Empty(ctx context.Context) error {
	if err := aside.Move(w.bucket(), w.dir); err != nil {
		return err
	}
	return w.abortAll(ctx, w.Client())
}

func (w *World) abortAll(ctx context.Context, client *s3.Client) error {
	out, err := client.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: aws.String(Bucket)})
	if err != nil {
		return err
	}
	for _, u := range out.Uploads {
		if _, err := client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: aws.String(Bucket), Key: u.Key, UploadId: u.UploadId}); err != nil {
			return err
		}
	}
	return nil
}
