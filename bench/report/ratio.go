package report

import (
	"cmp"
	"slices"
	"time"
)

// Median is the middle of some figures, of which there must be one; of an even
// number the upper middle one.
func Median[T cmp.Ordered](figures []T) T {
	sorted := slices.Sorted(slices.Values(figures))
	return sorted[len(sorted)/2]
}

// Ratio is how many times as long as base something took: the median of the
// rounds' ratios, so that a busy moment of the machine, which hits both, counts
// little. base has as many rounds.
func Ratio(took, base []time.Duration) float64 {
	ratios := make([]float64, len(took))
	for i := range ratios {
		ratios[i] = float64(took[i]) / float64(base[i])
	}
	return Median(ratios)
}
