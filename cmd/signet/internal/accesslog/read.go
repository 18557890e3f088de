package accesslog

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// maxLine is the longest line that is looked at, in bytes. A record of S3's has at
// most a key, a request line and two headers of 8 KiB each.
const maxLine = 64 << 10

// Read counts a log into b, whether or not it is compressed with gzip.
func Read(r io.Reader, b *Bill) error {
	in := bufio.NewReaderSize(r, maxLine)
	if magic, err := in.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		defer z.Close()
		in = bufio.NewReaderSize(z, maxLine)
	}
	for {
		line, err := in.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = skipLine(in)
			b.Unreadable++
			line = nil
		}
		if len(line) > 1 || len(line) == 1 && line[0] != '\n' {
			if record, bad := Parse(line); bad != nil {
				b.Unreadable++
			} else {
				b.add(record)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// skipLine passes over the rest of a line.
func skipLine(in *bufio.Reader) error {
	for {
		_, err := in.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// ReadAll counts a file or pipe, or all files below a folder, into b. Links below
// the folder are not followed.
func ReadAll(path string, b *Bill) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return readFile(path, b)
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return err
	}
	return filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		return readFile(name, b)
	})
}

func readFile(name string, b *Bill) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	b.Files++
	if err := Read(file, b); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
