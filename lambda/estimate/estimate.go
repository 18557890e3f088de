// Package estimate answers what a stack of ours will cost, how long an upload
// will take, and which limit binds first. It reads what people write, "1TB" and
// "200Mbps", and asks the packages below it, which do the arithmetic. The command
// line and the API are two mouths of it.
package estimate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"signet/lambda/estimate/cost"
	"signet/lambda/estimate/price"
	"signet/lambda/upload"
)

// Question is what is asked; each part that is not nil is answered.
type Question struct {
	// Region whose prices and quotas count. Empty: the stack's own.
	Region string    `json:"region,omitempty"`
	Time   *Time     `json:"time,omitempty"`
	Cost   *Workload `json:"cost,omitempty"`
	Limits *Limits   `json:"limits,omitempty"`
}

// Workload is a [cost.Workload] whose fields may be left out of the JSON: they are
// then those of [cost.DefaultWorkload].
type Workload struct{ cost.Workload }

// UnmarshalJSON implements json.Unmarshaler.
func (w *Workload) UnmarshalJSON(b []byte) error {
	w.Workload = cost.DefaultWorkload()
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	return d.Decode(&w.Workload)
}

// Answer has a part for each that was asked.
type Answer struct {
	Time   *TimeReport   `json:"time,omitempty"`
	Cost   *CostReport   `json:"cost,omitempty"`
	Limits *LimitsReport `json:"limits,omitempty"`
	// Prices says how far the prices can be relied on.
	Prices Prices `json:"prices"`
}

// CostReport is a bill with what it is for.
type CostReport struct {
	Workload cost.Workload `json:"workload"`
	cost.Report
}

// Prices names the region whose prices counted, and what to doubt.
type Prices struct {
	Region string `json:"region"`
	// Date is the day on which the oldest of the prices used was read.
	Date  string       `json:"date"`
	Flags []price.Flag `json:"flags"`
}

// Estimator knows a stack and the prices.
type Estimator struct {
	Config upload.Config
	Prices price.Book
	Now    func() time.Time
}

// Answer answers a question. Errors name the field of the question, what was got
// and what is allowed.
func (e Estimator) Answer(q Question) (*Answer, error) {
	if q.Time == nil && q.Cost == nil && q.Limits == nil {
		return nil, errors.New("got nothing to estimate, want time, cost or limits: ask for one of them")
	}
	region := q.Region
	if region == "" {
		region = e.Config.Region
	}
	prices, err := e.Prices.Table(region)
	if err != nil {
		return nil, fmt.Errorf("region: %w", err)
	}
	out, used := &Answer{}, map[price.Item]float64{}
	if q.Time != nil {
		if out.Time, err = q.Time.Estimate(prices, used); err != nil {
			return nil, fmt.Errorf("time.%w", err)
		}
	}
	if q.Cost != nil {
		report, err := cost.Estimate(q.Cost.Workload, cost.SettingsOf(e.Config), prices)
		if err != nil {
			return nil, fmt.Errorf("cost.%w", err)
		}
		out.Cost = &CostReport{q.Cost.Workload, report}
		maps.Copy(used, report.Used)
	}
	if q.Limits != nil {
		if out.Limits, err = q.Limits.Find(region, e.Config); err != nil {
			return nil, fmt.Errorf("limits.%w", err)
		}
	}
	out.Prices = Prices{Region: region, Date: prices.Date(used), Flags: append([]price.Flag{}, prices.Flags(used, e.Now())...)}
	return out, nil
}

// FieldError is a value that cannot be read, or is out of its range.
type FieldError struct {
	Field string // as in the JSON
	Err   error
}

// Error implements error.
func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }

// Unwrap gives what is wrong with the value.
func (e *FieldError) Unwrap() error { return e.Err }

// Flag is a field's name as a flag has it: perConnection is --per-connection.
func (e *FieldError) Flag() string {
	var b strings.Builder
	for _, r := range e.Field {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return "--" + b.String()
}
