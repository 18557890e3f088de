package transfer

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"signet/cmd/signet/internal/crc"
)

// cutAnswer lets so many bytes of an answer through.
func (p *proxy) cutAnswer(after int) func(int, *http.Request) fault {
	cuts := 0
	return func(_ int, r *http.Request) fault {
		if r.Method != http.MethodGet || !r.URL.Query().Has("response-content-disposition") || cuts == 2 {
			return nil
		}
		cuts++
		return func(w http.ResponseWriter, r *http.Request) {
			p.forward.ServeHTTP(&limited{ResponseWriter: w, left: after}, r)
		}
	}
}

// limited ends the connection when too much is written.
type limited struct {
	http.ResponseWriter
	left int
}

func (l *limited) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		panic(http.ErrAbortHandler)
	}
	return l.ResponseWriter.Write(b)
}

func TestGetGoesOnByRange(t *testing.T) {
	w := newWorld(t)
	f := file(t, "ranged", 20*mib)
	r := w.one(f)
	dir := t.TempDir()
	w.proxy.on(w.proxy.cutAnswer(3 * mib))
	if got, err := w.download(f, r.Key, dir); err != nil || !got.Compared {
		t.Fatalf("%+v, %v", got, err)
	}
	w.arrived(f, dir)
	w.proxy.on(nil)

	content, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	hole := append(make([]byte, rangeSize), content[rangeSize:]...)
	journal := fmt.Sprintf("%d %d %x .\n", rangeSize, rangeSize, crc.Update(0, content[rangeSize:2*rangeSize]))
	for _, row := range []struct {
		name, journal string
		left          []byte
		resumed       int
	}{
		{"killed before the first note, with a hole", "", hole, 0},
		{"a first range that nobody has noted", "", content[:9*mib], 0},
		{"a later range", journal, hole, rangeSize},
		{"a journal that was cut", journal + "0 83886", hole, rangeSize},
		{"a journal of what is not there", journal, content[:rangeSize+1], 0},
		{"more than the whole", "", append(content[:len(content):len(content)], 1), 0},
		{"rubbish", "", []byte("rubbish"), 0}, // noticed, and the file fetched anew
	} {
		if err := errors.Join(os.Remove(filepath.Join(dir, f.Name)), os.WriteFile(filepath.Join(dir, ".partial"), row.left, 0o600),
			os.WriteFile(filepath.Join(dir, ".partial.parts"), []byte(row.journal), 0o600)); err != nil {
			t.Fatal(err)
		}
		if got, err := w.download(f, r.Key, dir); err != nil || got.Resumed != int64(row.resumed) || !got.Compared {
			t.Errorf("%s: %+v, %v, want %d bytes resumed", row.name, got, err, row.resumed)
		}
		w.arrived(f, dir)
	}
}

// A stored object whose checksum is not that of its bytes: nothing is kept.
func TestGetOfOtherBytes(t *testing.T) {
	w := newWorld(t)
	f := file(t, "other", 100)
	r := w.one(f)
	sum := sha256.Sum256(make([]byte, 100))
	for _, row := range []struct {
		name, header, value string
		fine, compared      bool
	}{
		{"another CRC64NVME", "x-amz-checksum-crc64nvme", "AAAAAAAAAAA=", false, false},
		{"another SHA-256", "x-amz-checksum-sha256", strings.Repeat("A", 43) + "=", false, false},
		{"its SHA-256", "x-amz-checksum-sha256", base64.StdEncoding.EncodeToString(sum[:]), true, true},
		{"a SHA-256 of parts'", "x-amz-checksum-sha256", strings.Repeat("A", 43) + "=-2", true, false},
	} {
		w.proxy.on(func(_ int, r *http.Request) fault {
			if r.Method != http.MethodGet || !r.URL.Query().Has("response-content-disposition") {
				return nil
			}
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"an-etag"`)
				w.Header().Set(row.header, row.value)
				w.Write(make([]byte, 100))
			}
		})
		dir := t.TempDir()
		got, err := w.download(f, r.Key, dir)
		if row.fine {
			if err != nil || got.Compared != row.compared {
				t.Errorf("%s: %+v, %v", row.name, got, err)
			}
			continue
		}
		contains(t, err, "got bytes of checksum")
		if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
			t.Errorf("%s: %v is left", row.name, entries)
		}
	}
}

// An object that was replaced by a longer one, and has no checksum, is not cut to what
// was listed.
func TestGetOfAnotherSize(t *testing.T) {
	for _, size := range []int{100, rangeSize + 1} {
		w := newWorld(t)
		f := file(t, "longer", size)
		r := w.one(f)
		w.proxy.on(func(_ int, r *http.Request) fault {
			if r.Method != http.MethodGet || !r.URL.Query().Has("response-content-disposition") {
				return nil
			}
			return func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", `"an-etag"`)
				http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(make([]byte, size+1)))
			}
		})
		dir := t.TempDir()
		_, err := w.download(f, r.Key, dir)
		contains(t, err, "somebody has replaced it")
	}
}

// A server that answers every range with the whole is asked for the whole.
func TestGetWithoutRanges(t *testing.T) {
	w := newWorld(t)
	f := file(t, "whole", 20*mib)
	r := w.one(f)
	w.proxy.on(func(_ int, r *http.Request) fault {
		r.Header.Del("Range")
		return nil
	})
	dir := t.TempDir()
	if got, err := w.download(f, r.Key, dir); err != nil || !got.Compared {
		t.Fatalf("%+v, %v", got, err)
	}
	w.arrived(f, dir)
}

// A full disk: what there is room for is kept, and gone on with once there is
// more. The limit is the process's own, on a file's size.
func TestGetOnAFullDisk(t *testing.T) {
	w := newWorld(t)
	f := file(t, "full", 8*mib)
	r := w.one(f)
	dir := t.TempDir()
	var before syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &before); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ) // so that the write fails instead
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 3*mib + 1000, Max: before.Max}); err != nil {
		t.Fatal(err)
	}
	_, err := w.download(f, r.Key, dir)
	if reset := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &before); reset != nil {
		t.Fatal(reset)
	}
	contains(t, err, "make room and get it again")
	info, statErr := os.Stat(filepath.Join(dir, ".partial"))
	if statErr != nil || info.Size() < 2*mib || info.Size() > 3*mib+1000 || !errors.Is(err, syscall.EFBIG) {
		t.Fatalf("%v, %v, %v, want about 3 MiB kept", err, info, statErr)
	}
	got, err := w.download(f, r.Key, dir)
	if err != nil || got.Resumed < 2*mib || got.Resumed > info.Size() || !got.Compared {
		t.Errorf("%+v, %v, want it gone on with", got, err)
	}
	w.arrived(f, dir)
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }
