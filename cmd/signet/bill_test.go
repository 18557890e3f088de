package main

import (
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"testing"

	"signet/cmd/signet/internal/estimate/cost"
	"signet/cmd/signet/internal/estimate/price"
	"signet/cmd/signet/internal/transfer"
	"signet/lambda/upload"
)

// counter stands between clients and S3 and counts, by what HTTP alone tells.
type counter struct {
	mu    sync.Mutex
	seen  map[string]int
	bytes int64 // of bodies that went in
}

func (c *counter) start(t *testing.T, upstream func() *url.URL) string {
	t.Helper()
	c.seen = map[string]int{}
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := map[string]string{"PUT": "PutObject", "GET": "GetObject"}[r.Method]
		if r.URL.Query().Has("partNumber") {
			name = "UploadPart"
		}
		c.mu.Lock()
		c.seen[name]++
		c.bytes += r.ContentLength
		c.mu.Unlock()
		(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(upstream())
			p.Out.Host = p.In.Host // which is signed
		}}).ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	return proxy.URL
}

// run is a command of signet's that has to work.
func (c *cloud) run(t *testing.T, dir string, args ...string) []byte {
	t.Helper()
	command := signet(args...)
	command.Dir = dir
	command.Env = append(command.Env, "SIGNET_API="+c.API, "SIGNET_TOKEN="+c.Token)
	out, err := command.Output()
	if err != nil {
		if exit, ok := err.(*exec.ExitError); ok {
			t.Fatalf("signet %v: %v\n%s", args, err, exit.Stderr)
		}
		t.Fatal(err)
	}
	return out
}

// A known workload, driven through signet dev, leaves an access log. What signet
// bill counts in it is what was sent: the clients' requests as a proxy saw them,
// the function's as its code has them. What it costs is what signet estimate says
// of that workload, within a twentieth.
func TestBillOfAKnownWorkload(t *testing.T) {
	const small, large = 7, 2
	var upstream *url.URL
	var sent counter
	log, dir := filepath.Join(t.TempDir(), "s3.log"), t.TempDir()
	// Without the edge, which passes this proxy by.
	c := withConfig(t, `{"edge": "off"}`, "--access-log", log, "--s3-endpoint", sent.start(t, func() *url.URL { return upstream }))
	upstream, _ = url.Parse(c.S3)
	for _, names := range [][]string{write(t, dir, "small", small, 100<<10), write(t, dir, "large", large, 40<<20)} {
		c.run(t, dir, append([]string{"put"}, names...)...)
		c.run(t, dir, append([]string{"get", "-q", "-o", t.TempDir()}, names...)...)
	}

	var bill billed
	if err := json.Unmarshal(c.run(t, dir, "bill", "--json", "--from-logs", log), &bill); err != nil {
		t.Fatal(err)
	}
	counted := map[string]int{}
	for _, l := range bill.Lines {
		if l.Count > 0 {
			counted[l.What] = l.Count
		}
	}
	// What the function asks of S3: lambda/api/uploads.go and complete.go. Each file is
	// looked for before it is sent; a large one's checksum is asked for before it is
	// fetched. Each is found by its name in one list, and is looked what else has that name.
	want := map[string]int{
		"CreateMultipartUpload": large, "ListMultipartUploads": 2 * large, "ListParts": large, "CompleteMultipartUpload": large,
		"HeadObject": small + 2*large, "ListObjectsV2": small + large, "ListObjectVersions": small + large,
	}
	maps.Copy(want, sent.seen)
	if !reflect.DeepEqual(counted, want) {
		t.Errorf("the log has %v, want %v", counted, want)
	}
	if parts := sent.seen["UploadPart"]; parts != large*5 || sent.seen["PutObject"] != small || sent.seen["GetObject"] != small+large*5 {
		t.Errorf("the proxy saw %v", sent.seen)
	}

	noSecrets(t, log, c.Token)

	few, many := estimateOf(t, small, 100*upload.KiB), estimateOf(t, large, 40*upload.MiB)
	estimated, logged := map[cost.Group]float64{}, map[cost.Group]float64{}
	for _, group := range []cost.Group{cost.Requests, cost.Transfer} {
		estimated[group] = few.Of(group) + many.Of(group)
	}
	for _, l := range bill.Lines {
		switch {
		case l.Count > 0:
			logged[cost.Requests] += l.USD
		case l.Item == price.TransferOut:
			logged[cost.Transfer] += l.USD
		}
	}
	for group, want := range estimated {
		got := logged[group]
		if off := math.Abs(got-want) / want; off > 0.05 {
			t.Errorf("%s: the log costs %v, the estimate was %v: %.1f %% off, want 5 at most", group, got, want, 100*off)
		}
		t.Logf("%s: %d requests in the log cost %.8f USD, the estimate was %.8f", group, bill.Records, got, want)
	}
}

// estimateOf is what an estimate says of a month with so many files, all sent by
// one command and fetched by another.
func estimateOf(t *testing.T, files float64, size int64) cost.Month {
	t.Helper()
	book, err := readPrices("")
	if err != nil {
		t.Fatal(err)
	}
	prices, err := book.Table("us-east-1")
	if err != nil {
		t.Fatal(err)
	}
	w := cost.Workload{FilesPerMonth: files, AverageSize: size, Downloads: files, FilesPerVisit: files, Terminal: true, Months: 1}
	r, err := cost.Estimate(w, cost.SettingsOf(upload.DefaultConfig()), prices)
	if err != nil {
		t.Fatal(err)
	}
	return r.Months[0]
}

// write writes so many files of a size, no two alike, and gives their names.
func write(t *testing.T, dir, name string, n, size int) (names []string) {
	t.Helper()
	for i := range n {
		content := make([]byte, size)
		content[0] = byte(i)
		names = append(names, name+strconv.Itoa(i)+".bin")
		if err := os.WriteFile(filepath.Join(dir, names[i]), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return names
}

// noSecrets: a log that others read lets nobody in.
func noSecrets(t *testing.T, log, token string) {
	t.Helper()
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(log)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the log's mode is %v, want that of its owner alone", info.Mode())
	}
	for _, parameter := range []string{"X-Amz-Signature=", "X-Amz-Security-Token="} {
		if n := strings.Count(string(text), parameter); n == 0 || n != strings.Count(string(text), parameter+"REDACTED") {
			t.Errorf("%s stands %d times in the log, want it without a value", parameter, n)
		}
	}
	if strings.Contains(string(text), token) {
		t.Error("the log has the caller's token in it")
	}
}

// Both engines send in parts from the size on that the estimate takes.
func TestMultipartFrom(t *testing.T) {
	plan, err := os.ReadFile("../../frontend/src/engine/plan.ts")
	if err != nil {
		t.Fatal(err)
	}
	inBrowser := strings.Contains(string(plan), "MULTIPART_FROM = 16 * 1024 * 1024;")
	if transfer.MultipartFrom != cost.MultipartFrom || cost.MultipartFrom != 16<<20 || !inBrowser {
		t.Errorf("the engines send in parts from %d on, the estimate takes %d", transfer.MultipartFrom, cost.MultipartFrom)
	}
}
