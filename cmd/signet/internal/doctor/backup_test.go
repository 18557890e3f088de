package doctor

import (
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

// TestBackups judges the age of the last backup of a plan.
func TestBackups(t *testing.T) {
	now := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	taken := func(ago time.Duration) facts.Fact[time.Time] {
		return facts.Fact[time.Time]{Value: now.Add(-ago), Set: true}
	}
	for _, row := range []struct {
		name   string
		plan   bool
		backup facts.Fact[time.Time]
		want   Status
	}{
		{"no plan", false, facts.Fact[time.Time]{}, Skip},
		{"last night", true, taken(7 * time.Hour), Pass},
		{"the night before", true, taken(31 * time.Hour), Pass},
		{"a night was missed", true, taken(49 * time.Hour), Fail},
		{"never", true, facts.Fact[time.Time]{}, Fail},
	} {
		f := &facts.Facts{Config: upload.DefaultConfig(), LastBackup: row.backup}
		if row.plan {
			f.Config.Backup = &upload.Backup{Plan: &upload.BackupPlan{Days: 35}}
		}
		if got := backups(f, now); got.Status != row.want {
			t.Errorf("%s: got %s (%s), want %s", row.name, got.Status, got.Got, row.want)
		}
	}
}
