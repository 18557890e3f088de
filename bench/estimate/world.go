package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"signet/bench/browser/link"
	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/upload"
)

const (
	bucket = "bench-estimate"
	region = "us-east-1"
)

// world is S3 and Signet's API, each at the end of a line.
type world struct {
	dir         string
	gateway     *gateway.Gateway
	server      *http.Server
	s3, service *link.Line
	ahead       int // bytes that a line's sockets take in
	runs        int
}

func newWorld(ctx context.Context) (w *world, err error) {
	w = &world{}
	if w.ahead, err = takesIn(); err != nil {
		return nil, err
	}
	if w.dir, err = os.MkdirTemp("", "signet-bench-estimate-"); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	role, err := upload.PolicyDocument(upload.Grants("arn:aws:s3:::"+bucket, []string{"uploads/"}, "", region))
	if err != nil {
		return nil, err
	}
	w.gateway, err = gateway.Start(ctx, gateway.Config{Dir: filepath.Join(w.dir, "s3"), Bucket: bucket, Region: region, Role: gateway.Role{Policy: string(role)}})
	if err != nil {
		return nil, err
	}
	if w.s3, err = link.Open(strings.TrimPrefix(w.gateway.URL(), "http://")); err != nil {
		return nil, err
	}
	address, err := w.serve()
	if err == nil {
		w.service, err = link.Open(address)
	}
	return w, err
}

// serve serves the API, which signs for S3's line and asks S3 itself.
func (w *world) serve() (string, error) {
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region, Endpoint: "http://" + w.s3.Addr()}
	handler := api.New(api.Options{
		Config: config, S3: w.gateway.URL(), Log: slog.New(slog.DiscardHandler), Subject: func(*http.Request) string { return "bench" },
		Credentials: w.gateway.SigningCredentials,
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	w.server = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go w.server.Serve(l)
	return l.Addr().String(), nil
}

func (w *world) close() {
	for _, l := range []*link.Line{w.s3, w.service} {
		if l != nil {
			l.Close()
		}
	}
	if w.server != nil {
		w.server.Close()
	}
	if w.gateway != nil {
		w.gateway.Close()
	}
	os.RemoveAll(w.dir)
}

func (w *world) base() string { return "http://" + w.service.Addr() + api.Base }

// measure uploads a new file over the lines of a point.
func (w *world) measure(ctx context.Context, p point) (time.Duration, error) {
	ctx, stop := context.WithTimeout(ctx, deadline)
	defer stop()
	if err := errors.Join(w.s3.Reshape(p.shape()), w.service.Reshape(link.Shape{RoundTrip: p.shape().RoundTrip})); err != nil {
		return 0, err
	}
	w.runs++
	path := filepath.Join(w.dir, fmt.Sprintf("point-%d.bin", w.runs))
	defer os.Remove(path)
	if err := write(path, p.mib<<20); err != nil {
		return 0, err
	}
	began := time.Now()
	send := w.command
	if !p.parts {
		send = w.put
	}
	if err := send(ctx, path, p); err != nil {
		return 0, err
	}
	took := time.Since(began)
	return took, w.stored(ctx, filepath.Base(path), p.mib<<20)
}

func write(path string, size int64) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = io.CopyN(file, rand.Reader, size)
	return errors.Join(err, file.Close())
}

// command is `signet put`.
func (w *world) command(ctx context.Context, path string, p point) error {
	words := []string{"put", "-q", path}
	if p.at > 0 {
		words = append(words, "--concurrency", fmt.Sprint(p.at))
	}
	c := exec.CommandContext(ctx, "bin/signet", words...)
	c.Env = []string{"HOME=" + w.dir, "SIGNET_API=" + w.base(), "SIGNET_TOKEN=bench"}
	if said, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%w: %.2000s", err, said)
	}
	return nil
}

// put is one presigned PUT.
func (w *world) put(ctx context.Context, path string, p point) error {
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	size := p.mib << 20
	signed, err := (&api.Client{Base: w.base(), Token: token, HTTP: client}).Presign(ctx, api.File{Name: filepath.Base(path), Size: &size})
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	r, err := http.NewRequestWithContext(ctx, signed.Method, signed.URL, file)
	if err != nil {
		return err
	}
	r.ContentLength = size
	for name, value := range signed.Headers {
		r.Header.Set(name, value)
	}
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("S3 answered %d", answer.StatusCode)
	}
	return nil
}

func token(context.Context) (string, error) { return "bench", nil }

// stored sees that the file is there, whole, and deletes it.
func (w *world) stored(ctx context.Context, name string, size int64) error {
	c := &api.Client{Base: w.base(), Token: token, HTTP: http.DefaultClient}
	files, err := c.ListFiles(ctx, api.FilesQuery{Limit: 100})
	if err != nil {
		return err
	}
	for _, f := range files.Files {
		if f.Name != name || f.Size != size {
			continue
		}
		return c.DeleteFile(ctx, f.Key)
	}
	return fmt.Errorf("got no object %s of %d bytes, want one", name, size)
}

// takesIn measures what a line's sockets take in before the line itself carries
// anything: what can be written to one whose other end reads nothing.
func takesIn() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	line, err := link.Open(l.Addr().String())
	if err != nil {
		return 0, err
	}
	defer line.Close()
	if err := line.Reshape(link.Shape{SharedBytesPerSecond: 1}); err != nil {
		return 0, err
	}
	c, err := net.Dial("tcp", line.Addr())
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if err := c.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		return 0, err
	}
	n, err := c.Write(bytes.Repeat([]byte("x"), 16<<20))
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return 0, fmt.Errorf("got %d bytes taken in without an end (%v), want a line that holds little", n, err)
	}
	return n, nil
}
