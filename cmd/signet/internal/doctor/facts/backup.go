package facts

import (
	"context"
	"math"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// readLastBackup asks AWS Backup when it took the last one of a bucket; not Set: never
// (https://docs.aws.amazon.com/aws-backup/latest/devguide/API_DescribeProtectedResource.html).
func readLastBackup(ctx context.Context, config aws.Config, bucket string) Fact[time.Time] {
	return read("backup:DescribeProtectedResource", []string{"ResourceNotFoundException"}, func() (time.Time, error) {
		var said struct{ LastBackupTime float64 } // seconds
		arn := "arn:" + partition(config.Region) + ":s3:::" + bucket
		if err := get(ctx, config, "backup", "/resources/"+url.PathEscape(arn), &said); err != nil {
			return time.Time{}, err
		}
		seconds, part := math.Modf(said.LastBackupTime)
		return time.Unix(int64(seconds), int64(part*1e9)).UTC(), nil
	})
}
