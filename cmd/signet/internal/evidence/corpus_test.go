package evidence

import (
	"encoding/json"
	"flag"
	"fmt"
	"html"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"signet/lambda/explain"
)

// writeCorpus makes TestFreshCorpus write what it made, with the seed 1:
// make explain-corpus.
var writeCorpus = flag.Bool("write-corpus", false, "write testdata/corpus.json")

const corpusFile = "testdata/corpus.json"

// generate makes a whole corpus anew.
func generate(t *testing.T, seed uint64) []sample {
	g := newGenerator(t, seed)
	g.all(g.brokenByClient)
	g.all(g.brokenOnTheWay)
	g.all(g.brokenBySigner)
	g.all(g.brokenUploads)
	g.all(g.brokenWithKnownSignature)
	g.brokenByTime(bySignet)
	g.brokenByTime(bySDK)
	g.brokenCORS(bySignet)
	g.brokenCORS(byBotocore)
	g.forms()
	g.byHeader()
	g.all(g.documented)
	g.all(g.more)
	g.all(g.onAWS)
	g.all(g.valid)
	return g.samples
}

// judge holds the samples to their labels: at most 3 of 100 failures may get
// another first cause, and no valid request any.
func judge(t *testing.T, samples []sample) {
	t.Helper()
	var failures, right, valid int
	seen := map[explain.Code]bool{}
	for _, s := range samples {
		got := explain.Explain(s.Request)
		name := fmt.Sprintf("%s (%s, %s)", s.Name, s.Signer, s.Answer)
		leaks(t, name, s, got)
		if s.Want == string(explain.OK) {
			valid++
			if got.Code != explain.OK || len(got.Causes) > 0 {
				t.Errorf("%s: got %s, %q, want ok", name, got.Code, got.Evidence)
			}
			continue
		}
		failures++
		seen[explain.Code(s.Want)] = true
		if string(got.Code) == s.Want {
			right++
		} else {
			t.Logf("%s: got %s (%.2f) %q, want %s: %d %.300s", name, got.Code, got.Confidence, got.Evidence, s.Want, s.Request.Status, s.Request.Response)
		}
	}
	t.Logf("%d of %d failures right, %d valid requests", right, failures, valid)
	if failures < 80 || valid < 40 || 100*right < 97*failures {
		t.Errorf("got %d of %d failures right and %d valid requests, want 97 %% of at least 80, and at least 40", right, failures, valid)
	}
	if len(seen) < 50 { // the rest are made by threads and by package explain's own tests
		t.Errorf("got %d causes, want 50", len(seen))
	}
}

// leaks looks for secrets of a request in what is printed of it.
func leaks(t *testing.T, name string, s sample, got explain.Explanation) {
	t.Helper()
	printed, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{parameter(s.Request.URL, "X-Amz-Signature"), parameter(s.Request.URL, "X-Amz-Security-Token")}
	credential, _, _ := strings.Cut(strings.ReplaceAll(parameter(s.Request.URL, "X-Amz-Credential"), "/", "%2F"), "%2F")
	secrets = append(secrets, credential)
	for _, f := range s.Request.Form {
		if name := strings.ToLower(f.Name); name == "x-amz-signature" || name == "x-amz-security-token" {
			secrets = append(secrets, f.Value)
		}
	}
	for _, secret := range secrets {
		if len(secret) > 12 && strings.Contains(string(printed), secret) {
			t.Errorf("%s: %.6s… is printed", name, secret)
		}
	}
}

// TestCorpus judges the corpus as it is in the repository.
func TestCorpus(t *testing.T) {
	samples := readCorpus(t)
	judge(t, samples)
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	valid := 0
	for _, s := range samples {
		if s.Want == string(explain.OK) {
			valid++
		}
	}
	want := fmt.Sprintf("%d failures and %d valid requests", len(samples)-valid, valid)
	if !strings.Contains(strings.Join(strings.Fields(string(readme)), " "), want) {
		t.Errorf("the README does not say %q", want)
	}
}

func readCorpus(t *testing.T) []sample {
	t.Helper()
	data, err := os.ReadFile(corpusFile)
	if err != nil {
		t.Fatal(err)
	}
	var samples []sample
	if err := json.Unmarshal(data, &samples); err != nil {
		t.Fatal(err)
	}
	return samples
}

// TestFreshCorpus makes a corpus that nobody has seen, and judges it.
func TestFreshCorpus(t *testing.T) {
	seed := rand.Uint64()
	if *writeCorpus {
		seed = 1
	}
	t.Logf("seed %d", seed)
	samples := generate(t, seed)
	judge(t, samples)
	if !*writeCorpus {
		return
	}
	slices.SortStableFunc(samples, func(a, b sample) int { return strings.Compare(a.Want, b.Want) })
	data, err := json.MarshalIndent(samples, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(corpusFile, append(data, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestWithLess takes away what is often not known: all but code and message of
// the answer, the request's headers, or all of the answer but its status. What
// changed on the way cannot be told then; all the rest still must be.
func TestWithLess(t *testing.T) {
	samples := readCorpus(t)
	for _, c := range []struct {
		name  string
		least int // of a hundred
		take  func(*explain.Request) bool
	}{
		{"only code and message", 70, func(r *explain.Request) bool {
			head, _, ok := strings.Cut(r.Response, "</Message>")
			r.Response = head + "</Message></Error>"
			return ok
		}},
		{"no request headers", 80, func(r *explain.Request) bool { r.Headers = nil; return r.Response != "" }},
		{"no answer headers", 95, func(r *explain.Request) bool { r.ResponseHeaders = nil; return r.Response != "" }},
		{"escaped as HTML", 97, func(r *explain.Request) bool {
			r.Response = html.EscapeString(r.Response)
			return r.Response != ""
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var right, all int
			for _, s := range samples {
				if s.Want == string(explain.OK) || !c.take(&s.Request) {
					continue
				}
				all++
				if got := explain.Explain(s.Request); string(got.Code) == s.Want {
					right++
				} else {
					t.Logf("%s (%s): got %s (%.2f) %q, want %s", s.Name, s.Signer, got.Code, got.Confidence, got.Evidence, s.Want)
				}
			}
			t.Logf("%d of %d right", right, all)
			if all == 0 || 100*right < c.least*all {
				t.Errorf("got %d of %d right, want %d %%", right, all, c.least)
			}
		})
	}
}
