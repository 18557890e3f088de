package transfer

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"sync"
	"time"

	"signet/cmd/signet/internal/crc"
)

// source is an open file as it was when it was opened.
type source struct {
	File
	file     *os.File
	size     int64
	modified time.Time
}

func sizeOf(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func open(f File) (*source, error) {
	file, err := os.Open(f.Path)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("got %s, which is no regular file: leave it out", f.Path)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return &source{File: f, file: file, size: info.Size(), modified: info.ModTime()}, nil
}

// unchanged fails when the file is not any more what it was.
func (s *source) unchanged() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	if info.Size() != s.size || !info.ModTime().Equal(s.modified) {
		return errChanged(s.File)
	}
	return nil
}

// wish is the file for signing; its id and its checksums are not known yet.
func (s *source) wish() Wish {
	w := Wish{File: s.File, Size: s.size}
	if _, given := s.Metadata[modifiedName]; !given && !s.Undated {
		w.Metadata = maps.Clone(s.Metadata)
		if w.Metadata == nil {
			w.Metadata = map[string]string{}
		}
		w.Metadata[modifiedName] = writeModified(s.modified)
	}
	return w
}

// hinted is the wish with the id of a file in parts.
func (s *source) hinted() (w Wish, err error) {
	w = s.wish()
	if w.ID, err = HintID(s.file, s.Name, s.size, s.modified); errors.Is(err, io.ErrUnexpectedEOF) {
		err = errChanged(s.File)
	}
	return w, err
}

// sumOf reads a piece of the file for its checksum. also gets all of it, in order.
func (s *source) sumOf(from, to int64, also io.Writer) (uint64, error) {
	b := s.body(from, to)
	buffer := make([]byte, chunk)
	for {
		n, err := b.Read(buffer)
		if _, ended := also.Write(buffer[:n]); ended != nil {
			return 0, ended
		}
		switch err {
		case nil:
		case io.EOF:
			return b.sum, nil
		default:
			return 0, err
		}
	}
}

// content reads a small file whole.
func (s *source) content() ([]byte, error) {
	content := make([]byte, s.size)
	if _, err := s.file.ReadAt(content, 0); err != nil && (err != io.EOF || s.size > 0) {
		return nil, errChanged(s.File)
	}
	return content, s.unchanged()
}

// body is a piece of a source on its way. It sums what it reads, and holds the
// last bytes back until the file is seen to be unchanged: a request whose body
// ends too early stores nothing. net/http may read on for a moment after it has
// given an answer, hence the lock.
type body struct {
	source  *source // nil: nobody's file, in memory
	from    io.ReaderAt
	at, end int64
	moved   func(int64) // hears of bytes read; may be nil
	// pace waits until some of the bytes that are asked for may be read, and says how
	// many. nil: all, at once.
	pace func(n int) (int, error)

	mu    sync.Mutex
	read  int64 // bytes
	sum   uint64
	err   error // what ended it too early
	ended bool
}

func (s *source) body(from, to int64) *body {
	return &body{source: s, from: s.file, at: from, end: to}
}

// bodyOf is the whole of a source whose content is in memory.
func (s *source) bodyOf(content []byte) *body {
	return &body{source: s, from: bytes.NewReader(content), end: int64(len(content))}
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.pace != nil {
		n, err := b.pace(int(min(int64(len(p)), b.left())))
		if err != nil {
			return 0, err
		}
		p = p[:n]
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ended {
		return 0, os.ErrClosed
	}
	if b.at >= b.end {
		return 0, io.EOF
	}
	if left := b.end - b.at; int64(len(p)) > left {
		p = p[:left]
	}
	n, err := b.from.ReadAt(p, b.at)
	b.sum = crc.Update(b.sum, p[:n])
	b.at += int64(n)
	switch {
	case n < len(p) && (err == nil || err == io.EOF):
		b.err = errChanged(b.source.File)
	case err != nil && err != io.EOF:
		b.err = err
	case b.at >= b.end && b.source != nil:
		b.err = b.source.unchanged()
	}
	if b.err != nil {
		return 0, b.err
	}
	b.read += int64(n)
	if b.moved != nil {
		b.moved(int64(n))
	}
	return n, nil
}

func (b *body) left() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.end - b.at
}

// finish ends the reading and says what it came to.
func (b *body) finish() (sum uint64, read int64, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	return b.sum, b.read, b.err
}

// Close implements io.Closer; the file stays open for other pieces.
func (b *body) Close() error { return nil }
