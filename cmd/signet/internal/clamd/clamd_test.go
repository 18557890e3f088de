package clamd

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"
)

// Only OK is clean. clamd's own words, from its manual page and clamd 1.4's source.
func TestVerdict(t *testing.T) {
	for answer, want := range map[string]string{
		"stream: OK":                          "",
		"OK":                                  `got "OK" from clamd, want OK or FOUND`,
		"stream: stream: OK":                  `got "stream: OK" from clamd, want OK or FOUND`,
		"stream: ok":                          `got "ok" from clamd, want OK or FOUND`,
		"stream: Test.EICAR.UNOFFICIAL FOUND": "clamd found Test.EICAR.UNOFFICIAL",
		"INSTREAM size limit exceeded. ERROR": ErrTooLarge.Error(),
		"stream: Can't allocate memory ERROR": `got "Can't allocate memory ERROR" from clamd, want OK or FOUND`,
		"":                                    `got "" from clamd, want OK or FOUND`,
		"stream: OK FOUND":                    "clamd found OK",
		"stream: not OK":                      `got "not OK" from clamd, want OK or FOUND`,
		"UNKNOWN COMMAND":                     `got "UNKNOWN COMMAND" from clamd, want OK or FOUND`,
		"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND": "clamd found Heuristics.Limits.Exceeded.MaxFileSize",
	} {
		got := ""
		if err := verdict(answer); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", answer, got, want)
		}
	}
}

// A clamd that hangs up, says nothing, or says too much lets nothing through.
func TestBadDaemons(t *testing.T) {
	for what, answer := range map[string]func(net.Conn){
		"hangs up at once":       func(c net.Conn) { c.Close() },
		"hangs up after the end": func(c net.Conn) { bufio.NewReader(c).ReadString(0); c.Close() },
		"answers without a zero": func(c net.Conn) { io.WriteString(c, "stream: OK"); c.Close() },
		"answers without an end": func(c net.Conn) { c.Write(make([]byte, 1)); c.Close() },
		"says that it is busy":   func(c net.Conn) { io.WriteString(c, "COMMAND READ TIMED OUT\x00"); c.Close() },
		"says OK, and then found": func(c net.Conn) {
			bufio.NewReader(c).ReadString(0)
			io.WriteString(c, "stream: OK\x00stream: Eicar FOUND\x00")
			io.Copy(io.Discard, c)
		},
		"is silent until we quit": func(c net.Conn) { time.Sleep(time.Second); c.Close() },
	} {
		t.Run(what, func(t *testing.T) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				if c, err := l.Accept(); err == nil {
					answer(c)
				}
			}()
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			defer cancel()
			scan, err := Daemon(l.Addr().String()).Begin(ctx)
			if err != nil {
				return // as good
			}
			defer scan.Close()
			_, err = scan.Write([]byte("hello"))
			if verdict := scan.Verdict(ctx); errors.Join(err, verdict) == nil {
				t.Error("got a clean verdict, want an error")
			}
		})
	}
}
