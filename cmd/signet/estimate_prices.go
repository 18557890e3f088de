package main

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/estimate/price"
	"signet/cmd/signet/internal/pricelist"
)

// pricesNote says whose prices were used, how old the oldest of them is, and which
// should not be relied on.
type pricesNote struct {
	Region string `json:"region"`
	// Date is when the oldest of the figures in use was read.
	Date  string       `json:"date"`
	Flags []price.Flag `json:"flags"`
}

func noteOf(prices price.Table, used map[price.Item]float64, now time.Time) *pricesNote {
	return &pricesNote{prices.Region, prices.Date(used), append([]price.Flag{}, prices.Flags(used, now)...)}
}

func (n *pricesNote) write(w io.Writer) {
	fmt.Fprintf(w, "Prices of %s, in USD", n.Region)
	if n.Date != "" {
		fmt.Fprintf(w, ", the oldest read on %s", n.Date)
	}
	fmt.Fprintln(w)
	for _, why := range []string{price.Old, price.Unverified} {
		var items []string
		for _, f := range n.Flags {
			if name := string(f.Item); f.Why == why && !slices.Contains(items, name) {
				items = append(items, name)
			}
		}
		if len(items) > 0 {
			fmt.Fprintf(w, "  %s: %s\n", why, strings.Join(items, ", "))
		}
	}
	if len(n.Flags) > 0 {
		fmt.Fprint(w, "  signet estimate --refresh FILE reads those of today\n")
	}
}

// priceList is AWS's, or for trials one at another address.
func (f *estimateFlags) priceList(c *console) *pricelist.Client {
	return &pricelist.Client{
		Base: f.priceAddress, HTTP: &http.Client{Timeout: 10 * time.Minute}, Now: time.Now,
		Progress: func(service string) {
			if isTerminal(c.stderr) && !c.quiet {
				fmt.Fprintf(c.stderr, "Reading %s …\n", service)
			}
		},
	}
}

// orNone lists items and why they kept their figures.
func orNone(kept map[price.Item]string) string {
	var all []string
	for _, item := range slices.Sorted(maps.Keys(kept)) {
		all = append(all, fmt.Sprintf("%s (%s)", item, kept[item]))
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ", ")
}
