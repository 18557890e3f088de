package doctor

import (
	"fmt"
	"time"
)

// prices of S3 Standard's first 50 TB, US dollars a GiB and month
// (https://aws.amazon.com/s3/pricing/, November 2026).
func prices() map[string]float64 {
	return map[string]float64{
		"us-east-1": 0.023, "us-east-2": 0.023, "us-west-2": 0.023, "us-west-1": 0.026, "ca-central-1": 0.025,
		"eu-west-1": 0.023, "eu-west-2": 0.024, "eu-west-3": 0.024, "eu-central-1": 0.0245, "eu-north-1": 0.023,
		"ap-northeast-1": 0.025, "ap-northeast-2": 0.025, "ap-southeast-1": 0.025, "ap-southeast-2": 0.025, "ap-south-1": 0.025, "sa-east-1": 0.0405,
	}
}

// Cost says what bytes cost a month, and by which price.
func Cost(bytes int64, region string) string {
	price, known := prices()[region]
	at := region
	if !known {
		price, at = prices()["us-east-1"], "us-east-1, for want of "+region
	}
	return fmt.Sprintf("$%.2f a month (S3 Standard, $%g a GiB in %s)", float64(bytes)/(1<<30)*price, price, at)
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
