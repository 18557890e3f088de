// Command pack writes archives whose bytes depend on names and contents alone, not on
// the day, the folder or who makes them, and the list of checksums of a folder.
//
//	pack ARCHIVE NAME=PATH…   .tar.gz or .zip; of a folder, all that is in it below NAME
//	pack -sums DIR            DIR/SHA256SUMS, as sha256sum -c reads it
package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// member is a file of an archive.
type member struct {
	name string
	mode fs.FileMode // 0755 or 0644
	body []byte
}

// epoch is when all members were changed: the first moment that a zip can hold.
var epoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 2 && args[0] == "-sums" {
		return sums(args[1])
	}
	if len(args) < 2 {
		return errors.New("got too few arguments, want ARCHIVE NAME=PATH…, or -sums DIR")
	}
	members, err := collect(args[1:])
	if err != nil {
		return err
	}
	write := writeZip
	if strings.HasSuffix(args[0], ".tar.gz") {
		write = writeTar
	}
	var out bytes.Buffer
	if err := write(&out, members); err != nil {
		return err
	}
	return os.WriteFile(args[0], out.Bytes(), 0o644)
}

// collect reads what NAME=PATH names, sorted by name.
func collect(args []string) (all []member, err error) {
	for _, arg := range args {
		name, root, ok := strings.Cut(arg, "=")
		if !ok {
			return nil, fmt.Errorf("got %q, want NAME=PATH", arg)
		}
		err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || entry.Name() == ".keep" { // which keeps a folder in Git
				return err
			}
			one, err := read(file)
			below, _ := filepath.Rel(root, file)
			one.name = path.Join(name, filepath.ToSlash(below))
			all = append(all, one)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(all, func(a, b member) int { return strings.Compare(a.name, b.name) })
	return all, nil
}

func read(file string) (member, error) {
	info, err := os.Stat(file)
	if err != nil {
		return member{}, err
	}
	one := member{mode: 0o644}
	if info.Mode()&0o111 != 0 {
		one.mode = 0o755
	}
	one.body, err = os.ReadFile(file)
	return one, err
}

func writeTar(out *bytes.Buffer, members []member) error {
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(packed)
	for _, m := range members {
		header := &tar.Header{Name: m.name, Mode: int64(m.mode), Size: int64(len(m.body)), ModTime: epoch, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return err
		}
		if _, err := w.Write(m.body); err != nil {
			return err
		}
	}
	return errors.Join(w.Close(), packed.Close())
}

func writeZip(out *bytes.Buffer, members []member) error {
	w := zip.NewWriter(out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestCompression) })
	for _, m := range members {
		header := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: epoch}
		header.SetMode(m.mode)
		body, err := w.CreateHeader(header)
		if err != nil {
			return err
		}
		if _, err := body.Write(m.body); err != nil {
			return err
		}
	}
	return w.Close()
}

// sums writes the checksum of every file of a folder but of the list itself.
func sums(dir string) error {
	const list = "SHA256SUMS"
	entries, err := os.ReadDir(dir) // sorted
	if err != nil {
		return err
	}
	var out bytes.Buffer
	for _, entry := range entries {
		if entry.Name() == list {
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&out, "%x  %s\n", sha256.Sum256(body), entry.Name())
	}
	return os.WriteFile(filepath.Join(dir, list), out.Bytes(), 0o644)
}
