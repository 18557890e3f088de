package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signet/cmd/signet/internal/estimate/price"
)

// A price list that knows of one price alone: it is taken, all others stay, and
// the file can be estimated with.
func TestRefreshWritesPrices(t *testing.T) {
	list := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/offers/v1.0/aws/") {
			t.Errorf("asked for %s", r.URL.Path)
		}
		w.Write([]byte(`{"publicationDate": "2026-11-20T00:00:00Z",
			"products": {"A": {"attributes": {"usagetype": "EUW2-Requests-Tier1"}}},
			"terms": {"OnDemand": {"A": {"A.B": {"priceDimensions": {"A.B.C": {"beginRange": "0", "endRange": "Inf", "pricePerUnit": {"USD": "0.5"}}}}}}}}`))
	}))
	defer list.Close()
	file := filepath.Join(t.TempDir(), "prices.json")
	var out, errs bytes.Buffer
	if code := run([]string{"estimate", "--refresh", file, "--region", "eu-west-2", "--price-list", list.URL, "--json"}, &out, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	var said refreshNote
	if err := json.Unmarshal(out.Bytes(), &said); err != nil || said.Read != 1 || len(said.Kept) != len(price.Items())-1 {
		t.Errorf("got %s, %v", &out, err)
	}
	out.Reset()
	if code := run([]string{"estimate", "--files-per-month", "10", "--average-size", "1MiB", "--region", "eu-west-2", "--prices", file, "--json"}, &out, &errs); code != exitDone {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	var estimate struct {
		Cost struct {
			Months []struct {
				Lines []struct {
					What        string
					Amount, USD float64
				}
			}
		}
		Prices pricesNote
	}
	if err := json.Unmarshal(out.Bytes(), &estimate); err != nil {
		t.Fatal(err)
	}
	found := false
	for _, l := range estimate.Cost.Months[0].Lines {
		if l.What == "PostObject" {
			found = true
			if l.Amount != 10 || l.USD != 5 {
				t.Errorf("got %+v, want ten for half a dollar each", l)
			}
		}
	}
	if !found || len(estimate.Prices.Flags) < 10 || estimate.Prices.Flags[0].Why != price.Unverified {
		t.Errorf("found %v, flags %+v", found, estimate.Prices.Flags)
	}
}

// A price list that cannot be read leaves no file behind.
func TestRefreshFails(t *testing.T) {
	list := httptest.NewServer(http.NotFoundHandler())
	defer list.Close()
	file := filepath.Join(t.TempDir(), "prices.json")
	var out, errs bytes.Buffer
	if code := run([]string{"estimate", "--refresh", file, "--region", "eu-west-9", "--price-list", list.URL}, &out, &errs); code != exitFailed || !strings.Contains(errs.String(), "AmazonS3 in eu-west-9: got status 404") {
		t.Errorf("exit code %d: %s", code, &errs)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("got %v, want no file", err)
	}
}
