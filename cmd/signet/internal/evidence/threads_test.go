package evidence

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/lambda/explain"
)

// thread is a failure that somebody asked about in public, rebuilt: see
// testdata/threads/training.txt for what its fields mean.
type thread struct {
	name, thread, kind string
	want, fix, not     []string
	requests           []explain.Request
}

var threadNow = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// threadKeys are whose secrets may not be printed.
const (
	threadKey       = "AKIAIOSFODNN7EXAMPLE"
	threadTemporary = "ASIAIOSFODNN7EXAMPLE"
	threadToken     = "IQoJb3JpZ2luX2VjEXAMPLExxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
)

func readThreads(t *testing.T, file string) []thread {
	t.Helper()
	data, err := os.ReadFile("testdata/threads/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var list []thread
	for _, block := range strings.Split("\n"+string(data), "\n=== ")[1:] {
		list = append(list, readThread(t, block))
	}
	return list
}

func readThread(t *testing.T, block string) thread {
	t.Helper()
	name, rest, _ := strings.Cut(block, "\n")
	c := thread{name: name}
	r := explain.Request{Now: threadNow}
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		field, value, _ := strings.Cut(line, ":")
		value = signedBy(name, strings.TrimSpace(value))
		switch field {
		case "thread":
			c.thread = value
		case "kind":
			c.kind = value
		case "want":
			c.want = strings.Split(value, ", ")
		case "fix":
			c.fix = strings.Split(value, ", ")
		case "not":
			c.not = strings.Split(value, ", ")
		case "paste":
			list, err := Read([]byte(signedBy(name, rest)), threadNow)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			c.requests = list
			return c
		default:
			rest = readLine(t, &r, field, value, rest)
		}
	}
	c.requests = []explain.Request{r}
	return c
}

// readLine reads what the flags of the command line would say.
func readLine(t *testing.T, r *explain.Request, field, value, rest string) string {
	t.Helper()
	switch field {
	case "method":
		r.Method = value
	case "url":
		r.URL = value
	case "status":
		r.Status, _ = strconv.Atoi(value)
	case "header", "answered":
		h, err := Header(value)
		if err != nil {
			t.Fatal(err)
		}
		if field == "header" {
			r.Headers = append(r.Headers, h)
		} else {
			r.ResponseHeaders = append(r.ResponseHeaders, h)
		}
	case "s3":
		parts := append(strings.Split(value, " | "), "")
		r.Response = fmt.Sprintf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>%s</Code><Message>%s</Message>%s</Error>", parts[0], parts[1], parts[2])
	case "response":
		r.Response, rest = rest, ""
	case "":
	default:
		t.Fatalf("got the field %q", field)
	}
	return rest
}

var placeholder = regexp.MustCompile(`\{(signed|temporary) (\S+) ([^\s}]+)\}`)

// signedBy fills in what a signature needs.
func signedBy(name, text string) string {
	signature := fmt.Sprintf("%x", sha256.Sum256([]byte(name)))
	text = placeholder.ReplaceAllStringFunc(text, func(p string) string {
		g := placeholder.FindStringSubmatch(p)
		key, token := threadKey, ""
		if g[1] == "temporary" {
			key, token = threadTemporary, "&X-Amz-Security-Token="+threadToken
		}
		return "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + key + "%2F20261124%2F" + g[2] + "%2Fs3%2Faws4_request&X-Amz-Date=20261124T115900Z&X-Amz-Expires=900" +
			token + "&X-Amz-SignedHeaders=" + strings.ReplaceAll(g[3], ";", "%3B") + "&X-Amz-Signature=" + signature
	})
	return strings.ReplaceAll(text, "{signature}", signature)
}

// judge explains a thread's failure, and tells whether cause and fix are right.
func (c thread) judge(t *testing.T) (right, helps bool) {
	t.Helper()
	report := Explain(c.requests)
	if len(report.Requests) == 0 {
		return false, false
	}
	got := report.Requests[0]
	right = slices.Contains(c.want, string(got.Code))
	helps = right
	for _, word := range c.fix {
		helps = helps && strings.Contains(strings.ToLower(got.Fix), strings.ToLower(word))
	}
	for _, word := range c.not {
		helps = helps && !strings.Contains(strings.ToLower(got.Fix), word)
	}
	var printed strings.Builder
	if err := report.Text(&printed); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{threadKey, threadTemporary, threadToken, fmt.Sprintf("%x", sha256.Sum256([]byte(c.name)))} {
		if strings.Contains(printed.String(), secret) {
			t.Errorf("%s: %.4s… is printed", c.name, secret)
		}
	}
	return right, helps
}

// threadFiles are in the order in which they were written; each was run before
// anything was mended by it.
var threadFiles = []string{"training.txt", "heldout.txt", "later.txt", "last.txt", "blind.txt", "logs.txt", "stores.txt", "clients.txt",
	"round1.txt", "round2.txt", "round3.txt", "round4.txt", "round5.txt", "round6.txt", "round7.txt", "round8.txt", "round9.txt", "round10.txt", "round11.txt", "round12.txt"}

// TestThreads holds both halves, and what was written later: of the first causes
// 97 % are right, and the fixes name what the evidence does. The kinds are printed
// with -v. When it was first run, before anything was mended by it, the training
// half had 43 of 43 causes right, the one kept aside 39 of 41, and what came later
// 20 of 24, 19 of 21, 34 of 41 (blind.txt) and 14 of 16 (logs.txt, four of whose threads
// were there already), and 16 of 22 (stores.txt, two of whose were) and 9 of 10 (clients.txt). The rounds had, each before it was mended by, 33 of 43 (26 fixes
// helped), 35 of 41 (24), 31 of 32 (30), 16 of 22 (16), 8 of 8 (8), 7 of 9 (7)
// 63 of 72 (54, of which three asked for another word than the fix had) and 58 of 81 (46),
// the last from clusters, stores and services that no set before it had; after that had
// been mended, the ninth had 29 of 36 (26). The tenth, of languages, servers' logs and
// refusals that never reached S3, had 44 of 62 (32), and when it had been mended by, the
// eleventh 24 of 31 (17), and the twelfth after that 12 of 15 (10). What all of these showed has been mended since.
func TestThreads(t *testing.T) {
	for _, half := range threadFiles {
		t.Run(half, func(t *testing.T) {
			cases := readThreads(t, half)
			all, right, helps := map[string]int{}, map[string]int{}, map[string]int{}
			for _, c := range cases {
				ok, fix := c.judge(t)
				for _, kind := range []string{c.kind, "all"} {
					all[kind]++
					if ok {
						right[kind]++
					}
					if fix {
						helps[kind]++
					}
				}
				if half != "heldout.txt" && !fix {
					got := Explain(c.requests).Requests
					t.Logf("%s (%s): want %v, fix %v; got %+v", c.name, c.thread, c.want, c.fix, got[:min(1, len(got))])
				}
			}
			for _, kind := range slices.Sorted(maps.Keys(all)) {
				t.Logf("%-12s %2d of %2d causes right, %2d fixes help", kind, right[kind], all[kind], helps[kind])
			}
			if 100*right["all"] < 97*all["all"] || 100*helps["all"] < 90*all["all"] {
				t.Errorf("got %d of %d causes right and %d fixes that help, want 97 %% and 90 %%", right["all"], all["all"], helps["all"])
			}
		})
	}
}

// TestThreadsAreTold holds each case to where it comes from, and the halves apart.
func TestThreadsAreTold(t *testing.T) {
	seen := map[string]bool{}
	n := 0
	for _, half := range threadFiles {
		for _, c := range readThreads(t, half) {
			n++
			if !regexp.MustCompile(`^[\w.-]+/[\w.-]+#\d+$`).MatchString(c.thread) || seen[c.thread] || c.kind == "" || len(c.want) == 0 || len(c.fix) == 0 || len(c.requests) == 0 {
				t.Errorf("%s: got %+v, want a thread of its own, a kind, a cause, a fix and a request", c.name, c)
			}
			seen[c.thread] = true
		}
	}
	if n < 60 {
		t.Errorf("got %d threads, want 60", n)
	}
}
