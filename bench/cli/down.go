package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/bench/aside"
	"signet/bench/local"
)

// fetchers are the tools that fetch: the document's script does not.
func (b *cases) fetchers() []tool {
	return slices.DeleteFunc(slices.Clone(b.tools), func(t tool) bool { return t.get == nil })
}

// stored has signet store something through the API, which all can fetch then, and
// gives the first key.
func (b *cases) stored(words []string) (string, error) {
	if err := b.Empty(b.ctx); err != nil {
		return "", err
	}
	d, err := b.Open(b.URL())
	if err != nil {
		return "", err
	}
	defer d.Close()
	if _, err := b.tools[0].measure(b.ctx, words, d, b.Path("home")); err != nil {
		return "", err
	}
	list, err := b.Client().ListObjectsV2(b.ctx, &s3.ListObjectsV2Input{Bucket: aws.String(local.Bucket), MaxKeys: aws.Int32(1)})
	if err != nil || len(list.Contents) == 0 {
		return "", fmt.Errorf("got nothing stored: %w", err)
	}
	return *list.Contents[0].Key, nil
}

// download is a contest in which each run writes to a path at which nothing is.
func (b *cases) download(c contest, path string, right func() error) contest {
	c.before = func(tool) error {
		if _, err := os.Stat(path); err != nil {
			return nil // nothing is there
		}
		return aside.Move(path, b.Path(""))
	}
	c.after = func(tool) error { return right() }
	c.home = func(tool) string { return b.Path("home") }
	return c
}

// getFile is a file of random bytes that all fetch through a door.
func (b *cases) getFile(name, caption string, size int64, rounds int, tools []string, address string) error {
	path, sum, err := b.hashed(name+".bin", size)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	key, err := b.stored(b.tools[0].file(path))
	if err != nil {
		return err
	}
	d, err := b.Open(address)
	if err != nil {
		return err
	}
	defer d.Close()
	into := b.Path("back")
	back := filepath.Join(into, "back.bin")
	if err := os.MkdirAll(into, 0o700); err != nil {
		return err
	}
	defer os.RemoveAll(into)
	r, err := b.compete(b.download(contest{
		name: name, caption: caption, tools: tools, rounds: rounds, door: d, words: func(t tool) []string { return t.get(key, back) },
	}, into, func() error {
		if got, err := hashFile(back); err != nil || got != sum {
			return fmt.Errorf("got other bytes than are stored: %w", err)
		}
		return nil
	}), ours)
	if err == nil {
		best := r.Fastest(peers...)
		b.goal(strings.ToLower(caption[:1])+caption[1:]+", against the fastest peer ("+best+")", r.Ratio(ours, best), 1, "×")
	}
	return err
}

func (b *cases) getOneGiB() error {
	return b.getFile("get1GiB", "Get of 1 GiB", gib, b.rounds, []string{ours, plain, s5cmd, rclone, awscli}, b.URL())
}

func (b *cases) getLine() error {
	far, err := farAway(b.ctx, b.URL(), narrow("downstream"))
	if err != nil {
		return err
	}
	defer far.close()
	return b.getFile("getline", "Get of 256 MiB over 8 MB/s a connection", 256*mib, min(b.rounds, 3), []string{ours, plain, s5cmd, rclone, awscli}, far.url)
}

func (b *cases) getSmall() error {
	const count, size = 2000, 64 * kib
	dir, err := b.folder("small", count, size)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if _, err := b.stored(b.tools[0].folder(dir)); err != nil {
		return err
	}
	d, err := b.Open(b.URL())
	if err != nil {
		return err
	}
	defer d.Close()
	back := b.Path("back")
	defer os.RemoveAll(back)
	r, err := b.compete(b.download(contest{
		name: "getsmall", caption: "Get of 2,000 files of 64 KiB", tools: []string{ours, plain, s5cmd, rclone, awscli}, rounds: b.rounds, door: d,
		words: func(t tool) []string { return t.getFolder(local.Part+"small", back) },
	}, back, func() error { return holds(back, count, count*size) }), ours)
	if err == nil {
		b.goal("get of 2,000 × 64 KiB through the API, against s5cmd", r.Ratio(ours, s5cmd), 0.9, "×")
	}
	return err
}

// holds says whether a folder has so many files of so many bytes in all.
func holds(dir string, files int, bytes int64) error {
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			files, bytes = files-1, bytes-info.Size()
		}
		return err
	})
	if err == nil && (files != 0 || bytes != 0) {
		err = fmt.Errorf("%d files and %d bytes are missing in %s", files, bytes, dir)
	}
	return err
}

// syncDown compares folders that are the same, each tool one that it has fetched
// itself from the same bucket.
func (b *cases) syncDown() error {
	const count, prefix = 10_000, "all"
	dir, err := b.folder(prefix, count, kib)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	d, err := b.Open(b.URL())
	if err != nil {
		return err
	}
	defer d.Close()
	tools := []string{plain, s5cmd, rclone, awscli}
	home := b.Path("home")
	at := func(t tool) string { return b.Path("down-" + strings.ReplaceAll(t.name, " ", "")) }
	for i, t := range b.tools {
		if t.name == s5cmd { // nobody of the others has a hand in what lies there
			_, err = t.measure(b.ctx, t.sync(dir), d, home)
		}
		defer os.RemoveAll(at(b.tools[i]))
	}
	c := contest{
		name: "syncdown", caption: "Sync down of 10,000 unchanged files", tools: tools, rounds: b.rounds, door: d, home: func(tool) string { return home },
		words: func(t tool) []string { return t.syncDown(prefix, at(t)) },
		before: func(t tool) error {
			if holds(at(t), count, count*kib) == nil {
				return nil
			}
			_, err := t.measure(b.ctx, t.syncDown(prefix, at(t)), d, home)
			return err
		},
		after: func(t tool) error { return holds(at(t), count, count*kib) },
	}
	if err != nil {
		return err
	}
	r, err := b.compete(c, plain)
	if err == nil {
		best := r.Fastest(peers...)
		b.goal("sync down of 10,000 unchanged files, against the fastest peer ("+best+")", r.Ratio(plain, best), 1, "×")
	}
	return err
}

// killGet kills downloads.
func (b *cases) killGet() error {
	path, sum, err := b.hashed("kill.bin", killSize)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	key, err := b.stored(b.tools[0].file(path))
	if err != nil {
		return err
	}
	m, err := newMeter(b.URL())
	if err != nil {
		return err
	}
	defer m.close()
	folder := b.Path("killed")
	back := filepath.Join(folder, "back.bin")
	defer os.RemoveAll(folder)
	return b.murder(m, b.fetchers(), victim{
		caption: "kill -9 of get at a random point of 256 MiB, and the same command again", goal: "killed downloads that are whole after the next run", moves: "fetched",
		words: func(t tool) []string { return t.get(key, back) },
		before: func() error {
			if err := os.RemoveAll(folder); err != nil {
				return err
			}
			return os.Mkdir(folder, 0o700)
		},
		moved: m.fetched, whole: func() (bool, error) {
			got, err := hashFile(back)
			return got == sum, err
		},
	})
}
