package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func (w *world) piped(t Piper, f File) Result {
	w.t.Helper()
	content, err := os.ReadFile(f.Path)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.newEngine(t).Pipe(w.t.Context(), t, bytes.NewReader(content), f, 0)
}

func (w *world) pipers() map[string]Piper {
	return map[string]Piper{"api": &API{Client: w.api}, "bucket": NewBucket(w.client(), testBucket, "", Storage{})}
}

func TestPipe(t *testing.T) {
	w := newWorld(t)
	for name, target := range w.pipers() {
		for _, size := range []int{0, 1, PipePart - 1, PipePart, PipePart + 1, 3*PipePart + 7} {
			f := file(t, fmt.Sprintf("piped-%d", size), size)
			r := w.piped(target, f)
			if r.Err != nil || r.Size != int64(size) {
				t.Fatalf("%s, %d bytes: %+v", name, size, r)
			}
			w.same(f, r.Key)
		}
	}
	if _, uploads := w.stored(); uploads != 0 {
		t.Errorf("%d uploads are left", uploads)
	}
}

// Passing trouble is outlasted: what was read once is held until S3 has it.
func TestPipeInTrouble(t *testing.T) {
	w := newWorld(t)
	f := file(t, "trouble", 3*PipePart+7)
	for _, row := range []fault{says(503, "SlowDown", "slow"), cut(1000), says(403, "AccessDenied", "Request has expired")} {
		for name, target := range w.pipers() {
			w.proxy.on(every(2, row))
			r := w.piped(target, f)
			if w.proxy.on(nil); r.Err != nil {
				t.Fatal(name, r.Err)
			}
			w.same(f, r.Key)
		}
	}
}

// A service that is busy once when a pipe begins costs nobody what was read. S3's own is
// asked again by its client.
func TestPipeBeginsAgain(t *testing.T) {
	w := newWorld(t)
	f := file(t, "begun", PipePart+7)
	r := w.piped(&busyPiper{API: &API{Client: w.api}, refusals: 3}, f)
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	w.same(f, r.Key)
}

// busyPiper refuses to begin so many times.
type busyPiper struct {
	*API
	refusals int
}

func (b *busyPiper) BeginPipe(ctx context.Context, f File, expected int64) (Pipe, error) {
	if b.refusals--; b.refusals >= 0 {
		return nil, apiError(&api.Problem{Status: http.StatusServiceUnavailable})
	}
	return b.API.BeginPipe(ctx, f, expected)
}

// What fails, and what is stopped while nothing comes, leaves nothing.
func TestPipeLeavesNothing(t *testing.T) {
	w := newWorld(t)
	b := NewBucket(w.client(), testBucket, "", Storage{})
	f := File{Name: "x", Key: "plain/x"}
	broken := io.MultiReader(bytes.NewReader(make([]byte, PipePart+5)), failing{errors.New("no more")})
	contains(t, w.newEngine(b).Pipe(t.Context(), b, broken, f, 0).Err, "no more")

	w.proxy.on(func(_ int, r *http.Request) fault {
		if r.URL.Query().Get("partNumber") == "2" {
			return says(403, "AccessDenied", "Access Denied")
		}
		return nil
	})
	contains(t, w.newEngine(b).Pipe(t.Context(), b, bytes.NewReader(make([]byte, 3*PipePart)), f, 0).Err, "AccessDenied")
	w.proxy.on(nil)

	for _, before := range []int{0, PipePart + 5} {
		silent, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		defer silent.Close()
		defer writer.Close() // and so it gives nothing, and does not end
		ctx, stop := context.WithCancel(t.Context())
		time.AfterFunc(300*time.Millisecond, stop)
		r := w.newEngine(b).Pipe(ctx, b, io.MultiReader(bytes.NewReader(make([]byte, before)), silent), f, 0)
		if !errors.Is(r.Err, context.Canceled) {
			t.Errorf("stopped after %d bytes: %v", before, r.Err)
		}
	}
	// Stopped while the upload is being begun: its answer is on its way.
	ctx, stop := context.WithCancel(t.Context())
	w.proxy.on(func(_ int, r *http.Request) fault {
		if !r.URL.Query().Has("uploads") {
			return nil
		}
		return func(rw http.ResponseWriter, r *http.Request) {
			stop()
			time.Sleep(50 * time.Millisecond)
			w.proxy.forward.ServeHTTP(rw, r.WithContext(context.WithoutCancel(r.Context())))
		}
	})
	if r := w.newEngine(b).Pipe(ctx, b, bytes.NewReader(make([]byte, PipePart+5)), f, 0); !errors.Is(r.Err, context.Canceled) {
		t.Errorf("stopped while it begins: %v", r.Err)
	}
	if objects, uploads := w.stored(); objects+uploads != 0 {
		t.Errorf("%d objects and %d uploads are left", objects, uploads)
	}
}

// failing is a reader that fails.
type failing struct{ error }

func (f failing) Read([]byte) (int, error) { return 0, f.error }

func TestPipeSize(t *testing.T) {
	for expected, want := range map[int64]int64{0: PipePart, 1 << 30: PipePart, 10_000 * PipePart: PipePart, 10_000*PipePart + 1: 2 * PipePart} {
		if got := PipeSize(expected); got != want {
			t.Errorf("%d bytes: parts of %d, want %d", expected, got, want)
		}
	}
	p := &pipe{up: &bucketPipe{bucketUpload{plan: upload.Plan{PartSize: PipePart}}}}
	if err := p.fits(10_001, 1); err == nil || !strings.Contains(err.Error(), "--expected-size") {
		t.Error(err)
	}
}
