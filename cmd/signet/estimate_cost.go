package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"strconv"
	"strings"
	"text/tabwriter"

	"signet/cmd/signet/internal/chart"
	"signet/cmd/signet/internal/estimate/cost"
	"signet/cmd/signet/internal/estimate/price"
	"signet/cmd/signet/internal/remote"
	"signet/lambda/upload"
)

// costFlags is the workload of the cost section.
type costFlags struct {
	workload    cost.Workload
	config      string
	transition  int // days; below 0: the configuration's
	class       string
	space       string
	small, free bool
	given       bool // --files-per-month was
}

func (f *costFlags) define(set *flag.FlagSet) {
	f.workload = cost.DefaultWorkload()
	w := &f.workload
	set.Func("files-per-month", "", func(s string) error {
		f.given = true
		return count(&w.FilesPerMonth)(s)
	})
	set.Func("average-size", "", func(s string) error {
		size, err := upload.ParseSize(s)
		w.AverageSize = int64(size)
		return err
	})
	set.Func("downloads", "", count(&w.Downloads))
	set.Func("retain", "", days(&w.Retain))
	set.Func("overwritten", "", share(&w.Overwritten))
	set.Func("unfinished", "", share(&w.Unfinished))
	set.Func("files-per-visit", "", count(&w.FilesPerVisit))
	set.BoolVar(&w.Terminal, "terminal", false, "")
	set.Func("users", "", count(&w.Users))
	set.Func("guests", "", share(&w.Guests))
	set.StringVar(&f.space, "space", "", "")
	set.IntVar(&w.Months, "months", w.Months, "")
	set.StringVar(&f.config, "config", "", "")
	f.transition = -1
	set.Func("transition", "", days(&f.transition))
	set.StringVar(&f.class, "class", string(price.GlacierIR), "")
	set.BoolVar(&f.small, "small", false, "")
	set.BoolVar(&f.free, "free", false, "")
}

// count reads a number of things: 1000, 1,000, 2.5e6.
func count(into *float64) func(string) error {
	return func(s string) error {
		n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
		if err != nil || !(n >= 0) {
			return errors.New("want a number of 0 or more, such as 1000 or 2.5e6")
		}
		*into = n
		return nil
	}
}

// days reads a number of days, with or without a d.
func days(into *int) func(string) error {
	return func(s string) error {
		n, err := strconv.Atoi(strings.TrimSuffix(s, "d"))
		if err != nil || n < 0 {
			return errors.New("want whole days, such as 90 or 90d")
		}
		*into = n
		return nil
	}
}

// share reads 5% or 0.05.
func share(into *float64) func(string) error {
	return func(s string) error {
		number, percent := strings.CutSuffix(s, "%")
		n, err := strconv.ParseFloat(number, 64)
		if percent {
			n /= 100
		}
		if err != nil || !(n >= 0 && n <= 1) {
			return errors.New("want 0% to 100%, or 0 to 1")
		}
		*into = n
		return nil
	}
}

func (f *costFlags) asked() bool { return f.given }

// settings is the configuration's, with what the flags say otherwise.
func (f *costFlags) settings() (cost.Settings, error) {
	config, err := loadConfig(f.config)
	if err != nil {
		return cost.Settings{}, err
	}
	s, err := cost.SettingsIn(config, strings.TrimPrefix(f.space, remote.InSpace))
	if err != nil {
		return cost.Settings{}, asFlag(err)
	}
	s.Class, s.SmallToo, s.FreeTier = price.Class(f.class), f.small, f.free
	if f.transition >= 0 {
		s.Lifecycle.Transition = f.transition
	}
	return s, nil
}

// into puts the cost section and its picture into e, and what it used into used.
func (f *costFlags) into(e *estimated, prices price.Table, used map[price.Item]float64) error {
	s, err := f.settings()
	if err != nil {
		return err
	}
	report, err := cost.Estimate(f.workload, s, prices)
	if err != nil {
		return asFlag(err)
	}
	section := &costSection{f.workload, report}
	drawing, err := section.drawing()
	if err != nil {
		return err
	}
	e.Cost = section
	e.figures = append(e.figures, chart.Figure{Caption: "Cost by month, in USD", SVG: drawing})
	maps.Copy(used, report.Used)
	return nil
}

// dashed is a field's name in JSON as a flag: filesPerMonth, files-per-month.
func dashed(field string) string {
	var b strings.Builder
	for _, r := range field {
		if r >= 'A' && r <= 'Z' {
			b.WriteByte('-')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// costSection is the bill.
type costSection struct {
	Workload cost.Workload `json:"workload"`
	cost.Report
}

func (s *costSection) drawing() ([]byte, error) {
	var months []string
	for _, m := range s.Months {
		months = append(months, strconv.Itoa(m.Number))
	}
	var parts []chart.Series
	for _, g := range cost.Groups() {
		part := chart.Series{Name: string(g)}
		for _, m := range s.Months {
			part.Values = append(part.Values, m.Of(g))
		}
		parts = append(parts, part)
	}
	return chart.Stacked("What it costs by month", "USD", months, parts)
}

func (s *costSection) write(w io.Writer) {
	fmt.Fprintf(w, "What it costs: %s %s a month of %s in %s\n\n", amount(s.Workload.FilesPerMonth), plural("file", s.Workload.FilesPerMonth), sized(s.Workload.AverageSize), s.Region)
	s.months(w)
	last := s.Months[len(s.Months)-1]
	fmt.Fprintf(w, "\nMonth %d, line by line\n\n", last.Number)
	lines(w, last.Lines)
	n := len(s.Months)
	fmt.Fprintf(w, "\nEach option on and off, %d %s, cheapest first (* is as configured)\n\n", n, plural("month", float64(n)))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "  on\toff\t  option\n")
	for _, o := range s.Options {
		mark := map[string]string{o.Is: " *"}
		fmt.Fprintf(t, "  %s%s\t%s%s\t  %s\n", dollars(o.On), mark[cost.IsOn], dollars(o.Off), mark[cost.IsOff], o.Name)
	}
	t.Flush()
	fmt.Fprint(w, "\nTaken for granted\n")
	for _, a := range s.Assumed {
		fmt.Fprintf(w, "  %s\n", a)
	}
}

// months is a table of the groups that cost something.
func (s *costSection) months(w io.Writer) {
	var groups []cost.Group
	for _, g := range cost.Groups() {
		for _, m := range s.Months {
			if m.Of(g) > 0 {
				groups = append(groups, g)
				break
			}
		}
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "  month\t")
	for _, g := range groups {
		fmt.Fprintf(t, "%s\t", g)
	}
	fmt.Fprint(t, "USD\t\n")
	for _, m := range s.Months {
		fmt.Fprintf(t, "  %d\t", m.Number)
		for _, g := range groups {
			fmt.Fprintf(t, "%s\t", dollars(m.Of(g)))
		}
		fmt.Fprintf(t, "%s\t\n", dollars(m.USD))
	}
	fmt.Fprintf(t, "  all\t%s%s\t\n", strings.Repeat("\t", len(groups)), dollars(s.USD))
	t.Flush()
}

// lines is a bill's lines, as they stand, each with where its price was read.
func lines(w io.Writer, all []cost.Line) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, l := range all {
		fmt.Fprintf(t, "  %s\t%s %s\t  %s: %s (%s)\n", dollars(l.USD), amount(l.Amount), plural(l.Unit, l.Amount), l.Group, l.What, l.Source.Short())
	}
	t.Flush()
}

// plural is a unit as it stands after an amount.
func plural(unit string, n float64) string {
	if n == 1 || strings.HasPrefix(unit, "GB") {
		return unit
	}
	return unit + "s"
}

// dollars has cents, and of less than a dollar what is not 0.
func dollars(usd float64) string {
	switch {
	case usd == 0 || usd >= 1:
		return fraction(usd, 2)
	case usd >= 0.01:
		return fraction(usd, 4)
	}
	return strconv.FormatFloat(usd, 'g', 2, 64)
}

// amount has three digits after the point unless it is large or whole.
func amount(n float64) string {
	if n >= 1000 || n == float64(int64(n)) {
		return grouped(n)
	}
	return strconv.FormatFloat(n, 'g', 4, 64)
}

// grouped is a number rounded to whole ones, with commas.
func grouped(n float64) string { return fraction(n, 0) }

func fraction(n float64, digits int) string {
	whole, rest, _ := strings.Cut(strconv.FormatFloat(n, 'f', digits, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}

// sized is bytes in a unit that people read.
func sized(n int64) string { return upload.Size(n).String() }
