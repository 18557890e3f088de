// Package runtimeapi plays Lambda for one handler process: it serves the Runtime
// API on loopback, starts the process, hands it events and times what it does
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
package runtimeapi

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Handler is the process of one Lambda function.
type Handler struct {
	Name string   // for messages
	Args []string // the command and its arguments
	Dir  string   // where it runs
	Env  []string // its whole environment but for the Runtime API's own variables
	// Event is what it is handed, every time.
	Event []byte
	// Check refuses an answer that is not what the handler is for.
	Check func(answer []byte) error
}

// Run is what one process did.
type Run struct {
	Init time.Duration   // from the start of the process to its first request for an event
	Cold time.Duration   // from the start of the process to its first answer
	Warm []time.Duration // from handing out an event to its answer, for each further event
	Peak int64           // most memory resident, in bytes
}

// giveUp bounds one process, so that one that hangs ends the benchmark.
const giveUp = 2 * time.Minute

// Measure starts a process, has it answer one event cold and warm more, and ends
// it.
func (h Handler) Measure(ctx context.Context, warm int) (run Run, err error) {
	ctx, cancel := context.WithTimeout(ctx, giveUp)
	defer cancel()
	api := &server{handler: h, events: warm + 1, failed: make(chan error, 1), done: make(chan struct{})}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Run{}, err
	}
	web := &http.Server{Handler: api.routes()}
	go func() { _ = web.Serve(listener) }() // ends with Close
	defer func() { _ = web.Close() }()

	output, err := os.CreateTemp("", "bench-*.log")
	if err != nil {
		return Run{}, err
	}
	defer func() { _ = output.Close(); _ = os.Remove(output.Name()) }()
	process := exec.CommandContext(ctx, h.Args[0], h.Args[1:]...)
	process.Dir, process.Stdout, process.Stderr = h.Dir, output, output
	process.Env = append(h.Env, "AWS_LAMBDA_RUNTIME_API="+listener.Addr().String())

	api.begin()
	if err := process.Start(); err != nil {
		return Run{}, fmt.Errorf("%s: %w", h.Name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- process.Wait() }()
	select {
	case <-api.done:
		select {
		case err = <-api.failed: // with the last answer
		default:
		}
	case err = <-api.failed:
	case err = <-ended:
		said, _ := os.ReadFile(output.Name())
		return Run{}, fmt.Errorf("%s ended early: %v: %s", h.Name, err, said)
	}
	peak, peakErr := peakMemory(process.Process.Pid)
	_ = process.Process.Kill() // waiting tells
	<-ended
	if err == nil {
		err = peakErr
	}
	if err != nil {
		return Run{}, fmt.Errorf("%s: %w", h.Name, err)
	}
	return api.end(peak), nil
}

// server is the Runtime API for one process. The process asks for one event at a
// time, so the lock is never waited for.
type server struct {
	handler Handler
	events  int
	failed  chan error
	done    chan struct{}

	mu     sync.Mutex
	start  time.Time
	handed time.Time
	next   int
	run    Run
}

func (s *server) begin() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start = time.Now()
}

func (s *server) end(peak int64) Run {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.run.Peak = peak
	return s.run
}

func (s *server) routes() http.Handler {
	const base = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"invocation/next", s.hand)
	mux.HandleFunc("POST "+base+"invocation/{id}/response", s.answer)
	mux.HandleFunc("POST "+base+"invocation/{id}/error", s.fail)
	mux.HandleFunc("POST "+base+"init/error", s.fail)
	return mux
}

// take counts the next event; after the last one there is none.
func (s *server) take() (n int, ok bool) {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == 0 {
		s.run.Init = now.Sub(s.start)
	}
	if s.next == s.events {
		return 0, false
	}
	s.next++
	return s.next, true
}

// hand gives out the next event, or after the last one lets the process wait
// until it is killed.
func (s *server) hand(w http.ResponseWriter, r *http.Request) {
	n, ok := s.take()
	if !ok {
		close(s.done)
		<-r.Context().Done()
		return
	}
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprintf("00000000-0000-4000-8000-%012d", n))
	header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(giveUp).UnixMilli(), 10))
	header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:bench")
	header.Set("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
	s.mu.Lock()
	s.handed = time.Now()
	s.mu.Unlock()
	_, _ = w.Write(s.handler.Event) // a process that is gone is noticed by its end
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	answer, err := io.ReadAll(r.Body)
	now := time.Now()
	if err == nil {
		err = s.handler.Check(answer)
	}
	if err != nil {
		s.report(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == 1 {
		s.run.Cold = now.Sub(s.start)
	} else {
		s.run.Warm = append(s.run.Warm, now.Sub(s.handed))
	}
	w.WriteHeader(http.StatusAccepted)
}

func (s *server) fail(w http.ResponseWriter, r *http.Request) {
	said, _ := io.ReadAll(r.Body)
	s.report(fmt.Errorf("the handler reports %s", said))
	w.WriteHeader(http.StatusAccepted)
}

// report keeps the first error.
func (s *server) report(err error) {
	select {
	case s.failed <- err:
	default:
	}
}

// peakMemory reads the most memory a process had resident. The rusage of its
// end would not do: it counts the memory of this process before the exec.
func peakMemory(pid int) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("got no VmHWM in /proc/%d/status, want Linux's", pid)
}
