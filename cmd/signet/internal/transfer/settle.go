package transfer

import (
	"context"
	"errors"
	"path"

	"golang.org/x/text/unicode/norm"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// there is what the API says of the object that is there already.
type there struct {
	size     int64
	checksum api.Checksum
}

// thereOf reads an error of remedy Exists; told is false where it does not say what is
// there.
func thereOf(err error) (t there, told bool) {
	p, ok := errors.AsType[*api.Problem](err)
	if !ok || p.Size == nil {
		return t, false
	}
	t.size = *p.Size
	if p.Checksum != nil {
		t.checksum = *p.Checksum
	}
	return t, true
}

// settle finds out whether what is there under a file's id is the file: the id of a
// file in parts is only a hint, so the whole is read and compared. Where it is not, or
// S3 has nothing to compare with, the wish gets an id of its own for the next try.
func (e *Engine) settle(ctx context.Context, s *source, w *Wish, found error) (same bool, err error) {
	there, told := thereOf(found)
	if !told {
		return true, nil // the target has compared
	}
	if w.CRC64NVME == "" {
		if w.CRC64NVME, err = e.readWhole(ctx, s); err != nil {
			return false, err
		}
	}
	if there.size == s.size && there.checksum.CRC64NVME == w.CRC64NVME {
		return true, nil
	}
	different, err := upload.DifferentID(w.ID, w.CRC64NVME)
	if w.ID == different {
		different = "" // taken too, by what has no checksum: nothing finds this file again
	}
	w.ID = different
	return false, err
}

// readWhole reads a file for its checksum.
func (e *Engine) readWhole(ctx context.Context, s *source) (string, error) {
	c := comparing{ctx: ctx, left: s.size}
	c.meter, _ = e.Meter.(Comparer)
	c.tell(s.size)
	defer func() { c.tell(-c.left) }()
	sum, err := s.sumOf(0, s.size, &c)
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return crc.Base64(sum), err
}

// comparing tells a meter of what is read.
type comparing struct {
	ctx   context.Context
	meter Comparer // nil: nobody looks
	left  int64
}

func (c *comparing) tell(bytes int64) {
	if c.meter != nil {
		c.meter.Compare(bytes)
	}
}

// Write implements io.Writer.
func (c *comparing) Write(p []byte) (int, error) {
	c.left -= int64(len(p))
	c.tell(-int64(len(p)))
	return len(p), c.ctx.Err()
}

// turn waits until no file of this run that has the same place and id is on its way:
// two that look alike would go on with each other's upload. What it answers ends the
// turn.
func (e *Engine) turn(ctx context.Context, w Wish) (end func()) {
	name := norm.NFC.String(path.Join(w.Folder, w.Name)) + "\n" + w.ID
	for {
		e.mu.Lock()
		ahead, busy := e.turns[name]
		if !busy {
			break
		}
		e.mu.Unlock()
		select {
		case <-ahead:
		case <-ctx.Done():
			return func() {}
		}
	}
	defer e.mu.Unlock()
	if e.turns == nil {
		e.turns = map[string]chan struct{}{}
	}
	mine := make(chan struct{})
	e.turns[name] = mine
	return func() {
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.turns, name)
		close(mine)
	}
}
