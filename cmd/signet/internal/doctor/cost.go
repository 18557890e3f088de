package doctor

import (
	"fmt"
	"time"

	"signet/cmd/signet/internal/estimate/price"
)

// Cost says what bytes cost a month, and by which price: estimate's, of S3
// Standard's first 50 TB, where a GB is AWS's of 2^30 bytes.
func Cost(bytes int64, region string) string {
	book, err := price.Snapshot()
	if err != nil {
		return "at a price that is not known: " + err.Error()
	}
	figure, known := book.Standard(region)
	at := region
	if !known {
		figure, _ = book.Standard("us-east-1")
		at = "us-east-1, for want of " + region
	}
	usd := figure.Tiers[0].USD
	return fmt.Sprintf("$%.2f a month (S3 Standard, $%g a GiB in %s)", float64(bytes)/(1<<30)*usd, usd, at)
}

func size(bytes int64) string {
	value, unit := float64(bytes), "B"
	for _, next := range []string{"KiB", "MiB", "GiB", "TiB"} {
		if value < 1024 {
			break
		}
		value, unit = value/1024, next
	}
	return fmt.Sprintf("%.4g %s", value, unit)
}

func age(d time.Duration) string {
	if d < 48*time.Hour {
		return fmt.Sprintf("%.0f h old", d.Hours())
	}
	return fmt.Sprintf("%.0f days old", d.Hours()/24)
}
