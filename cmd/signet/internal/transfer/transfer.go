// Package transfer moves files between this machine and S3: it reads a file,
// sends it in one PUT or in parts, goes on where an earlier run stopped, and
// compares checksums before it says that a file is stored.
//
// A file in parts is read once, and its checksum made of the parts' on the way; once
// more where something is there under its id, which is only a hint, to compare the
// whole. A smaller one's checksum is signed, so that S3 itself refuses other bytes:
// up to 192 KiB are kept from the reading that the checksum takes, and what is larger
// is read a second time, out of the machine's cache, when it is sent.
//
// Where signatures come from is a [Target]: Signet's API, which needs no AWS
// credentials here, or the machine's own credentials. All else is the same.
// Nothing is kept in memory but what is on its way: a buffer for each connection,
// and the content of files of up to 192 KiB that wait in a batch.
package transfer

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// MultipartFrom is the size in bytes from which a file goes up in parts, as in
// the browser (frontend/src/engine/plan.ts), so that each finds the other's.
const MultipartFrom = 16 << 20

// File is a file to send.
type File struct {
	// Path is where it is. Required.
	Path string
	// Name is the file's name for the API, or a relative path with slashes, which goes
	// on where Folder ends. Required.
	Name string
	// Folder is where the API puts it. Empty: among the caller's files themselves.
	Folder string
	// Key is the object's key for a [Bucket]; the API names objects itself.
	Key string
	// Type is the media type. Empty: none is told.
	Type string
	// Metadata is user-defined metadata.
	Metadata map[string]string
	// Undated says that its time of modification means nothing, as of a pipe's. Else
	// it is kept as metadata, unless Metadata has one: see [Modified].
	Undated bool
}

// Result says what became of a file.
type Result struct {
	File      File
	Key       string
	Size      int64
	ETag      string // as the answer had it; empty where Existed
	CRC64NVME string // base64; empty where Existed and nothing was read
	Existed   bool   // it was there already: nothing was sent
	Resumed   int64  // bytes that an earlier run had stored
	Sent      int64  // bytes that this run sent, those sent again included
	Err       error  // nil: it is stored, whole
}

// Meter hears how a transfer goes on, from several goroutines at once.
type Meter interface {
	// Expect adds to the bytes that are to come.
	Expect(bytes int64)
	// Move adds to the bytes that have moved; what has to move again is taken
	// back with a negative number.
	Move(bytes int64)
}

// Comparer is a [Meter] that also hears of bytes that are read to be compared with what
// is stored, and do not travel.
type Comparer interface {
	// Compare adds to the bytes that are to be read; what has been read is taken back.
	Compare(bytes int64)
}

// Starter is a [Meter] that also hears what is on its way.
type Starter interface {
	// Start names a file that begins to move.
	Start(name string)
}

func (e *Engine) start(name string) {
	if s, ok := e.Meter.(Starter); ok {
		s.Start(name)
	}
}

// Silent is a Meter that nobody looks at.
type Silent struct{}

// Expect implements [Meter].
func (Silent) Expect(int64) {}

// Move implements [Meter].
func (Silent) Move(int64) {}

// Engine sends files. Its fields are not to be changed once it is in use.
type Engine struct {
	// Target signs. Required for Put.
	Target Target
	// HTTP sends what is signed; see [NewHTTP]. Required.
	HTTP *http.Client
	// Edge sends small files through the site's own origin, where the target names it
	// and that is faster; see [NewHTTP]. nil: nothing goes there.
	Edge *http.Client
	// Limit is how many requests there are at once. Required.
	Limit *Limiter
	// Meter hears of progress. Required; [Silent] does nothing.
	Meter Meter
	// Wait passes time between attempts. nil: real time.
	Wait func(context.Context, time.Duration) error
	// Patient goes on trying, about a minute, where nobody answers at all. False: for
	// 10 s.
	Patient bool
	// Stall cuts a download on which no byte arrives for so long. 0: [Stall].
	Stall time.Duration
	// Rate is as fast as all goes together. nil: as fast as it can.
	Rate *Rate
	// MD5 has the store compare each body's Content-MD5, for one that knows none of
	// S3's own checksums; see [Storage].
	MD5 bool
	// Trust says whether an address that the target named may be opened. nil: all may.
	Trust func(address string) error
	// Notice hears, once, why nothing moves when nobody answers at all. nil: nobody.
	Notice func(error)

	buffers buffers

	told sync.Once
	ways ways

	mu    sync.Mutex
	turns map[string]chan struct{} // closed when the file ahead has ended
}

// filesAtOnce bounds the files in parts that are open at once: one is enough to
// fill a line, and the next ones bridge its completion.
const filesAtOnce = 4

// Put sends files. report hears of each as it ends, one call at a time, in no
// order; a file that fails stops no other. It returns when all have ended, or
// soon after ctx has, when those not done are reported with ctx's error.
func (e *Engine) Put(ctx context.Context, files []File, report func(Result)) {
	var mu sync.Mutex
	tell := func(r Result) {
		if r.Err != nil {
			e.Meter.Expect(-r.Size)
		}
		mu.Lock()
		defer mu.Unlock()
		report(r)
	}
	// Two queues fed by two readers: a folder of small files does not wait behind
	// a large one.
	smallFiles, largeFiles := e.sort(files, tell)
	small, large := make(chan *source), make(chan *source)
	var work sync.WaitGroup
	work.Go(func() { e.feed(ctx, smallFiles, small, tell) })
	work.Go(func() { e.feed(ctx, largeFiles, large, tell) })
	work.Go(func() { e.putSmall(ctx, small, tell) })
	for range filesAtOnce {
		work.Go(func() {
			for s := range large {
				tell(e.putLarge(ctx, s))
			}
		})
	}
	work.Wait()
}

// sized is a file with the size by which its way was chosen.
type sized struct {
	*File
	size int64
}

// sort looks at each file once, tells of those that cannot be looked at, and
// lets the meter expect the others.
func (e *Engine) sort(files []File, tell func(Result)) (small, large []sized) {
	for i := range files {
		f := &files[i]
		size, err := e.look(f)
		if err != nil {
			tell(Result{File: *f, Err: err})
			continue
		}
		e.Meter.Expect(size)
		if size < MultipartFrom {
			small = append(small, sized{f, size})
		} else {
			large = append(large, sized{f, size})
		}
	}
	return small, large
}

// look gives a file's size, unless the target cannot have its name.
func (e *Engine) look(f *File) (int64, error) {
	if n, ok := e.Target.(namer); ok {
		if err := n.Names(f); err != nil {
			return 0, err
		}
	}
	return sizeOf(f.Path)
}

// feed opens files and hands them on, one when there is somebody for it.
func (e *Engine) feed(ctx context.Context, files []sized, to chan<- *source, tell func(Result)) {
	defer close(to)
	for _, f := range files {
		s, err := e.open(ctx, f)
		if err == nil {
			select {
			case to <- s:
				continue
			case <-ctx.Done():
				s.file.Close()
				err = ctx.Err()
			}
		}
		tell(Result{File: *f.File, Size: f.size, Err: err})
	}
}

func (e *Engine) open(ctx context.Context, f sized) (*source, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s, err := open(*f.File)
	if err == nil && s.size != f.size {
		s.file.Close()
		err = errChanged(*f.File)
	}
	return s, err
}

func drain(body io.ReadCloser) {
	_, _ = io.CopyN(io.Discard, body, 64<<10) // so that the connection can be used again
	body.Close()
}
