package stream

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"signet/lambda/upload"
)

func silent([]byte) error { return nil }

// A part reads back what it was filled with, from any place, however it came in.
func TestPartReadsBack(t *testing.T) {
	pool := NewPool()
	content := make([]byte, 2*slotSize+7)
	for i := range content {
		content[i] = byte(i * 7 / 3)
	}
	for _, n := range []int{0, 1, slotSize - 1, slotSize, slotSize + 1, len(content)} {
		p, err := pool.part(t.Context(), 3, false)
		if err != nil {
			t.Fatal(err)
		}
		head := min(n, 1000)
		p.begin(content[:head])
		if err := p.fill(bytes.NewReader(content[head:n]), silent); err != io.EOF || p.size != int64(n) {
			t.Errorf("%d bytes: got %d (%v), want all and EOF", n, p.size, err)
		}
		if err := iotest.TestReader(&small{p.body()}, content[:n]); n <= 1 && err != nil {
			t.Errorf("%d bytes: %v", n, err)
		}
		for range 2 { // as a request is sent again
			body := p.body()
			if back, err := io.ReadAll(body); err != nil || !bytes.Equal(back, content[:n]) {
				t.Errorf("%d bytes: got %d back (%v)", n, len(back), err)
			}
		}
		body := p.body()
		if end, err := body.Seek(0, io.SeekEnd); err != nil || end != int64(n) {
			t.Errorf("%d bytes: got the end at %d (%v)", n, end, err)
		}
		p.release()
		p.release()
	}
	if len(pool.slots) != 3 {
		t.Errorf("got %d slots in the pool, want the 3 that were made", len(pool.slots))
	}
}

// small hides the seeker, whose reader iotest would otherwise want to be one of its own.
type small struct{ io.Reader }

// A body that was cut is not one that has ended.
func TestCutIsNoEnd(t *testing.T) {
	pool := NewPool()
	for _, cut := range []error{io.ErrUnexpectedEOF, io.ErrClosedPipe} {
		for _, n := range []int{0, 10, headSize + 10} {
			source, err := pool.Open(io.MultiReader(bytes.NewReader(make([]byte, n)), iotest.ErrReader(cut)))
			if n < headSize {
				if err != cut {
					t.Errorf("%d bytes: got %v, want %v", n, err, cut)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			p, err := pool.part(t.Context(), 1, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := p.fill(source, silent); err != cut {
				t.Errorf("%d bytes: got %v, want %v", n, err, cut)
			}
			p.release()
			source.Close()
		}
	}
}

// Never are more slots out than there are, the slow have half of them at most, and
// everybody gets his turn.
func TestPoolIsBounded(t *testing.T) {
	pool := NewPool()
	var out, slow, most, mostSlow atomic.Int64
	var all sync.WaitGroup
	for i := range 200 {
		all.Go(func() {
			n, isSlow := 1+i%mostSlots, i%2 == 0
			p, err := pool.part(t.Context(), n, isSlow)
			if err != nil {
				t.Error(err)
				return
			}
			raise(&most, out.Add(int64(n)))
			if isSlow {
				raise(&mostSlow, slow.Add(int64(n)))
			}
			time.Sleep(time.Millisecond)
			out.Add(-int64(n))
			if isSlow {
				slow.Add(-int64(n))
			}
			p.release()
		})
	}
	all.Wait()
	if most.Load() > slots || mostSlow.Load() > slowSlots || len(pool.slots) > slots {
		t.Errorf("got %d slots out, %d with the slow, %d made: want at most %d, %d, %d", most.Load(), mostSlow.Load(), len(pool.slots), slots, slowSlots, slots)
	}
	taken, err := pool.part(t.Context(), slots, false)
	if err != nil {
		t.Fatal(err)
	}
	defer taken.release()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	for _, isSlow := range []bool{false, true} {
		if _, err := pool.part(ctx, 1, isSlow); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v of a pool that is out, want a wait", err)
		}
	}
}

func raise(most *atomic.Int64, to int64) {
	old := most.Load()
	for to > old && !most.CompareAndSwap(old, to) {
		old = most.Load()
	}
}

// 10,000 parts hold whatever is allowed, up to what the memory can do.
func TestPartSlots(t *testing.T) {
	const unknown = upload.UnknownSize
	for _, c := range []struct {
		declared, most int64
		want           int
	}{
		{unknown, 5 * upload.GiB, 1}, {0, 5 * upload.GiB, 1}, {unknown, 50_000 * upload.MiB, 1}, {unknown, 50_000*upload.MiB + 1, 2},
		{upload.GiB, upload.MaxObjectSize, 1}, {100 * upload.GiB, upload.MaxObjectSize, 3}, {unknown, upload.MaxObjectSize, mostSlots},
	} {
		got := partSlots(c.declared, c.most)
		if got != c.want {
			t.Errorf("%d of %d: got %d slots, want %d", c.declared, c.most, got, c.want)
		}
		holds := int64(got) * slotSize * upload.MaxParts
		if wanted := min(c.most, MostBytes); c.declared < wanted && holds < max(c.declared, 0) || c.declared == unknown && holds < wanted {
			t.Errorf("%d of %d: got parts for %d bytes", c.declared, c.most, holds)
		}
	}
}
