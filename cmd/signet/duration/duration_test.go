package duration

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
	"time"

	"signet/lambda/upload"
)

const mbps = Rate(1e6)

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-6*math.Max(1, want) {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// Each time is worked out by hand: bytes over rate, and the round trips.
func TestByHand(t *testing.T) {
	const ms = time.Millisecond
	fixed := func(n int) Client { return Client{Connections: n} }
	browser := Browser(1)
	for _, tt := range []struct {
		name     string
		size     int64
		line     Line
		client   Client
		single   float64
		parts    float64
		unparted bool
	}{
		{name: "a line alone", size: 125e6, line: Line{Rate: 100 * mbps}, client: fixed(6), single: 10, parts: 10},
		// The call of the API takes a round trip, the PUT another.
		{name: "round trips", size: 5e6, line: Line{Rate: 80 * mbps, RTT: 100 * ms}, client: fixed(1), single: 0.7, unparted: true},
		// 12 MB in two parts of a MiB's multiples, one after another: Begin, part, part, Complete.
		{name: "two parts in a row", size: 16 << 20, line: Line{Rate: 128 * mbps * (1 << 20) / 1e6, RTT: 100 * ms}, client: fixed(1), single: 1.2, parts: 1 + 0.4},
		{name: "two parts at once, each bounded", size: 16 << 20, line: Line{PerConnection: 64 * mbps * (1 << 20) / 1e6, RTT: 100 * ms}, client: fixed(2), single: 2.2, parts: 1 + 0.3},
		// 24 parts of 1/24 GiB in four rounds of six.
		{name: "rounds", size: 256 << 20, line: Line{PerConnection: 32 * mbps * (1 << 20) / 1e6, RTT: 50 * ms}, client: fixed(6), single: 64.1, parts: 0.1 + 4*(2731*4096.0/(4<<20)+0.05)},
		// A browser's preflight takes a round trip before each PUT.
		{name: "preflight", size: 5e6, line: Line{Rate: 80 * mbps, RTT: 100 * ms}, client: browser, single: 0.8, unparted: true},
		// Two handshakes of two round trips, and two answers.
		{name: "TLS", size: 5e6, line: Line{Rate: 80 * mbps, RTT: 100 * ms, Handshake: 2, Answer: 30 * ms}, client: fixed(1), single: 0.5 + 2*0.2 + 2*0.1 + 2*0.03, unparted: true},
		// 1538 bytes on the wire for 1460.
		{name: "overhead", size: 1460e3, line: Line{Rate: 1538 * 8e3, Overhead: 78}, client: fixed(1), single: 1, unparted: true},
		// The window allows 1 MB in 100 ms.
		{name: "window", size: 10e6, line: Line{RTT: 100 * ms, MaxWindow: 1e6}, client: fixed(1), single: 1.2, unparted: true},
		// 10, 20, 40, 80 kB in a round trip each; the rest, 850 kB, at 1 MB/s.
		{name: "slow start", size: 1e6, line: Line{Rate: 8 * mbps, RTT: 100 * ms, InitialWindow: 10e3}, client: fixed(1), single: 0.1 + 0.4 + 0.85 + 0.1, unparted: true},
	} {
		u := Upload{Size: tt.size, Line: tt.line, Client: tt.client}
		near(t, tt.name+", one PUT", u.Single().Total, tt.single)
		if tt.unparted {
			continue
		}
		got, _, err := u.Parts()
		if err != nil {
			t.Fatal(err)
		}
		near(t, tt.name+", parts", got.Total, tt.parts)
		near(t, tt.name+", the sum", got.Signing+got.Sending+got.Tail+got.Complete, got.Total)
	}
}

// Two parts of which the second is half as long leave one connection idle.
func TestTail(t *testing.T) {
	f := newFlow(Line{PerConnection: 8 * mbps}, Client{Connections: 2}, []float64{2e6, 1e6}, 2)
	sending, tail := f.run()
	near(t, "sending", sending, 1)
	near(t, "tail", tail, 1)
}

// A line is shared equally, and what one cannot use goes to the others.
func TestShares(t *testing.T) {
	f := &flow{rate: 10, ceiling: 6, rtt: 1, conns: []conn{{state: sending, window: 1}, {state: sending}, {state: ready}, {state: sending}}}
	f.share()
	for i, want := range []float64{1, 4.5, 0, 4.5} {
		near(t, "share", f.conns[i].rate, want)
	}
}

func TestMoreIsNeverSlower(t *testing.T) {
	total := func(change func(*Line), client Client) float64 {
		line := Internet(50*mbps, 80*time.Millisecond)
		line.PerConnection = 10 * mbps
		change(&line)
		got, _, err := Upload{Size: 3 << 30, Line: line, Client: client}.Parts()
		if err != nil {
			t.Fatal(err)
		}
		if floor := float64(3<<30) / line.rate(); got.Total < floor {
			t.Errorf("%+v takes %v, less than the line allows, %v", line, got.Total, floor)
		}
		return got.Total
	}
	for name, row := range map[string][]func(*Line){
		"rate":           {func(l *Line) { l.Rate = 200 * mbps }, func(l *Line) {}, func(l *Line) { l.Rate = 5 * mbps }},
		"round trip":     {func(l *Line) { l.RTT = 0 }, func(l *Line) {}, func(l *Line) { l.RTT = 300 * time.Millisecond }},
		"per connection": {func(l *Line) { l.PerConnection = 0 }, func(l *Line) {}, func(l *Line) { l.PerConnection = mbps }},
		"loss":           {func(l *Line) {}, func(l *Line) { l.Loss = 0.001 }, func(l *Line) { l.Loss = 0.02 }, func(l *Line) { l.Loss = MaxLoss }},
	} {
		for _, client := range []Client{Browser(1), Browser(2), CommandLine()} {
			before := 0.0
			for _, change := range row {
				now := total(change, client)
				if now < before*0.99 { // the command line may find another number of connections good
					t.Errorf("%s, %s: got %v s after %v s, want no less on the worse line", name, client.Name, now, before)
				}
				before = now
			}
		}
	}
	slow := func(l *Line) { l.PerConnection = mbps }
	if one, two := total(slow, Browser(1)), total(slow, Browser(2)); math.Abs(one/two-2) > 0.05 {
		t.Errorf("both hosts take %v s, one %v s: want half", two, one)
	}
}

func TestLoss(t *testing.T) {
	for _, p := range []float64{1e-4, 1e-3} { // on a short way Reno's law counts, Mathis's at little loss
		if got, want := lossy(0.02, p), Segment/0.02*math.Sqrt(1.5/p); math.Abs(got/want-1) > 0.03 {
			t.Errorf("loss %v: got %v, want Mathis's %v", p, got, want)
		}
	}
	// RFC 9438 §5.1: 1.054 (RTT/p)^0.75 segments on a long and fast way.
	if got, want := lossy(0.1, 1e-6)*0.1/Segment, 1.054*math.Pow(0.1/1e-6, 0.75); math.Abs(got/want-1) > 0.001 {
		t.Errorf("got a window of %v segments, want CUBIC's %v", got, want)
	}
	// In the long run the simulation of losses comes to the equation.
	line := Line{Rate: 1000 * mbps, RTT: 40 * time.Millisecond, Loss: 0.001, InitialWindow: 14600}
	got := Upload{Size: 4 << 30, Line: line, Client: Client{Connections: 1}}.Single()
	if want := float64(4<<30) / lossy(0.04, 0.001); math.Abs(got.Total/want-1) > 0.01 {
		t.Errorf("4 GiB take %v s, want %v", got.Total, want)
	}
}

func TestBounds(t *testing.T) {
	line := Internet(200*mbps, 180*time.Millisecond)
	with := func(change func(*Line)) Line { l := line; change(&l); return l }
	for _, tt := range []struct {
		name string
		size int64
		line Line
		want Bound
	}{
		{"link", 5 << 30, with(func(l *Line) { l.Rate = 10 * mbps }), BoundLink},
		{"per connection", 5 << 30, with(func(l *Line) { l.PerConnection = 20 * mbps }), BoundPerConnection},
		{"loss", 5 << 30, with(func(l *Line) { l.Loss = 0.01 }), BoundLoss},
		{"window", 5 << 30, with(func(l *Line) { l.Rate = 10_000 * mbps }), BoundWindow},
		{"round trips", 1000, line, BoundRoundTrips},
	} {
		u := Upload{Size: tt.size, Line: tt.line, Client: Browser(1)}
		if got := u.Bound(u.Single()); got != tt.want {
			t.Errorf("%s: got %s", tt.name, got)
		}
	}
}

func TestCompare(t *testing.T) {
	line := Internet(200*mbps, 180*time.Millisecond)
	for _, tt := range []struct {
		size    int64
		count   int
		refused bool
	}{{1, 1, false}, {16 << 20, 2, false}, {5 << 30, 636, false}, {5<<30 + 1, 641, true}, {1e12, 7451, true}, {upload.MaxObjectSize, upload.MaxParts, true}} {
		start := time.Now()
		c, err := Compare(tt.size, line)
		if err != nil {
			t.Fatal(err)
		}
		plan, _ := upload.NewPlan(tt.size)
		if c.PartCount != plan.PartCount || c.PartSize != plan.PartSize || len(c.Methods) != 4 || (c.Methods[0].Refused != "") != tt.refused {
			t.Errorf("%d bytes: got %+v, want %s", tt.size, c, plan)
		}
		for _, m := range c.Methods {
			if !(m.Total > 0 && m.Total < 1e9) || m.Memory <= 0 || m.Memory > 64<<20 || m.Connections > 64 {
				t.Errorf("%d bytes, %s: got %+v", tt.size, m.Name, m)
			}
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes: the model itself took %v", tt.size, took)
		}
	}
	for _, size := range []int64{0, -1, upload.MaxObjectSize + 1} {
		if _, err := Compare(size, line); err == nil {
			t.Errorf("%d bytes are taken", size)
		}
	}
}

func TestAcceleration(t *testing.T) {
	line := Internet(200*mbps, 180*time.Millisecond)
	line.PerConnection = 20 * mbps
	c, err := Compare(1<<30, line)
	if err != nil {
		t.Fatal(err)
	}
	far, err := c.Accelerate(1<<30, line, EdgeRTT, 0.04)
	if err != nil {
		t.Fatal(err)
	}
	one := far[0]
	if one.Saved < 300 || one.USD != 0.04 {
		t.Errorf("got %+v, want most of 430 s saved for 0.04 USD", one)
	}
	near(t, "break-even", one.USDPerHour, 0.04/one.Saved*3600)
	// Near the bucket, on a line that one connection fills, there is nothing to gain.
	line = Internet(200*mbps, 15*time.Millisecond)
	if c, err = Compare(1<<30, line); err != nil {
		t.Fatal(err)
	}
	near, err := c.Accelerate(1<<30, line, EdgeRTT, 0.04)
	if err != nil || near[0].Saved != 0 || near[0].USD != 0 || near[0].USDPerHour != 0 {
		t.Errorf("got %+v, %v, want nothing gained, and nothing to pay", near[0], err)
	}
}

// What is said of our engines is what stands in their sources.
func TestHeldToTheEngines(t *testing.T) {
	for _, row := range []struct {
		path, pattern string
		want          float64
	}{
		{"frontend/src/engine/hosts.ts", `CONNECTIONS = (\d+)`, browserHost},
		{"frontend/src/engine/engine.ts", `readingParts: new Pool\(\{ limit: (\d+) \}\)`, browserReaders},
		{"frontend/src/engine/reading.ts", `CHUNK = 1024 \* (\d+);`, browserChunk >> 10},
		{"cmd/signet/line.go", `defaultMost = (\d+)`, cliMost},
		{"cmd/signet/internal/transfer/limiter.go", `firstLimit = (\d+)`, cliBegin},
		{"cmd/signet/internal/transfer/limiter.go", `window\s+= (\d+) \* time.Millisecond`, paceWindow * 1000},
		{"cmd/signet/internal/transfer/limiter.go", `growth = ([\d.]+)`, paceGrowth},
		{"cmd/signet/internal/transfer/limiter.go", `probeEvery = (\d+)`, paceProbe},
		{"cmd/signet/internal/transfer/http.go", `chunk = (\d+) << 10`, cliChunk >> 10},
		{"cmd/signet/internal/transfer/http.go", `WriteBufferSize: (\d+) << 10`, 16},
		{"cmd/signet/internal/transfer/http.go", `ReadBufferSize: (\d+) << 10`, cliSockets>>10 - 16},
	} {
		text, err := os.ReadFile("../../../" + row.path)
		if err != nil {
			t.Fatal(err)
		}
		m := regexp.MustCompile(row.pattern).FindSubmatch(text)
		if m == nil {
			t.Errorf("%s has no %s", row.path, row.pattern)
			continue
		}
		if got, err := strconv.ParseFloat(string(m[1]), 64); err != nil || got != row.want {
			t.Errorf("%s, %s: got %v, want %v", row.path, row.pattern, got, row.want)
		}
	}
}
