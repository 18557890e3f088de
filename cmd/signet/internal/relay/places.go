package relay

import (
	"net"
	"net/http"
	"net/netip"
	"sync"
	"time"
)

// places bounds the connections that are open at once. When there are none left, who
// comes is not kept waiting behind those who have nothing to say: the one that has
// waited longest for its next request is closed, of the address that has most. Nobody
// is cut who has a request under way.
type places struct {
	most int // of all
	each int // of one address; 0: as many as there are

	mu     sync.Mutex
	change *sync.Cond // a connection has left or become idle, or the listener has closed
	open   map[*conn]bool
	from   map[netip.Prefix]int
	closed bool
}

func newPlaces(most, each int) *places {
	p := &places{most: most, each: each, open: map[*conn]bool{}, from: map[netip.Prefix]int{}}
	p.change = sync.NewCond(&p.mu)
	return p
}

// enter gives a connection a place, and waits for one as long as all have requests
// under way. It says no when the address has its share, or the listener has closed.
func (p *places) enter(c *conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.from, c.idle = origin(c.RemoteAddr()), time.Now()
	if p.each > 0 && p.from[c.from] >= p.each && !p.giveUp(func(o *conn) bool { return o.from == c.from }) {
		return false
	}
	for len(p.open) >= p.most && !p.closed {
		if !p.giveUp(func(*conn) bool { return true }) {
			p.change.Wait()
		}
	}
	if p.closed {
		return false
	}
	p.open[c] = true
	p.from[c.from]++
	return true
}

// giveUp closes the connection that has waited longest, of the address that has most,
// among those that may be. It says whether there was one. p.mu is held.
func (p *places) giveUp(may func(*conn) bool) bool {
	var longest *conn
	for c := range p.open {
		if c.idle.IsZero() || !may(c) {
			continue
		}
		if longest == nil || p.from[c.from] > p.from[longest.from] || p.from[c.from] == p.from[longest.from] && c.idle.Before(longest.idle) {
			longest = c
		}
	}
	if longest == nil {
		return false
	}
	p.drop(longest)
	longest.Conn.Close() // its server hears of it by itself
	return true
}

// drop frees a connection's place, once. p.mu is held.
func (p *places) drop(c *conn) {
	if !p.open[c] {
		return
	}
	delete(p.open, c)
	if p.from[c.from]--; p.from[c.from] == 0 {
		delete(p.from, c.from)
	}
	p.change.Broadcast()
}

// leave frees a connection's place.
func (p *places) leave(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop(c)
}

// state hears from http.Server what a connection does. One that is new has not sent
// a whole header yet.
func (p *places) state(c *conn, state http.ConnState) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch state {
	case http.StateActive:
		c.idle = time.Time{}
	case http.StateIdle:
		c.idle = time.Now()
		p.change.Broadcast()
	}
}

// close ends all waiting.
func (p *places) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	p.change.Broadcast()
}

// origin is whose a connection is: an address of IPv4, or the 64 bits of IPv6 that
// one household has.
func origin(a net.Addr) netip.Prefix {
	at, err := netip.ParseAddrPort(a.String())
	if err != nil {
		return netip.Prefix{}
	}
	ip, bits := at.Addr().Unmap().WithZone(""), 64
	if ip.Is4() {
		bits = 32
	}
	prefix, _ := ip.Prefix(bits) // of a length that fits
	return prefix
}
