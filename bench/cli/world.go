package main

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
	"signet/lambda/presign"
	"signet/lambda/upload"
)

const (
	bucket = "bench-cli"
	region = "us-east-1"
	// The owner's keys hold for a gateway on this machine, while the bench runs.
	ownerID  = "AKIDBENCHOWNER"
	ownerKey = "not-a-secret-anywhere-else"
)

// world is what all tools send to: one gateway, and Signet's API before it.
type world struct {
	dir     string // of everything, removed at the end
	gateway *gateway.Gateway
}

func newWorld(ctx context.Context) (*world, error) {
	dir, err := os.MkdirTemp("", "signet-bench-cli-")
	if err != nil {
		return nil, err
	}
	role, err := upload.PolicyDocument(upload.Grants("arn:aws:s3:::"+bucket, "uploads/", "", region))
	if err != nil {
		return nil, err
	}
	owner := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::` + bucket + `","arn:aws:s3:::` + bucket + `/*"]}]}`
	g, err := gateway.Start(ctx, gateway.Config{
		Dir: filepath.Join(dir, "s3"), Bucket: bucket, Region: region, Role: gateway.Role{Policy: string(role)},
		Users: []gateway.User{{Name: "owner", AccessKeyID: ownerID, SecretAccessKey: ownerKey, Policy: owner}},
	})
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	return &world{dir, g}, nil
}

func (w *world) close() {
	w.gateway.Close()
	os.RemoveAll(w.dir)
}

// path is a place for a file.
func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// door is a way to the world: S3's address, and that of an API that signs for it.
type door struct {
	s3, api string
	server  *http.Server
}

// open opens a door by way of an address of S3.
func (w *world) open(address string) (*door, error) {
	config := upload.DefaultConfig()
	config.MaxObjectSize = 64 * upload.GiB
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region, Endpoint: address}
	handler := api.New(api.Options{
		Config: config, Log: slog.New(slog.DiscardHandler), Subject: func(*http.Request) string { return "bench" },
		Credentials: func(ctx context.Context) (presign.Credentials, error) {
			c, err := w.gateway.Credentials(ctx)
			return presign.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken, Expires: c.Expires}, err
		},
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &door{s3: address, api: "http://" + l.Addr().String() + api.Base, server: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}}
	go d.server.Serve(l)
	return d, nil
}

func (d *door) close() { d.server.Close() }

// environment is what the tools read: the AWS variables, and for signet those of
// its API alone.
func (d *door) environment(home string, withCredentials bool) []string {
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "LANG=C.UTF-8"}
	if !withCredentials {
		return append(env, "SIGNET_API="+d.api, "SIGNET_TOKEN=bench")
	}
	return append(env, "AWS_ACCESS_KEY_ID="+ownerID, "AWS_SECRET_ACCESS_KEY="+ownerKey, "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region,
		"AWS_ENDPOINT_URL="+d.s3, "S3_ENDPOINT_URL="+d.s3, "AWS_EC2_METADATA_DISABLED=true")
}

func (w *world) client() *s3.Client {
	address := w.gateway.URL()
	return s3.New(s3.Options{Region: region, BaseEndpoint: &address, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: ownerID, SecretAccessKey: ownerKey}, nil
		})})
}

// stored counts the objects and their bytes.
func (w *world) stored(ctx context.Context) (objects int, bytes int64, err error) {
	pages := s3.NewListObjectsV2Paginator(w.client(), &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
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

// empty takes all objects out of the bucket, and aborts what is unfinished.
func (w *world) empty(ctx context.Context) error {
	if err := aside.Move(filepath.Join(w.dir, "s3", "data", bucket), w.dir); err != nil {
		return err
	}
	return w.abortAll(ctx, w.client())
}

func (w *world) abortAll(ctx context.Context, client *s3.Client) error {
	out, err := client.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: aws.String(bucket)})
	if err != nil {
		return err
	}
	for _, u := range out.Uploads {
		if _, err := client.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: aws.String(bucket), Key: u.Key, UploadId: u.UploadId}); err != nil {
			return err
		}
	}
	return nil
}
