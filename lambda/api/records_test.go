package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

// shelf plays S3 for conditional writes: each request takes a while, and some go wrong.
type shelf struct {
	get, put time.Duration // about how long they take
	trouble  float64       // how many of the requests are answered 503, half of them after they were done

	mu      sync.Mutex
	objects map[string][]byte
	version map[string]int
	gets    int
	puts    int // that were stored
}

func (s *shelf) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	takes := s.get
	if r.Method != "GET" {
		takes = s.put
	}
	time.Sleep(takes/2 + time.Duration(rand.Int64N(int64(takes)+1))/2)
	status, text, etag := s.answer(r, body)
	time.Sleep(takes / 4)
	return &http.Response{StatusCode: status, Header: http.Header{"Etag": {etag}}, Body: io.NopCloser(bytes.NewReader(text)), Request: r}, nil
}

func (s *shelf) answer(r *http.Request, body []byte) (status int, text []byte, etag string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	dice := rand.Float64()
	if dice < s.trouble/2 {
		return 503, nil, ""
	}
	defer func() {
		if dice < s.trouble {
			status = 503
		}
	}()
	key := r.URL.Path
	old, there := s.objects[key]
	tag := func() string { return `"` + strconv.Itoa(s.version[key]) + `"` }
	switch {
	case r.Method == "GET" && !there:
		s.gets++
		return 404, nil, ""
	case r.Method == "GET":
		s.gets++
		return 200, old, tag()
	case r.Header.Get("If-None-Match") == "*" && there:
		return 412, nil, ""
	case r.Header.Get("If-Match") != "" && !there:
		return 404, nil, ""
	case r.Header.Get("If-Match") != "" && r.Header.Get("If-Match") != tag():
		return 412, nil, ""
	}
	if s.objects == nil {
		s.objects, s.version = map[string][]byte{}, map[string]int{}
	}
	s.objects[key], s.version[key], s.puts = body, s.version[key]+1, s.puts+1
	return 200, nil, tag()
}

// instance is the records of one copy of the function.
func (s *shelf) instance() *records {
	return &records{limits: defaultRecords(), http: &http.Client{Transport: s}, signer: presign.New(presign.Options{
		Bucket: "state", Region: "eu-west-1", Endpoint: "http://127.0.0.1:1",
		Credentials: func(context.Context) (presign.Credentials, error) {
			return presign.Credentials{AccessKeyID: "A", SecretAccessKey: "s"}, nil
		},
	})}
}

type tally struct{ N, Refused int }

// add counts one of at most so many.
func add(r *records, most int) error {
	return update(context.Background(), r, upload.UsageKey("", "alice"), func(t *tally) (bool, error) {
		if t.N >= most {
			return false, upload.Errorf(upload.QuotaExceeded, "got one more, want at most %d: stop", most)
		}
		t.N++
		return true, nil
	})
}

// thousand asks for one of most places a thousand times at once, on so many instances.
func thousand(t *testing.T, s *shelf, instances, most int) (got, refused, late int, longest time.Duration) {
	t.Helper()
	all := make([]*records, instances)
	for i := range all {
		all[i] = s.instance()
	}
	var mu sync.Mutex
	var wait sync.WaitGroup
	for i := range 1000 {
		wait.Go(func() {
			start := time.Now()
			err := add(all[i%instances], most)
			mu.Lock()
			defer mu.Unlock()
			longest = max(longest, time.Since(start))
			switch {
			case err == nil:
				got++
			case is(err, upload.QuotaExceeded):
				refused++
			case is(err, upload.SlowDown):
				late++
			default:
				t.Error(err)
			}
		})
	}
	wait.Wait()
	return got, refused, late, longest
}

// Time is the simulation's own, so that a loaded machine changes nothing.
func TestAThousandCallersOfOneLedger(t *testing.T) {
	for _, row := range []struct {
		name      string
		instances int
		trouble   float64
		least     int // of 100 places, that are taken
	}{
		{"one instance", 1, 0, 100},
		{"fifty instances", 50, 0, 100},
		{"a thousand instances", 1000, 0, 25},
		{"fifty instances and a bad day", 50, 0.05, 80},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &shelf{get: 15 * time.Millisecond, put: 30 * time.Millisecond, trouble: row.trouble}
				got, refused, late, longest := thousand(t, s, row.instances, 100)
				t.Logf("%d got a place, %d were refused, %d gave up; %d GET and %d PUT that counted, the longest call %v", got, refused, late, s.gets, s.puts, longest)
				if got > 100 || got < row.least {
					t.Errorf("%d got a place, want %d to 100", got, row.least)
				}
				if got < 100 && refused > 0 && row.trouble == 0 {
					t.Errorf("%d were refused while there were places", refused)
				}
				if longest > 6*time.Second {
					t.Errorf("a call took %v, want 6 s at most", longest)
				}
			})
		})
	}
}

// Together they get on about as fast as one alone would: no cycle of conflicts.
func TestConflictsDoNotStarve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{get: 15 * time.Millisecond, put: 30 * time.Millisecond}
		got, _, _, _ := thousand(t, s, 1000, 1000)
		if alone := int(5 * time.Second / (45 * time.Millisecond)); got < alone/4 {
			t.Errorf("%d writes in five seconds, want a quarter of the %d that one caller would make", got, alone)
		}
	})
}

// What is decided together on an instance is written once.
func TestChangesOfOneInstanceAreWrittenTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{get: 15 * time.Millisecond, put: 30 * time.Millisecond}
		got, refused, _, _ := thousand(t, s, 1, 1000)
		if got != 1000 || refused != 0 || s.puts > 5 {
			t.Errorf("%d got a place with %d PUT, want a thousand with a few", got, s.puts)
		}
	})
}

func TestOneCallIsOneGetAndOnePut(t *testing.T) {
	s := &shelf{}
	for range 3 {
		if err := add(s.instance(), 10); err != nil {
			t.Fatal(err)
		}
	}
	if s.gets != 3 || s.puts != 3 {
		t.Errorf("%d GET and %d PUT for 3 calls", s.gets, s.puts)
	}
	if err := add(s.instance(), 3); !is(err, upload.QuotaExceeded) || s.puts != 3 {
		t.Errorf("refused: %v, %d PUT, want none more", err, s.puts)
	}
}

func TestSpoiltRecordsAreReplaced(t *testing.T) {
	s := &shelf{objects: map[string][]byte{"/state/usage/uploads/alice": []byte("{not JSON")}, version: map[string]int{}}
	if err := add(s.instance(), 1); err != nil {
		t.Fatal(err)
	}
	if err := add(s.instance(), 1); !is(err, upload.QuotaExceeded) {
		t.Errorf("got %v, want it to count from then on", err)
	}
}

// Whoever may not write hears so at once; whoever meets trouble hears so in time.
func TestTroubleOfTheStateBucket(t *testing.T) {
	for _, row := range []struct {
		name   string
		answer func() (*http.Response, error)
		code   upload.Code
		within time.Duration
	}{
		{"denied", func() (*http.Response, error) {
			return &http.Response{StatusCode: 403, Body: io.NopCloser(bytes.NewReader([]byte("<Code>AccessDenied</Code>")))}, nil
		}, upload.InternalError, time.Second},
		{"503 for ever", func() (*http.Response, error) {
			return &http.Response{StatusCode: 503, Body: http.NoBody}, nil
		}, upload.ServiceUnavailable, 6 * time.Second},
		{"no network", func() (*http.Response, error) { return nil, errors.New("no route") }, upload.ServiceUnavailable, 6 * time.Second},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := (&shelf{}).instance()
				r.http = &http.Client{Transport: roundTrip(row.answer)}
				start := time.Now()
				err := add(r, 1)
				if !is(err, row.code) || time.Since(start) > row.within {
					t.Errorf("got %v after %v, want %s within %v", err, time.Since(start), row.code, row.within)
				}
			})
		})
	}
}

type roundTrip func() (*http.Response, error)

func (f roundTrip) RoundTrip(*http.Request) (*http.Response, error) { return f() }

func TestDifferentKeysDoNotWaitForEachOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{get: 15 * time.Millisecond, put: 30 * time.Millisecond}
		r, start := s.instance(), time.Now()
		var wait sync.WaitGroup
		for i := range 100 {
			wait.Go(func() {
				err := update(context.Background(), r, upload.UsageKey("", upload.Caller(fmt.Sprint("u", i))), func(t *tally) (bool, error) {
					t.N++
					return true, nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if took := time.Since(start); took > 200*time.Millisecond {
			t.Errorf("took %v", took)
		}
	})
}
