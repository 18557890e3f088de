package cost

import "signet/cmd/signet/internal/estimate/price"

// metricsOfReplica is how many metrics S3 has of one rule of replication
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html).
const metricsOfReplica = 4

// backups is what is kept a second time. A copy in another bucket is there for good,
// because deletions are not copied; what that bucket's own rules take away is not
// known here. AWS Backup keeps a file for as long as it is current, and for the plan's
// days after; it bills one below 128 KiB as one of 128
// (https://aws.amazon.com/backup/pricing/, "For S3 objects smaller than 128 KB").
func (l *ledger) backups(s span, w Workload, lives []life, o Settings) {
	if o.Replica > 0 {
		for _, life := range lives {
			if end := life.current(); end > 0 {
				l.add(Storage, "copies, STANDARD", price.Storage(price.Standard), gb(life.size)*life.perDay*s.held(0, forEver)/daysPerMonth)
			}
		}
		l.add(Requests, "copies, PutObject", price.Tier1, w.FilesPerMonth)
		l.add(Transfer, "copies to another region", price.TransferRegion, gb(w.FilesPerMonth*float64(w.AverageSize)))
		l.add(Watch, "metrics of copies", price.ReplicaMetrics, float64(metricsOfReplica*o.Replica))
	}
	if o.Plan > 0 {
		for _, life := range lives {
			if end := life.current(); end > 0 {
				l.add(Storage, "backups", price.BackupGB, gb(max(life.size, minBilled))*life.perDay*s.held(0, end+float64(o.Plan))/daysPerMonth)
			}
		}
		l.add(Requests, "backups, GetObject", price.Tier2(price.Standard), w.FilesPerMonth)
	}
}

// current is at what age a file of this life is current no more; 0: it never was one.
func (l life) current() (end float64) {
	for _, p := range l.phases {
		if p.state == current {
			end = max(end, p.to)
		}
	}
	return end
}
