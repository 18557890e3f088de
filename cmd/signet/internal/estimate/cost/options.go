package cost

import (
	"cmp"
	"slices"

	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// Option is one option on, and the same off, everything else as configured.
type Option struct {
	Name string  `json:"name"` // its field in the configuration, or what it is
	On   float64 `json:"on"`   // USD of all months
	Off  float64 `json:"off"`
	// Is says how it is configured: [IsOn], [IsOff], or [IsElse] where it is neither,
	// as with a transition to another class.
	Is string `json:"is"`
}

// How an option is configured.
const (
	IsOn   = "on"
	IsOff  = "off"
	IsElse = "else"
)

func is(on bool) string {
	if on {
		return IsOn
	}
	return IsOff
}

// Best is the cheaper of the two, in USD.
func (o Option) Best() float64 { return min(o.On, o.Off) }

// comparedAfter is the days after which files are moved where none is configured:
// the least that S3 takes for all classes.
const comparedAfter = 30

// comparedPlan is for how many days backups are kept where no plan is configured.
const comparedPlan = 35

func ifOn(on bool, n int) int {
	if on {
		return n
	}
	return 0
}

// options compares, cheapest first.
func options(w Workload, s Settings, prices price.Table) []Option {
	var list []Option
	compare := func(name, is string, set func(s *Settings, on bool)) {
		on, off := s, s
		set(&on, true)
		set(&off, false)
		list = append(list, Option{name, total(w, on, prices), total(w, off, prices), is})
	}
	compare("trail", is(s.Trail), func(s *Settings, on bool) { s.Trail = on })
	compare("malwareScan", is(s.MalwareScan), func(s *Settings, on bool) { s.MalwareScan = on })
	compare("events", is(s.Events), func(s *Settings, on bool) { s.Events = on })
	compare("passes", is(s.Passes), func(s *Settings, on bool) { s.Passes = on })
	compare("quota", is(s.Quota), func(s *Settings, on bool) { s.Quota = on })
	compare("accelerate", is(s.Accelerate), func(s *Settings, on bool) { s.Accelerate = on })
	compare("edge", is(s.Edge != upload.EdgeOff), func(s *Settings, on bool) {
		switch {
		case !on:
			s.Edge = upload.EdgeOff
		case s.Edge == upload.EdgeOff:
			s.Edge = upload.EdgeSmall
		}
	})
	compare("alarms", is(s.Alarms), func(s *Settings, on bool) { s.Alarms = on })
	compare("backup.replica", is(s.Replica > 0), func(s *Settings, on bool) { s.Replica = ifOn(on, max(s.Replica, 1)) })
	compare("backup.plan", is(s.Plan > 0), func(s *Settings, on bool) { s.Plan = ifOn(on, max(s.Plan, comparedPlan)) })
	compare("auth.cognito", is(s.Cognito), func(s *Settings, on bool) { s.Cognito = on })
	compare("bucket key", is(s.BucketKey), func(s *Settings, on bool) { s.BucketKey = on })
	compare("free amounts", is(s.FreeTier), func(s *Settings, on bool) { s.FreeTier = on })
	for _, class := range []price.Class{price.StandardIA, price.GlacierIR} {
		moved, set := moving(s, class)
		compare("lifecycle.transition to "+string(class), moved, set)
	}
	kept := is(s.Lifecycle.Noncurrent > 1)
	compare("lifecycle.noncurrent above 1 day", kept, func(s *Settings, on bool) {
		switch {
		case !on:
			s.Lifecycle.Noncurrent = 1
		case kept == IsOff:
			s.Lifecycle.Noncurrent = 30
		}
	})
	slices.SortStableFunc(list, func(a, b Option) int { return cmp.Compare(a.Best(), b.Best()) })
	return list
}

// moving says whether files are moved to a class, and sets it. Where they are
// already, on is as it is.
func moving(s Settings, class price.Class) (is string, set func(s *Settings, on bool)) {
	switch {
	case s.Lifecycle.Transition == 0:
		is = IsOff
	case s.Class == class:
		is = IsOn
	default:
		is = IsElse
	}
	return is, func(s *Settings, on bool) {
		switch {
		case !on:
			s.Lifecycle.Transition = 0
		case is != IsOn:
			s.Lifecycle.Transition, s.Class = max(s.Lifecycle.Transition, comparedAfter), class
		}
	}
}
