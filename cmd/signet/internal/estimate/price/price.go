// Package price holds what AWS asks for what Signet uses: a table for each
// region, each figure with its unit, the day on which it was read, and where.
// The table comes with this package as a snapshot, or from a file of the same
// form that `signet estimate --refresh` writes.
//
// Amounts and dollars are float64. Prices reach down to 0.35 millionths of a
// dollar and the sums up to millions of dollars, of which a float64 keeps fifteen
// digits; whole nano-dollars would already round the price of a GB-second.
package price

import (
	"net/url"
	"strings"
	"time"
)

// Source is where a figure is from.
type Source struct {
	URL  string `json:"url"`  // of AWS's own file or page; empty: none was at hand
	Date string `json:"date"` // on which it was read, as 2026-10-01; empty: not verified
	Via  string `json:"via"`  // who read it, or why it is not verified
}

// Short is the day and the host where it was read, or that it was not verified.
func (s Source) Short() string {
	if s.Date == "" {
		return Unverified
	}
	if at, err := url.Parse(s.URL); err == nil {
		return s.Date + ", " + at.Host
	}
	return s.Date
}

// Tier is a price of what lies beyond an amount.
type Tier struct {
	From   float64 `json:"from"` // of the month's amount, in the figure's unit
	USD    float64 `json:"usd"`  // for one unit
	Source Source  `json:"source"`
}

// Figure is the price of one item in one region.
type Figure struct {
	Unit string `json:"unit"`
	// Tiers are by amount, the first from 0. At least one.
	Tiers []Tier `json:"tiers"`
	// Free is what an account gets each month for nothing, for as long as it
	// exists, in the unit. Other programs of the account use it up too.
	Free float64 `json:"free,omitempty"`
}

// Cost is what an amount costs within one month, each tier's share at its own
// price. The free amount is not taken off.
func (f Figure) Cost(amount float64) (usd float64) {
	for i, t := range f.Tiers {
		upTo := amount
		if i+1 < len(f.Tiers) {
			upTo = min(amount, f.Tiers[i+1].From)
		}
		if upTo > t.From {
			usd += (upTo - t.From) * t.USD
		}
	}
	return usd
}

// Table is the prices of one region.
type Table struct {
	Region  string
	figures map[Item]Figure
}

// Figure is an item's price. Every table has all of [Items].
func (t Table) Figure(item Item) Figure { return t.figures[item] }

// Flag is a figure that should not be relied on.
type Flag struct {
	Item   Item   `json:"item"`
	Why    string `json:"why"` // "6 months old", "not verified"
	Source Source `json:"source"`
}

// maxAge is how long a price is taken to hold.
const maxAge = 6 // months

// The reasons of flags.
const (
	Old        = "older than 6 months"
	Unverified = "not verified"
)

// Flags names the figures that were used, by how much, and are either older than
// 6 months or were never verified, in the order of [Items].
func (t Table) Flags(used map[Item]float64, now time.Time) []Flag {
	oldest := now.AddDate(0, -maxAge, 0).Format(time.DateOnly)
	var flags []Flag
	for _, item := range Items() {
		for _, tier := range t.figures[item].Tiers {
			if used[item] <= tier.From {
				continue
			}
			switch date := tier.Source.Date; {
			case date == "":
				flags = append(flags, Flag{item, Unverified, tier.Source})
			case strings.Compare(date, oldest) < 0:
				flags = append(flags, Flag{item, Old, tier.Source})
			}
		}
	}
	return flags
}

// Date is the day on which the oldest dated figure of those used was read; empty
// when none has a date.
func (t Table) Date(used map[Item]float64) (oldest string) {
	for item, amount := range used {
		for _, tier := range t.figures[item].Tiers {
			if d := tier.Source.Date; amount > tier.From && d != "" && (oldest == "" || d < oldest) {
				oldest = d
			}
		}
	}
	return oldest
}
