// Package link is a line between a browser and a server: toxiproxy with a
// latency and a bandwidth for each connection, and a switch to go offline.
package link

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// Shape is how slow a line is.
type Shape struct {
	// RoundTrip is added to each round trip, half of it a way, in whole
	// milliseconds. 0: none.
	RoundTrip time.Duration
	// BytesPerSecond bounds what each connection carries to the server, in steps of
	// 1,000. 0: no bound.
	BytesPerSecond int64
}

// Line is a line to one server. Its address stays the same for its life.
type Line struct {
	proxy *toxiproxy.Proxy
	shape Shape
}

// Open makes a line on a free port of 127.0.0.1 that leads to upstream, a
// host:port.
func Open(upstream string) (*Line, error) {
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	l := &Line{proxy: toxiproxy.NewProxy(server, "line", "127.0.0.1:0", upstream)}
	return l, l.proxy.Start()
}

// Addr is where the line begins, host:port.
func (l *Line) Addr() string { return l.proxy.Listen }

// Reshape changes the line. Connections that are open are cut: toxiproxy may
// stop one for good when its shape changes under way.
func (l *Line) Reshape(s Shape) error {
	if s.RoundTrip < 0 || s.BytesPerSecond < 0 || s.BytesPerSecond%1000 != 0 {
		return fmt.Errorf("got %v and %d bytes a second, want none below 0 and whole kB: correct the shape", s.RoundTrip, s.BytesPerSecond)
	}
	offline := !l.proxy.Enabled
	l.proxy.Stop()
	for _, old := range l.shape.toxics() {
		if err := l.proxy.Toxics.RemoveToxic(context.Background(), old.Name); err != nil {
			return err
		}
	}
	l.shape = s
	for _, t := range s.toxics() {
		text, err := json.Marshal(t)
		if err != nil {
			return err
		}
		if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(string(text))); err != nil {
			return err
		}
	}
	if offline {
		return nil
	}
	return l.proxy.Start()
}

// Offline cuts all connections and refuses new ones until Online.
func (l *Line) Offline() { l.proxy.Stop() }

// Online ends Offline; nothing happens when the line is not cut.
func (l *Line) Online() error {
	if l.proxy.Enabled {
		return nil
	}
	return l.proxy.Start()
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
	if oneWay := s.RoundTrip.Milliseconds() / 2; oneWay > 0 {
		all = append(all, toxic{"there", "latency", "upstream", map[string]any{"latency": s.RoundTrip.Milliseconds() - oneWay}},
			toxic{"back", "latency", "downstream", map[string]any{"latency": oneWay}})
	}
	return all
}
