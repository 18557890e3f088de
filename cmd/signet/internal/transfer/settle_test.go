package transfer

import (
	"bytes"
	"encoding/json"
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
	"time"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// compared is a meter that counts what is read to be compared.
type compared struct {
	Silent
	mu          sync.Mutex
	read, asked int64
}

func (c *compared) Compare(bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if bytes > 0 {
		c.asked += bytes
	} else {
		c.read -= bytes
	}
}

// changeInPlace writes over a few bytes in the middle of a file's unsampled part, and
// sets its time back.
func changeInPlace(t *testing.T, f File) {
	t.Helper()
	info, err := os.Stat(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(f.Path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt([]byte(time.Now().String()), 4*mib)
	if closed := file.Close(); err != nil || closed != nil {
		t.Fatal(err, closed)
	}
	if err := os.Chtimes(f.Path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

// A file of size and time of what is there is only "there already" once the whole was
// compared; changed in place, it is stored as well, and the old one stays.
func TestChangedInPlace(t *testing.T) {
	w := newWorld(t)
	f := file(t, "film.bin", MultipartFrom+mib)
	first := w.one(f)
	meter := &compared{}
	w.engine.Meter = meter
	if r := w.one(f); !r.Existed || r.Sent != 0 || r.Key != first.Key || r.CRC64NVME != first.CRC64NVME || meter.read != r.Size || meter.asked != r.Size {
		t.Errorf("%+v, after %d bytes were compared, want nothing sent after all %d", r, meter.read, r.Size)
	}
	keys := []string{first.Key}
	for range 2 {
		changeInPlace(t, f)
		r := w.one(f)
		if r.Existed || r.Sent < r.Size || slices.Contains(keys, r.Key) {
			t.Errorf("%+v, want the new bytes stored under another key than %v", r, keys)
		}
		keys = append(keys, r.Key)
		if again := w.one(f); !again.Existed || again.Sent != 0 || again.Key != r.Key {
			t.Errorf("%+v, want it there already as %s", again, r.Key)
		}
	}
	if objects, uploads := w.stored(); objects != 3 || uploads != 0 {
		t.Errorf("got %d objects and %d unfinished uploads, want 3 and none", objects, uploads)
	}
}

// A file whose unfinished upload was begun with other bytes of the same look.
func TestChangedWhileUnfinished(t *testing.T) {
	w := newWorld(t)
	f := file(t, "film.bin", MultipartFrom+mib)
	w.proxy.on(every(3, says(400, "InvalidRequest", "no more")))
	if r := w.put(t.Context(), f)["film.bin"]; r.Err == nil {
		t.Fatalf("%+v, want it unfinished", r)
	}
	w.proxy.on(nil)
	changeInPlace(t, f)
	w.one(f)
}

// Two files that look alike, of one name, in one run: both are stored. Without turns
// one would go on with the other's upload.
func TestTwoThatLookAlike(t *testing.T) {
	w := newWorld(t)
	one := file(t, "film.bin", MultipartFrom+mib)
	content, err := os.ReadFile(one.Path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(one.Path)
	if err != nil {
		t.Fatal(err)
	}
	other := File{Path: filepath.Join(t.TempDir(), "film.bin"), Name: one.Name}
	content[4*mib] ^= 1
	if err := os.WriteFile(other.Path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(other.Path, info.ModTime(), info.ModTime()); err != nil {
		t.Fatal(err)
	}
	results := map[string]Result{}
	w.engine.Put(t.Context(), []File{one, other}, func(r Result) { results[r.File.Path] = r })
	for _, f := range []File{one, other} {
		if r := results[f.Path]; r.Err != nil || r.Existed {
			t.Errorf("%s: %+v, want it stored", f.Path, r)
		} else {
			w.same(f, r.Key)
		}
	}
	if objects, uploads := w.stored(); objects != 2 || uploads != 0 {
		t.Errorf("got %d objects and %d unfinished uploads, want 2 and none", objects, uploads)
	}
}

// A small file is named by its content: in another folder, or under another name, it is
// another object; what its key says is what it holds.
func TestSmallByContent(t *testing.T) {
	w := newWorld(t)
	f := file(t, "a.txt", 200<<10) // more than is kept in memory
	first := w.one(f)
	if !strings.Contains(first.Key, "/a~h") || !strings.HasSuffix(first.Key, ".txt") {
		t.Errorf("got key %s", first.Key)
	}
	if err := os.Chtimes(f.Path, time.Now(), time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	// Nothing was there when it was looked for last, so S3 itself has to say so; from
	// then on it is looked for again, as in a new run.
	if r := w.one(f); !r.Existed || r.Sent != r.Size || r.Key != first.Key {
		t.Errorf("%+v, want it there already, whatever its time", r)
	}
	if r := w.one(f); !r.Existed || r.Sent != 0 || r.Key != first.Key {
		t.Errorf("%+v, want it there already and nothing sent", r)
	}
	f.Folder = "in/here"
	if r := w.one(f); r.Existed || !strings.Contains(r.Key, "/in/here/a~h") {
		t.Errorf("%+v, want another object in the folder", r)
	}
	info, err := w.api.FileInfo(t.Context(), first.Key, "")
	if err != nil || info.Checksum == nil || info.Checksum.SHA256 == "" || !Modified(info.Metadata[modifiedName]).After(time.Unix(1, 0)) {
		t.Errorf("got %+v, %v, want its SHA-256 and its time of modification", info, err)
	}
}

// Of many new files the first few are looked for, of many that are there each is: no
// bytes leave for those.
func TestLookedForFirst(t *testing.T) {
	w := newWorld(t)
	const count = 2*lookedFirst + 1
	var looked []int
	w.api.HTTP = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		var m api.PresignRequest
		body, err := io.ReadAll(r.Body)
		if err = errors.Join(err, json.Unmarshal(body, &m)); err != nil {
			t.Error(err)
		}
		if m.Form {
			looked = append(looked, len(m.Files))
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		return http.DefaultTransport.RoundTrip(r)
	})}
	files := make([]File, count)
	for i := range files {
		files[i] = file(t, fmt.Sprintf("f%02d.txt", i), 100+i)
	}
	for _, again := range []bool{false, true} {
		w.engine = w.newEngine(&API{Client: w.api}) // a run of its own
		looked = nil
		for name, r := range w.put(t.Context(), files...) {
			if r.Err != nil || r.Existed != again || again && r.Sent > 0 {
				t.Errorf("%s: %+v, want it there already: %v", name, r, again)
			}
		}
		want := []int{lookedFirst}
		if again {
			want = append(want, count-lookedFirst)
		}
		if !slices.Equal(looked, want) {
			t.Errorf("there already: %v: got looks for %v files, want %v", again, looked, want)
		}
	}
}

// Whatever somebody else has put under an id of known content is not taken for it.
func TestSmallOfOtherBytes(t *testing.T) {
	wish := Wish{SHA256: "mine"}
	size := int64(5)
	for name, row := range map[string]struct {
		there *api.Problem
		same  bool
	}{
		"S3 itself says so":  {nil, true},
		"the same":           {&api.Problem{Size: &size, Checksum: &api.Checksum{SHA256: "mine"}}, true},
		"without a checksum": {&api.Problem{Size: &size}, true},
		"other bytes":        {&api.Problem{Size: &size, Checksum: &api.Checksum{SHA256: "other"}}, false},
		"another size":       {&api.Problem{Size: new(int64)}, false},
	} {
		found := error(&Error{Code: string(upload.PreconditionFailed), Remedy: Exists, Key: "k"})
		if row.there != nil {
			found = &Error{Remedy: Exists, Key: "k", Err: row.there}
		}
		f := &single{source: &source{size: size}, wish: wish}
		if err := f.sameAs(found); (err == nil) != row.same {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
