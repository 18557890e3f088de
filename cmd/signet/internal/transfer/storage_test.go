package transfer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// old is a store that knows none of S3's checksums and refuses what speaks of them.
func old(_ int, r *http.Request) fault {
	spoken := strings.ToLower(r.URL.RawQuery)
	for name := range r.Header {
		spoken += " " + strings.ToLower(name)
	}
	for _, word := range []string{"x-amz-checksum", "x-amz-sdk-checksum", "x-amz-mp-object-size"} {
		if strings.Contains(spoken, word) {
			return says(http.StatusBadRequest, "InvalidArgument", "Unsupported header '"+word+"-crc64nvme' received for this API call.")
		}
	}
	return nil
}

// A store that knows no checksums is told so, compares Content-MD5, and is compared
// with by its ETags.
func TestStoreWithoutChecksums(t *testing.T) {
	w := newWorld(t)
	w.proxy.on(old)
	small, large := file(t, "small.bin", 1000), file(t, "large.bin", 40*mib)
	for _, f := range []File{small, large} {
		contains(t, w.newEngine(NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{})).one(t, f).Err, "add --no-checksum")
	}
	b := NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{NoChecksum: true})
	e := w.newEngine(b)
	e.MD5 = true
	for _, f := range []File{small, large, file(t, "empty.bin", 0)} {
		if r := e.one(t, f); r.Err != nil {
			t.Fatal(r.Err)
		}
		w.proxy.on(nil)
		w.same(f, f.Key)
		w.proxy.on(old)
		if same, err := b.Same(t.Context(), f.Key, f.Path); !same || err != nil {
			t.Errorf("%s: %v, %v", f.Name, same, err)
		}
		if same, err := b.Same(t.Context(), f.Key, file(t, "other", int(sizeFor(t, f))).Path); same && f.Name != "empty.bin" || err != nil {
			t.Errorf("%s: another file is the same, %v", f.Name, err)
		}
	}
	if r := e.one(t, large); !r.Existed || r.Sent > 0 {
		t.Errorf("got %+v, want it there already", r)
	}
	got, err := e.Get(t.Context(), Download{Size: 40 * mib, Partial: t.TempDir() + "/p", To: t.TempDir() + "/to",
		Ask:  func(ctx context.Context) (Checksum, error) { return b.AskChecksum(ctx, large.Key) },
		Sign: func(ctx context.Context) (Request, error) { return b.SignGet(ctx, large.Key) }})
	if err != nil || got.Compared {
		t.Errorf("got %+v, %v, want it fetched and nothing said to be compared", got, err)
	}
	b.Delete(t.Context(), []string{small.Key, large.Key}, func(key string, err error) {
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
	})
}

func sizeFor(t *testing.T, f File) int64 {
	t.Helper()
	size, err := sizeOf(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	return size
}

// What changes on the way is not stored there, and what an earlier run has left of
// another file is sent anew.
func TestStoreWithoutChecksumsIsNotFooled(t *testing.T) {
	w := newWorld(t)
	b := NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{NoChecksum: true})
	e := w.newEngine(b)
	e.MD5 = true
	for _, size := range []int{1000, MultipartFrom} {
		w.proxy.on(func(put int, r *http.Request) fault {
			if r.Method == http.MethodPut && put == 1 {
				r.Body = &flipped{ReadCloser: r.Body}
			}
			return nil
		})
		f := file(t, fmt.Sprintf("flipped-%d", size), size)
		if r := e.one(t, f); r.Err != nil {
			t.Errorf("%d bytes: %v", size, r.Err)
		}
		w.same(f, f.Key)
	}
	f := file(t, "left.bin", 40*mib)
	ctx, stop := context.WithCancel(t.Context())
	w.proxy.on(func(put int, r *http.Request) fault {
		if put > 3 {
			stop()
		}
		return nil
	})
	e.Put(ctx, []File{f}, func(r Result) {
		if !errors.Is(r.Err, context.Canceled) {
			t.Fatal(r.Err)
		}
	})
	w.proxy.on(nil)
	content, err := os.ReadFile(f.Path)
	info, statErr := os.Stat(f.Path)
	if err = errors.Join(err, statErr); err != nil {
		t.Fatal(err)
	}
	content[1*mib] ^= 1 // no sample has it
	if err := errors.Join(os.WriteFile(f.Path, content, 0o600), os.Chtimes(f.Path, info.ModTime(), info.ModTime())); err != nil {
		t.Fatal(err)
	}
	if r := e.one(t, f); r.Err != nil {
		t.Fatal(r.Err)
	}
	w.same(f, f.Key)
}

// How an object is to be kept is said with it, and another way is another object's.
func TestStorage(t *testing.T) {
	w := newWorld(t)
	var heard []string
	w.proxy.on(func(_ int, r *http.Request) fault {
		if r.Method == http.MethodPut || r.Method == http.MethodPost {
			if r.Header.Get("Cache-Control") != "" {
				heard = append(heard, r.Method+" "+r.Header.Get("Cache-Control")+" "+r.Header.Get("X-Amz-Storage-Class"))
			}
		}
		return nil
	})
	storage := Storage{CacheControl: "max-age=60", Class: "STANDARD"}
	e := w.newEngine(NewBucket(w.client(), testBucket, Notes(t.TempDir()), storage))
	small, large := file(t, "small.bin", 1000), file(t, "large.bin", MultipartFrom)
	for _, f := range []File{small, large} {
		if r := e.one(t, f); r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	if got := strings.Join(heard, ", "); got != "PUT max-age=60 STANDARD, POST max-age=60 STANDARD" {
		t.Errorf("S3 heard %s", got)
	}
	if r := e.one(t, large); !r.Existed {
		t.Errorf("got %+v, want it there already", r)
	}
	storage.CacheControl = "no-store"
	e.Target = NewBucket(w.client(), testBucket, Notes(t.TempDir()), storage)
	if r := e.one(t, large); r.Existed || r.Err != nil {
		t.Errorf("got %+v, want it kept as it is asked for now", r)
	}
}

// This machine's clock may be wrong: S3 says what time it is.
func TestClockIsFollowed(t *testing.T) {
	for _, ahead := range []time.Duration{time.Hour, -3 * time.Hour} {
		w := newWorld(t)
		w.proxy.on(func(_ int, r *http.Request) fault {
			return func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				now := time.Now().Add(ahead)
				w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
				signed := r.URL.Query().Get("X-Amz-Date") + r.Header.Get("X-Amz-Date")
				switch at, err := time.Parse("20060102T150405Z", signed); {
				case err != nil || now.Sub(at).Abs() > 15*time.Minute:
					w.WriteHeader(http.StatusForbidden)
					if r.Method != http.MethodHead {
						io.WriteString(w, "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current time is too large.</Message></Error>")
					}
				case r.Method == http.MethodHead:
					w.WriteHeader(http.StatusNotFound)
				case r.Method == http.MethodPost && r.URL.Query().Has("uploads"):
					io.WriteString(w, "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>")
				case r.Method == http.MethodPost:
					io.WriteString(w, `<CompleteMultipartUploadResult><Key>k</Key><ETag>"e"</ETag></CompleteMultipartUploadResult>`)
				default:
					w.Header().Set("ETag", `"an-etag"`)
				}
			}
		})
		e := w.newEngine(NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{}))
		for _, size := range []int{5, MultipartFrom} {
			if r := e.one(t, file(t, fmt.Sprint(size), size)); r.Err != nil {
				t.Errorf("%v ahead, %d bytes: %v", ahead, size, r.Err)
			}
		}
	}
}
