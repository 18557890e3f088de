package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
)

// child is the process that serves.
type child struct {
	pid   int
	stdin io.Closer
	ready <-chan report
	told  <-chan struct{}
	done  chan struct{}
	kill  func() error

	mu  sync.Mutex
	err error // what it ended with; set before done is closed
}

// spawn starts the child and hands it its settings.
func spawn(c Config, key sessionKey) (*child, error) {
	cors, err := corsRule(c)
	if err != nil {
		return nil, err
	}
	input, err := json.Marshal(settings{
		Dir: c.Dir, Addr: c.Addr, Bucket: c.Bucket, StateBucket: c.StateBucket, Region: c.Region, KMSKey: c.KMSKey, CORS: cors,
		Role: c.Role, Users: c.Users, BucketPolicy: c.BucketPolicy, MaxSignatureAge: c.MaxSignatureAge, CertFile: c.CertFile, KeyFile: c.KeyFile,
		AccessLog: c.AccessLog, Events: c.Events,
		Key: key, Parent: os.Getpid(),
	})
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self)
	// None of the user's environment: no credentials, proxies or debug switches.
	cmd.Env = []string{childMark + "=1"}
	for _, name := range []string{"PATH", "TMPDIR", "GOCOVERDIR", "GORACE"} {
		if v, ok := os.LookupEnv(name); ok {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	cmd.SysProcAttr = childAttributes()
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	ready, told := make(chan report, 1), make(chan struct{}, 1)
	first := true
	cmd.Stdout = &lineWriter{line: func(l []byte) {
		if first {
			firstReport(ready, l)
			first = false
			return
		}
		select {
		case told <- struct{}{}:
		default: // whoever waits has not looked yet, and will see this one too
		}
	}}
	cmd.Stderr = &lineWriter{line: func(l []byte) { logLine(c.Logger, string(l)) }}
	ch := &child{stdin: stdin, ready: ready, told: told, done: make(chan struct{})}
	if err := ch.run(cmd); err != nil {
		return nil, fmt.Errorf("start the gateway: %w", err)
	}
	if _, err := stdin.Write(append(input, '\n')); err != nil {
		_ = ch.kill() // it cannot serve
		<-ch.done
		return nil, fmt.Errorf("start the gateway: %w", errors.Join(err, ch.failure()))
	}
	return ch, nil
}

// run starts cmd and sees to its end. On Linux the child dies with the thread
// that started it, so that thread is kept for as long.
func (ch *child) run(cmd *exec.Cmd) error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		err = cmd.Wait()
		if err == nil {
			err = errors.New("exit status 0")
		}
		ch.mu.Lock()
		ch.err = err
		ch.mu.Unlock()
		close(ch.done)
	}()
	if err := <-started; err != nil {
		return err
	}
	ch.pid, ch.kill = cmd.Process.Pid, cmd.Process.Kill
	return nil
}

// failure is what the child ended with, nil while it runs.
func (ch *child) failure() error {
	ch.mu.Lock()
	defer ch.mu.Unlock()
	return ch.err
}

func firstReport(to chan<- report, line []byte) {
	var r report
	if err := json.Unmarshal(line, &r); err != nil {
		r = report{Error: "the gateway does not answer as one: main must begin with gateway.IsChild"}
	}
	select {
	case to <- r:
	default: // only the first line counts
	}
}

// logLine logs what versitygw says, without its colours. A client that goes
// away in the middle of a request is an everyday matter.
func logLine(to *slog.Logger, line string) {
	level := slog.LevelWarn
	for _, gone := range []string{"EOF", "connection reset by peer", "broken pipe"} {
		if strings.Contains(line, gone) {
			level = slog.LevelDebug
		}
	}
	line = strings.NewReplacer("\x1b[31m", "", "\x1b[33m", "", "\x1b[0m", "").Replace(line)
	to.Log(context.Background(), level, "s3 gateway", slog.String("says", line))
}

// lineWriter calls line for each line written to it. A line longer than 64 KiB
// comes in pieces.
type lineWriter struct {
	line func([]byte)
	rest []byte
}

// Write implements io.Writer.
func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		i := bytes.IndexByte(w.rest, '\n')
		if i < 0 && len(w.rest) < 64<<10 {
			return len(p), nil
		}
		if i < 0 {
			i = len(w.rest)
		}
		w.line(bytes.TrimSpace(w.rest[:i]))
		w.rest = w.rest[min(i+1, len(w.rest)):]
	}
}
