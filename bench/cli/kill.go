package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/bench/local"
	"signet/bench/report"
	"signet/lambda/upload"
)

const (
	killSize = 256 * mib
	// atOnce is how many parts signet may have on their way.
	atOnce = 8
)

// victim is a command line that is killed.
type victim struct {
	caption, goal, moves string // moves: what happens again, in the past tense
	words                func(t tool) []string
	// before puts everything back as it was.
	before func() error
	// moved is what went over the line since the meter was reset; whole says whether
	// what came of it is right.
	moved func() int64
	whole func() (bool, error)
}

// kill kills each tool at a random point of an upload, runs it again, and counts on
// the line what was sent more than once.
func (b *cases) kill() error {
	path, sum, err := b.hashed("kill.bin", killSize)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	m, err := newMeter(b.URL())
	if err != nil {
		return err
	}
	defer m.close()
	return b.murder(m, b.tools, victim{
		caption: "kill -9 of put at a random point of 256 MiB, and the same command again", goal: "killed uploads that are whole after the next run", moves: "sent",
		words:  func(t tool) []string { return t.file(path) },
		before: func() error { return b.Empty(b.ctx) },
		moved:  m.sent, whole: func() (bool, error) { return b.isWhole(sum) },
	})
}

// murder kills tools, ours as often as was asked for and the others a tenth of it.
func (b *cases) murder(m *meter, tools []tool, v victim) error {
	plan, err := upload.NewPlan(killSize)
	if err != nil {
		return err
	}
	d, err := b.Open(m.url)
	if err != nil {
		return err
	}
	defer d.Close()
	table := report.Table{Caption: v.caption,
		Columns: []string{"tool", "kills", "whole afterwards", v.moves + " again, median, MiB", v.moves + " again, most, MiB"}}
	for _, t := range tools {
		count := max(1, b.kills/10)
		words := v.words(t)
		if t.name == ours || t.name == plain {
			words = append(words, "--concurrency", fmt.Sprint(atOnce))
		}
		if t.name == ours {
			count = b.kills
		}
		again, whole, err := b.killed(t, words, d, m, v, count)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		slices.Sort(again)
		most, median := again[len(again)-1], again[len(again)/2]
		table.Rows = append(table.Rows, []string{t.name, fmt.Sprint(count), fmt.Sprint(whole), report.Number(float64(median) / mib), report.Number(float64(most) / mib)})
		if t.name == ours {
			b.section.Goals = append(b.section.Goals, report.Goal{Figure: v.goal, Got: float64(whole), Want: float64(count)})
			// The headers of all requests are counted too: a tenth of a MiB at most.
			b.goal("… "+v.moves+" again, against the parts on their way", float64(most)/mib, float64(atOnce*plan.PartSize)/mib+0.1, " MiB")
		}
	}
	b.section.Tables = append(b.section.Tables, table)
	return b.Empty(b.ctx)
}

// killed kills a tool so many times, and answers what moved again each time.
func (b *cases) killed(t tool, words []string, d *local.Door, m *meter, v victim, count int) (again []int64, whole int, err error) {
	full, err := b.unharmed(t, words, d, v)
	if err != nil {
		return nil, 0, err
	}
	for len(again) < count {
		if err := v.before(); err != nil {
			return nil, 0, err
		}
		m.reset()
		c, _ := t.command(b.ctx, slices.Clone(words), d, b.Path("home"))
		if err := c.Start(); err != nil {
			return nil, 0, err
		}
		time.Sleep(time.Duration(rand.Int64N(int64(full))))
		killed := c.Process.Kill()
		c.Wait() // it was killed, or had ended
		if killed != nil && !errors.Is(killed, os.ErrProcessDone) {
			return nil, 0, killed
		}
		if c.ProcessState.Success() {
			continue // it was faster than the one that was measured: nobody was killed
		}
		if _, err := t.measure(b.ctx, slices.Clone(words), d, b.Path("home")); err != nil {
			return nil, 0, err
		}
		again = append(again, max(0, v.moved()-killSize))
		same, err := v.whole()
		if err != nil {
			return nil, 0, err
		}
		if same {
			whole++
		}
	}
	return again, whole, nil
}

// unharmed is how long the tool takes when nobody kills it.
func (b *cases) unharmed(t tool, words []string, d *local.Door, v victim) (time.Duration, error) {
	if err := v.before(); err != nil {
		return 0, err
	}
	r, err := t.measure(b.ctx, slices.Clone(words), d, b.Path("home"))
	return r.Took, err
}

// isWhole reads the one object back.
func (b *cases) isWhole(sum [32]byte) (bool, error) {
	client := b.Client()
	list, err := client.ListObjectsV2(b.ctx, &s3.ListObjectsV2Input{Bucket: aws.String(local.Bucket)})
	if err != nil || len(list.Contents) != 1 {
		return false, fmt.Errorf("got %d objects, want one: %w", len(list.Contents), err)
	}
	out, err := client.GetObject(b.ctx, &s3.GetObjectInput{Bucket: aws.String(local.Bucket), Key: list.Contents[0].Key})
	if err != nil {
		return false, err
	}
	defer out.Body.Close()
	got, err := hash(out.Body)
	return got == sum, err
}

func hashFile(path string) ([32]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return [32]byte{}, err
	}
	defer file.Close()
	return hash(file)
}

func hash(r io.Reader) (sum [32]byte, err error) {
	h := sha256.New()
	_, err = io.Copy(h, r)
	return [32]byte(h.Sum(nil)), err
}
