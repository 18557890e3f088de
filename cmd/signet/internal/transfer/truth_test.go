package transfer

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// other is a server that is not the gateway, and a bucket there.
func other(t *testing.T, answer http.HandlerFunc) (*Engine, *Bucket) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return at(t, server.URL)
}

func at(t *testing.T, address string) (*Engine, *Bucket) {
	w := &world{t: t, proxy: &proxy{Server: &httptest.Server{URL: address}}}
	b := NewBucket(s3.New(w.client().Options(), func(o *s3.Options) { o.RetryMaxAttempts = 1 }), testBucket, Notes(t.TempDir()), Storage{})
	return w.newEngine(b), b
}

func (e *Engine) one(t *testing.T, f File) (r Result) {
	t.Helper()
	e.Put(t.Context(), []File{f}, func(got Result) { r = got })
	return r
}

// A portal says yes to everything: nothing counts as stored, listed or deleted.
func TestPortal(t *testing.T) {
	for name, body := range map[string]string{"HTML": "<html><body>Welcome! Sign in</body></html>", "XML": "<?xml version=\"1.0\"?><html/>", "nothing": "", "redirect": ""} {
		t.Run(name, func(t *testing.T) {
			e, b := other(t, func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				w.Header().Set("Content-Type", "text/html")
				if name == "redirect" {
					http.Redirect(w, r, "/login", http.StatusFound)
				}
				io.WriteString(w, body)
			})
			for _, size := range []int{0, 3, MultipartFrom} {
				contains(t, e.one(t, file(t, fmt.Sprintf("f%d", size), size)).Err, "want S3's")
			}
			_, err := b.List(t.Context(), "")
			contains(t, err, "want S3's")
			b.Delete(t.Context(), []string{"a", "b"}, func(key string, err error) { contains(t, err, "want S3's") })
		})
	}
}

// A store that lists more than it was asked for has none of it deleted.
func TestListOfOtherKeys(t *testing.T) {
	_, b := other(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("uploads") {
			io.WriteString(w, "<ListMultipartUploadsResult><Bucket>b</Bucket><Upload><Key>other/a</Key><UploadId>u</UploadId></Upload></ListMultipartUploadsResult>")
			return
		}
		io.WriteString(w, "<ListBucketResult><Name>b</Name><Contents><Key>site/a</Key></Contents><Contents><Key>other/a</Key></Contents></ListBucketResult>")
	})
	_, err := b.List(t.Context(), "site/")
	contains(t, err, "want S3's")
	_, err = b.Unfinished(t.Context(), "site/")
	contains(t, err, "want S3's")
	if all, err := b.List(t.Context(), ""); err != nil || len(all) != 2 {
		t.Errorf("of the whole bucket: %v, %v", all, err)
	}
}

// Parts and their completion need S3's words too.
func TestPortalInBetween(t *testing.T) {
	for _, missing := range []string{"UploadPart", "Complete"} {
		w := newWorld(t)
		w.proxy.on(func(_ int, r *http.Request) fault {
			part := r.Method == http.MethodPut && r.URL.Query().Get("partNumber") == "2"
			complete := r.Method == http.MethodPost && r.URL.Query().Get("uploadId") != ""
			if missing == "UploadPart" && part || missing == "Complete" && complete {
				return func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					io.WriteString(w, "<html/>")
				}
			}
			return nil
		})
		e := w.newEngine(NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{}))
		contains(t, e.one(t, file(t, "large.bin", MultipartFrom)).Err, "want S3's")
		if objects, _ := w.stored(); objects != 0 {
			t.Errorf("%s: %d objects", missing, objects)
		}
	}
}

// Who may write and no more can still send.
func TestHeadIsForbidden(t *testing.T) {
	w := newWorld(t)
	w.proxy.on(func(_ int, r *http.Request) fault {
		if r.Method == http.MethodHead {
			return says(http.StatusForbidden, "", "")
		}
		return nil
	})
	e := w.newEngine(NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{}))
	f := file(t, "large.bin", MultipartFrom)
	r := e.one(t, f)
	if r.Err != nil || r.Existed {
		t.Fatalf("got %+v", r)
	}
	w.same(f, f.Key)
}

// S3 names the region where it is another one; what was signed is signed again.
func TestRegionIsFound(t *testing.T) {
	const region = "ap-northeast-2"
	for _, how := range []string{"header", "body"} {
		w := newWorld(t)
		w.proxy.on(func(_ int, r *http.Request) fault {
			if strings.Contains(r.URL.RawQuery+r.Header.Get("Authorization"), region) {
				return func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					w.Header().Set("ETag", `"an-etag"`)
				}
			}
			return func(w http.ResponseWriter, r *http.Request) {
				io.Copy(io.Discard, r.Body)
				if how == "header" {
					w.Header().Set("x-amz-bucket-region", region)
				}
				w.WriteHeader(http.StatusBadRequest)
				if r.Method != http.MethodHead {
					fmt.Fprintf(w, "<Error><Code>AuthorizationHeaderMalformed</Code><Message>wrong region</Message><Region>%s</Region></Error>", region)
				}
			}
		})
		b := NewBucket(w.client(), testBucket, Notes(t.TempDir()), Storage{})
		e := w.newEngine(b)
		if r := e.one(t, file(t, "small.txt", 5)); r.Err != nil {
			t.Errorf("%s: %v", how, r.Err)
		}
		if got := b.s3().Options().Region; got != region {
			t.Errorf("%s: region %s", how, got)
		}
	}
}

// Keys that XML cannot hold come encoded, as AWS does where it is asked to.
func TestListIsEncoded(t *testing.T) {
	_, b := other(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("encoding-type") != "url" {
			t.Error("did not ask for encoded keys")
		}
		io.WriteString(w, `<ListBucketResult><Name>b</Name><EncodingType>url</EncodingType>`+
			`<Contents><Key>a%01b+c%2Bd%25</Key><Size>3</Size></Contents></ListBucketResult>`)
	})
	all, err := b.List(t.Context(), "")
	if err != nil || len(all) != 1 || all[0].Key != "a\x01b c+d%" {
		t.Errorf("got %+v, %v", all, err)
	}
}

// Where nobody answers at all, the reason is told at once, and it ends soon.
func TestNobodyAnswers(t *testing.T) {
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	defer untrusted.Close()
	untrusted.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	for _, address := range []string{closed.URL, untrusted.URL, "http://no-such-host.invalid"} {
		e, _ := at(t, address)
		waited, told := time.Duration(0), 0
		e.Wait = func(ctx context.Context, d time.Duration) error { waited += d; return ctx.Err() }
		e.Notice = func(error) { told++ }
		contains(t, e.one(t, file(t, "small.txt", 5)).Err, "cannot be reached")
		if told != 1 || waited > patience {
			t.Errorf("%s: told %d times, waited %v", address, told, waited)
		}
	}
}

func TestOwnAuthority(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("ETag", `"an-etag"`)
	}))
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	e, _ := at(t, server.URL)
	e.HTTP = NewHTTP(Line{Connections: 1, Roots: roots})
	if r := e.one(t, file(t, "small.txt", 5)); r.Err != nil {
		t.Error(r.Err)
	}
}

// An address that may not be opened is not, and not shown.
func TestUntrustedAddress(t *testing.T) {
	asked := 0
	e, b := other(t, func(http.ResponseWriter, *http.Request) { asked++ })
	e.Trust = func(address string) error { return errors.New("got an address that is not trusted") }
	contains(t, e.one(t, file(t, "small.txt", 5)).Err, "not trusted")
	_, err := e.Stream(t.Context(), Download{Size: 5, Sign: func(ctx context.Context) (Request, error) { return b.SignGet(ctx, "k") }}, io.Discard)
	contains(t, err, "not trusted")
	if asked != 0 {
		t.Errorf("asked %d times", asked)
	}
}
