// Package verify has a conversation with a deployment, as its users and as those
// who must not be its users: it uploads by every way, reads back, and tries what
// has to be refused. It is what no template shows: whether AWS does as written.
//
// It writes files of its own, small ones and one in parts, and takes them away
// again, with all their versions where it has AWS credentials.
package verify

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// Status is the outcome of a step.
type Status string

// The outcomes. A step is skipped for want of something that the person who runs
// this could give: credentials, a second person's token.
const (
	Pass Status = "pass"
	Fail Status = "fail"
	Skip Status = "skipped"
)

// Result is the outcome of one step.
type Result struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Status Status `json:"status"`
	// Got is what was seen, in one line.
	Got string `json:"got"`
	// Millis is how long it took.
	Millis int64 `json:"millis"`
}

// Target is what to talk to, and as whom.
type Target struct {
	// Site is the address of the site, without a slash at its end.
	Site string
	// Token is the access token of the person who signed in.
	Token string
	// Other is another person's; empty: what a second person must not do is
	// tried with keys that name one.
	Other string
	// IDToken is one that is no key to the API; empty: that is not tried.
	IDToken string
	// Bucket is the upload bucket, and S3 a client of whoever deployed it. nil: what
	// takes such credentials is skipped, and deleted files stay as old versions.
	Bucket string
	S3     *s3.Client
	// Stack is what else such credentials can look at. nil: nothing.
	Stack *Stack
	// Passes says that there are passes, and Backend is the address of the backend's
	// calls; empty: it is not known. Credentials are those of whoever runs this, in
	// Region, to sign them; nil: nothing is signed.
	Passes      bool
	Backend     string
	Credentials aws.CredentialsProvider
	Region      string
	// Relay is the address that the relay takes files at; empty: there is none.
	Relay string
	// Config is what the deployment was configured to be; nil: it is not known.
	Config *upload.Config
	// Skip are the ids of steps that are left out.
	Skip []string
	// HTTP makes the requests. It must not follow redirects.
	HTTP *http.Client
}

// conversation is the state of one run.
type conversation struct {
	Target
	began time.Time
	wait  time.Duration // for logs to arrive
	scan  time.Duration // for a file to be scanned
	poll  time.Duration // between looks at either
	run   string        // in the names of all files of this run
	keys  []string
	small stored // the file that was sent by PUT
	parts stored // the one that was sent in parts
	bytes []byte

	passes       []string // ids of those that were made
	used, shared pass
	inSpaces     []inSpace
	quota        *api.SpaceQuota // of one's own files; nil: none
	own          api.Space       // one's own files, as far as it is known what may be there
	replaced     int             // how often the small file was stored again
}

// stored is a file that is there.
type stored struct {
	key, version string
	put          *signed // how it was sent
}

// step is one thing to try. It returns what was seen; an error says what was
// wanted instead.
type step struct {
	id, title string
	try       func(*conversation, context.Context) (string, error)
}

// skipped is the error of a step that has not been tried.
type skipped string

func (s skipped) Error() string { return string(s) }

// limit is how long one step may take.
const limit = 2 * time.Minute

// Steps reads a list of steps' ids, with commas between them.
func Steps(text string) ([]string, error) {
	if text == "" {
		return nil, nil
	}
	all, ids := IDs(), strings.Split(text, ",")
	for _, id := range ids {
		if !slices.Contains(all, id) {
			return nil, fmt.Errorf("got the step %q, want one of %s", id, strings.Join(all, ", "))
		}
	}
	return ids, nil
}

// IDs are those of all steps, in order.
func IDs() (all []string) {
	for _, s := range steps() {
		all = append(all, s.id)
	}
	return all
}

// Run takes all steps, in order, tells each outcome as it is known, and cleans up
// behind itself even when the context has ended.
func Run(ctx context.Context, t Target, tell func(Result)) []Result {
	c := &conversation{Target: t, began: time.Now(), wait: logsWait, scan: scanWait, poll: lookAgain, run: "signet-verify-" + random(4)}
	_ = c.ownLimits(ctx) // whoever gets no answer here gets none below
	var results []Result
	for _, s := range steps() {
		if ctx.Err() != nil {
			break
		}
		if slices.Contains(t.Skip, s.id) {
			s.try = func(*conversation, context.Context) (string, error) { return "", skipped("left out, as --skip says") }
		}
		results = append(results, take(ctx, c, s))
		tell(results[len(results)-1])
	}
	last := take(context.WithoutCancel(ctx), c, step{"clean-up", "What this run has made is gone", (*conversation).cleanUp})
	tell(last)
	return append(results, last)
}

func take(ctx context.Context, c *conversation, s step) Result {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	began := time.Now()
	got, err := s.try(c, ctx)
	r := Result{ID: s.id, Title: s.title, Status: Pass, Got: got, Millis: time.Since(began).Milliseconds()}
	switch e := err.(type) {
	case nil:
	case skipped:
		r.Status, r.Got = Skip, string(e)
	default:
		r.Status, r.Got = Fail, strings.Join(strings.Fields(err.Error()), " ")
	}
	return r
}

func random(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(fmt.Errorf("got no randomness of this machine: %w", err))
	}
	return hex.EncodeToString(b)
}

// Failed counts the results that failed.
func Failed(results []Result) int {
	n := 0
	for _, r := range results {
		if r.Status == Fail {
			n++
		}
	}
	return n
}
