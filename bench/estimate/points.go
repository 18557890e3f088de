package main

import (
	"fmt"
	"strconv"
	"time"

	"signet/bench/browser/link"
	"signet/cmd/signet/duration"
)

// point is one upload over one line.
type point struct {
	name       string
	parts      bool // else one PUT
	at         int  // requests at once; 0: as the command line finds out
	mib        int64
	mbps       int64 // of the link; 0: no bound
	rtt        int64 // ms
	connection int64 // Mbps of one connection; 0: no bound
	tcp        bool  // windows open slowly
	lose       int   // each so many segments
}

// points differ in one thing after another, and end with the uploads that people
// ask about.
func points() []point {
	single := func(p point) point { p.name = "one PUT"; return p }
	fixed := func(at int, p point) point {
		p.name, p.parts, p.at = fmt.Sprintf("parts, %d at once", at), true, at
		return p
	}
	adapting := func(p point) point { p.name, p.parts = "parts, as signet put does", true; return p }
	return []point{
		single(point{mib: 32, mbps: 64, rtt: 20}),
		single(point{mib: 64, mbps: 400, rtt: 180, connection: 80}),
		single(point{mib: 16, mbps: 200, rtt: 300, connection: 20}),
		single(point{mib: 24, mbps: 200, rtt: 200, tcp: true}),
		single(point{mib: 20, mbps: 400, rtt: 40, tcp: true, lose: 1000}),
		fixed(6, point{mib: 128, mbps: 200, rtt: 50, connection: 20}),
		fixed(6, point{mib: 64, mbps: 100, rtt: 180}),
		fixed(6, point{mib: 96, mbps: 400, rtt: 100, connection: 40}),
		fixed(6, point{mib: 64, mbps: 200, rtt: 180, tcp: true}),
		fixed(12, point{mib: 256, mbps: 400, rtt: 50, connection: 32}),
		fixed(12, point{mib: 128, mbps: 160, rtt: 80, connection: 16}),
		adapting(point{mib: 256, mbps: 400, rtt: 80, connection: 64}),
		adapting(point{mib: 128, mbps: 100, rtt: 20}),
		adapting(point{mib: 64, mbps: 200, rtt: 180, connection: 20}),
		adapting(point{mib: 256, mbps: 200, rtt: 180, connection: 20}),
		adapting(point{mib: 48, mbps: 40, rtt: 300}),
		adapting(point{mib: 200, mbps: 300, rtt: 10, connection: 30}),
		adapting(point{mib: 128, mbps: 200, rtt: 150, tcp: true}),
		adapting(point{mib: 192, mbps: 400, rtt: 60, tcp: true, lose: 1000}),
	}
}

const firstWindow = 10 * 1460 // bytes, RFC 6928

// shape is the line of a point.
func (p point) shape() link.Shape {
	s := link.Shape{
		RoundTrip: time.Duration(p.rtt) * time.Millisecond, BytesPerSecond: p.connection * 1e6 / 8,
		SharedBytesPerSecond: p.mbps * 1e6 / 8, LoseEach: p.lose,
	}
	if p.tcp {
		s.Window = firstWindow
	}
	return s
}

// estimate is the time of a point, in seconds, by the model. ahead is what the
// lines' sockets take in.
func (p point) estimate(ahead int) (float64, error) {
	line := duration.Line{
		Rate: duration.Rate(p.mbps * 1e6), RTT: time.Duration(p.rtt) * time.Millisecond,
		PerConnection: duration.Rate(p.connection * 1e6), Ahead: ahead,
	}
	if p.tcp {
		line.InitialWindow = firstWindow
	}
	if p.lose > 0 {
		line.Loss = 1 / duration.Share(p.lose)
	}
	u := duration.Upload{Size: p.mib << 20, Line: line, Client: duration.CommandLine()}
	if !p.parts {
		return u.Single().Total, nil
	}
	if p.at > 0 {
		u.Client.Connections, u.Client.Begin = p.at, 0
	}
	t, _, err := u.Parts()
	return t.Total, err
}

// row is the point in the table.
func (p point) row() []string {
	number := func(n int64) string {
		if n == 0 {
			return ""
		}
		return strconv.FormatInt(n, 10)
	}
	tcp := ""
	if p.tcp {
		tcp = "slow start"
	}
	if p.lose > 0 {
		tcp += fmt.Sprintf(", loss %.1f %%", 100/float64(p.lose))
	}
	return []string{p.name, number(p.mib), number(p.mbps), number(p.rtt), number(p.connection), tcp}
}
