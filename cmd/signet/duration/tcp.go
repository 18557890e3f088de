package duration

import "math"

// rate is what the line carries of payload, in bytes a second.
func (l Line) rate() float64 {
	if l.Rate == 0 {
		return math.Inf(1)
	}
	return float64(l.Rate) / 8 * Segment / float64(Segment+l.Overhead)
}

// Bound names what holds an upload back.
type Bound string

// What holds an upload back.
const (
	BoundLink          Bound = "link"           // the line's rate, shared by all connections
	BoundPerConnection Bound = "per-connection" // what the way gives to one connection
	BoundLoss          Bound = "loss"           // lost segments, which TCP takes for congestion
	BoundWindow        Bound = "window"         // a full window waits for its acknowledgement
	BoundRoundTrips    Bound = "round-trips"    // more is waited than sent
)

// ceiling is what one connection reaches once it is open, in bytes a second, and
// what bounds it.
func (l Line) ceiling() (most float64, bound Bound) {
	most, bound = l.rate(), BoundLink
	lower := func(to float64, by Bound) {
		if to < most {
			most, bound = to, by
		}
	}
	if l.PerConnection > 0 {
		lower(float64(l.PerConnection)/8, BoundPerConnection)
	}
	rtt := l.RTT.Seconds()
	if rtt > 0 && l.MaxWindow > 0 {
		lower(float64(l.MaxWindow)/rtt, BoundWindow)
	}
	if rtt > 0 && l.Loss > 0 {
		lower(lossy(rtt, float64(l.Loss)), BoundLoss)
	}
	return most, bound
}

// CUBIC's constants (RFC 9438 §4.6 and §5).
const (
	cubicC    = 0.4
	cubicBeta = 0.7
)

// renoFriendly is how many segments a round trip CUBIC's window grows by where it
// is to be no slower than Reno's (RFC 9438 §4.3).
const renoFriendly = 3 * (1 - cubicBeta) / (1 + cubicBeta)

// loss is what losses do to a connection.
type loss struct {
	window float64 // what they leave in the long run, in bytes; 0: something else bounds it before
	every  float64 // bytes from one to the next
}

// loss is what they do where a connection could else reach a ceiling.
func (l Line) loss(ceiling float64) loss {
	rtt := l.RTT.Seconds()
	if rtt == 0 || l.Loss == 0 || lossy(rtt, float64(l.Loss)) >= ceiling {
		return loss{}
	}
	return loss{window: lossy(rtt, float64(l.Loss)) * rtt, every: Segment / float64(l.Loss)}
}

// lossy is what CUBIC, the congestion control of Linux, macOS and Windows, gets of
// a way that loses a share p of segments, in bytes a second: its average window by
// RFC 9438 §5.1 over a round trip, and no less than Reno's, which CUBIC never
// falls behind (§4.3). For Reno the equation of RFC 5348 §3.1 is taken, that of
// Padhye and others (SIGCOMM 1998): at little loss it is Mathis's √(3/2p), and at
// much of it it counts the timeouts too.
func lossy(rtt, p float64) float64 {
	cubic := Segment * math.Pow(cubicC*(3+cubicBeta)/(4*(1-cubicBeta)), 0.25) * math.Pow(rtt/p, 0.75) / rtt
	timeout := 4 * rtt
	reno := Segment / (rtt*math.Sqrt(2*p/3) + timeout*(3*math.Sqrt(3*p/8))*p*(1+32*p*p))
	return math.Max(cubic, reno)
}

// Bound says what holds an upload of this size back, with so many connections in
// use, in so many seconds.
func (u Upload) Bound(t Time) Bound {
	rate, connections := u.Line.rate(), float64(max(1, t.Connections))
	each, bound := u.Line.ceiling()
	carried := math.Min(rate, connections*each)
	if t.Total > 0 && float64(u.Size)/carried < t.Total/2 {
		return BoundRoundTrips
	}
	if connections*each >= rate {
		return BoundLink
	}
	return bound
}
