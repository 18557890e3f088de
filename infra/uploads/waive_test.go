package uploads_test

import "testing"

// TestWaivers holds the number of decisions not to fix a finding. A reason is one
// decision, which may stand for several rules that find the same, on several
// resources: POLICY.md gives all three counts.
func TestWaivers(t *testing.T) {
	reasons := map[string]bool{}
	for stack, template := range stacks {
		for _, id := range template.resources("") {
			for _, at := range []string{"cdk_nag/rules_to_suppress", "checkov/skip"} {
				waived, _ := template.at("Resources/" + id + "/Metadata/" + at).([]any)
				for _, w := range waived {
					reason, _ := w.(map[string]any)["reason"].(string)
					if comment, ok := w.(map[string]any)["comment"].(string); ok {
						reason = comment
					}
					if len(reason) < 20 {
						t.Errorf("%s: %s: got the reason %q, want one that a person can judge", stack, id, reason)
					}
					reasons[reason] = true
				}
			}
		}
	}
	if len(reasons) == 0 || len(reasons) > 28 {
		t.Errorf("got %d waivers, want 1 to 28, of which 13 without malwareScan, relay, events and passes: fix what is found", len(reasons))
	}
}
