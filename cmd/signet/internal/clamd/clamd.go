// Package clamd asks ClamAV's daemon about a stream of bytes while it passes, by
// the INSTREAM command of its protocol (man clamd, "COMMANDS"; no library for it
// is kept up, and it is a length before each piece).
//
// What clamd does not look at is not clean. It says OK of a file above its own
// MaxFileSize without having read it, so a clamd for this package has
// StreamMaxLength at or below MaxFileSize and MaxScanSize, or AlertExceedsMax on.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

const (
	// dialLimit and answerLimit are how long a connection and a verdict may take;
	// clamd scans a stream when it has all of it.
	dialLimit   = 5 * time.Second
	answerLimit = 5 * time.Minute
	// writeLimit is how long clamd may take nothing of a piece.
	writeLimit = time.Minute
	// longestAnswer is more than clamd ever says.
	longestAnswer = 4 << 10
)

// ErrTooLarge says that the stream is longer than clamd's StreamMaxLength.
var ErrTooLarge = errors.New("the stream is longer than clamd's StreamMaxLength")

// Found is the error of a stream that clamd knows to be bad.
type Found struct {
	Signature string // its name in clamd's database, such as Eicar-Signature
}

// Error names the signature.
func (f *Found) Error() string { return "clamd found " + f.Signature }

// Daemon is where clamd listens: the path of its unix socket, or host:port.
type Daemon string

func (d Daemon) dial(ctx context.Context) (net.Conn, error) {
	network := "tcp"
	if strings.HasPrefix(string(d), "/") {
		network = "unix"
	}
	dialer := net.Dialer{Timeout: dialLimit}
	return dialer.DialContext(ctx, network, string(d))
}

// Ping asks whether clamd answers.
func (d Daemon) Ping(ctx context.Context) error {
	c, err := d.dial(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(dialLimit))
	if _, err := io.WriteString(c, "zPING\x00"); err != nil {
		return err
	}
	if answer, err := read(c); err != nil || answer != "PONG" {
		return fmt.Errorf("got %q (%w) from clamd, want PONG", answer, err)
	}
	return nil
}

// Scan is one stream on its way to clamd. Close must be called at the end.
type Scan struct {
	conn net.Conn
	// early is what ended the stream before its end: clamd answers when it has
	// had enough, and hangs up.
	early error
}

// Begin opens a stream.
func (d Daemon) Begin(ctx context.Context) (*Scan, error) {
	c, err := d.dial(ctx)
	if err != nil {
		return nil, err
	}
	c.SetWriteDeadline(time.Now().Add(writeLimit))
	if _, err := io.WriteString(c, "zINSTREAM\x00"); err != nil {
		c.Close()
		return nil, err
	}
	return &Scan{conn: c}, nil
}

// Write sends a piece. Its error is the verdict when clamd gave one early.
func (s *Scan) Write(p []byte) (int, error) {
	if s.early != nil {
		return 0, s.early
	}
	if len(p) == 0 { // which would be the end
		return 0, nil
	}
	s.conn.SetWriteDeadline(time.Now().Add(writeLimit))
	piece := net.Buffers{binary.BigEndian.AppendUint32(nil, uint32(len(p))), p}
	if _, err := piece.WriteTo(s.conn); err != nil {
		s.early = s.why(err)
		return 0, s.early
	}
	return len(p), nil
}

// why is what clamd said before it hung up, else the error itself.
func (s *Scan) why(cause error) error {
	s.conn.SetReadDeadline(time.Now().Add(dialLimit))
	answer, err := read(s.conn)
	if err != nil {
		return cause
	}
	if err := verdict(answer); err != nil {
		return err
	}
	return cause
}

// Verdict ends the stream and waits for what clamd says: nil when it is clean,
// [*Found], [ErrTooLarge], or that clamd failed.
func (s *Scan) Verdict(ctx context.Context) error {
	if s.early != nil {
		return s.early
	}
	s.conn.SetDeadline(time.Now().Add(answerLimit))
	stop := context.AfterFunc(ctx, func() { s.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := s.conn.Write(make([]byte, 4)); err != nil {
		return s.why(err)
	}
	answer, err := read(s.conn)
	if err != nil {
		return err
	}
	return verdict(answer)
}

// Close ends the connection.
func (s *Scan) Close() error { return s.conn.Close() }

// read gives an answer, which ends with a zero as the command did, and with it the
// conversation.
func read(c net.Conn) (string, error) {
	from := bufio.NewReader(io.LimitReader(c, longestAnswer))
	answer, err := from.ReadString(0)
	if err == nil && from.Buffered() > 0 {
		err = errors.New("got more than one answer from clamd, want one")
	}
	return strings.TrimSuffix(answer, "\x00"), err
}

// verdict reads an answer. Only what clamd says of a clean stream, word for word,
// lets anything through.
func verdict(answer string) error {
	text := strings.TrimPrefix(answer, "stream: ")
	switch {
	case answer == "stream: OK":
		return nil
	case strings.HasSuffix(text, " FOUND"):
		return &Found{strings.TrimSuffix(text, " FOUND")}
	case strings.Contains(text, "size limit exceeded"):
		return ErrTooLarge
	}
	return fmt.Errorf("got %q from clamd, want OK or FOUND", text)
}
