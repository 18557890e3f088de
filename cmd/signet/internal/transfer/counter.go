package transfer

import "sync/atomic"

// counter counts bytes from several goroutines at once.
type counter struct{ n atomic.Int64 }

func (c *counter) add(n int64) { c.n.Add(n) }

func (c *counter) value() int64 { return c.n.Load() }
