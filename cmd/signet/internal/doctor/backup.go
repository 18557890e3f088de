package doctor

import (
	"time"

	"signet/cmd/signet/internal/doctor/facts"
)

// lateBackup is how old the last backup may be that is taken each night: a night was
// missed where it is older.
const lateBackup = 48 * time.Hour

// backupChecks are about what AWS Backup keeps. (Copies in another bucket are a
// question of access: replication.)
func backupChecks() []Check {
	return []Check{{
		ID: "backup-plan", Title: "A backup was taken last night, as backup.plan says", Group: keeping, Severity: High, Config: "backup.plan",
		Why:   "whoever may delete versions can take all of them, and the second copy that you count on is not there",
		Fix:   `aws backup update-region-settings --resource-type-opt-in-preference '{"S3":true}'; ` + putBack + ` # puts plan and selection as configured`,
		Reads: reads(theLastBackup), Judge: func(f *facts.Facts) Finding { return backups(f, time.Now()) },
	}}
}

func backups(f *facts.Facts, now time.Time) Finding {
	last := f.LastBackup.Value
	switch {
	case f.Config.Backup == nil || f.Config.Backup.Plan == nil:
		return skip("no plan is configured")
	case !f.LastBackup.Set:
		return fail("none was ever taken: the first comes in the night after the deployment, at 03:00 UTC, where S3 is opted in to")
	case now.Sub(last) > lateBackup:
		return fail("the last one is of %s", last.Format("2006-01-02 15:04"))
	}
	return pass("the last one is of %s", last.Format("2006-01-02 15:04"))
}
