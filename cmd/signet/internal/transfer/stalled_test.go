package transfer

import (
	"bytes"
	"context"
	"net/http"
	"os"
	"sync/atomic"
	"testing"
	"time"
)

// heldBack lets so many bytes through and then nothing, until whoever asked has gone.
type heldBack struct {
	http.ResponseWriter
	asked *http.Request
	left  int
}

func (h *heldBack) Write(b []byte) (int, error) {
	if h.left -= len(b); h.left < 0 {
		h.ResponseWriter.(http.Flusher).Flush()
		<-h.asked.Context().Done()
		panic(http.ErrAbortHandler)
	}
	return h.ResponseWriter.Write(b)
}

// holdAnswers holds the first answers that bring a file.
func (p *proxy) holdAnswers(after, first int) func(int, *http.Request) fault {
	count := 0
	return func(_ int, r *http.Request) fault {
		if count++; r.Method != http.MethodGet || !r.URL.Query().Has("response-content-disposition") || count > first {
			return nil
		}
		return func(w http.ResponseWriter, r *http.Request) {
			p.forward.ServeHTTP(&heldBack{ResponseWriter: w, asked: r, left: after}, r)
		}
	}
}

// A download on which no byte arrives any more is asked for again, from where it is.
func TestStalledDownload(t *testing.T) {
	w := newWorld(t)
	w.engine.Stall = 200 * time.Millisecond
	f := file(t, "stalled", 20*mib)
	r := w.one(f)
	dir := t.TempDir()
	w.proxy.on(w.proxy.holdAnswers(3*mib, 2))
	if got, err := w.download(f, r.Key, dir); err != nil || !got.Compared {
		t.Errorf("%+v, %v", got, err)
	}
	w.arrived(f, dir)

	want, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	d := Download{Size: int64(len(want)), Sign: func(ctx context.Context) (Request, error) { return SignGet(ctx, w.api, r.Key, "") }}
	// More of them than attempts at one request: each brings it further.
	w.proxy.on(w.proxy.holdAnswers(mib, attempts+2))
	var out bytes.Buffer
	if got, err := w.engine.Stream(t.Context(), d, &out); err != nil || !got.Compared || !bytes.Equal(out.Bytes(), want) {
		t.Errorf("%+v, %v, %d came", got, err, out.Len())
	}
}

// slow is somebody who takes longer for what is there than the line may.
type slow struct {
	bytes.Buffer
	pause time.Duration
}

func (s *slow) Write(b []byte) (int, error) {
	time.Sleep(s.pause)
	s.pause = 0
	return s.Buffer.Write(b)
}

// Whoever reads standard output may stop for as long as he will: the line is not at
// fault, and nothing is asked for twice.
func TestSlowReader(t *testing.T) {
	w := newWorld(t)
	w.engine.Stall = 300 * time.Millisecond
	f := file(t, "slow", 20*mib)
	r := w.one(f)
	asked := atomic.Int32{}
	w.proxy.on(func(_ int, r *http.Request) fault {
		if r.Method == http.MethodGet {
			asked.Add(1)
		}
		return nil
	})
	d := Download{Size: 20 * mib, Sign: func(ctx context.Context) (Request, error) { return SignGet(ctx, w.api, r.Key, "") }}
	out := slow{pause: time.Second}
	if got, err := w.engine.Stream(t.Context(), d, &out); err != nil || !got.Compared || asked.Load() != 1 {
		t.Errorf("%+v, %v, asked %d times", got, err, asked.Load())
	}
}
