package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
	p, known := content(dice), dice.IntN(2) == 0
	return w.through("PUT", "/api/relay/a.bin", "", p, func() io.Reader {
		if known {
			return bytes.NewReader(p)
		}
		return io.MultiReader(bytes.NewReader(p))
	})
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
	return w.through("POST", "/api/relay", form.FormDataContentType(), p, func() io.Reader { return bytes.NewReader(body.Bytes()) })
}

func slow(_ context.Context, w *world, dice *rand.Rand) error {
	p := content(dice)
	p = p[:min(len(p), 400<<10)]
	return w.through("PUT", "/api/relay/slow.bin", "", p, func() io.Reader { return &dripping{from: bytes.NewReader(p)} })
}

// dripping gives 50 kB a second.
type dripping struct{ from io.Reader }

// Read implements io.Reader.
func (d *dripping) Read(p []byte) (int, error) {
	time.Sleep(100 * time.Millisecond)
	return d.from.Read(p[:min(len(p), 5000)])
}

// refused is an upload of which the server said that it failed, or whose line was
// lost: a client sends it again, as ours do. What was called stored and is not whole
// is no such thing.
type refused struct{ error }

// Unwrap gives what was said.
func (r refused) Unwrap() error { return r.error }

// attempts are those of an honest client (frontend/src/engine/retry.ts has more).
const attempts = 4

// again sends until it is not refused.
func (w *world) again(send func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for n := 1; ; n++ {
		err := send(ctx)
		if _, told := errors.AsType[refused](err); !told || n == attempts {
			return err
		}
		w.repeated.Add(1)
		if !pause(ctx, time.Second<<n) {
			return err
		}
	}
}

// through sends a file by signet serve, and sees that it came to be.
func (w *world) through(method, path, contentType string, sent []byte, body func() io.Reader) error {
	return w.again(func(ctx context.Context) error { return w.once(ctx, method, path, contentType, sent, body()) })
}

func (w *world) once(ctx context.Context, method, path, contentType string, sent []byte, body io.Reader) error {
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
		return refused{err}
	}
	defer answer.Body.Close()
	var stored api.Completed
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= 500 || answer.StatusCode == http.StatusTooManyRequests {
		return refused{fmt.Errorf("got %d %s (%v), want 201", answer.StatusCode, text, err)}
	}
	if answer.StatusCode != http.StatusCreated || json.Unmarshal(text, &stored) != nil {
		return fmt.Errorf("got %d %s (%v), want 201", answer.StatusCode, text, err)
	}
	return w.compare(ctx, w.of("http://"+w.relay+"/api"), stored.Key, stored.VersionID, sent)
}

// direct sends a file straight to S3, as the handler behind signet dev signs it.
func direct(_ context.Context, w *world, dice *rand.Rand) error {
	p := content(dice)
	return w.again(func(ctx context.Context) error { return w.put(ctx, p) })
}

func (w *world) put(ctx context.Context, p []byte) error {
	size := int64(len(p))
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
		return refused{err}
	}
	answer.Body.Close()
	if answer.StatusCode >= 500 || answer.StatusCode == http.StatusConflict {
		return refused{fmt.Errorf("got %s for a signed PUT, want 200", answer.Status)}
	}
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
