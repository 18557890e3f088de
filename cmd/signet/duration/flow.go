package duration

import (
	"cmp"
	"math"
	"slices"
)

// flow is a simulation of an upload's connections. Between two events every
// connection sends at a steady rate: its share of the line, no more than what TCP
// lets it. An event is a connection that has connected, sent all, had its answer
// or doubled its window, or the end of a window of the client's own pacing.
type flow struct {
	line    Line
	rtt     float64
	answer  float64
	rate    float64 // of the line
	ceiling float64 // of a connection, loss aside
	loss    loss
	ahead   float64
	trips   float64 // round trips before each body: a preflight's, or none

	queue []float64 // bodies that nobody sends yet
	conns []conn
	pace  pace
	now   float64
	moved float64 // bytes taken from the sender so far, of bodies that are done
	most  int     // connections that were in use at once
	idle  float64 // when the first had nothing left; negative: not yet
}

// soon is how close together, in seconds, events are one: a nanosecond, or what a
// float64 can tell apart after so long.
func (f *flow) soon() float64 { return math.Max(1e-9, f.now*1e-14) }

// state is what a connection is doing.
type state uint8

const (
	unused    state = iota // not connected
	ready                  // connected, with nothing to do
	preparing              // connecting, or a preflight is on its way
	sending
	answering // all is sent
)

type conn struct {
	state
	until      float64 // of preparing and answering
	size, left float64 // of the body, in bytes
	window     float64 // bytes; 0: open
	doubles    float64 // when the window does; +Inf: slow start is over
	peak       float64 // what the window will have grown to at the next loss, in bytes
	toLoss     float64 // bytes until then; +Inf: losses are in the window already
	heard      float64 // when the sender hears of a loss, a round trip after; +Inf: there is none
	rate       float64 // at the moment
}

// newFlow is an upload of bodies over so many connections at the most.
func newFlow(line Line, client Client, bodies []float64, connections int) *flow {
	calm := line
	calm.Loss = 0
	ceiling, _ := calm.ceiling()
	f := &flow{
		line: line, rtt: line.RTT.Seconds(), answer: line.Answer.Seconds(), rate: line.rate(), ceiling: ceiling, loss: line.loss(ceiling),
		ahead: float64(line.Ahead), queue: bodies, conns: make([]conn, connections), pace: newPace(client, connections), idle: -1,
	}
	if line.Ahead == 0 {
		// Linux lets a sender's buffer grow to twice the window: as much again as is on its way.
		f.ahead = math.Min(ceiling*f.rtt, sendBuffer)
		if f.loss.window > 0 {
			f.ahead = f.loss.window
		}
	}
	if client.Preflight {
		f.trips = 1
	}
	return f
}

// run lets all bodies arrive, and answers how long all connections had something
// to do, and how long some had not.
func (f *flow) run() (sending, tail float64) {
	if math.IsInf(f.rate, 1) && math.IsInf(f.ceiling, 1) {
		f.ceiling = math.MaxFloat64 // no bound at all: only round trips take time
	}
	for {
		f.start()
		if f.active() == 0 {
			break
		}
		f.share()
		f.advance(f.next())
	}
	if f.idle < 0 {
		f.idle = f.now
	}
	return f.idle, f.now - f.idle
}

// active is how many connections have something to do.
func (f *flow) active() (n int) {
	for i := range f.conns {
		if f.conns[i].state > ready {
			n++
		}
	}
	return n
}

// start gives bodies to connections, open ones first, as many as the pace allows.
func (f *flow) start() {
	running := f.active()
	for _, kind := range []state{ready, unused} {
		for i := range f.conns {
			c := &f.conns[i]
			if c.state != kind || len(f.queue) == 0 || running >= f.pace.limit {
				continue
			}
			running++
			f.begin(c)
		}
	}
	f.most = max(f.most, running)
	if len(f.queue) == 0 && f.idle < 0 && running < min(f.pace.limit, len(f.conns)) {
		f.idle = f.now
	}
}

// begin takes the next body: a new connection connects first, and its window is
// small; an old one's stays, for the pause between two bodies is shorter than the
// timer after which TCP closes it (RFC 5681 §4.1).
func (f *flow) begin(c *conn) {
	wait := f.trips * (f.rtt + f.answer)
	if c.state == unused {
		wait += float64(f.line.Handshake) * f.rtt
		f.open(c)
	}
	c.size, c.left = f.queue[0], f.queue[0]
	f.queue = f.queue[1:]
	c.state, c.until = preparing, f.now+wait
}

// open gives a new connection its window.
func (f *flow) open(c *conn) {
	never := math.Inf(1)
	c.window, c.toLoss, c.doubles, c.heard = float64(f.line.InitialWindow), never, never, never
	switch {
	case f.loss.window > 0 && c.window == 0:
		c.window = f.loss.window
	case f.loss.window > 0:
		c.toLoss = f.loss.every
	case f.rtt == 0 || c.window >= f.ceiling*f.rtt:
		c.window = 0
	}
}

// share gives each sender its rate: an equal share of the line, and what some
// cannot use to the others (max-min fairness, which TCP nears among equals).
func (f *flow) share() {
	var senders []*conn
	for i := range f.conns {
		c := &f.conns[i]
		if c.state != sending {
			continue
		}
		c.rate = f.ceiling
		if c.window > 0 {
			c.rate = math.Min(f.ceiling, c.window/f.rtt)
		}
		senders = append(senders, c)
	}
	slices.SortFunc(senders, func(a, b *conn) int { return cmp.Compare(a.rate, b.rate) })
	left := f.rate
	for i, c := range senders {
		c.rate = math.Min(c.rate, left/float64(len(senders)-i))
		left -= c.rate
	}
}

// next is when the next event is.
func (f *flow) next() float64 {
	at := f.pace.ends
	for i := range f.conns {
		c := &f.conns[i]
		switch c.state {
		case preparing, answering:
			at = math.Min(at, c.until)
		case sending:
			at = math.Min(at, math.Min(f.now+math.Min(c.left, c.toLoss)/c.rate, math.Min(c.doubles, c.heard)))
		}
	}
	return at
}

// advance lets time pass up to an event and does what is due then.
func (f *flow) advance(to float64) {
	took := to - f.now
	f.now = to
	for i := range f.conns {
		c := &f.conns[i]
		switch c.state {
		case preparing:
			if c.until <= to+f.soon() {
				c.state = sending
				if f.starting(c) {
					c.doubles = to + f.rtt
				}
			}
		case sending:
			f.sent(c, took)
		case answering:
			if c.until <= to+f.soon() {
				c.state = ready
				f.moved += c.size
			}
		}
	}
	if f.pace.ends <= to+f.soon() {
		f.pace.adapt(to, f.taken(), len(f.queue) > 0)
	}
}

// sent lets a connection send for so long, and does what is due then.
func (f *flow) sent(c *conn, took float64) {
	c.left -= c.rate * took
	c.toLoss -= c.rate * took
	switch {
	case c.left <= c.rate*f.soon():
		// The last byte has half of the round trip before it, its answer the other half.
		c.state, c.until, c.left, c.doubles = answering, f.now+f.rtt+f.answer, 0, math.Inf(1)
		if c.heard < c.until { // meanwhile it hears of what was lost last
			f.lose(c)
		}
	case c.toLoss <= c.rate*f.soon():
		c.toLoss = f.loss.every
		c.heard = math.Min(c.heard, f.now+f.rtt) // what is lost on the same way counts once
	case c.heard <= f.now+f.soon():
		f.lose(c)
	case c.doubles <= f.now+f.soon():
		f.double(c)
	}
}

// starting says that a connection is in slow start (RFC 5681 §3.1).
func (f *flow) starting(c *conn) bool {
	return c.window > 0 && c.peak == 0 && c.window != f.loss.window
}

// double opens a window until TCP or the way has no more to give.
func (f *flow) double(c *conn) {
	c.window *= 2
	c.doubles += f.rtt
	if c.window >= f.ceiling*f.rtt {
		c.window, c.doubles = 0, math.Inf(1)
	}
}

// settled is how near to the long run's a window has to come down to be taken for it.
const settled = 1.02

// lose ends slow start, or takes back what the window has grown since the last
// loss: CUBIC keeps seven tenths (RFC 9438 §4.6), and grows where it is friendly
// to Reno by about half a segment a round trip (§4.3). Between two losses the
// window counts with its middle. Slow start leaves it far above what losses allow
// in the long run; once it has come down to that, it stays there.
func (f *flow) lose(c *conn) {
	peak := c.peak
	if peak == 0 { // slow start has added all that was acknowledged
		peak = math.Min(f.ceiling*f.rtt, float64(f.line.InitialWindow)+f.loss.every)
		// As much has left while the sender heard of the first loss as before it, so
		// the second is due.
		c.toLoss = 0
	}
	low := cubicBeta * peak
	// middle = low + growth / 2, and the growth is that of every / middle round trips.
	middle := (low + math.Sqrt(low*low+2*renoFriendly*Segment*f.loss.every)) / 2
	// Where losses are many, timers keep a connection below where its window comes to rest.
	rests := c.peak > 0 && middle > c.window/settled
	c.peak = 2*middle - low
	c.window, c.heard, c.doubles = middle, math.Inf(1), math.Inf(1)
	if rests || middle <= f.loss.window*settled {
		c.window, c.toLoss = f.loss.window, math.Inf(1)
	}
}

// taken is what the connections have taken from the sender so far, on its way or not.
func (f *flow) taken() float64 {
	taken := f.moved
	for i := range f.conns {
		if c := &f.conns[i]; c.state == sending || c.state == answering {
			taken += math.Min(c.size, c.size-c.left+f.ahead)
		}
	}
	return taken
}
