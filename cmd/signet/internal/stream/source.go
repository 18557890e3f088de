package stream

import (
	"io"
	"sync"
	"time"
)

// headSize is how much of a file is read before anything is decided: more than
// its type needs, and all of a small file, which then needs no slot.
const headSize = 64 << 10

// slowRate and quickRate are in bytes a second: ten seconds for a slot, and a
// quarter of one for a large part.
const (
	slowRate  = slotSize / 10
	quickRate = 4 * quickSlots * slotSize
)

// Source is a file as it arrives.
type Source struct {
	// Head is how the file begins: up to 64 KiB. It holds until Close.
	Head []byte

	body    io.Reader
	ended   bool // with Head
	reading time.Duration
	read    int64
	next    [1]byte // read to see whether more follows
	pending bool    // next has not been handed on

	heads *sync.Pool
	home  *[headSize]byte
}

// Open reads the head of a file. Its error is the body's. Close must be called
// afterwards.
func (p *Pool) Open(body io.Reader) (*Source, error) {
	s := &Source{body: body, heads: &p.heads, home: p.heads.Get().(*[headSize]byte)}
	for len(s.Head) < headSize && !s.ended {
		n, err := s.take(s.home[len(s.Head):])
		s.Head = s.home[:len(s.Head)+n]
		if s.ended = err == io.EOF; err != nil && !s.ended {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Close gives the head's memory back.
func (s *Source) Close() {
	if s.home != nil {
		s.heads.Put(s.home)
		s.home, s.Head = nil, nil
	}
}

// take reads, and keeps the time that the sender needs.
func (s *Source) take(into []byte) (int, error) {
	began := time.Now()
	n, err := s.body.Read(into)
	s.reading += time.Since(began)
	s.read += int64(n)
	return n, err
}

// Read implements io.Reader, for what follows the head.
func (s *Source) Read(into []byte) (int, error) {
	if s.pending && len(into) > 0 {
		into[0], s.pending = s.next[0], false
		return 1, nil
	}
	return s.take(into)
}

// more says whether anything follows. Its error is the body's.
func (s *Source) more() (bool, error) {
	for !s.pending {
		n, err := s.take(s.next[:])
		if s.pending = n > 0; s.pending {
			break
		}
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

// slow and quick judge by the bytes so far, and by the time that the sender took for
// them: not by ours.
func (s *Source) slow() bool  { return float64(s.read) < slowRate*s.reading.Seconds() }
func (s *Source) quick() bool { return float64(s.read) > quickRate*s.reading.Seconds() }
