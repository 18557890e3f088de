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

// kill kills each tool at a random point, runs it again, and counts on the line
// what was sent more than once.
func (b *cases) kill() error {
	path, err := b.material("kill.bin", killSize)
	if err != nil {
		return err
	}
	defer os.Remove(path)
	sum, err := hashFile(path)
	if err != nil {
		return err
	}
	plan, err := upload.NewPlan(killSize)
	if err != nil {
		return err
	}
	m, err := newMeter(b.URL())
	if err != nil {
		return err
	}
	defer m.close()
	d, err := b.Open(m.url)
	if err != nil {
		return err
	}
	defer d.Close()
	table := report.Table{Caption: "kill -9 at a random point of 256 MiB, and the same command again",
		Columns: []string{"tool", "kills", "whole afterwards", "sent again, median, MiB", "sent again, most, MiB"}}
	for _, t := range b.tools {
		count := max(1, b.kills/10)
		words := t.file(path)
		if t.name == ours || t.name == plain {
			words = append(words, "--concurrency", fmt.Sprint(atOnce))
		}
		if t.name == ours {
			count = b.kills
		}
		again, whole, err := b.killed(t, words, d, m, sum, count)
		if err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
		slices.Sort(again)
		most, median := again[len(again)-1], again[len(again)/2]
		table.Rows = append(table.Rows, []string{t.name, fmt.Sprint(count), fmt.Sprint(whole), report.Number(float64(median) / mib), report.Number(float64(most) / mib)})
		if t.name == ours {
			b.section.Goals = append(b.section.Goals, report.Goal{Figure: "killed uploads that are whole after the next run", Got: float64(whole), Want: float64(count)})
			// The headers of all requests are counted too: a tenth of a MiB at most.
			b.goal("… sent again, against the parts on their way", float64(most)/mib, float64(atOnce*plan.PartSize)/mib+0.1, " MiB")
		}
	}
	b.section.Tables = append(b.section.Tables, table)
	return b.Empty(b.ctx)
}

// killed kills a tool so many times, and answers what was sent again each time.
func (b *cases) killed(t tool, words []string, d *local.Door, m *meter, sum [32]byte, count int) (again []int64, whole int, err error) {
	full, err := b.unharmed(t, words, d)
	if err != nil {
		return nil, 0, err
	}
	for range count {
		if err := b.Empty(b.ctx); err != nil {
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
		if _, err := t.measure(b.ctx, slices.Clone(words), d, b.Path("home")); err != nil {
			return nil, 0, err
		}
		again = append(again, max(0, m.sent()-killSize))
		same, err := b.isWhole(sum)
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
func (b *cases) unharmed(t tool, words []string, d *local.Door) (time.Duration, error) {
	if err := b.Empty(b.ctx); err != nil {
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
