package link

import (
	"sync"
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
)

// shared is a toxic that all connections of a line go through: toxiproxy's own
// bandwidth is each connection's. One chunk of each waits for its turn, so that
// they share it equally. What leaves it is timed anew, because toxiproxy's latency
// counts from when a chunk came in, and would add nothing to one that has waited.
type shared struct {
	Rate int64 `json:"rate"` // bytes a second

	mu   sync.Mutex
	free time.Time // when what is reserved so far has gone
}

// late is how much the line may catch up on: timers come a millisecond late.
const late = 10 * time.Millisecond

// Pipe implements toxics.Toxic.
func (s *shared) Pipe(stub *toxics.ToxicStub) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			if !wait(stub, s.reserve(len(c.Data))) {
				stub.Output <- c
				return
			}
			c.Timestamp = time.Now()
			stub.Output <- c
		}
	}
}

// reserve takes the next piece of the line's time and answers when it ends.
func (s *shared) reserve(bytes int) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if earliest := time.Now().Add(-late); s.free.Before(earliest) {
		s.free = earliest
	}
	s.free = s.free.Add(time.Duration(float64(bytes) / float64(s.Rate) * float64(time.Second)))
	return s.free
}

// wait is false when it was interrupted.
func wait(stub *toxics.ToxicStub, until time.Time) bool {
	d := time.Until(until)
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-stub.Interrupt:
		return false
	}
}

// window is a toxic that lets a connection have no more on its way than TCP would:
// a first window, twice as much after each round trip in which all was
// acknowledged (slow start), and after a loss seven tenths of it, from where it
// grows by about half a segment a round trip, as CUBIC's does on such lines (RFC
// 9438 §4.3). Losses come in regular distances, so that a short run has as many
// as a long one.
type window struct {
	Window int   `json:"window"` // bytes at first
	RTT    int64 `json:"rtt"`    // milliseconds
	Lose   int   `json:"lose"`   // each so many segments; 0: none
}

// Of CUBIC where it is friendly to Reno: what a loss leaves of a window, and by how
// many segments a round trip it grows.
const (
	kept   = 0.7
	growth = 3 * (1 - kept) / (1 + kept)
)

// flight is a piece on its way.
type flight struct {
	bytes       int
	sent, acked time.Time
	lost        bool // a segment of it
}

// control is a connection's window.
type control struct {
	size, used float64 // bytes
	threshold  float64 // where slow start ends; 0: it has not
	sent       int     // bytes since the last loss
	reduced    time.Time
	flying     []flight
}

// Pipe implements toxics.Toxic.
func (w *window) Pipe(stub *toxics.ToxicStub) {
	c := &control{size: float64(w.Window)}
	for {
		select {
		case <-stub.Interrupt:
			return
		case chunk := <-stub.Input:
			if chunk == nil {
				stub.Close()
				return
			}
			for left := chunk.Data; len(left) > 0; {
				room := w.room(stub, c)
				if room == 0 {
					stub.Output <- &stream.StreamChunk{Data: left, Timestamp: time.Now()}
					return
				}
				n := min(len(left), room)
				w.send(c, n)
				stub.Output <- &stream.StreamChunk{Data: left[:n], Timestamp: time.Now()}
				left = left[n:]
			}
		}
	}
}

// room waits until a segment has room in the window, and answers how many bytes
// have, in whole segments; 0: it was interrupted.
func (w *window) room(stub *toxics.ToxicStub, c *control) int {
	for {
		now := time.Now()
		for len(c.flying) > 0 && !c.flying[0].acked.After(now) {
			c.acknowledge(c.flying[0])
			c.flying = c.flying[1:]
		}
		if room := int((c.size - c.used) / segment); room > 0 || len(c.flying) == 0 {
			return segment * max(1, room)
		}
		if !wait(stub, c.flying[0].acked) {
			return 0
		}
	}
}

// acknowledge is what the sender hears a round trip later: growth, or a loss. What
// was lost on the same way counts once.
func (c *control) acknowledge(f flight) {
	c.used -= float64(f.bytes)
	switch {
	case f.lost && f.sent.After(c.reduced):
		c.size = max(2*segment, kept*c.size)
		c.threshold, c.reduced = c.size, time.Now()
	case c.threshold > 0:
		c.size += growth * segment * float64(f.bytes) / c.size
	default:
		c.size += float64(f.bytes)
	}
}

func (w *window) send(c *control, bytes int) {
	now := time.Now()
	f := flight{bytes: bytes, sent: now, acked: now.Add(time.Duration(w.RTT) * time.Millisecond)}
	c.used += float64(bytes)
	if c.sent += bytes; w.Lose > 0 && c.sent >= w.Lose*segment {
		c.sent -= w.Lose * segment
		f.lost = true
	}
	c.flying = append(c.flying, f)
}
