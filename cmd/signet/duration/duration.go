// Package duration says how long an upload takes, before it is made: one PUT
// against parts sent side by side, as Signet's own engines send them.
//
// It is a model, not a fit: what the line carries ([Line]), how TCP opens up and
// what loss leaves of it (tcp.go), and how an engine fills its connections
// ([Client]) are put into a small simulation of the flows (flow.go), whose only
// figures are those of documents and of our own engines' sources. Bytes are
// fluid, packets are not looked at. `make bench-estimate` holds it to measured runs,
// which is why it is not internal to the command line.
//
// Times are seconds and rates bytes a second wherever they are plain numbers.
package duration

import (
	"time"

	"signet/lambda/upload"
)

// Line is the way from a client to S3. The zero value of each field is what a
// wire without that property has: see [Internet] for what a real one has.
type Line struct {
	// Rate is what the line carries for all connections together, in bits a second
	// on the wire. 0: no bound.
	Rate Rate
	// RTT is the round trip to S3. 0: none.
	RTT time.Duration
	// PerConnection is what the way gives to one connection, in bits a second of
	// payload. 0: no bound.
	PerConnection Rate
	// Loss is the share of segments that are lost, 0 to [MaxLoss]. 0: none but
	// those by which connections share the line.
	Loss Share
	// Handshake is how many round trips a connection takes before its first request.
	Handshake int
	// Overhead is what each segment carries besides payload, in bytes.
	Overhead int
	// InitialWindow is what a new connection may send in its first round trip, in
	// bytes, twice as much in each one after it. 0: it starts at full speed.
	InitialWindow int
	// MaxWindow is the most that a connection has on its way, in bytes. 0: no bound.
	MaxWindow int
	// Ahead is what a connection takes from its sender before it is on its way, in
	// bytes: the socket's buffer. 0: as much as is on its way.
	Ahead int
	// Answer is how long S3, or the API, takes to answer what has arrived.
	Answer time.Duration
}

// What an ordinary connection to S3 has.
const (
	// tcpAndTLS: one round trip for TCP (RFC 9293 §3.5), one for TLS 1.3 (RFC 8446 §2).
	tcpAndTLS = 2
	// Segment is the payload of a full Ethernet frame over IPv4, in bytes: 1500 - 20 - 20.
	Segment = 1460
	// framing is what stands around it: IPv4 20, TCP 20, Ethernet's header and check
	// 18, preamble and gap 20 (IEEE 802.3).
	framing = 78
	// initialSegments (RFC 6928 §2).
	initialSegments = 10
	// sendBuffer is the largest that Linux makes a sender's buffer by itself
	// (docs.kernel.org/networking/ip-sysctl.html, tcp_wmem), which bounds the window.
	sendBuffer = 4 << 20
	// s3Answer is the lower end of the 100 to 200 ms that S3 names for small
	// requests (docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html).
	s3Answer = 100 * time.Millisecond
)

// MaxLoss is the most loss that the model holds for: beyond it connections
// mostly wait for their timers.
const MaxLoss = 0.2

// Internet is an ordinary line to S3 over TLS.
func Internet(rate Rate, rtt time.Duration) Line {
	return Line{
		Rate: rate, RTT: rtt, Handshake: tcpAndTLS, Overhead: framing,
		InitialWindow: initialSegments * Segment, MaxWindow: sendBuffer, Answer: s3Answer,
	}
}

// Client is a program that sends files, with the settings it comes with.
type Client struct {
	Name string
	// Connections is how many requests it has under way at the most.
	Connections int
	// Begin is how many it begins with, where it finds out by itself how many are
	// good. 0: Connections, always.
	Begin int
	// Preflight says that each PUT is preceded by a CORS preflight, because its
	// address is new.
	Preflight bool
	// Buffer is what it holds in memory for each connection, and Shared for all of
	// them together, in bytes.
	Buffer, Shared int64
}

// Settings of our engines; a test compares them with the engines' sources.
const (
	browserHost    = 6         // frontend/src/engine/hosts.ts, CONNECTIONS
	browserReaders = 2         // frontend/src/engine/engine.ts, readingParts
	browserChunk   = 1 << 20   // frontend/src/engine/reading.ts, CHUNK
	cliMost        = 64        // cmd/signet/put.go, defaultMost
	cliBegin       = 8         // cmd/signet/internal/transfer/limiter.go, firstLimit
	cliChunk       = 256 << 10 // cmd/signet/internal/transfer/http.go, chunk
	cliSockets     = 48 << 10  // …, WriteBufferSize and ReadBufferSize
)

// Browser is the site's engine in a browser. hosts is how many of the bucket's
// hosts it uses: 2 where the deployment has dualStack, else 1. Bodies are slices
// of the file, which the browser reads as it sends.
func Browser(hosts int) Client {
	name := "browser"
	if hosts == 2 {
		name = "browser, both hosts"
	}
	return Client{Name: name, Connections: browserHost * hosts, Preflight: true, Shared: browserReaders * browserChunk}
}

// CommandLine is `signet put`.
func CommandLine() Client {
	return Client{Name: "command line", Connections: cliMost, Begin: cliBegin, Buffer: cliChunk + cliSockets}
}

// Upload is a file on a line.
type Upload struct {
	Size   int64 // bytes, 1 to [upload.MaxObjectSize]
	Line   Line
	Client Client
}

// Time says where the time of an upload goes. All is in seconds.
type Time struct {
	Total    float64 `json:"seconds"`
	Signing  float64 `json:"signing"`  // asking the API, connecting included
	Sending  float64 `json:"sending"`  // while all connections have something to do
	Tail     float64 `json:"tail"`     // from when the first has nothing left
	Complete float64 `json:"complete"` // putting the parts together
	// Connections is how many were in use at the most.
	Connections int `json:"connections"`
}

// Single is the time of one PUT. S3 takes none of more than [upload.MaxPutSize];
// the time is told all the same, for comparison.
func (u Upload) Single() Time {
	f := newFlow(u.Line, u.Client, []float64{float64(u.Size)}, 1)
	signing := u.Line.call(true)
	sending, tail := f.run()
	return Time{Total: signing + sending + tail, Signing: signing, Sending: sending + tail, Connections: 1}
}

// Parts is the time of the same file in parts, as [upload.NewPlan] cuts it.
func (u Upload) Parts() (Time, upload.Plan, error) {
	plan, err := upload.NewPlan(u.Size)
	if err != nil {
		return Time{}, plan, err
	}
	parts := make([]float64, plan.PartCount)
	for i := range parts {
		parts[i] = float64(plan.Length(i + 1))
	}
	f := newFlow(u.Line, u.Client, parts, min(u.Client.Connections, plan.PartCount))
	signing, complete := u.Line.call(true), u.Line.call(false)
	sending, tail := f.run()
	return Time{
		Total: signing + sending + tail + complete, Signing: signing, Sending: sending, Tail: tail, Complete: complete, Connections: f.most,
	}, plan, nil
}

// call is the time of one call of the API, which is as far away as S3: with
// connecting, or on a connection that is there.
func (l Line) call(first bool) float64 {
	trips := 1
	if first {
		trips += l.Handshake
	}
	return float64(trips)*l.RTT.Seconds() + l.Answer.Seconds()
}
