package transfer

import (
	"context"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/crc"
	"signet/lambda/upload"
)

const mib = 1 << 20

// Each size has another way: in memory, streamed, in parts.
func TestSizesArriveWhole(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{0, 1, 3*sample - 1, 3 * sample, 3*sample + 1, 5 * mib, MultipartFrom - 1, MultipartFrom, MultipartFrom + 1} {
		f := file(t, "size-"+strconv.Itoa(size), size)
		r := w.one(f)
		content, err := os.ReadFile(f.Path)
		sum := crc.Base64(crc.Update(0, content))
		if err != nil || r.CRC64NVME != sum || r.Existed || r.Sent != int64(size) {
			t.Errorf("%s: %+v, want checksum %s and %d bytes sent", f.Name, r, sum, size)
		}
		w.proxy.on(nil)
		again := w.one(f)
		if !again.Existed || size >= MultipartFrom && (again.Sent > 0 || w.proxy.passed() > 0) {
			t.Errorf("%s again: %+v, want it to be there already", f.Name, again)
		}
	}
}

func TestNameThatIsNoText(t *testing.T) {
	w := newWorld(t)
	for _, f := range []File{{Name: "a\xff.txt"}, {Name: "a.txt", Folder: "\xff"}} {
		f.Path = file(t, "a.txt", 3).Path
		contains(t, w.put(t.Context(), f)[f.Name].Err, "not UTF-8")
	}
	if objects, _ := w.stored(); objects != 0 {
		t.Errorf("%d objects are stored", objects)
	}
}

func TestManySmallFiles(t *testing.T) {
	w := newWorld(t)
	var files []File
	for i := range apiBatch + 10 {
		f := file(t, "many-"+strconv.Itoa(i), 1000+i)
		files = append(files, f)
	}
	missing := File{Path: files[0].Path + ".missing", Name: "missing"}
	for name, r := range w.put(t.Context(), append(files, missing)...) {
		if (r.Err != nil) != (name == "missing") {
			t.Errorf("%s: %v", name, r.Err)
		}
	}
	if objects, _ := w.stored(); objects != len(files) {
		t.Errorf("got %d objects, want %d", objects, len(files))
	}
}

// Passing trouble of every kind: the file arrives, whole.
func TestTrouble(t *testing.T) {
	for name, f := range map[string]fault{
		"SlowDown":       says(503, "SlowDown", "Please reduce your request rate."),
		"internal":       says(500, "InternalError", "We encountered an internal error."),
		"foreign":        says(502, "", ""),
		"expired":        says(403, "AccessDenied", "Request has expired"),
		"ExpiredToken":   says(400, "ExpiredToken", "The provided token has expired."),
		"RequestTimeout": says(400, "RequestTimeout", "Your socket connection was not read from or written to."),
		"cut at once":    cut(0),
		"cut midway":     cut(3 * mib),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			for _, size := range []int{1000, 6 * mib, MultipartFrom + 3*mib} {
				// Once at the very first PUT, and again and again where there are many.
				w.proxy.on(func(put int, r *http.Request) fault {
					if r.Method == http.MethodPut && put%4 == 1 {
						return f
					}
					return nil
				})
				w.one(file(t, "trouble", size))
			}
		})
	}
}

// A connection on which nothing moves is cut, whether it takes no bytes or gives
// no answer.
func TestStall(t *testing.T) {
	w := newWorld(t)
	w.engine.HTTP = NewHTTP(Line{Connections: 8, Stall: 700 * time.Millisecond})
	for _, size := range []int{1000, MultipartFrom} {
		w.proxy.on(func(put int, r *http.Request) fault {
			if r.Method == http.MethodPut && put == 1 {
				return w.proxy.stall
			}
			return nil
		})
		if r := w.one(file(t, "stalled", size)); r.Sent <= r.Size {
			t.Errorf("%+v, want something sent again", r)
		}
	}
}

// Signatures of the past, as after a laptop's sleep: S3 refuses them, and they are
// signed again.
func TestSignaturesThatReallyExpired(t *testing.T) {
	w := newWorld(t, func(c *upload.Config) { c.Expires = upload.Duration(time.Minute) })
	for _, size := range []int{1000, MultipartFrom} {
		w.late.Store(int64(2 * time.Minute))
		w.proxy.on(func(put int, r *http.Request) fault {
			if r.Method == http.MethodPut {
				w.late.Store(0) // once S3 has been asked with the old one
			}
			return nil
		})
		// Only S3's word counts here: a client whose clock is late does not know.
		w.engine.Target = forgetful{w.engine.Target}
		if r := w.one(file(t, "late", size)); w.proxy.puts <= int(r.Size/(8*mib)) {
			t.Errorf("%+v after %d PUTs, want one that was refused", r, w.proxy.puts)
		}
	}
}

// forgetful is a target that does not say when its signatures end.
type forgetful struct{ Target }

func (f forgetful) Presign(ctx context.Context, wishes []Wish) ([]Signed, error) {
	signed, err := f.Target.Presign(ctx, wishes)
	for i := range signed {
		signed[i].Expires = time.Time{}
	}
	return signed, err
}

func (f forgetful) Begin(ctx context.Context, w Wish) (Multipart, error) {
	m, err := f.Target.Begin(ctx, w)
	if m, ok := m.(*apiUpload); ok {
		m.table.Expires = time.Time{}
	}
	return m, err
}

// What cannot be mended fails, with S3's reason and without the address.
func TestRefusals(t *testing.T) {
	w := newWorld(t, func(c *upload.Config) { c.MaxObjectSize = 70 * upload.MiB; c.AllowedTypes = []string{"image/*"} })
	w.proxy.on(every(1, says(403, "AccessDenied", "Access Denied")))
	f := file(t, "refused", 1000)
	f.Type = "image/png"
	contains(t, w.put(t.Context(), f)["refused"].Err, "AccessDenied: Access Denied")
	if w.proxy.puts != 1 {
		t.Errorf("asked %d times, want once", w.proxy.puts)
	}
	f.Type = "text/plain"
	contains(t, w.put(t.Context(), f)["refused"].Err, `got type "text/plain", want one of image/*`)
	f = file(t, "large", 71*mib)
	f.Type = "image/png"
	contains(t, w.put(t.Context(), f)["large"].Err, "want at most 73400320")

	w = newWorld(t)
	w.proxy.on(every(1, says(503, "SlowDown", "Please reduce your request rate.")))
	contains(t, w.put(t.Context(), file(t, "slow", 1000))["slow"].Err, "SlowDown")
	if w.proxy.puts != attempts {
		t.Errorf("tried %d times, want %d", w.proxy.puts, attempts)
	}
}

// A file that changes, shrinks or grows while it is read: nothing is stored.
func TestChangeWhileRead(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, path string){
		"changes": func(t *testing.T, path string) { overwrite(t, path, 4*mib, "x") },
		"shrinks": func(t *testing.T, path string) {
			if err := os.Truncate(path, 4*mib); err != nil {
				t.Fatal(err)
			}
		},
		"grows": func(t *testing.T, path string) {
			if err := os.Truncate(path, 100*mib); err != nil {
				t.Fatal(err)
			}
		},
	} {
		for _, size := range []int{10 * mib, MultipartFrom + mib} {
			t.Run(name+" "+strconv.Itoa(size), func(t *testing.T) {
				w := newWorld(t)
				w.engine.Limit = NewLimiter(1, true)
				f := file(t, "live", size)
				// While the first body is on its way, as soon as S3 hears of it.
				w.proxy.on(func(put int, r *http.Request) fault {
					if r.Method == "PUT" && put == 1 {
						change(t, f.Path)
					}
					return nil
				})
				contains(t, w.put(t.Context(), f)["live"].Err, "changed while it was read")
				if objects, uploads := w.stored(); objects+uploads != 0 {
					t.Errorf("%d objects and %d uploads are left", objects, uploads)
				}
			})
		}
	}
}

// Bytes that arrive otherwise than they were read are noticed by their checksum
// and sent again.
func TestBytesThatChangeOnTheWay(t *testing.T) {
	w := newWorld(t)
	for _, size := range []int{1000, 6 * mib, MultipartFrom} {
		w.proxy.on(func(put int, r *http.Request) fault {
			if r.Method == "PUT" && put == 1 {
				r.Body = &flipped{ReadCloser: r.Body}
			}
			return nil
		})
		f := file(t, "flipped", size)
		r := w.put(t.Context(), f)["flipped"]
		if r.Err != nil {
			t.Errorf("%d bytes: %v", size, r.Err)
			continue
		}
		w.same(f, r.Key)
	}
}

// An answer names no file that it does not hold.
func TestErrorsShowNoAddress(t *testing.T) {
	w := newWorld(t)
	w.proxy.on(every(1, cut(0)))
	r := w.put(t.Context(), file(t, "cut", 1000))["cut"]
	contains(t, r.Err, "the connection was lost")
	w.proxy.Close()
	w.engine.Target = forgetful{w.engine.Target} // one of which the API does not ask S3 first
	r = w.put(t.Context(), file(t, "closed", 1000))["closed"]
	contains(t, r.Err, "the storage cannot be reached")
	if strings.Contains(r.Err.Error(), "uploads/") {
		t.Errorf("the error shows a key: %v", r.Err)
	}
}
