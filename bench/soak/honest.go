package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
)

// patience is how long an honest client waits for one thing.
const patience = 2 * time.Minute

// content is a file: mostly small, now and then of several parts.
func content(dice *rand.Rand) []byte {
	n := dice.IntN(64 << 10)
	if dice.IntN(20) == 0 {
		n = 6<<20 + dice.IntN(1<<20)
	}
	p := make([]byte, n)
	for at := 0; at < n; at += 8 {
		x := dice.Uint64()
		for i := at; i < min(n, at+8); i++ {
			p[i], x = byte(x)|0x80, x>>8 // no text
		}
	}
	return p
}

func putRelay(_ context.Context, w *world, dice *rand.Rand) error {
	p := content(dice)
	var body io.Reader = bytes.NewReader(p)
	if dice.IntN(2) == 0 {
		body = io.MultiReader(body) // of unknown length
	}
	return w.through("PUT", "/api/relay/a.bin", "", body, p)
}

func formRelay(_ context.Context, w *world, dice *rand.Rand) error {
	p := content(dice)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", "a.bin")
	if err != nil {
		return err
	}
	_, _ = file.Write(p) // into memory
	form.Close()
	return w.through("POST", "/api/relay", form.FormDataContentType(), &body, p)
}

func slow(_ context.Context, w *world, dice *rand.Rand) error {
	p := content(dice)
	p = p[:min(len(p), 400<<10)]
	return w.through("PUT", "/api/relay/slow.bin", "", &dripping{from: bytes.NewReader(p)}, p)
}

// dripping gives 50 kB a second.
type dripping struct{ from io.Reader }

// Read implements io.Reader.
func (d *dripping) Read(p []byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return d.from.Read(p[:min(len(p), 5000)])
}

// through sends a file by signet serve, and sees that it came to be.
func (w *world) through(method, path, contentType string, body io.Reader, sent []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, "http://"+w.relay+path, body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+w.Token)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	var stored api.Completed
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusCreated || json.Unmarshal(text, &stored) != nil {
		return fmt.Errorf("got %d %s (%v), want 201", answer.StatusCode, text, err)
	}
	return w.compare(ctx, w.of("http://"+w.relay+"/api"), stored.Key, stored.VersionID, sent)
}

// direct sends a file straight to S3, as the handler behind signet dev signs it.
func direct(_ context.Context, w *world, dice *rand.Rand) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	p, size := content(dice), int64(0)
	size = int64(len(p))
	signed, err := w.of(w.API).Presign(ctx, api.File{Name: "a.bin", Size: &size})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, "PUT", signed.URL, bytes.NewReader(p))
	if err != nil {
		return err
	}
	for name, value := range signed.Headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("got %s for a signed PUT, want 200", answer.Status)
	}
	return w.compare(ctx, w.of(w.API), signed.Key, answer.Header.Get("x-amz-version-id"), p)
}

// compare downloads a file, compares it, and deletes its version.
func (w *world) compare(ctx context.Context, c *api.Client, key, version string, sent []byte) error {
	signed, err := c.FileURL(ctx, key, "")
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, "GET", signed.URL, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil || !bytes.Equal(got, sent) {
		return fmt.Errorf("got %s and %d bytes back (%v), want the %d that were sent", answer.Status, len(got), err, len(sent))
	}
	_, err = w.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &w.Bucket, Key: &key, VersionId: &version})
	return err
}
