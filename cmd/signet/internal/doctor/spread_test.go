package doctor_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
)

// Whatever options somebody puts together, of a stack as it is deployed nothing is
// reported, and nothing is unknown. infra synthesizes the stacks (its spread_test.go).
func TestSpreadIsWell(t *testing.T) {
	folder := t.TempDir()
	out, err := exec.Command("go", "test", "-vet=off", "-count=1", "signet/infra/uploads", "-args", "-spread", folder).CombinedOutput()
	files, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) < 12 {
		t.Fatalf("got %d stacks and %v, want 12 or more:\n%s", len(files), err, out)
	}
	c := startCloud(t)
	for _, file := range files {
		template := strings.TrimSuffix(file, ".json")
		stack := filepath.Base(template)
		t.Run(stack, func(t *testing.T) {
			cloudFormation(t, template, c.make(t, order{Template: template}))
			for _, r := range examine(t, facts.Target{Stack: stack}) {
				if r.Status == doctor.Fail || r.Status == doctor.Unknown || r.Status == doctor.Advice {
					t.Errorf("%s %s: %s", r.Status, r.ID, r.Got)
				}
			}
		})
	}
}
