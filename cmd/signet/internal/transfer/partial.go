package transfer

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"signet/cmd/signet/internal/crc"
)

// twins bounds the downloads of one file into one folder that run at once.
const twins = 100

// piece is what has arrived of one range of a file: so many bytes from its start,
// and their checksum.
type piece struct {
	start, length int64 // of the range
	at            int64 // bytes that are there
	noted         int64 // of them, how many the journal knows
	sum           uint64
}

// noteEvery is how many bytes arrive before they are written down, unless a range is so
// large that it is written down eight times.
const noteEvery = 1 << 20

// overdue says that a run that is killed now would lose much.
func (p *piece) overdue() bool { return p.at-p.noted >= max(noteEvery, p.length/8) }

func (p *piece) whole() bool { return p.at == p.length }

// partial is a file on its way down. Its ranges arrive in any order; what is there
// of them, a journal beside it tells, written after the bytes. So what had arrived
// when a run was killed need not be fetched again. A file of one range has no journal:
// it arrives from its beginning on. No other run has the same one open.
type partial struct {
	file, journal *os.File // journal: nil where there is none
	size          int64
	pieces        []piece
	mode          fs.FileMode // that it gets at its end; 0: as it was made
}

// openPartial opens path, or makes it. When another run has it, or it is not a
// file of our own, which somebody else could write into, it is a name beside it.
func openPartial(path string, size, rangeSize int64) (*partial, error) {
	for n := range twins {
		name := path
		if n > 0 {
			name = fmt.Sprintf("%s.%d", path, n)
		}
		file, err := openOwn(name)
		if errors.Is(err, errNotOurs) {
			continue
		}
		if err != nil {
			return nil, err
		}
		p := &partial{file: file, size: size, pieces: inPieces(size, rangeSize)}
		if len(p.pieces) > 1 {
			if p.journal, err = openOwn(name + ".parts"); err != nil {
				return nil, errors.Join(err, p.close())
			}
		}
		return p, nil
	}
	return nil, fmt.Errorf("got %s, which %d other runs are at: wait for them", path, twins)
}

// naming lets one name at a time be made or changed: so does the kernel in a folder, and
// those that wait there for it keep a processor busy.
var naming sync.Mutex

// errNotOurs is a file that another run, or another person, has.
var errNotOurs = errors.New("is not ours")

// openOwn opens a regular file of this user's, under no other name, that nobody
// else has open by openOwn, or makes one. It follows no link.
func openOwn(name string) (*os.File, error) {
	for {
		naming.Lock()
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|noFollow, 0o666)
		naming.Unlock()
		switch {
		case isLoop(err):
			return nil, errNotOurs
		case err != nil:
			return nil, err
		}
		info, err := file.Stat()
		if err == nil && !(info.Mode().IsRegular() && isOwn(info) && lock(file)) {
			err = errNotOurs
		}
		if err != nil {
			file.Close()
			return nil, err
		}
		// It may have got its final name, or been removed, before it was locked.
		if now, err := os.Lstat(name); err == nil && os.SameFile(now, info) {
			return file, nil
		}
		file.Close()
	}
}

// inPieces makes the pieces of a file.
func inPieces(size, rangeSize int64) []piece {
	pieces := make([]piece, 0, (size+rangeSize-1)/rangeSize)
	for start := int64(0); start < size; start += rangeSize {
		pieces = append(pieces, piece{start: start, length: min(rangeSize, size-start)})
	}
	return pieces
}

// readBack finds out what an earlier run has left, and reads it for its checksum:
// a piece that is not what the journal says is fetched again. A file of one range is
// taken for the beginning of the whole.
func (p *partial) readBack(ctx context.Context) (there int64, err error) {
	info, err := p.file.Stat()
	if err != nil {
		return 0, err
	}
	switch {
	case info.Size() == 0: // a folder of small files would make a buffer for each
		return 0, nil
	case info.Size() > p.size:
		return 0, p.restart()
	}
	known, err := p.known(info.Size())
	if err != nil {
		return 0, err
	}
	for i := range p.pieces {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		claim, ok := known[p.pieces[i].start]
		if !ok || claim.at > p.pieces[i].length {
			continue
		}
		sum, n, err := p.sumOf(p.pieces[i].start, claim.at)
		if err != nil {
			return 0, err
		}
		if n == claim.at && (claim.sum == sum || claim.length < 0) {
			p.pieces[i].at, p.pieces[i].noted, p.pieces[i].sum = n, n, sum
			there += n
		}
	}
	return there, nil
}

// known is what the journal says, by the start of a range. A file of one range has
// what its size says, with a length of -1 for a checksum that nobody knows; of one of
// several the size says nothing, for they arrive in any order and leave holes.
func (p *partial) known(size int64) (map[int64]piece, error) {
	if p.journal == nil {
		return map[int64]piece{0: {length: -1, at: size}}, nil
	}
	claims := map[int64]piece{}
	lines := bufio.NewScanner(p.journal)
	for lines.Scan() {
		var c piece
		if n, err := fmt.Sscanf(lines.Text(), "%d %d %x .", &c.start, &c.at, &c.sum); err != nil || n != 3 {
			continue // a line that was being written when its run was killed
		}
		claims[c.start] = c
	}
	return claims, lines.Err()
}

// note writes down what is there of a piece.
func (p *partial) note(c *piece) error {
	if p.journal == nil || c.at == c.noted {
		return nil
	}
	_, err := fmt.Fprintf(p.journal, "%d %d %x .\n", c.start, c.at, c.sum)
	c.noted = c.at
	return err
}

func (p *partial) sumOf(start, length int64) (sum uint64, n int64, err error) {
	buffer := make([]byte, chunk)
	from := io.NewSectionReader(p.file, start, length)
	for {
		got, err := from.Read(buffer)
		sum, n = crc.Update(sum, buffer[:got]), n+int64(got)
		if err == io.EOF {
			return sum, n, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

// sum is the whole file's checksum, once all pieces are whole.
func (p *partial) sum() (sum uint64) {
	for _, c := range p.pieces {
		sum = crc.Combine(sum, c.sum, c.length)
	}
	return sum
}

// restart forgets all that is there.
func (p *partial) restart() error {
	for i := range p.pieces {
		p.pieces[i].at, p.pieces[i].noted, p.pieces[i].sum = 0, 0, 0
	}
	if p.journal == nil {
		return p.file.Truncate(0)
	}
	_, err := p.journal.Seek(0, io.SeekStart)
	return errors.Join(err, p.journal.Truncate(0), p.file.Truncate(0))
}

// finish gives the file its name and its time of modification. It does not wait for the
// disk, as no tool for downloads does: a machine that fails within its next seconds may
// lose what it has, and sync sees that then.
func (p *partial) finish(to string, modified time.Time) error {
	if p.mode != 0 {
		_ = p.file.Chmod(p.mode)
	}
	if !modified.IsZero() {
		if err := os.Chtimes(p.file.Name(), modified, modified); err != nil {
			return err
		}
	}
	naming.Lock()
	err := os.Rename(p.file.Name(), to)
	naming.Unlock()
	if err != nil {
		if info, failed := os.Stat(to); failed == nil && info.IsDir() {
			err = errors.Join(fmt.Errorf("got %s, which is a folder by now, want a file: get it by itself, with -o", to), p.drop())
		}
		return err
	}
	if p.journal == nil {
		return nil
	}
	// Only now: a run that is killed in between leaves a journal of nothing, which
	// the next one takes for its own.
	return os.Remove(p.journal.Name())
}

// like gives what arrives the permissions of the file whose place it takes, so that what
// was private stays so. A file system that has none is left alone.
func (p *partial) like(to string) {
	if old, err := os.Lstat(to); err == nil && old.Mode().IsRegular() {
		p.mode = old.Mode().Perm()
		_ = p.file.Chmod(p.mode | 0o600) // for the next run to go on
	}
}

// drop removes what is there.
func (p *partial) drop() error {
	err := gone(os.Remove(p.file.Name()))
	if p.journal != nil {
		err = errors.Join(err, gone(os.Remove(p.journal.Name())))
	}
	return err
}

func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// close leaves what is there for the next run, and nothing where nothing is.
func (p *partial) close() error {
	var empty error
	if info, err := p.file.Stat(); err == nil && info.Size() == 0 {
		if now, err := os.Lstat(p.file.Name()); err == nil && os.SameFile(now, info) {
			empty = p.drop()
		}
	}
	if p.journal == nil {
		return errors.Join(empty, p.file.Close())
	}
	return errors.Join(empty, p.file.Close(), p.journal.Close())
}
