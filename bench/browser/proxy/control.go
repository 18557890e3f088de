package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"sync"
	"time"

	"signet/bench/browser/faults"
	"signet/bench/browser/link"
)

// control is what whoever runs the proxy can change and see, in JSON:
//
//	POST /upstream {"s3","site","companion","bucket"} addresses; an empty one changes nothing; the edge leads to s3 as the host bucket
//	POST /shape    {"roundTrip","bytesPerSecond"}    ms and bytes a connection; 0 is no limit
//	POST /arm      {"kind","offset","count"}         a fault for the next part: package faults
//	POST /offline  {"milliseconds"}                  all lines cut for so long; answers when they are back
//	POST /begin    {"kind"} answers {"id"}           a fault begins that somebody else causes
//	POST /end      {"id"}                            … and ends
//	GET  /log      {"s3","site","companion","edge"}  requests and faults since the last reset
//	POST /reset    {}                                forgets them
type control struct {
	s3, site, companion, edge   *faults.Layer
	s3Line, appLine, secureLine *link.Line
	lines                       sync.Mutex // held while they change
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /upstream", answer(c.setUpstream))
	mux.HandleFunc("POST /shape", answer(c.reshape))
	mux.HandleFunc("POST /arm", answer(func(f faults.Fault) (any, error) { return nil, c.s3.Arm(f) }))
	mux.HandleFunc("POST /offline", answer(c.offline))
	mux.HandleFunc("POST /begin", answer(func(b struct{ Kind string }) (any, error) {
		return map[string]int{"id": c.s3.Begin(b.Kind)}, nil
	}))
	mux.HandleFunc("POST /end", answer(func(e struct{ ID int }) (any, error) {
		c.s3.End(e.ID)
		return nil, nil
	}))
	mux.HandleFunc("GET /log", answer(func(struct{}) (any, error) {
		return map[string]faults.Log{"s3": c.s3.Log(), "site": c.site.Log(), "companion": c.companion.Log(), "edge": c.edge.Log()}, nil
	}))
	mux.HandleFunc("POST /reset", answer(func(struct{}) (any, error) {
		c.s3.Reset()
		c.site.Reset()
		c.companion.Reset()
		c.edge.Reset()
		return nil, nil
	}))
	return mux
}

type upstreams struct{ S3, Site, Companion, Bucket string }

func (c *control) setUpstream(to upstreams) (any, error) {
	for layer, address := range map[*faults.Layer]string{c.s3: to.S3, c.site: to.Site, c.edge: to.S3, c.companion: to.Companion} {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		layer.SetUpstream(u)
	}
	if to.Bucket != "" {
		c.edge.SetHost(to.Bucket)
	}
	return nil, nil
}

type shape struct{ RoundTrip, BytesPerSecond int64 }

func (c *control) reshape(to shape) (any, error) {
	c.lines.Lock()
	defer c.lines.Unlock()
	s := link.Shape{RoundTrip: time.Duration(to.RoundTrip) * time.Millisecond, BytesPerSecond: to.BytesPerSecond}
	if err := c.s3Line.Reshape(s); err != nil {
		return nil, err
	}
	if err := c.secureLine.Reshape(s); err != nil {
		return nil, err
	}
	// The API's calls are small; what delays them is the way.
	return nil, c.appLine.Reshape(link.Shape{RoundTrip: s.RoundTrip})
}

type pause struct{ Milliseconds int64 }

func (c *control) offline(p pause) (any, error) {
	c.lines.Lock()
	defer c.lines.Unlock()
	fault := c.s3.Begin("offline")
	c.s3Line.Offline()
	c.appLine.Offline()
	c.secureLine.Offline()
	c.s3.End(fault) // all that was in flight is cut by now
	time.Sleep(time.Duration(p.Milliseconds) * time.Millisecond)
	if err := c.s3Line.Online(); err != nil {
		return nil, err
	}
	if err := c.secureLine.Online(); err != nil {
		return nil, err
	}
	return nil, c.appLine.Online()
}

// answer makes a handler of a function from JSON to JSON.
func answer[In any](do func(In) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in In
		if r.Method == http.MethodPost {
			if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		out, err := do(in)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out) // a client that is gone needs no answer
	}
}
