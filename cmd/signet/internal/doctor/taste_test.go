package doctor

import "testing"

// What is taste, or weighs less elsewhere, are checks that are there; nothing
// critical is a matter of taste.
func TestTasteNamesChecks(t *testing.T) {
	known := map[string]Severity{}
	for _, c := range Checks() {
		known[c.ID] = c.Severity
	}
	for id := range taste() {
		if s, ok := known[id]; !ok || s == Critical {
			t.Errorf("taste has %s, which is not there or critical", id)
		}
	}
	for id, weight := range eased() {
		if s, ok := known[id]; !ok || weight >= s || taste()[id] {
			t.Errorf("%s is eased to %s, from %s", id, weight, s)
		}
	}
}
