package faults

import (
	"encoding/json"
	"net/http"
	"time"
)

// Control is what whoever tests can change and see, in JSON:
//
//	POST /arm      {"kind","offset","count","milliseconds"}  a Fault, for the next request that it fits
//	POST /offline  {"milliseconds"}   all lines cut for so long, answers when they are back; 0: until /online
//	POST /online   {}                 puts them back
//	POST /begin    {"kind"} answers {"id"}  a fault begins that somebody else causes
//	POST /end      {"id"}             … and ends
//	GET  /log      {"s3",…}           requests and faults since the last reset, by layer
//	POST /reset    {}                 forgets them, and what is armed
type Control struct {
	// S3 is the layer that suffers what is armed.
	S3 *Layer
	// Site is the layer before the API, where tokens expire. nil: there is none.
	Site *Layer
	// Others are further layers that are logged, by name.
	Others map[string]*Layer
	// Lines are all that goes offline.
	Lines Lines
}

// Routes adds what is above to a mux.
func (c *Control) Routes(mux *http.ServeMux) {
	mux.HandleFunc("POST /arm", Answer(c.arm))
	mux.HandleFunc("POST /offline", Answer(c.offline))
	mux.HandleFunc("POST /online", Answer(func(struct{}) (any, error) {
		c.Lines.Online()
		return nil, nil
	}))
	mux.HandleFunc("POST /begin", Answer(func(b struct{ Kind string }) (any, error) {
		return map[string]int{"id": c.S3.Begin(b.Kind)}, nil
	}))
	mux.HandleFunc("POST /end", Answer(func(e struct{ ID int }) (any, error) {
		c.S3.End(e.ID)
		return nil, nil
	}))
	mux.HandleFunc("GET /log", Answer(func(struct{}) (any, error) {
		logs := map[string]Log{}
		for name, l := range c.layers() {
			logs[name] = l.Log()
		}
		return logs, nil
	}))
	mux.HandleFunc("POST /reset", Answer(func(struct{}) (any, error) {
		for _, l := range c.layers() {
			l.Reset()
		}
		return nil, nil
	}))
}

func (c *Control) layers() map[string]*Layer {
	all := map[string]*Layer{"s3": c.S3}
	if c.Site != nil {
		all["site"] = c.Site
	}
	for name, l := range c.Others {
		all[name] = l
	}
	return all
}

func (c *Control) arm(f Fault) (any, error) {
	if f.Kind == TokenExpired && c.Site != nil {
		return nil, c.Site.Arm(f)
	}
	return nil, c.S3.Arm(f)
}

func (c *Control) offline(p struct{ Milliseconds int64 }) (any, error) {
	fault := c.S3.Begin(Offline)
	c.Lines.Offline()
	c.S3.End(fault) // all that was in flight is cut by now
	if p.Milliseconds > 0 {
		time.Sleep(time.Duration(p.Milliseconds) * time.Millisecond)
		c.Lines.Online()
	}
	return nil, nil
}

// Answer makes a handler of a function from JSON to JSON. An error is 400 with its text.
func Answer[In any](do func(In) (any, error)) http.HandlerFunc {
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
