package price

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
)

func table(t *testing.T, region string) Table {
	t.Helper()
	book, err := Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	prices, err := book.Table(region)
	if err != nil {
		t.Fatal(err)
	}
	return prices
}

// Every figure says its unit, and either when and where it was read or that it
// was not verified.
func TestSnapshot(t *testing.T) {
	for _, region := range []string{"us-east-1", "eu-west-1", "ap-northeast-2"} {
		prices := table(t, region)
		for _, item := range Items() {
			f := prices.Figure(item)
			if f.Unit != item.Unit() || len(f.Tiers) == 0 || f.Tiers[0].From != 0 {
				t.Errorf("%s %s: %+v", region, item, f)
			}
			for _, tier := range f.Tiers {
				s := tier.Source
				if dated := s.Date != ""; dated && !strings.HasPrefix(s.URL, "https://") || !dated && !strings.HasPrefix(s.Via, "not verified: ") || s.Via == "" || strings.Contains(s.URL, "*") {
					t.Errorf("%s %s: source %+v", region, item, s)
				}
				if s.Date > time.Now().UTC().Format(time.DateOnly) {
					t.Errorf("%s %s: read on %s, which is to come", region, item, s.Date)
				}
			}
		}
	}
}

// What storage costs is known of more regions than all prices are.
func TestStandardElsewhere(t *testing.T) {
	book, err := Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]float64{"us-east-1": 0.023, "ap-northeast-2": 0.025, "sa-east-1": 0.0405, "eu-central-1": 0.0245} {
		if got, ok := book.Standard(region); !ok || got.Tiers[0].USD != want || got.Unit != "GB-month" || got.Tiers[0].Source.Via == "" {
			t.Errorf("%s: got %+v, want %g USD a GB-month with its source", region, got, want)
		}
	}
	if got, ok := book.Standard("mars-north-1"); ok {
		t.Errorf("got %+v for a region that AWS does not have", got)
	}
}

func TestUnknownRegion(t *testing.T) {
	book, err := Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.Table("mars-north-1"); err == nil || err.Error() != `got region "mars-north-1", want one of ap-northeast-2, eu-west-1, us-east-1` {
		t.Errorf("got %v", err)
	}
}

func TestTiers(t *testing.T) {
	f := Figure{Tiers: []Tier{{From: 0, USD: 3}, {From: 10, USD: 2}, {From: 20, USD: 1}}}
	for _, row := range []struct{ amount, want float64 }{{0, 0}, {1, 3}, {10, 30}, {11, 32}, {20, 50}, {25, 55}, {0.5, 1.5}} {
		if got := f.Cost(row.amount); math.Abs(got-row.want) > 1e-12 {
			t.Errorf("%v costs %v, want %v", row.amount, got, row.want)
		}
	}
}

// A figure of the day six months ago is not old; of the day before, it is. What
// was never dated is not verified, and tiers that were not reached do not count.
func TestFlags(t *testing.T) {
	source := func(date string) Source { return Source{Date: date, Via: "test"} }
	prices := Table{figures: map[Item]Figure{
		Tier1:       {Tiers: []Tier{{0, 1, source("2026-05-24")}}},
		KMSRequest:  {Tiers: []Tier{{0, 1, source("2026-05-23")}}},
		KMSKey:      {Tiers: []Tier{{0, 1, source("")}}},
		TransferOut: {Tiers: []Tier{{0, 1, source("2026-11-01")}, {10, 1, source("2020-01-01")}}},
		XRayTrace:   {Tiers: []Tier{{0, 1, source("2001-01-01")}}},
	}}
	now := time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC)
	used := map[Item]float64{Tier1: 1, KMSRequest: 1, KMSKey: 1, TransferOut: 10}
	want := []Flag{{KMSKey, Unverified, source("")}, {KMSRequest, Old, source("2026-05-23")}}
	if got := prices.Flags(used, now); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	used[TransferOut] = 10.5
	if got := prices.Flags(used, now); len(got) != 3 {
		t.Errorf("got %+v, want the second tier of transfer.out too", got)
	}
	if got := prices.Date(used); got != "2020-01-01" {
		t.Errorf("got date %s, want that of the oldest figure in use", got)
	}
}

func TestParseRefuses(t *testing.T) {
	whole := string(snapshot)
	for _, row := range []struct{ from, to, want string }{
		{"{", "[", "not JSON"},
		{`"regions"`, `"places"`, "got prices of no region"},
		{`"s3.tier1.STANDARD"`, `"s3.tier1"`, "got none for s3.tier1.STANDARD, want one in USD for each request"},
		{`"unit": "request"`, `"unit": "1000 requests"`, `got unit "1000 requests", want request`},
		{`"source": "ue1 AmazonS3"`, `"source": "nowhere"`, `got source "nowhere", want one of alike, `},
		{`"usd": 0.023`, `"usd": -1`, "got -1 USD"},
		{`"from": 51200`, `"from": 0`, "got a tier from 0, want more than 0"},
		{`"date": "2026-09-29"`, `"date": "29.9.2026"`, `got date "29.9.2026"`},
	} {
		if _, err := Parse([]byte(strings.Replace(whole, row.from, row.to, 1))); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s for %s: got %v, want %s", row.to, row.from, err, row.want)
		}
	}
}

func TestJSONReadsBack(t *testing.T) {
	prices := table(t, "ap-northeast-2")
	text, err := JSON(prices, prices.With("x-1", map[Item]Figure{Tier1: {Unit: "request", Tiers: []Tier{{0, 1, Source{"https://a", "2026-01-02", "b"}}}}}))
	if err != nil {
		t.Fatal(err)
	}
	book, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := book.Table("ap-northeast-2"); err != nil || !reflect.DeepEqual(back, prices) {
		t.Errorf("reads back as another table: %v", err)
	}
	if other, err := book.Table("x-1"); err != nil || other.Figure(Tier1).Tiers[0].USD != 1 {
		t.Errorf("got %+v, %v", other.Figure(Tier1), err)
	}
}
