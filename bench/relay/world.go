package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/bench/aside"
	"signet/cmd/signet/gateway"
	"signet/lambda/upload"
)

// prefix is where the role may write.
const prefix = "uploads/"

// world is what all servers send to: a local cloud, with the keys of a user who has
// the role's rights.
type world struct {
	dir                       string // of everything, removed at the end
	cloud                     *exec.Cmd
	Site, S3, Bucket, Token   string
	keys                      struct{ AccessKeyID, SecretAccessKey string }
	client                    *s3.Client
	content                   []byte // of all files, over and over, but for their stamps
	files                     atomic.Uint64
	kmsKey, environmentConfig string
}

func newWorld(ctx context.Context) (*world, error) {
	dir, err := os.MkdirTemp("", "signet-bench-relay-")
	if err != nil {
		return nil, err
	}
	w := &world{dir: dir, content: noise(4 * mib)}
	keys := filepath.Join(dir, "keys.json")
	w.cloud = exec.Command("bin/signet", "dev", "--json", "--port", "0", "--dir", filepath.Join(dir, "cloud"), "--s3-keys", keys)
	w.cloud.Stderr = os.Stderr
	out, err := w.cloud.StdoutPipe()
	if err == nil {
		err = w.cloud.Start()
	}
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, w)
	}
	if err == nil {
		err = w.unlock(keys)
	}
	if err != nil {
		w.close()
		return nil, err
	}
	return w, nil
}

func (w *world) unlock(keys string) error {
	text, err := os.ReadFile(keys)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &w.keys); err != nil {
		return err
	}
	w.kmsKey = "arn:aws:kms:us-east-1:" + gateway.AccountID + ":key/signet"
	config, err := json.Marshal(map[string]any{
		"bucket": w.Bucket, "region": "us-east-1", "endpoint": w.S3, "kmsKey": w.kmsKey,
		"auth": map[string]any{"issuer": w.Site + "/oidc", "audience": []string{"signet"}},
	})
	w.environmentConfig = upload.EnvVar + "=" + string(config)
	w.client = s3.New(s3.Options{Region: "us-east-1", BaseEndpoint: &w.S3, UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: w.keys.AccessKeyID, SecretAccessKey: w.keys.SecretAccessKey}, nil
		})})
	return err
}

func (w *world) close() {
	w.cloud.Process.Signal(os.Interrupt)
	w.cloud.Wait()
	os.RemoveAll(w.dir)
}

// environment is what every server gets.
func (w *world) environment() []string {
	return append(os.Environ(), "AWS_ACCESS_KEY_ID="+w.keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+w.keys.SecretAccessKey, "AWS_SESSION_TOKEN=",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_ENDPOINT_URL="+w.S3, "AWS_EC2_METADATA_DISABLED=true",
		"BUCKET="+w.Bucket, "PREFIX="+prefix, "KMS_KEY="+w.kmsKey, w.environmentConfig)
}

// start runs a server that listens on a free port, and waits until it does.
func (w *world) start(t tool) (c *exec.Cmd, address string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	address = l.Addr().String()
	l.Close()
	words := t.command(address, w.Bucket, w.S3)
	c = exec.Command(words[0], words[1:]...)
	c.Env, c.Stdout, c.Stderr = w.environment(), io.Discard, io.Discard
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // gunicorn's workers too
	if err := c.Start(); err != nil {
		return nil, "", err
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if answer, err := http.Get("http://" + address + "/"); err == nil {
			answer.Body.Close()
			return c, address, nil
		}
	}
	stop(c)
	return nil, "", fmt.Errorf("%s does not listen", t.name)
}

func stop(c *exec.Cmd) {
	syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
	c.Wait()
}

// stored counts the objects of at least a size, and their bytes.
func (w *world) stored(ctx context.Context, least int64) (count int, bytes int64, err error) {
	pages := s3.NewListObjectsV2Paginator(w.client, &s3.ListObjectsV2Input{Bucket: &w.Bucket, Prefix: aws.String(prefix)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, 0, err
		}
		for _, o := range page.Contents {
			if size := aws.ToInt64(o.Size); size >= least {
				count++
				bytes += size
			}
		}
	}
	return count, bytes, nil
}

// empty takes all objects out of the bucket.
func (w *world) empty() error {
	return aside.Move(filepath.Join(w.dir, "cloud", "s3", "data", w.Bucket), w.dir)
}
