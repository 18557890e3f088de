package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
)

// The servers, as the tables call them.
const (
	oursPut  = "signet serve, PUT"
	oursForm = "signet serve, form"
	flask    = "Flask, boto3, gunicorn"
	tusd     = "tusd"
)

// tool is a server, and how a file is sent to it.
type tool struct {
	name    string
	command func(address, bucket, s3 string) []string
	request func(w *world, address string, size int64) (*http.Request, error)
}

func tools() []tool {
	serve := func(address, _, _ string) []string {
		return []string{"bin/signet", "serve", "--listen", address, "--metrics", ""}
	}
	return []tool{
		{oursPut, serve, func(w *world, address string, size int64) (*http.Request, error) {
			r, err := w.body(http.MethodPut, "http://"+address+"/api/relay/file.bin", size)
			if err == nil {
				r.Header.Set("Authorization", "Bearer "+w.Token)
			}
			return r, err
		}},
		{oursForm, serve, func(w *world, address string, size int64) (*http.Request, error) {
			r, err := w.form("http://"+address+"/api/relay", size)
			if err == nil {
				r.Header.Set("Authorization", "Bearer "+w.Token)
			}
			return r, err
		}},
		{flask, func(address, _, _ string) []string {
			return []string{".venv/flask/bin/gunicorn", "--chdir", "bench/peers/flask", "--workers", "5", "--timeout", "600", "--bind", address, "app:app"}
		}, func(w *world, address string, size int64) (*http.Request, error) {
			return w.form("http://"+address+"/", size)
		}},
		{tusd, func(address, bucket, s3 string) []string {
			host, port, _ := net.SplitHostPort(address) // our own
			return []string{"build/peers/tusd", "-host", host, "-port", port, "-s3-bucket", bucket, "-s3-endpoint", s3,
				"-s3-object-prefix", prefix + "tus", "-s3-disable-content-hashes", "-verbose=false"}
		}, func(w *world, address string, size int64) (*http.Request, error) {
			r, err := w.body(http.MethodPost, "http://"+address+"/files/", size)
			if err == nil {
				r.Header.Set("Tus-Resumable", "1.0.0")
				r.Header.Set("Upload-Length", strconv.FormatInt(size, 10))
				r.Header.Set("Upload-Metadata", "filename "+base64.StdEncoding.EncodeToString([]byte("file.bin")))
				r.Header.Set("Content-Type", "application/offset+octet-stream")
			}
			return r, err
		}},
	}
}

// noise is content that no type is known of.
func noise(n int) []byte {
	p := make([]byte, n)
	for i, x := 0, uint32(2463534242); i < n; i++ {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		p[i] = byte(x) | 0x80
	}
	return p
}

// file reads a file of a size, at least 8 bytes. No two are alike: of two that are,
// the relay stores one.
func (w *world) file(size int64) io.Reader {
	stamp := make([]byte, 8)
	for i, n := 0, w.files.Add(1); i < len(stamp); i++ {
		stamp[i] = byte(n>>(7*i)) | 0x80 // as noise is
	}
	pieces := []io.Reader{bytes.NewReader(stamp)}
	size -= int64(len(stamp))
	for ; size > 0; size -= min(size, int64(len(w.content))) {
		pieces = append(pieces, bytes.NewReader(w.content[:min(size, int64(len(w.content)))]))
	}
	return io.MultiReader(pieces...)
}

func (w *world) body(method, url string, size int64) (*http.Request, error) {
	r, err := http.NewRequest(method, url, w.file(size))
	if err == nil {
		r.ContentLength = size
	}
	return r, err
}

func (w *world) form(url string, size int64) (*http.Request, error) {
	const head = "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file.bin\"\r\nContent-Type: application/octet-stream\r\n\r\n"
	const tail = "\r\n--frontier--\r\n"
	r, err := http.NewRequest(http.MethodPost, url, io.MultiReader(bytes.NewReader([]byte(head)), w.file(size), bytes.NewReader([]byte(tail))))
	if err == nil {
		r.ContentLength = int64(len(head)) + size + int64(len(tail))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=frontier")
	}
	return r, err
}

// send does a job's uploads.
func (w *world) send(ctx context.Context, t tool, address string, job work) error {
	transport := &http.Transport{MaxIdleConnsPerHost: job.concurrency, WriteBufferSize: 256 << 10}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	files := make(chan struct{}, job.count)
	for range job.count {
		files <- struct{}{}
	}
	close(files)
	var workers sync.WaitGroup
	failed := make(chan error, job.concurrency)
	for range job.concurrency {
		workers.Go(func() {
			for range files {
				if err := one(ctx, client, w, t, address, job.size); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	workers.Wait()
	close(failed)
	return <-failed
}

func one(ctx context.Context, client *http.Client, w *world, t tool, address string, size int64) error {
	r, err := t.request(w, address, size)
	if err != nil {
		return err
	}
	answer, err := client.Do(r.WithContext(ctx))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = fmt.Errorf("%s answered %d: %.300s", t.name, answer.StatusCode, text)
	}
	return err
}
