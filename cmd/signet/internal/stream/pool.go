package stream

import (
	"context"
	"io"
	"sync"

	"golang.org/x/sync/semaphore"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/upload"
)

const (
	// slotSize is the smallest part that S3 takes: so the least memory that a part
	// which can be sent again after an error needs.
	slotSize = upload.MinPartSize
	// slots is all that may be in memory of all files together. 16 uploads at once
	// take turns; with ten slots the process stays below 120 MB.
	slots = 10
	// mostSlots is the largest part: half the pool, so that another can be read
	// while one is sent.
	mostSlots = slots / 2
	// quickSlots is a part of somebody who fills it in a blink: fewer requests, and
	// his turn is soon over.
	quickSlots = 3
	// slowSlots may be held by uploads that need long to fill one. The others are
	// for the quick, who would else wait for minutes behind them.
	slowSlots = slots / 2
)

// MostBytes is the largest file that fits into S3's 10,000 parts with parts that
// the memory holds: 293 GiB. A larger one has to go straight to S3.
const MostBytes = upload.MaxParts * mostSlots * slotSize

// Pool is the memory that all uploads share: a fixed number of slots, made when
// they are first needed and never given back. Whoever asks first is served
// first, and nobody waits for one while he holds one that is not being sent, so
// that all of them go on.
type Pool struct {
	free  *semaphore.Weighted // counts slots
	slow  *semaphore.Weighted // of them, those that slow uploads may have
	slots chan []byte
	heads sync.Pool // of *[headSize]byte
}

// NewPool makes a pool. It takes no memory yet.
func NewPool() *Pool {
	return &Pool{
		free: semaphore.NewWeighted(slots), slow: semaphore.NewWeighted(slowSlots), slots: make(chan []byte, slots),
		heads: sync.Pool{New: func() any { return new([headSize]byte) }},
	}
}

// part takes the memory for a part of n slots; it waits for its turn.
func (p *Pool) part(ctx context.Context, n int, slow bool) (*part, error) {
	held := &part{pool: p, count: n}
	if slow {
		if err := p.slow.Acquire(ctx, int64(n)); err != nil {
			return nil, err
		}
		held.slow = true
	}
	if err := p.free.Acquire(ctx, int64(n)); err != nil {
		if slow {
			p.slow.Release(int64(n))
		}
		return nil, err
	}
	for range n {
		held.slots = append(held.slots, p.slot())
	}
	return held, nil
}

// slot is one that the semaphore has granted: a free one, or one that there was not.
func (p *Pool) slot() []byte {
	select {
	case slot := <-p.slots:
		return slot
	default:
		return make([]byte, slotSize)
	}
}

// grow makes a part larger by a slot, if one is free and nobody waits for it, and
// leaves as many as spare free besides.
func (p *part) grow(spare int64) bool {
	if p.slow || !p.pool.free.TryAcquire(1+spare) {
		return false
	}
	p.pool.free.Release(spare)
	p.slots = append(p.slots, p.pool.slot())
	p.count++
	return true
}

// part is a part's bytes, in slots of which all but the last are full.
type part struct {
	pool  *Pool
	slots [][]byte
	count int // of slots
	slow  bool
	size  int64 // bytes in it
	sum   uint64
}

// turnSlow counts a part with those of slow uploads, which it turned out to be of, if
// they have room for it: slots of the quick are not held for long.
func (p *part) turnSlow() bool {
	p.slow = p.slow || p.pool.slow.TryAcquire(int64(p.count))
	return p.slow
}

// begin puts the first bytes in, which somebody else has read.
func (p *part) begin(head []byte) {
	p.size, p.sum = int64(copy(p.slots[0], head)), crc.Update(0, head)
}

// release gives the memory back; once is enough, and more do nothing.
func (p *part) release() {
	if p.slots == nil {
		return
	}
	for _, slot := range p.slots {
		p.pool.slots <- slot // has room for all that were made
	}
	p.slots = nil
	p.pool.free.Release(int64(p.count))
	if p.slow {
		p.pool.slow.Release(int64(p.count))
	}
}

// fill reads until the part is full or the file ends, which is io.EOF, and hands
// every piece to heard. Not io.ReadFull: to that, a body which was cut
// (io.ErrUnexpectedEOF) and one that has ended look the same.
func (p *part) fill(from io.Reader, heard func([]byte) error) error {
	for p.size < int64(p.count)*slotSize {
		slot, at := p.slots[p.size/slotSize], p.size%slotSize
		n, err := from.Read(slot[at:])
		p.size, p.sum = p.size+int64(n), crc.Update(p.sum, slot[at:at+int64(n)])
		if e := heard(slot[at : at+int64(n)]); e != nil {
			return e
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// body reads a part for sending, as often as it takes.
func (p *part) body() io.ReadSeeker { return &partReader{part: p} }

type partReader struct {
	part *part
	at   int64
}

// Read implements io.Reader.
func (r *partReader) Read(to []byte) (int, error) {
	if r.at >= r.part.size {
		return 0, io.EOF
	}
	slot := r.part.slots[r.at/slotSize]
	end := min(slotSize, r.part.size-r.at/slotSize*slotSize)
	n := copy(to, slot[r.at%slotSize:end])
	r.at += int64(n)
	return n, nil
}

// Seek implements io.Seeker.
func (r *partReader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.part.size
	}
	if offset < 0 {
		return 0, io.ErrUnexpectedEOF
	}
	r.at = offset
	return offset, nil
}
