package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"text/tabwriter"

	"signet/cmd/signet/internal/chart"
	"signet/cmd/signet/internal/estimate"
	"signet/cmd/signet/internal/estimate/field"
	"signet/cmd/signet/internal/estimate/limits"
	"signet/lambda/upload"
)

// limitsFlags is the workload of the limits section.
type limitsFlags struct{ estimate.Limits }

func (f *limitsFlags) define(set *flag.FlagSet) {
	set.Float64Var(&f.Rate, "rate", 0, "")
	set.IntVar(&f.Partitions, "partitions", 0, "")
	set.IntVar(&f.FilesPerCall, "files-per-call", 0, "")
	set.Float64Var(&f.UploadsPerSignIn, "uploads-per-sign-in", 0, "")
	set.BoolVar(&f.NoBucketKey, "no-bucket-key", false, "")
	set.BoolVar(&f.Simulate, "simulate", false, "")
	set.Uint64Var(&f.Seed, "seed", 0, "")
}

// asked is true with any of the flags: without --rate that is an error.
func (f *limitsFlags) asked() bool { return f.Limits != estimate.Limits{} }

// into puts the limits section and its pictures into e. size is of each upload.
func (f *limitsFlags) into(e *estimated, region string, size int64, config upload.Config) error {
	f.Size = upload.Size(size).String()
	report, err := f.Find(region, config)
	if wrong, ok := errors.AsType[*field.Error](err); ok && wrong.Field == "size" {
		return fmt.Errorf("--average-size: %w", wrong.Err)
	}
	if err != nil {
		return asFlag(err)
	}
	e.Limits = &limitsSection{report}
	if report.Simulation == nil {
		return nil
	}
	served, used, err := drawings(*report.Simulation)
	if err != nil {
		return err
	}
	e.figures = append(e.figures, chart.Figure{Caption: "Uploads begun, served, refused and given up, a second", SVG: served},
		chart.Figure{Caption: "How much of each quota is taken", SVG: used})
	return nil
}

// drawings are the simulation's pictures: what becomes of the uploads, and what is
// taken of each quota.
func drawings(s limits.Simulation) (served, used []byte, err error) {
	curves := []chart.Curve{{Name: "served"}, {Name: "refusals"}, {Name: "given up"}}
	quotas := make([]chart.Curve, len(s.Quotas))
	for _, p := range s.Points {
		for i, y := range []float64{p.Served, p.Throttled, p.GivenUp} {
			curves[i].Points = append(curves[i].Points, [2]float64{p.Offered, y})
		}
		for i, y := range p.Used {
			quotas[i].Name = s.Quotas[i]
			quotas[i].Points = append(quotas[i].Points, [2]float64{p.Offered, 100 * y})
		}
	}
	if served, err = chart.Curves("What becomes of uploads", "uploads begun a second", "a second", true, curves); err != nil {
		return nil, nil, err
	}
	used, err = chart.Curves("What is taken of each quota", "uploads begun a second", "%", false, quotas)
	return served, used, err
}

// limitsSection is which quota binds first.
type limitsSection struct{ *estimate.LimitsReport }

func (s *limitsSection) write(w io.Writer) {
	verdict := "all quotas hold"
	if !s.Fits() {
		verdict = "it does not hold"
	}
	fmt.Fprintf(w, "What binds first: %s uploads a second of %s: %s\n", amount(s.Rate), s.Asked.Size, verdict)
	fmt.Fprintf(w, "  %s, at %s uploads a second\n\n", s.Binds, amount(s.Most))
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "  binds at\ttaken\tlimit\t  quota\n")
	for _, q := range s.Quotas {
		fmt.Fprintf(t, "  %s/s\t%s %%\t%s %s\t  %s\n", amount(q.At), fraction(100*q.Used, 1), grouped(q.Limit), q.Unit, q.Name)
	}
	t.Flush()
	fmt.Fprintln(w)
	for _, q := range s.Quotas {
		if q.Used > 1 || q.Name == s.Binds {
			fmt.Fprintf(w, "  %s (%s): %s\n  %s\n", q.Name, q.Answer, q.Raise, q.Source)
		}
	}
	if s.Simulation != nil {
		simulated(w, *s.Simulation)
	}
}

// simulated is what happens beyond.
func simulated(w io.Writer, s limits.Simulation) {
	fmt.Fprintf(w, "\nSimulated up to a million uploads a second, seed %d, a second of each\n\n", s.Seed)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(t, "  begun\tserved\trefusals\tgiven up\t  refuses most\n")
	for _, p := range s.Points {
		fmt.Fprintf(t, "  %s\t%s\t%s\t%s\t  %s\n", grouped(p.Offered), grouped(p.Served), grouped(p.Throttled), grouped(p.GivenUp), p.Binds)
	}
	t.Flush()
}
