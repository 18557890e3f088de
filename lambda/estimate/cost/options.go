package cost

import (
	"slices"

	"signet/lambda/estimate/price"
)

// Option is one option on, and the same off, everything else as configured.
type Option struct {
	Name string  `json:"name"` // its field in the configuration, or what it is
	On   float64 `json:"on"`   // USD of all months
	Off  float64 `json:"off"`
	// Is says how it is configured; a transition to another class is off.
	Is bool `json:"is"`
}

// Best is the cheaper of the two, in USD.
func (o Option) Best() float64 { return min(o.On, o.Off) }

// comparedAfter is the days after which files are moved where none is configured:
// the least that S3 takes for all classes.
const comparedAfter = 30

// options compares, cheapest first.
func options(w Workload, s Settings, prices price.Table) []Option {
	var list []Option
	compare := func(name string, is bool, set func(s *Settings, on bool)) {
		on, off := s, s
		set(&on, true)
		set(&off, false)
		list = append(list, Option{name, total(w, on, prices), total(w, off, prices), is})
	}
	compare("trail", s.Trail, func(s *Settings, on bool) { s.Trail = on })
	compare("malwareScan", s.MalwareScan, func(s *Settings, on bool) { s.MalwareScan = on })
	compare("accelerate", s.Accelerate, func(s *Settings, on bool) { s.Accelerate = on })
	compare("alarms", s.Alarms, func(s *Settings, on bool) { s.Alarms = on })
	compare("auth.cognito", s.Cognito, func(s *Settings, on bool) { s.Cognito = on })
	compare("bucket key", s.BucketKey, func(s *Settings, on bool) { s.BucketKey = on })
	compare("free amounts", s.FreeTier, func(s *Settings, on bool) { s.FreeTier = on })
	for _, class := range []price.Class{price.StandardIA, price.GlacierIR} {
		is := s.Lifecycle.Transition > 0 && s.Class == class
		compare("lifecycle.transition to "+string(class), is, func(s *Settings, on bool) {
			days := s.Lifecycle.Transition
			if s.Lifecycle.Transition = 0; on {
				s.Lifecycle.Transition, s.Class = max(days, comparedAfter), class
				if is {
					s.Lifecycle.Transition = days
				}
			}
		})
	}
	compare("lifecycle.noncurrent of 30 days, off: 1", s.Lifecycle.Noncurrent >= 30, func(s *Settings, on bool) {
		if s.Lifecycle.Noncurrent = 1; on {
			s.Lifecycle.Noncurrent = 30
		}
	})
	slices.SortStableFunc(list, func(a, b Option) int {
		switch {
		case a.Best() < b.Best():
			return -1
		case a.Best() > b.Best():
			return 1
		}
		return 0
	})
	return list
}
