// Package link is a line between a browser and a server: toxiproxy's latency and
// bandwidth on each connection, and a switch to go offline.
//
// toxiproxy's own listener leaves the size of its sockets' buffers to the
// system. On a loopback interface they take in a whole part at once, and what a
// browser has sent would be on its way for seconds after the browser is gone. So
// connections are accepted here, with as much in between as on a real line, and
// are then handed to toxiproxy's links.
package link

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"

	"signet/cmd/signet/faults"
)

// Shape is how slow a line is.
type Shape struct {
	// RoundTrip is added to each round trip, half of it a way, in whole
	// milliseconds. 0: none.
	RoundTrip time.Duration
	// BytesPerSecond bounds what each connection carries to the server, in steps of
	// 1,000. 0: no bound.
	BytesPerSecond int64
	// SharedBytesPerSecond bounds what all connections together carry to the server.
	// 0: no bound.
	SharedBytesPerSecond int64
	// Window is what each connection may have on its way at first, in bytes, as TCP
	// opens it: twice as much after each round trip. 0: no bound.
	Window int
	// LoseEach is which of a connection's segments is taken for lost, each so many,
	// so that its window shrinks. 0: none is.
	LoseEach int
}

// Line is a line to one server. Its address stays the same for its life.
type Line struct {
	addr, upstream string
	server         *toxiproxy.ApiServer
	listener       *faults.Switch

	mu     sync.Mutex
	toxics *toxiproxy.ToxicCollection // of connections to come
	count  int                        // of connections, which names their links
}

// Open makes a line on a free port of 127.0.0.1 that leads to upstream, a
// host:port.
func Open(upstream string) (*Line, error) {
	toxics.Register("shared", new(shared))
	toxics.Register("window", new(window))
	config := net.ListenConfig{Control: narrow}
	listener, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &Line{
		addr: listener.Addr().String(), upstream: upstream, listener: faults.NewSwitch(listener),
		server: toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()),
	}
	l.toxics = l.collection()
	go l.accept()
	return l, nil
}

// Addr is where the line begins, host:port.
func (l *Line) Addr() string { return l.addr }

// Reshape changes the line for connections to come, and cuts those that are
// open.
func (l *Line) Reshape(s Shape) error {
	if s.RoundTrip < 0 || s.BytesPerSecond < 0 || s.BytesPerSecond%1000 != 0 {
		return fmt.Errorf("got %v and %d bytes a second, want none below 0 and whole kB: correct the shape", s.RoundTrip, s.BytesPerSecond)
	}
	if s.SharedBytesPerSecond < 0 || s.Window < 0 || s.LoseEach < 0 || s.LoseEach > 0 && s.Window == 0 {
		return fmt.Errorf("got %d bytes a second for all, a window of %d and a loss in %d, want none below 0, and no loss without a window: correct the shape",
			s.SharedBytesPerSecond, s.Window, s.LoseEach)
	}
	chain := l.collection()
	for _, t := range s.toxics() {
		text, err := json.Marshal(t)
		if err != nil {
			return err
		}
		if _, err := chain.AddToxicJson(strings.NewReader(string(text))); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.toxics = chain
	l.listener.Cut()
	return nil
}

func (l *Line) collection() *toxiproxy.ToxicCollection {
	return toxiproxy.NewProxy(l.server, "line", l.addr, l.upstream).Toxics
}

// Offline cuts all connections, those that come too, until Online.
func (l *Line) Offline() { l.listener.Offline() }

// Online ends Offline; nothing happens when the line is online.
func (l *Line) Online() { l.listener.Online() }

// Close ends the line for good.
func (l *Line) Close() {
	l.listener.Close()
	l.listener.Offline()
}

func (l *Line) accept() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return // closed
		}
		upstream, err := net.Dial("tcp", l.upstream)
		if err != nil {
			client.Close()
			continue
		}
		l.join(client, upstream)
	}
}

// join leads a connection through the toxics, both ways.
func (l *Line) join(client, upstream net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	tracked, ok := l.listener.Track(upstream)
	if !ok { // the line went off meanwhile, and the client with it
		return
	}
	l.count++
	l.toxics.StartLink(l.server, fmt.Sprint("there ", l.count), client, tracked, stream.Upstream)
	l.toxics.StartLink(l.server, fmt.Sprint("back ", l.count), tracked, client, stream.Downstream)
}

type toxic struct {
	Name       string         `json:"name"`
	Type       string         `json:"type"`
	Stream     string         `json:"stream"`
	Attributes map[string]any `json:"attributes"`
}

// toxics are in the order of toxiproxy's chain. The bandwidth comes first, for
// the latency holds a thousand chunks, and would take in a whole part at once if
// nothing slowed it down.
func (s Shape) toxics() (all []toxic) {
	if s.BytesPerSecond > 0 {
		all = append(all, toxic{"bandwidth", "bandwidth", "upstream", map[string]any{"rate": s.BytesPerSecond / 1000}})
	}
	if s.SharedBytesPerSecond > 0 {
		all = append(all, toxic{"shared", "shared", "upstream", map[string]any{"rate": s.SharedBytesPerSecond}})
	}
	if s.Window > 0 {
		all = append(all, toxic{"window", "window", "upstream", map[string]any{"window": s.Window, "rtt": s.RoundTrip.Milliseconds(), "lose": s.LoseEach}})
	}
	if oneWay := s.RoundTrip.Milliseconds() / 2; oneWay > 0 {
		all = append(all, toxic{"there", "latency", "upstream", map[string]any{"latency": s.RoundTrip.Milliseconds() - oneWay}},
			toxic{"back", "latency", "downstream", map[string]any{"latency": oneWay}})
	}
	return all
}
