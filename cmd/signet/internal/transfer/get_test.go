package transfer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

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
