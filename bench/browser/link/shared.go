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
// acknowledged (slow start), and after a loss half as much, from where it grows by
// a segment a round trip (RFC 5681). Losses come in regular distances, so that a
// short run has as many as a long one.
type window struct {
	Window int   `json:"window"` // bytes at first
	RTT    int64 `json:"rtt"`    // milliseconds
	Lose   int   `json:"lose"`   // each so many segments; 0: none
}

// flight is a piece on its way.
type flight struct {
	bytes int
	acked time.Time
}

// control is a connection's window.
type control struct {
	size, used float64 // bytes
	threshold  float64 // where slow start ends; 0: it has not
	sent       int     // segments since the last loss
	calm       time.Time
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
				if !w.room(stub, c) {
					stub.Output <- &stream.StreamChunk{Data: left, Timestamp: time.Now()}
					return
				}
				n := min(len(left), segment)
				w.send(c, n)
				stub.Output <- &stream.StreamChunk{Data: left[:n], Timestamp: time.Now()}
				left = left[n:]
			}
		}
	}
}

// room waits until a segment has room in the window; false: it was interrupted.
func (w *window) room(stub *toxics.ToxicStub, c *control) bool {
	for {
		now := time.Now()
		for len(c.flying) > 0 && !c.flying[0].acked.After(now) {
			c.acknowledge(c.flying[0].bytes)
			c.flying = c.flying[1:]
		}
		if len(c.flying) == 0 || c.used+segment <= c.size {
			return true
		}
		if !wait(stub, c.flying[0].acked) {
			return false
		}
	}
}

func (c *control) acknowledge(bytes int) {
	c.used -= float64(bytes)
	if c.threshold > 0 {
		c.size += segment * float64(bytes) / c.size
	} else {
		c.size += float64(bytes)
	}
}

func (w *window) send(c *control, bytes int) {
	rtt := time.Duration(w.RTT) * time.Millisecond
	c.used += float64(bytes)
	c.flying = append(c.flying, flight{bytes, time.Now().Add(rtt)})
	if c.sent++; w.Lose > 0 && c.sent >= w.Lose {
		c.sent = 0
		// The sender hears of it a round trip later; what is lost in the same one counts once.
		if now := time.Now(); now.After(c.calm) {
			c.size = max(2*segment, c.size/2)
			c.threshold, c.calm = c.size, now.Add(rtt)
		}
	}
}
