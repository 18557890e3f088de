package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/api"
)

// download is a stored file on its way back.
func (w *world) download(f File, key, dir string) (Got, error) {
	versions, err := w.api.ListVersions(w.t.Context(), key)
	if err != nil {
		w.t.Fatal(err)
	}
	v := versions.Versions[slices.IndexFunc(versions.Versions, func(v api.Version) bool { return v.Key == key })]
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
		before, err1 := os.Stat(f.Path)
		after, err2 := os.Stat(filepath.Join(dir, f.Name))
		if err := errors.Join(err1, err2); err != nil || !after.ModTime().Equal(before.ModTime()) {
			t.Errorf("%d bytes: of %v, want %v (%v)", size, after.ModTime(), before.ModTime(), err)
		}
	}
}

// Where the checksum can be asked for, no byte arrives in vain.
func TestGetAsks(t *testing.T) {
	w := newWorld(t)
	for name, target := range w.pipers() {
		f := file(t, "asked", 20*mib)
		r := w.newEngine(target).one(t, f)
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		d := Download{Size: 20 * mib, Partial: filepath.Join(t.TempDir(), ".partial"), To: filepath.Join(t.TempDir(), f.Name)}
		if b, ok := target.(*Bucket); ok {
			d.Ask = func(ctx context.Context) (Checksum, error) { return b.AskChecksum(ctx, r.Key) }
			d.Sign = func(ctx context.Context) (Request, error) { return b.SignGet(ctx, r.Key) }
		} else {
			d.Ask = func(ctx context.Context) (Checksum, error) { return AskChecksum(ctx, w.api, r.Key, "") }
			d.Sign = func(ctx context.Context) (Request, error) { return SignGet(ctx, w.api, r.Key, "") }
		}
		w.proxy.on(func(_ int, r *http.Request) fault {
			if r.Method == http.MethodGet && r.Header.Get("Range") == "" {
				t.Errorf("%s: asked for the whole", name)
			}
			return nil
		})
		if got, err := w.engine.Get(t.Context(), d); err != nil || !got.Compared {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		w.proxy.on(nil)
		w.arrived(f, filepath.Dir(d.To))
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

// Two at once into one folder: both are right, and neither writes into a file that
// somebody else has put where the partial one goes.
func TestTwoGets(t *testing.T) {
	w := newWorld(t)
	f := file(t, "twice", 20*mib)
	r := w.one(f)
	dir, elsewhere := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	if err := errors.Join(os.WriteFile(elsewhere, []byte("precious"), 0o600), os.Symlink(elsewhere, filepath.Join(dir, ".partial"))); err != nil {
		t.Fatal(err)
	}
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if got, err := w.download(f, r.Key, dir); err != nil || !got.Compared {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	both.Wait()
	if err := os.Remove(filepath.Join(dir, ".partial")); err != nil {
		t.Error("the link was replaced", err)
	}
	w.arrived(f, dir)
	if kept, err := os.ReadFile(elsewhere); err != nil || string(kept) != "precious" {
		t.Errorf("what a link leads to holds %d bytes now (%v)", len(kept), err)
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
	if err != nil || got.Resumed < 2*mib || got.Resumed > info.Size() || !got.Compared {
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

// A stream goes forward alone: over a lost connection, too, and says when it was
// not what S3 has.
func TestStream(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{0, 5, 20 * mib} {
		f := file(t, fmt.Sprint("streamed", size), size)
		r := w.one(f)
		want, err := os.ReadFile(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		d := Download{Size: int64(size), Sign: func(ctx context.Context) (Request, error) { return SignGet(ctx, w.api, r.Key, "") }}
		w.proxy.on(w.proxy.cutAnswer(3 * mib))
		var out bytes.Buffer
		if got, err := w.engine.Stream(t.Context(), d, &out); err != nil || !got.Compared || !bytes.Equal(out.Bytes(), want) {
			t.Errorf("%d bytes: %+v, %v, %d came", size, got, err, out.Len())
		}
		w.proxy.on(nil)
	}
	f := file(t, "broken", 5)
	r := w.one(f)
	w.proxy.on(func(_ int, r *http.Request) fault {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"an-etag"`)
			w.Header().Set("x-amz-checksum-crc64nvme", "AAAAAAAAAAA=")
			io.WriteString(w, "hello")
		}
	})
	d := Download{Size: 5, Sign: func(ctx context.Context) (Request, error) { return SignGet(ctx, w.api, r.Key, "") }}
	_, err := w.engine.Stream(t.Context(), d, io.Discard)
	contains(t, err, "what was written is not the file")
	w.proxy.on(nil)
	_, err = w.engine.Stream(t.Context(), d, full{})
	contains(t, err, "no room")
}

// full takes nothing.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no room") }

// What is left of another version goes once the file is there; what another run is at,
// and what belongs to other files, stays.
func TestDropLeftovers(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".a.bin.0123456789ab.partial", ".a.bin.0123456789ab.partial.parts", ".a.bin.0123456789ab.partial.1", ".b.bin.0123456789ab.partial", ".a.bin.partial", "a.bin", ".a.bin.ffffffffffff.partial"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	busy, err := openOwn(filepath.Join(dir, ".a.bin.ffffffffffff.partial"))
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	DropLeftovers([]string{filepath.Join(dir, "a.bin"), filepath.Join(dir, "sub", "b.bin")})
	var left []string
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := []string{".a.bin.ffffffffffff.partial", ".a.bin.partial", ".b.bin.0123456789ab.partial", "a.bin"}
	if err != nil || !slices.Equal(left, want) {
		t.Errorf("%q are left, want %q", left, want)
	}
}
