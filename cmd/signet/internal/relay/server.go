package relay

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Server is how a Relay is served.
type Server struct {
	Relay *Relay
	// Listen and Metrics are host:port; Metrics may be empty: none.
	Listen, Metrics string
	// Cert and Key are PEM files, read again when they change. Empty: plain HTTP.
	Cert, Key string
	// MaxConnections may be open at once. When one more comes, the one that has waited
	// longest for its next request is closed; where all have one, it waits.
	MaxConnections int
	// MaxPerAddress may be open at once from one address, 64 bits of IPv6. 0: as many
	// as there are, for behind a load balancer all have the same few.
	MaxPerAddress int
	// Drain is how long uploads under way may take when the server is to stop.
	Drain time.Duration
	Log   *slog.Logger
}

const (
	// headerLimit is how long a request's header may take, idleLimit how long a
	// connection may wait for the next request.
	headerLimit = 10 * time.Second
	idleLimit   = 2 * time.Minute
	// maxHeader bounds a request's header, in bytes: cookies and a token of 8 KiB.
	maxHeader = 28 << 10
	// memoryLimit makes the collector work rather than let garbage grow: the pool of
	// parts is most of what is alive (runtime/debug, SetMemoryLimit).
	memoryLimit = 70 << 20
	// garbage is how much of it may gather, in percent of what is alive. The limit alone
	// gives way when the processors are busy; little is alive that has to be looked
	// through, so collecting often costs next to nothing (runtime/debug, SetGCPercent).
	garbage = 10
	// streamWindow is how much of one HTTP/2 upload may be here and not yet in a part,
	// in bytes; net/http's own 1 MiB would be a third of the pool for 16.
	streamWindow = 384 << 10
	// quitLimit is how long answers may take to leave at the end.
	quitLimit = 5 * time.Second
)

// Run serves until ctx ends, then drains. ready hears the addresses when both are
// open.
func (s *Server) Run(ctx context.Context, ready func(address, metrics string)) error {
	debug.SetMemoryLimit(memoryLimit)
	debug.SetGCPercent(garbage)
	unload()
	open, err := s.listen()
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: s.Relay, ReadHeaderTimeout: headerLimit, IdleTimeout: idleLimit, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug), ConnContext: remember, ConnState: next,
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerStream: streamWindow},
	}
	figures := &http.Server{Handler: s.figures(), ReadHeaderTimeout: headerLimit, ReadTimeout: headerLimit, WriteTimeout: callLimit, IdleTimeout: idleLimit}
	beside, err := s.beside()
	if err != nil {
		open.Close()
		return err
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(open) }()
	address := ""
	if beside != nil {
		address = beside.Addr().String()
		go func() { failed <- figures.Serve(beside) }()
	}
	ready(open.Addr().String(), address)
	notify("READY=1")
	select {
	case err = <-failed:
	case <-ctx.Done():
		notify("STOPPING=1")
		s.drain(server)
	}
	return errors.Join(err, server.Close(), figures.Close())
}

// drain lets uploads end. The address stays open meanwhile, so that who comes is
// told to try again, and a load balancer sees by /readyz that nobody should.
func (s *Server) drain(server *http.Server) {
	s.Log.Info("draining", "uploads", s.Relay.traffic.underWay(), "limit", s.Drain.String())
	ctx, cancel := context.WithTimeout(context.Background(), s.Drain)
	defer cancel()
	if cut := s.Relay.Drain(ctx); cut > 0 {
		s.Log.Warn("uploads were ended, and left nothing behind", "uploads", cut)
	}
	ctx, cancel = context.WithTimeout(context.Background(), quitLimit)
	defer cancel()
	_ = server.Shutdown(ctx) // what does not end then is closed
	s.Log.Info("drained")
}

// listen opens the address. With TLS net/http wants its connections, so that
// nobody counts what a request has.
func (s *Server) listen() (net.Listener, error) {
	l, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return nil, fmt.Errorf("got --listen %s: %w", s.Listen, err)
	}
	l = listener{l, newPlaces(s.MaxConnections, s.MaxPerAddress), s.Cert == ""}
	if s.Cert == "" {
		return l, nil
	}
	pair := &file[*tls.Certificate]{path: s.Cert, parse: func() (*tls.Certificate, error) {
		c, err := tls.LoadX509KeyPair(s.Cert, s.Key)
		return &c, err
	}}
	if _, err := pair.get(); err != nil {
		l.Close()
		return nil, fmt.Errorf("got --tls-cert and --tls-key that do not make a pair: %w", err)
	}
	return tls.NewListener(l, &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return pair.get() },
	}), nil
}

func (s *Server) beside() (net.Listener, error) {
	if s.Metrics == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", s.Metrics)
	if err != nil {
		return nil, fmt.Errorf("got --metrics %s: %w", s.Metrics, err)
	}
	return l, nil
}

func (s *Server) figures() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.Relay.Metrics(), promhttp.HandlerOpts{}))
	own, _, _ := net.SplitHostPort(s.Metrics)
	return onlyOwn(own, mux)
}

// onlyOwn answers under addresses, localhost, the machine's name and the one that
// --metrics gives. A page whose name suddenly leads to this machine (DNS rebinding)
// has another.
func onlyOwn(own string, next http.Handler) http.Handler {
	machine, _ := os.Hostname() // without a name it has none
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		_, err := netip.ParseAddr(strings.Trim(host, "[]"))
		named := host != "" && slices.ContainsFunc([]string{"localhost", machine, own}, func(s string) bool { return strings.EqualFold(s, host) })
		if err != nil && !named {
			http.Error(w, "got another host, want an address, or the name that --metrics gives", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// notify tells systemd what it waits for with Type=notify; where there is none, it
// does nothing (https://www.freedesktop.org/software/systemd/man/sd_notify.html).
func notify(state string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	c, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return // it will say so itself, after its time-out
	}
	defer c.Close()
	_, _ = c.Write([]byte(state))
}
