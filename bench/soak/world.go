package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// world is a local cloud with signet serve before its bucket.
type world struct {
	dir                          string
	cloud, serve                 *exec.Cmd
	Site, API, S3, Bucket, Token string
	relay                        string // host:port of serve
	client                       *s3.Client
	repeated                     atomic.Int64 // honest files that were sent again
	logs                         *os.File     // of both processes
}

func newWorld() (*world, error) {
	dir, err := os.MkdirTemp("", "signet-soak-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir}
	if w.logs, err = os.Create(filepath.Join(dir, "logs")); err != nil {
		return nil, err
	}
	keys := filepath.Join(dir, "keys.json")
	w.cloud, err = w.ready(w, nil, "dev", "--json", "--port", "0", "--dir", filepath.Join(dir, "cloud"), "--s3-keys", keys)
	if err == nil {
		err = w.startServe(keys)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

// ready starts signet and reads its line of JSON.
func (w *world) ready(into any, environment []string, args ...string) (*exec.Cmd, error) {
	c := exec.Command("bin/signet", args...)
	c.Env = append(os.Environ(), environment...)
	c.Stderr = w.logs
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("%w: run make build", err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		return c, fmt.Errorf("signet %s ended before it was ready: %w", args[0], err)
	}
	return c, json.Unmarshal(line, into)
}

func (w *world) startServe(keysFile string) error {
	text, err := os.ReadFile(keysFile)
	if err != nil {
		return err
	}
	var keys struct{ AccessKeyID, SecretAccessKey string }
	if err := json.Unmarshal(text, &keys); err != nil {
		return err
	}
	config, err := json.Marshal(map[string]any{
		"bucket": w.Bucket, "region": "us-east-1", "endpoint": w.S3, "kmsKey": "arn:aws:kms:us-east-1:" + gateway.AccountID + ":key/signet",
		"auth": map[string]any{"issuer": w.Site + "/oidc", "audience": []string{"signet"}},
	})
	if err != nil {
		return err
	}
	w.client = s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: &w.S3, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}, nil
		})})
	var up struct{ Address string }
	w.serve, err = w.ready(&up, []string{upload.EnvVar + "=" + string(config), "AWS_ACCESS_KEY_ID=" + keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + keys.SecretAccessKey,
		"AWS_SESSION_TOKEN=", "AWS_EC2_METADATA_DISABLED=true"},
		"serve", "--json", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--max-connections", "256", "--stall", "5s")
	w.relay = up.Address
	return err
}

// of is a client of the API at one of the two: dev's handler, or serve's.
func (w *world) of(base string) *api.Client {
	return &api.Client{Base: base, Token: func(context.Context) (string, error) { return w.Token, nil }}
}

func (w *world) close() {
	for _, c := range []*exec.Cmd{w.serve, w.cloud} {
		if c != nil {
			_ = c.Process.Signal(os.Interrupt)
			_ = c.Wait()
		}
	}
	_ = os.RemoveAll(w.dir)
}
