// Package cost says what a stack of ours costs, month by month: storage in each
// class with its minimums, requests by the table of S3's operations and the
// engine's own part plan, encryption, the API, logs, transfer, and what each
// option adds or saves. It does arithmetic alone, over a table of prices: the
// command line and the API use the same.
//
// A month is a twelfth of 365 days. Uploads come in evenly, from the first day of
// the first month on, so what is stored in a month is an integral with a closed
// form, and no simulation: see held.
package cost

import (
	"math"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// Group is one of the parts of a bill that a chart stacks.
type Group string

// The groups, in the order of a chart, the lowest first.
const (
	Storage      Group = "storage"
	Requests     Group = "requests"
	Encryption   Group = "encryption"
	API          Group = "api" // HTTP API, Lambda, CloudFront, X-Ray
	Logs         Group = "logs and trail"
	Transfer     Group = "transfer"
	Acceleration Group = "acceleration"
	Scan         Group = "malware scan"
	Events       Group = "events"
	SignIn       Group = "sign-in"
	Watch        Group = "watch" // dashboard and alarms
)

// Groups lists all groups in their order.
func Groups() []Group {
	return []Group{Storage, Requests, Encryption, API, Logs, Transfer, Acceleration, Scan, Events, SignIn, Watch}
}

// Line is one line of a month's bill.
type Line struct {
	Group  Group      `json:"group"`
	What   string     `json:"what"` // such as "UploadPart" or "STANDARD, noncurrent"
	Item   price.Item `json:"item"`
	Amount float64    `json:"amount"`
	Unit   string     `json:"unit"`
	USD    float64    `json:"usd"`
	// Source is where the price of the first unit is from.
	Source price.Source `json:"source"`
}

// Month is a month's bill.
type Month struct {
	Number int     `json:"month"` // from 1
	Lines  []Line  `json:"lines"`
	USD    float64 `json:"usd"`
}

// Of is what the month costs in a group, in USD.
func (m Month) Of(g Group) (usd float64) {
	for _, l := range m.Lines {
		if l.Group == g {
			usd += l.USD
		}
	}
	return usd
}

// Report is an estimate.
type Report struct {
	Region string  `json:"region"`
	Months []Month `json:"months"`
	USD    float64 `json:"usd"` // of all months
	// Options compares each option on with the same off, cheapest first.
	Options []Option `json:"options"`
	// Assumed says what was taken for granted.
	Assumed []string `json:"assumed"`
	// Used is the most of each item in a month, which says what prices count.
	Used map[price.Item]float64 `json:"-"`
}

// Estimate prices a workload. Its errors name the field, what was got and what is
// allowed.
func Estimate(w Workload, s Settings, prices price.Table) (Report, error) {
	if err := w.Check(s); err != nil {
		return Report{}, err
	}
	r := Report{Region: prices.Region, Assumed: assumed(w, s), Used: map[price.Item]float64{}}
	for n := 1; n <= w.Months; n++ {
		m := month(n, w, s, prices, r.Used)
		r.Months = append(r.Months, m)
		r.USD += m.USD
	}
	r.Options = options(w, s, prices)
	return r, nil
}

// total is what all months cost.
func total(w Workload, s Settings, prices price.Table) (usd float64) {
	for n := 1; n <= w.Months; n++ {
		usd += month(n, w, s, prices, nil).USD
	}
	return usd
}

// month is the bill of month n.
func month(n int, w Workload, s Settings, prices price.Table, used map[price.Item]float64) Month {
	l := ledger{prices: prices, free: s.FreeTier, sums: map[price.Item]float64{}}
	span := span{float64(n-1) * daysPerMonth, float64(n) * daysPerMonth}
	lives := livesOf(w, s)
	l.storage(span, lives, Storage, Requests)
	t := trafficOf(w, s)
	t.keep(span, lives, w, s)
	l.requests(span, t, lives, w)
	l.encryption(n, t, s)
	l.api(t)
	l.logs(span, t, s)
	l.moved(w, s)
	l.state(span, t, w, s)
	l.backups(span, w, lives, s)
	l.told(span, lives, w)
	l.events(w, s)
	l.rest(w, s)
	for item, sum := range l.sums {
		if used != nil {
			used[item] = max(used[item], sum)
		}
	}
	m := Month{Number: n, Lines: l.lines}
	for _, line := range l.lines {
		m.USD += line.USD
	}
	return m
}

// ledger collects the lines of a month.
type ledger struct {
	prices price.Table
	free   bool // the account's free amounts count
	lines  []Line
	sums   map[price.Item]float64
}

// add puts an amount on the bill. Prices fall with the month's sum of an item,
// whatever it is for, so a line costs what it adds to the sum.
func (l *ledger) add(g Group, what string, item price.Item, amount float64) {
	if amount <= 0 {
		return
	}
	figure := l.prices.Figure(item)
	free := 0.0
	if l.free {
		free = figure.Free
	}
	before := l.sums[item]
	l.sums[item] += amount
	usd := tidy(figure.Cost(max(0, l.sums[item]-free)) - figure.Cost(max(0, before-free)))
	for i, have := range l.lines {
		if have.Group == g && have.What == what && have.Item == item {
			l.lines[i].Amount += amount
			l.lines[i].USD += usd
			return
		}
	}
	l.lines = append(l.lines, Line{g, what, item, amount, figure.Unit, usd, figure.Tiers[0].Source})
}

// tidy takes off what differences of float64 leave behind the twelfth digit after
// the point.
func tidy(usd float64) float64 { return math.Round(usd*1e12) / 1e12 }

func gb(bytes float64) float64 { return bytes / upload.GiB }
