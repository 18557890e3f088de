package events

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

func inboxFile(dir string) string { return filepath.Join(dir, "inbox.jsonl") }

func stateFile(dir string) string { return filepath.Join(dir, "queue.jsonl") }

func readStates(file string) (map[string]state, error) {
	lines, err := wholeLines(file, 0)
	last := map[string]state{}
	for _, l := range lines {
		var s state
		if json.Unmarshal(l, &s) == nil {
			last[s.ID] = s
		}
	}
	return last, err
}

// wholeLines reads a file's lines from a place on, but not one that is still written.
func wholeLines(file string, from int64) (lines [][]byte, err error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.Seek(from, io.SeekStart); err != nil {
		return nil, err
	}
	for r := bufio.NewReaderSize(f, 1<<20); ; {
		l, err := r.ReadBytes('\n')
		if err == io.EOF {
			return lines, nil
		}
		if err != nil {
			return nil, err
		}
		lines = append(lines, bytes.TrimSuffix(l, []byte("\n")))
	}
}

// length is how many bytes lines take in a file.
func length(lines [][]byte) (n int64) {
	for _, l := range lines {
		n += int64(len(l)) + 1
	}
	return n
}

// replace puts a file with these lines in the place of another, whole or not at all.
func replace(file string, lines [][]byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(file), ".new-*") // 0600
	if err != nil {
		return err
	}
	w := bufio.NewWriter(tmp)
	for _, l := range lines {
		_, _ = w.Write(l) // its Flush tells
		_ = w.WriteByte('\n')
	}
	err = w.Flush()
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}

func line(v any) []byte {
	data, _ := json.Marshal(v) // strings, numbers and times cannot fail
	return data
}
