package faults

import "time"

// Request is one request that came through, without what is secret in it.
type Request struct {
	ID     int    `json:"id"`
	Method string `json:"method"`
	Path   string `json:"path"` // without the query
	// UploadID and Part are those of the query; empty and 0 where there are none.
	UploadID string `json:"uploadId,omitempty"`
	Part     int    `json:"part,omitempty"`
	// Length is the body's declared length in bytes, Received what came of it.
	Length   int64 `json:"length"`
	Received int64 `json:"received"`
	// Status is the answer's; 0 when the connection ended before there was one.
	Status int `json:"status"`
	// Began and Ended are in milliseconds since 1970; Ended is 0 while it runs.
	Began float64 `json:"began"`
	Ended float64 `json:"ended,omitempty"`
}

// Event is a fault: an instant, or a time in which something was broken.
type Event struct {
	ID    int     `json:"id"`
	Kind  string  `json:"kind"`
	Began float64 `json:"began"`
	Ended float64 `json:"ended,omitempty"`
	// Hit is the request that the fault was done to; 0 where it hit the line or a
	// process.
	Hit int `json:"hit,omitempty"`
	// InFlight are the requests with a body that were under way at any moment of
	// it, or whose answers were.
	InFlight []int `json:"inFlight"`
}

// Log is what came through, in the order in which it began.
type Log struct {
	Requests []Request `json:"requests"`
	Events   []Event   `json:"events"`
}

func now() float64 { return float64(time.Now().UnixMicro()) / 1e3 }

// Log tells what came through since the last Reset.
func (l *Layer) Log() Log {
	l.mu.Lock()
	defer l.mu.Unlock()
	log := Log{Requests: make([]Request, len(l.requests)), Events: make([]Event, len(l.events))}
	for i, r := range l.requests {
		log.Requests[i] = *r
	}
	for i, e := range l.events {
		log.Events[i] = *e
		log.Events[i].InFlight = append([]int{}, e.InFlight...)
	}
	return log
}

// Reset forgets what came through and what was armed. Requests that still run
// are not in later logs.
func (l *Layer) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.requests, l.events, l.armed = nil, nil, nil
}

// Begin notes that a fault begins that somebody else causes, such as a process
// killed. End is told its number.
func (l *Layer) Begin(kind string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.event(kind, 0).ID
}

// End notes the end of a fault that Begin began; an unknown number is ignored.
func (l *Layer) End(id int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		if e.ID == id && e.Ended == 0 {
			e.Ended = now()
		}
	}
}

// event adds a fault that begins now, with what is in flight.
func (l *Layer) event(kind string, hit int) *Event {
	l.ids++
	e := &Event{ID: l.ids, Kind: kind, Began: now(), Hit: hit, InFlight: []int{}}
	for _, r := range l.requests {
		if r.Length > 0 && (r.Ended == 0 || r.Ended > e.Began-float64(l.Lag.Milliseconds())) {
			e.InFlight = append(e.InFlight, r.ID)
		}
	}
	l.events = append(l.events, e)
	return e
}

// begin adds a request, also to the faults that last.
func (l *Layer) begin(r *Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids++
	r.ID, r.Began = l.ids, now()
	l.requests = append(l.requests, r)
	for _, e := range l.events {
		if e.Ended == 0 && r.Length > 0 {
			e.InFlight = append(e.InFlight, r.ID)
		}
	}
}

func (l *Layer) end(r *Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Ended = now()
}

// strike notes a fault done to a request at this instant.
func (l *Layer) strike(kind string, r *Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.event(kind, r.ID)
	e.Ended = e.Began
}
