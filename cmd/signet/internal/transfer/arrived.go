package transfer

import (
	"sync"

	"signet/cmd/signet/internal/crc"
)

// arrived are the parts of an upload that S3 has, by number - 1, and their checksums
// as read here. Number 0: not yet.
type arrived struct {
	mu    sync.Mutex
	parts []Part
	sums  []uint64
}

// room makes room for n parts.
func (a *arrived) room(n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.parts) < n {
		a.parts, a.sums = append(a.parts, Part{}), append(a.sums, 0)
	}
}

// note keeps part n of size bytes, as it was sent.
func (a *arrived) note(n int, size int64, done sent) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.parts[n-1] = Part{Number: n, Size: size, ETag: done.etag, CRC64NVME: crc.Base64(done.sum)}
	a.sums[n-1] = done.sum
}

// whole is the checksum of all, once all have arrived.
func (a *arrived) whole() string {
	whole := uint64(0)
	for i, p := range a.parts {
		whole = crc.Combine(whole, a.sums[i], p.Size)
	}
	return crc.Base64(whole)
}
