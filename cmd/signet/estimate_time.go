package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"signet/cmd/signet/duration"
	"signet/cmd/signet/internal/chart"
	"signet/cmd/signet/internal/estimate"
	"signet/cmd/signet/internal/estimate/field"
	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// timeFlags is the file and the line of the time section.
type timeFlags struct{ estimate.Time }

func (f *timeFlags) define(set *flag.FlagSet) {
	set.StringVar(&f.Size, "size", "", "")
	set.StringVar(&f.Link, "link", "", "")
	set.StringVar(&f.RTT, "rtt", "", "")
	set.StringVar(&f.PerConnection, "per-connection", "", "")
	set.StringVar(&f.Loss, "loss", "", "")
	set.StringVar(&f.EdgeRTT, "edge-rtt", "", "")
}

// asked is true with any of the flags: one alone is an error that says what else
// it takes.
func (f *timeFlags) asked() bool { return f.Time != estimate.Time{} }

// into puts the time section and its picture into e, and what it used into used.
func (f *timeFlags) into(e *estimated, prices price.Table, used map[price.Item]float64) error {
	report, err := f.Estimate(prices, used)
	if err != nil {
		return asFlag(err)
	}
	var bars []chart.Bar
	for _, m := range report.Methods {
		bars = append(bars, chart.Bar{Name: m.Name, Value: m.Total})
	}
	drawing, err := chart.Bars("How long it takes", "seconds", bars)
	if err != nil {
		return err
	}
	e.Time = &timeSection{report}
	e.figures = append(e.figures, chart.Figure{Caption: "Time by method, in seconds", SVG: drawing})
	return nil
}

// asFlag names the flag in place of the field.
func asFlag(err error) error {
	if wrong, ok := errors.AsType[*field.Error](err); ok {
		return fmt.Errorf("--%s: %w", dashed(wrong.Field), wrong.Err)
	}
	return err
}

// timeSection is how long an upload takes.
type timeSection struct{ *estimate.TimeReport }

func (s *timeSection) write(w io.Writer) {
	fmt.Fprintf(w, "How long it takes: %s over %s with a round trip of %s%s\n\n", s.Asked.Size, s.Asked.Link, s.Asked.RTT, s.conditions())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "  time\trate\tconnections\tmemory\tlast parts\t  sent as; held back by\n")
	for _, m := range s.Methods {
		fmt.Fprintf(t, "  %s\t%s\t%d\t%s\t%s\t  %s; %s\n", lasting(m.Total), duration.Rate(m.BytesPerSecond*8), m.Connections,
			held(m.Memory), lasting(m.Tail), m.Name, boundWords(m))
	}
	t.Flush()
	fmt.Fprintf(w, "\n%s parts of %s\n\nTransfer Acceleration\n\n", grouped(float64(s.PartCount)), sized(s.PartSize))
	t = tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "  with it\tsaved\tUSD\t  sent as; worth it where an hour of waiting is worth\n")
	for _, a := range s.Acceleration {
		worth := dollars(a.USDPerHour) + " USD or more"
		if a.Saved == 0 {
			worth = "anything: nothing is gained, and AWS asks nothing"
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\t  %s; %s\n", lasting(a.With), lasting(a.Saved), dollars(a.USD), a.Method, worth)
	}
	t.Flush()
	fmt.Fprint(w, "\nTaken for granted\n")
	for _, a := range s.Assumed {
		fmt.Fprintf(w, "  %s\n", a)
	}
}

func (s *timeSection) conditions() (words string) {
	if s.Asked.PerConnection != "" {
		words += ", " + s.Asked.PerConnection + " for a connection"
	}
	if s.Asked.Loss != "" {
		words += ", " + s.Asked.Loss + " lost"
	}
	return words
}

// boundWords says what holds a method back.
func boundWords(m duration.Method) string {
	words := map[duration.Bound]string{
		duration.BoundLink: "the link", duration.BoundPerConnection: "what a connection gets", duration.BoundLoss: "losses",
		duration.BoundWindow: "TCP's window", duration.BoundRoundTrips: "round trips",
	}[m.Bound]
	if m.Refused != "" {
		words += " (" + m.Refused + ")"
	}
	return words
}

const century = 100 * 365 * 86400.0 // seconds

// lasting is seconds as people say them.
func lasting(seconds float64) string {
	d := time.Duration(min(seconds, century) * float64(time.Second))
	switch {
	case seconds >= century:
		return "over 100 years"
	case d < 10*time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d < 10*time.Minute:
		return upload.Duration(d.Round(time.Second)).String()
	}
	return upload.Duration(d.Round(time.Minute)).String()
}

// held is memory, rounded.
func held(bytes int64) string { return fraction(float64(bytes)/upload.MiB, 1) + " MiB" }
