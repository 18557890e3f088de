package presign

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"signet/lambda/upload"
)

// TestExpires: the end that is stated is the credentials' if that comes sooner.
func TestExpires(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 999, time.UTC)
	start := now.Truncate(time.Second)
	tests := []struct {
		name        string
		credentials time.Time
		want        time.Duration // after start; 0: ExpiredToken
	}{
		{"unknown", time.Time{}, 15 * time.Minute},
		{"later", start.Add(time.Hour), 15 * time.Minute},
		{"the same", start.Add(15 * time.Minute), 15 * time.Minute},
		{"a second sooner", start.Add(15*time.Minute - time.Second), 15*time.Minute - time.Second},
		{"in a second", start.Add(time.Second), time.Second},
		{"in another zone", start.Add(time.Minute).In(time.FixedZone("", 3600)), time.Minute},
		{"now", start, 0},
		{"over", start.Add(-time.Hour), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			options := testOptions("token")
			options.Now = func() time.Time { return now }
			options.Credentials = func(context.Context) (Credentials, error) {
				return Credentials{AccessKeyID: "A", SecretAccessKey: "S", Expires: tt.credentials}, nil
			}
			s, ctx := New(options), context.Background()
			one, err := s.URL(ctx, putRequest(t))
			table, errTable := s.Parts(ctx, tenThousandParts(t))
			form, errForm := s.Form(ctx, formOf(t, upload.FormWish{Name: "a"}))
			for i, got := range []time.Time{one.Expires, table.Expires, form.Expires} {
				err := []error{err, errTable, errForm}[i]
				if tt.want == 0 {
					if upload.CodeOf(err) != upload.ExpiredToken {
						t.Errorf("got %v, want ExpiredToken", err)
					}
					continue
				}
				if err != nil || !got.Equal(start.Add(tt.want)) {
					t.Errorf("got %s and error %v, want %s", got, err, start.Add(tt.want))
				}
			}
		})
	}
}

// TestChange: what is kept between calls must not outlive the credentials or
// the day that it belongs to, in UTC.
func TestChange(t *testing.T) {
	base := Credentials{AccessKeyID: "ASIA1", SecretAccessKey: "secret", SessionToken: "token"}
	midnight := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		from time.Time
		to   time.Time
		with Credentials
	}{
		{"key id", midnight, midnight, Credentials{AccessKeyID: "ASIA2", SecretAccessKey: "secret", SessionToken: "token"}},
		{"secret alone", midnight, midnight, Credentials{AccessKeyID: "ASIA1", SecretAccessKey: "other", SessionToken: "token"}},
		{"token alone", midnight, midnight, Credentials{AccessKeyID: "ASIA1", SecretAccessKey: "secret", SessionToken: "other"}},
		{"no token", midnight, midnight, Credentials{AccessKeyID: "ASIA1", SecretAccessKey: "secret"}},
		{"over midnight", midnight.Add(-time.Nanosecond), midnight, base},
		{"back over midnight", midnight, midnight.Add(-time.Nanosecond), base},
		{"a year", midnight, midnight.AddDate(1, 0, 0), base},
		{"another zone's midnight", midnight.In(time.FixedZone("", -3600)), midnight.Add(time.Hour).In(time.FixedZone("", -3600)), base},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			now, credentials := tt.from, base
			options := testOptions("")
			options.Now = func() time.Time { return now }
			options.Credentials = func(context.Context) (Credentials, error) { return credentials, nil }
			kept, ctx := New(options), context.Background()
			if _, err := kept.URL(ctx, putRequest(t)); err != nil {
				t.Fatal(err)
			}
			now, credentials = tt.to, tt.with
			got, err := kept.URL(ctx, putRequest(t))
			if err != nil {
				t.Fatal(err)
			}
			want, err := New(options).URL(ctx, putRequest(t))
			if err != nil {
				t.Fatal(err)
			}
			if got.URL != want.URL {
				t.Errorf("got %s, want %s", got.URL, want.URL)
			}
			if date := now.UTC().Format("20060102"); strings.Count(got.URL, date) != 2 {
				t.Errorf("got %s, want the day %s in date and scope", got.URL, date)
			}
		})
	}
}

func TestCredentialErrors(t *testing.T) {
	down := errors.New("down")
	for name, source := range map[string]func(context.Context) (Credentials, error){
		"failing":   func(context.Context) (Credentials, error) { return Credentials{}, down },
		"no key id": func(context.Context) (Credentials, error) { return Credentials{SecretAccessKey: "s"}, nil },
		"no secret": func(context.Context) (Credentials, error) { return Credentials{AccessKeyID: "a"}, nil },
	} {
		t.Run(name, func(t *testing.T) {
			options := testOptions("")
			options.Credentials = source
			_, err := New(options).URL(context.Background(), putRequest(t))
			if upload.CodeOf(err) != upload.InternalError || errors.Unwrap(err) == nil {
				t.Errorf("got %v, want an InternalError with its cause", err)
			}
			if name == "failing" && !errors.Is(err, down) {
				t.Errorf("got cause %v, want %v", errors.Unwrap(err), down)
			}
		})
	}
}

// TestNothingUnapproved: the zero values can be made without a policy.
func TestNothingUnapproved(t *testing.T) {
	s, ctx := testSigner(""), context.Background()
	_, url := s.URL(ctx, upload.Request{})
	_, table := s.Parts(ctx, upload.Parts{})
	_, form := s.Form(ctx, upload.Form{})
	for i, err := range []error{url, table, form} {
		if upload.CodeOf(err) != upload.InvalidRequest {
			t.Errorf("zero value %d: got %v, want InvalidRequest", i, err)
		}
	}
}

func TestLifeHasBounds(t *testing.T) {
	s := testSigner("")
	for life, ok := range map[time.Duration]bool{
		0: false, time.Second - 1: false, time.Second: true, maxExpires: true, maxExpires + time.Second: false, -time.Second: false,
	} {
		if _, err := s.start(context.Background(), life); (err == nil) != ok {
			t.Errorf("%s: got %v, want it signed: %t", life, err, ok)
		}
	}
}

// TestConcurrent signs from 64 goroutines with credentials and a clock that
// change under them; the race detector watches.
func TestConcurrent(t *testing.T) {
	type moment struct{}
	at := func(ctx context.Context) int { return ctx.Value(moment{}).(int) }
	credentials := func(ctx context.Context) (Credentials, error) {
		return Credentials{AccessKeyID: "A" + strconv.Itoa(at(ctx)), SecretAccessKey: "S" + strconv.Itoa(at(ctx)), SessionToken: "T"}, nil
	}
	options := testOptions("")
	options.Credentials = credentials
	shared := New(options)
	request := putRequest(t)
	parts, err := testPolicy(t, upload.GiB).AuthorizeParts(ada, request.Key(), "id", upload.GiB, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for i := range 20 {
				ctx := context.WithValue(context.Background(), moment{}, (g+i)%5)
				got, err := shared.URL(ctx, request)
				table, errTable := shared.Parts(ctx, parts)
				want, errWant := New(options).URL(ctx, request)
				wantTable, errWantTable := New(options).Parts(ctx, parts)
				if err := errors.Join(err, errTable, errWant, errWantTable); err != nil {
					t.Error(err)
				} else if got.URL != want.URL || !slices.Equal(table.Signatures, wantTable.Signatures) {
					t.Errorf("got %s, want %s", got.URL, want.URL)
				}
			}
		})
	}
	wg.Wait()
}

// TestAllocations: one URL takes at most 12, and the table no more for 10,000
// parts than for 10.
func TestAllocations(t *testing.T) {
	s, ctx := testSigner(longToken), context.Background()
	request := putRequest(t)
	if n := testing.AllocsPerRun(100, func() { _, _ = s.URL(ctx, request) }); n > 12 {
		t.Errorf("URL: got %v allocations, want at most 12", n)
	}
	many := tenThousandParts(t)
	few, err := testPolicy(t, upload.TiB).AuthorizeParts(ada, many.Key(), many.UploadID(), 80*upload.MiB, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	least := testing.AllocsPerRun(20, func() { _, _ = s.Parts(ctx, few) })
	if most := testing.AllocsPerRun(5, func() { _, _ = s.Parts(ctx, many) }); most > least {
		t.Errorf("Parts: got %v allocations for 10,000, want the %v of 10", most, least)
	}
}
