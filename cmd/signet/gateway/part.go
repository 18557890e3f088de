package gateway

import (
	"bytes"
	"io"
)

// partReader ends where the file's part of a form ends. versitygw takes all up
// to the form's last boundary for the file, so that a field after it would
// become content; S3 ignores such fields.
type partReader struct {
	body  io.Reader
	delim []byte // begins the line after the part
	buf   []byte // read and not yet given out
	space []byte // what buf grows in
	ended bool   // the delimiter is in sight: buf ends before it
	err   error  // of body
}

const partBuffer = 256 << 10

func newPartReader(body io.Reader, boundary string) *partReader {
	return &partReader{body: body, delim: []byte("\r\n--" + boundary), space: make([]byte, 0, partBuffer)}
}

// Read implements io.Reader.
func (r *partReader) Read(p []byte) (int, error) {
	for {
		if n := copy(p, r.safe()); n > 0 {
			r.buf = r.buf[n:]
			return n, nil
		}
		switch {
		case r.ended:
			return 0, r.drain()
		case r.err != nil:
			return 0, r.err
		}
		r.fill()
	}
}

// safe is what certainly belongs to the part: all but a possible beginning of
// the delimiter.
func (r *partReader) safe() []byte {
	if r.ended || r.err == io.EOF {
		return r.buf
	}
	return r.buf[:max(0, len(r.buf)-len(r.delim)+1)]
}

func (r *partReader) fill() {
	r.buf = append(r.space[:0], r.buf...)
	n, err := r.body.Read(r.buf[len(r.buf):cap(r.space)])
	r.buf, r.err = r.buf[:len(r.buf)+n], err
	if i := bytes.Index(r.buf, r.delim); i >= 0 {
		r.buf, r.ended = r.buf[:i], true
	}
}

// drain reads the rest of the form, for only its end shows that it came whole.
func (r *partReader) drain() error {
	if r.err == nil {
		if _, r.err = io.Copy(io.Discard, r.body); r.err == nil {
			r.err = io.EOF
		}
	}
	return r.err
}
