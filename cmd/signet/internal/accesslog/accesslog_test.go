package accesslog

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// record is a line in the documented format.
func record(second int, operation string, status int, sent, size, requester, host string) string {
	const owner, id = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be", "3E57427F3EXAMPLE"
	return fmt.Sprintf(`%s my-uploads [06/Nov/2026:00:%02d:%02d +0000] 192.0.2.3 %s %s %s uploads/a/b.txt "PUT /uploads/a/b.txt HTTP/1.1" `+
		`%d - %s %s 7 5 "-" "curl/8.0" - s9lzHYrFp76ZVxRcpX9= SigV4 ECDHE-RSA-AES128-GCM-SHA256 QueryString %s TLSV1.2 - - eu-west-1`,
		owner, second/60, second%60, requester, id, operation, status, sent, size, host) + "\n"
}

const me, here = "arn:aws:sts::111122223333:assumed-role/signet/x", "my-uploads.s3.eu-west-1.amazonaws.com"

func TestParse(t *testing.T) {
	got, err := Parse([]byte(record(61, "REST.PUT.OBJECT", 200, "-", "4406583", me, here)))
	want := Record{
		Bucket: "my-uploads", Time: time.Date(2026, 11, 6, 0, 1, 1, 0, time.UTC), Requester: me, Operation: "REST.PUT.OBJECT",
		Key: "uploads/a/b.txt", Status: 200, Size: 4406583, Host: here,
	}
	got.Time = got.Time.UTC()
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// Old records have fewer fields, new ones more; what a client sent may have
// spaces, quotes and brackets in it.
func TestParseForms(t *testing.T) {
	whole := strings.TrimSpace(record(0, "REST.GET.OBJECT", 206, "1024", "4096", me, here))
	fields := strings.Split(whole, " ")
	for name, line := range map[string]string{
		"eighteen fields":        strings.Join(fields[:21], " "), // three of them are two words here
		"more than are known":    whole + ` new "field of later" -`,
		"quotes in the agent":    strings.Replace(whole, `"curl/8.0"`, `"my "odd" agent [x]"`, 1),
		"a quoted word in it":    strings.Replace(whole, `"curl/8.0"`, `"my "odd" agent" of " - [x]"`, 1),
		"quotes in the address":  strings.Replace(whole, `"PUT /uploads/a/b.txt HTTP/1.1"`, `"PUT /a" b?c="d" 200 HTTP/1.1"`, 1),
		"quotes in the referer":  strings.Replace(whole, `7 5 "-"`, `7 5 "https://a.example/?q="b" c"`, 1),
		"a quote at the end":     strings.Replace(whole, `"curl/8.0"`, `"agent""`, 1),
		"carriage return":        whole + "\r",
		"spaces in the referer":  strings.Replace(whole, `"-"`, `"https://a.example/ b c"`, 1),
		"no request line at all": strings.Replace(whole, `"PUT /uploads/a/b.txt HTTP/1.1"`, `-`, 1),
	} {
		r, err := Parse([]byte(line))
		if err != nil || r.Status != 206 || r.BytesSent != 1024 || r.Size != 4096 {
			t.Errorf("%s: got %+v, %v", name, r, err)
		}
	}
	for name, line := range map[string]string{
		"empty": "", "another log": `127.0.0.1 - - [06/Nov/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 2`,
		"no time":      strings.Replace(whole, "06/Nov/2026", "6 Nov 2026", 1),
		"no number":    strings.Replace(whole, " 206 ", " many ", 1),
		"below 0":      strings.Replace(whole, " 1024 ", " -1024 ", 1),
		"beyond int64": strings.Replace(whole, " 4096 ", " 99999999999999999999 ", 1),
		"open quote":   strings.Join(fields[:9], " ") + ` "GET`,
	} {
		if r, err := Parse([]byte(line)); err == nil {
			t.Errorf("%s: got %+v, want an error", name, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(record(1, "REST.PUT.PART", 200, "-", "8388608", me, here)))
	f.Add([]byte(`a b [06/Nov/2026:00:00:00 +0000] "" "" [ " - - - - - - - - - - - - -`))
	f.Add([]byte(`" " [`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := Parse(line)
		if err == nil && (r.BytesSent < 0 || r.Size < -1 || r.Status < 0 || r.Status > 999) {
			t.Errorf("%q reads as %+v", line, r)
		}
		b := &Bill{}
		if err := Read(bytes.NewReader(line), b); err != nil {
			return // a broken gzip
		}
		if s := b.StoredSeconds(); b.Records > 0 && (s < -1 || math.IsNaN(s)) {
			t.Errorf("%q stores %v", line, s)
		}
	})
}

func prices(t *testing.T) price.Table {
	t.Helper()
	book, err := price.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	table, err := book.Table("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// Each of S3's operations that Signet uses has a name in the log, and its price
// there is that of its tier.
func TestEveryOperationHasItsPrice(t *testing.T) {
	names := map[upload.Operation]string{
		upload.PutObject: "REST.PUT.OBJECT", upload.PostObject: "REST.POST.OBJECT", upload.GetObject: "REST.GET.OBJECT", upload.HeadObject: "REST.HEAD.OBJECT",
		upload.DeleteObject: "REST.DELETE.OBJECT", upload.CopyObject: "REST.COPY.OBJECT", upload.CreateMultipartUpload: "REST.POST.UPLOADS",
		upload.UploadPart: "REST.PUT.PART", upload.UploadPartCopy: "REST.COPY.PART", upload.CompleteMultipartUpload: "REST.POST.UPLOAD", upload.AbortMultipartUpload: "REST.DELETE.UPLOAD",
		upload.ListParts: "REST.GET.UPLOAD", upload.ListMultipartUploads: "REST.GET.UPLOADS", upload.ListObjectsV2: "REST.GET.BUCKET", upload.ListObjectVersions: "REST.GET.BUCKETVERSIONS",
	}
	for _, op := range upload.Operations() {
		name, ok := names[op]
		if !ok {
			if op != upload.DeleteObjectVersion { // the log tells it by the versionId alone, and both are free
				t.Errorf("%s has no name in the log", op)
			}
			continue
		}
		if got, want := kindOf(name), (kind{op.String(), itemOf(op.Spec().Tier)}); got != want {
			t.Errorf("%s is %+v, want %+v", name, got, want)
		}
	}
	for name, want := range map[string]price.Item{
		"S3.TRANSITION_GIR.OBJECT": price.Transition(price.GlacierIR), "S3.EXPIRE.OBJECT": "", "S3.CREATE.DELETEMARKER": "", "BATCH.DELETE.OBJECT": "",
		"REST.COPY.OBJECT_GET": "", "REST.POST.MULTI_OBJECT_DELETE": "", "REST.OPTIONS.PREFLIGHT": price.Tier2(price.Standard),
		"REST.PUT.OBJECT_TAGGING": price.Tier1, "REST.GET.ACL": price.Tier2(price.Standard), "REST.DELETE.OBJECT_TAGGING": "", "-": "",
	} {
		if got := kindOf(name).item; got != want {
			t.Errorf("%s costs %q, want %q", name, got, want)
		}
	}
}

// A bill by hand: what is free, what an error costs, what is stored for how long,
// in whatever order the files come.
func TestBill(t *testing.T) {
	const gib = "1073741824"
	early := record(0, "REST.PUT.OBJECT", 200, "-", gib, me, here) + record(60, "REST.PUT.PART", 200, "-", gib, me, here) +
		record(60, "REST.DELETE.OBJECT", 204, "-", "-", me, here)
	late := "no record\n" + record(600, "REST.GET.OBJECT", 200, gib, gib, me, here) +
		record(600, "REST.PUT.OBJECT", 403, "300", "5", "-", here) + // a stranger
		record(600, "REST.PUT.OBJECT", 403, "300", "5", me, here) +
		record(600, "REST.PUT.OBJECT", 503, "300", "5", me, here) +
		record(600, "REST.PUT.OBJECT", 412, "300", "5", me, "my-uploads.s3-accelerate.amazonaws.com") +
		record(600, "REST.PUT.PART", 200, "-", gib, me, "my-uploads.s3-accelerate.amazonaws.com")
	var first *Bill
	for _, order := range [][]string{{early, late}, {late, early}} {
		b := &Bill{}
		for _, log := range order {
			if err := Read(strings.NewReader(log), b); err != nil {
				t.Fatal(err)
			}
		}
		if b.Records != 9 || b.Unreadable != 1 || b.To.Sub(b.From) != 10*time.Minute {
			t.Fatalf("got %d records, %d others, from %v to %v", b.Records, b.Unreadable, b.From, b.To)
		}
		if want := map[string]int{"PutObject": 5, "UploadPart": 2, "DeleteObject": 1, "GetObject": 1}; !reflect.DeepEqual(b.Requests(), want) {
			t.Errorf("got %v, want %v", b.Requests(), want)
		}
		if got, want := b.StoredSeconds(), float64(upload.GiB)*(600+540); math.Abs(got-want) > 1 {
			t.Errorf("stored %v byte-seconds, want %v", got, want)
		}
		lines, usd := b.Lines(prices(t))
		want := 5*5e-6 + 1*4e-7 + // 3 PUTs and 2 parts; 1 GET; 2 PUTs and the DELETE are free
			(1+1200.0/upload.GiB)*0.09 + (600+540)/(365.0/12*86400)*0.023 +
			1*0.04 + 300.0/upload.GiB*0.04
		if math.Abs(usd-want) > 1e-12 {
			t.Errorf("costs %v, want %v: %+v", usd, want, lines)
		}
		if first == nil {
			first = b
		}
	}
}

func TestFolders(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "2026", "11"), 0o700); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, record(5, "REST.PUT.OBJECT", 200, "-", "5", me, here))
	z.Close()
	for name, text := range map[string]string{"a": record(1, "REST.PUT.OBJECT", 200, "-", "5", me, here), "2026/11/b.gz": packed.String(), "2026/empty": "", "2026/c": "\n\n" + strings.TrimSpace(record(9, "REST.HEAD.OBJECT", 404, "-", "-", me, here))} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	b := &Bill{}
	if err := ReadAll(link, b); err != nil {
		t.Fatal(err)
	}
	if want := map[string]int{"PutObject": 2, "HeadObject": 1}; b.Files != 4 || b.Unreadable != 0 || !reflect.DeepEqual(b.Requests(), want) {
		t.Errorf("got %d files, %d others, %v", b.Files, b.Unreadable, b.Requests())
	}
	if err := os.WriteFile(filepath.Join(dir, "cut.gz"), packed.Bytes()[:packed.Len()-12], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ReadAll(dir, &Bill{}); err == nil || !strings.Contains(err.Error(), "cut.gz") {
		t.Errorf("got %v for a file that was cut, want its name", err)
	}
	if err := ReadAll(filepath.Join(dir, "nowhere"), &Bill{}); err == nil {
		t.Error("no error for a folder that is not there")
	}
}

// endless writes so many records without having them, with a line of 10 MB among
// them, and operations that are made up.
type endless struct {
	n, at int
	rest  []byte
}

func (e *endless) Read(p []byte) (int, error) {
	if len(e.rest) == 0 {
		if e.at == e.n {
			return 0, io.EOF
		}
		e.rest = []byte(record(e.at%3600, fmt.Sprintf("REST.GET.MADEUP%d", e.at%1000), 200, "10", "10", me, here))
		if e.at == e.n/2 {
			e.rest = append(bytes.Repeat([]byte("x"), 10<<20), '\n')
		}
		e.at++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestMemoryIsBounded(t *testing.T) {
	b := &Bill{}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if err := Read(&endless{n: 200_000}, b); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if b.Records != 199_999 || b.Unreadable != 1 || len(b.counts) > maxKinds+1 {
		t.Errorf("%d records, %d others, %d operations", b.Records, b.Unreadable, len(b.counts))
	}
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 2<<20 {
		t.Errorf("80 MB of log leave %d bytes behind", grown)
	}
}
