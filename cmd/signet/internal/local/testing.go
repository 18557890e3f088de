package local

import (
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"signet/cmd/signet/faults"
)

// faulty is what Testing puts between clients and the cloud: a layer before S3 and
// one before the API, each on a line that can be cut. nil, it does nothing.
type faulty struct {
	s3, site *faults.Layer
	lines    faults.Lines
	address  string // of S3 for clients
	server   *http.Server
	control  *http.Server
}

// newFaulty listens in S3's place, where it was the last time, and says in o that
// clients are to come there.
func newFaulty(o *Options) (*faulty, error) {
	if !o.Testing {
		return nil, nil
	}
	if o.Config.Store != nil || o.Endpoint != "" {
		return nil, errors.New("got --testing for an S3 that is elsewhere, want it for the local gateway only: leave the store of the configuration, or --s3-endpoint, out")
	}
	listener, err := net.Listen("tcp", lastAddr(o.Dir, o.Port))
	if err != nil {
		return nil, err
	}
	line := faults.NewSwitch(listener)
	f := &faulty{s3: faults.New(false), lines: faults.Lines{line}, address: "http://" + listener.Addr().String()}
	f.s3.Whole = true
	f.server = &http.Server{Handler: f.s3, ReadHeaderTimeout: time.Minute, ErrorLog: slog.NewLogLogger(o.Log.Handler(), slog.LevelDebug)}
	go func() { _ = f.server.Serve(line) }() // until close
	o.Endpoint = f.address
	return f, nil
}

// lead says where S3 is.
func (f *faulty) lead(s3 string) error {
	if f == nil {
		return nil
	}
	to, err := url.Parse(s3)
	if err == nil {
		f.s3.SetUpstream(to)
	}
	return err
}

// line lets a listener be cut with the others.
func (f *faulty) line(l net.Listener) net.Listener {
	if f == nil {
		return l
	}
	s := faults.NewSwitch(l)
	f.lines = append(f.lines, s)
	f.s3.Lines = f.lines
	return s
}

// before is the layer before the API.
func (f *faulty) before(api http.Handler) http.Handler {
	if f == nil {
		return api
	}
	f.site = faults.Around(api)
	return f.site
}

// way is S3's address for clients.
func (f *faulty) way(s3 string) string {
	if f == nil {
		return s3
	}
	return f.address
}

func (f *faulty) close() {
	if f == nil {
		return
	}
	f.server.Close()
	if f.control != nil {
		f.control.Close()
	}
}
