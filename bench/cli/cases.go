package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"signet/bench/local"
	"signet/bench/report"
	"signet/bench/turns"
)

const (
	kib = 1 << 10
	mib = 1 << 20
	gib = 1 << 30
)

// cases are what is measured, in one report.
type cases struct {
	*local.World
	ctx           context.Context
	rounds, kills int
	tools         []tool
	section       report.Section
}

// material writes a file of random bytes.
func (b *cases) material(name string, size int64) (string, error) {
	path := b.Path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	file, err := os.Create(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	_, err = io.CopyN(file, rand.Reader, size)
	return path, err
}

// hashed is a file of random bytes, and their SHA-256.
func (b *cases) hashed(name string, size int64) (path string, sum [32]byte, err error) {
	if path, err = b.material(name, size); err != nil {
		return "", sum, err
	}
	sum, err = hashFile(path)
	return path, sum, err
}

// folder writes many files, dated a minute ago, as files that lie there are.
func (b *cases) folder(name string, count int, size int64) (string, error) {
	dir, then := b.Path(name), time.Now().Add(-time.Minute)
	for i := range count {
		path, err := b.material(filepath.Join(name, fmt.Sprintf("%02d", i%50), "file-"+strconv.Itoa(i)), size)
		if err == nil {
			err = os.Chtimes(path, then, then)
		}
		if err != nil {
			return "", err
		}
	}
	return dir, nil
}

// upload is a contest in which each run begins with an empty bucket and must end
// with so many objects and bytes.
func (b *cases) upload(c contest, objects int, size int64) contest {
	c.before = func(tool) error { return b.Empty(b.ctx) }
	c.after = func(tool) error {
		n, bytes, err := b.Stored(b.ctx)
		if err == nil && (n != objects || bytes != size) {
			err = fmt.Errorf("got %d objects of %d bytes, want %d of %d", n, bytes, objects, size)
		}
		return err
	}
	c.home = func(tool) string { return b.Path("home") }
	return c
}

// compete runs a contest and puts it into the report.
func (b *cases) compete(c contest, us string) (turns.Runs, error) {
	r, err := c.run(b.ctx, b.tools)
	if err != nil {
		return nil, err
	}
	b.section.Tables = append(b.section.Tables, c.table(r, us))
	return r, b.Empty(b.ctx)
}

func (b *cases) goal(figure string, got, want float64, unit string) {
	b.section.Goals = append(b.section.Goals, report.Goal{Figure: figure, Got: got, Want: want, AtMost: true, Unit: unit})
}

func (b *cases) file(name string, size int64, rounds int) (turns.Runs, error) {
	path, err := b.material(name+".bin", size)
	if err != nil {
		return nil, err
	}
	defer os.Remove(path)
	d, err := b.Open(b.URL())
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return b.compete(b.upload(contest{
		name: name, caption: "A file of " + name, tools: []string{ours, plain, s5cmd, rclone, awscli, boto3}, rounds: rounds, door: d,
		words: func(t tool) []string { return t.file(path) },
	}, 1, size), ours)
}

func (b *cases) oneGiB() error {
	r, err := b.file("1GiB", gib, b.rounds)
	if err == nil {
		best := r.Fastest(peers...)
		b.goal("1 GiB, against the fastest peer ("+best+")", r.Ratio(ours, best), 1, "×")
	}
	return err
}

func (b *cases) eightGiB() error {
	r, err := b.file("8GiB", 8*gib, min(b.rounds, 3))
	if err == nil {
		best := r.Fastest(peers...)
		b.goal("8 GiB, against the fastest peer ("+best+")", r.Ratio(ours, best), 1, "×")
		b.goal("8 GiB, memory", float64(r.Memory(ours)>>20), 200, " MB")
	}
	return err
}

func (b *cases) small() error {
	const count = 2000
	dir, err := b.folder("small", count, 64*kib)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, err := b.Open(b.URL())
	if err != nil {
		return err
	}
	defer d.Close()
	r, err := b.compete(b.upload(contest{
		name: "small", caption: "2,000 files of 64 KiB", tools: []string{ours, plain, s5cmd, rclone, awscli}, rounds: b.rounds, door: d,
		words: func(t tool) []string { return t.folder(dir) },
	}, count, count*64*kib), ours)
	if err == nil {
		b.goal("2,000 × 64 KiB through the API, against s5cmd", r.Ratio(ours, s5cmd), 0.9, "×")
	}
	return err
}

// line is a far-away S3: 80 ms there and back, 8 MB/s for each connection.
func (b *cases) line() error {
	path, err := b.material("line.bin", gib)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	far, err := farAway(b.ctx, b.URL(), append(slices.Clone(distance), narrow("upstream"))...)
	if err != nil {
		return err
	}
	defer far.close()
	d, err := b.Open(far.url)
	if err != nil {
		return err
	}
	defer d.Close()
	r, err := b.compete(b.upload(contest{
		name: "line", caption: "1 GiB over 80 ms and 8 MB/s a connection", tools: []string{ours, plain, s5cmd, rclone, awscli, boto3}, rounds: min(b.rounds, 3), door: d,
		words: func(t tool) []string { return t.file(path) },
	}, 1, gib), ours)
	if err == nil {
		best := r.Fastest(peers...)
		b.goal("1 GiB over that line, against the fastest peer ("+best+")", r.Ratio(ours, best), 0.8, "×")
	}
	return err
}

// sync compares folders that are the same. Each tool has sent them itself, to a
// bucket that is emptied before the next.
func (b *cases) sync() error {
	const count = 10_000
	dir, err := b.folder("sync", count, kib)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, err := b.Open(b.URL())
	if err != nil {
		return err
	}
	defer d.Close()
	home := func(t tool) string { return b.Path("home") }
	c := contest{
		name: "sync", caption: "Sync of 10,000 unchanged files", tools: []string{plain, s5cmd, rclone, awscli}, rounds: min(b.rounds, 3), door: d, home: home,
		words: func(t tool) []string { return t.sync(dir) },
		before: func(t tool) error {
			if err := b.Empty(b.ctx); err != nil {
				return err
			}
			_, err := t.measure(b.ctx, t.sync(dir), d, home(t))
			return err
		},
		after: func(tool) error {
			if n, _, err := b.Stored(b.ctx); err != nil || n != count {
				return fmt.Errorf("got %d objects, want %d: %w", n, count, err)
			}
			return nil
		},
	}
	r, err := b.compete(c, plain)
	if err == nil {
		best := r.Fastest(peers...)
		b.goal("sync of 10,000 unchanged files, against the fastest peer ("+best+")", r.Ratio(plain, best), 1, "×")
	}
	return err
}
