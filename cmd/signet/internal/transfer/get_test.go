package transfer

import (
	"context"
	"errors"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// download is a stored file on its way back.
func (w *world) download(f File, key, dir string) (Got, error) {
	versions, err := w.api.ListVersions(w.t.Context(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	v := versions.Versions[0]
	return w.engine.Get(w.t.Context(), Download{Size: v.Size, Partial: filepath.Join(dir, ".partial"), To: filepath.Join(dir, f.Name),
		Sign: func(ctx context.Context) (Request, error) { return SignGet(ctx, w.api, key, v.VersionID) }})
}

func (w *world) arrived(f File, dir string) {
	w.t.Helper()
	got, err1 := os.ReadFile(filepath.Join(dir, f.Name))
	want, err2 := os.ReadFile(f.Path)
	if err1 != nil || err2 != nil || string(got) != string(want) {
		w.t.Errorf("%s came back as %d bytes, want %d: %v", f.Name, len(got), len(want), errors.Join(err1, err2))
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".*")); err != nil || len(left) > 0 {
		w.t.Errorf("%v is left (%v)", left, err)
	}
}

func TestGet(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{0, 1, 3 * mib, MultipartFrom + 1} {
		f := file(t, "back", size)
		r := w.one(f)
		dir := t.TempDir()
		got, err := w.download(f, r.Key, dir)
		if err != nil || !got.Compared || got.CRC64NVME != r.CRC64NVME {
			t.Errorf("%d bytes: %+v, %v", size, got, err)
		}
		w.arrived(f, dir)
	}
}

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
	f := file(t, "ranged", 8*mib)
	r := w.one(f)
	dir := t.TempDir()
	w.proxy.on(w.proxy.cutAnswer(3 * mib))
	if got, err := w.download(f, r.Key, dir); err != nil || !got.Compared {
		t.Fatalf("%+v, %v", got, err)
	}
	w.arrived(f, dir)

	// What an earlier run has left is gone on with, and read for the checksum.
	w.proxy.on(nil)
	if err := os.Remove(filepath.Join(dir, f.Name)); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range []int{1, 5 * mib, 8 * mib} {
		if err := os.WriteFile(filepath.Join(dir, ".partial"), content[:left], 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := w.download(f, r.Key, dir); err != nil || got.Resumed != int64(left) || !got.Compared {
			t.Errorf("%+v, %v, want %d bytes resumed", got, err, left)
		}
		w.arrived(f, dir)
	}

	// Rubbish is noticed, and not kept.
	if err := os.WriteFile(filepath.Join(dir, ".partial"), []byte("rubbish"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, f.Name)); err != nil {
		t.Fatal(err)
	}
	_, err = w.download(f, r.Key, dir)
	contains(t, err, "got crc64nvme")
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%v is left", entries)
	}
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
	if err != nil || got.Resumed != info.Size() || !got.Compared {
		t.Errorf("%+v, %v, want it gone on with", got, err)
	}
	w.arrived(f, dir)
}

func TestGetOfNothing(t *testing.T) {
	w := newWorld(t)
	_, err := SignGet(t.Context(), w.api, "uploads/alice/none/none", "")
	if err == nil {
		// A link can be signed for what is not there; S3 says so.
		dir := t.TempDir()
		_, err = w.engine.Get(t.Context(), Download{Size: 5, Partial: filepath.Join(dir, "p"), To: filepath.Join(dir, "t"),
			Sign: func(ctx context.Context) (Request, error) {
				return SignGet(ctx, w.api, "uploads/alice/none/none", "")
			}})
	}
	if err == nil || !strings.Contains(err.Error(), "NoSuchKey") {
		t.Errorf("got %v, want NoSuchKey", err)
	}
}
