package transfer

import "sync"

// buffers are chunks that nobody uses now: a folder of small files would make one for
// each else.
type buffers struct{ pool sync.Pool }

// take gives one, and what gives it back.
func (b *buffers) take() (buffer []byte, done func()) {
	p, ok := b.pool.Get().(*[chunk]byte)
	if !ok {
		p = new([chunk]byte)
	}
	return p[:], func() { b.pool.Put(p) }
}
