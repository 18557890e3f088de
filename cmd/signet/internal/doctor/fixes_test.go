//go:build fixes

package doctor_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
)

// untried are mistakes whose fix the emulator cannot run, or that no command can
// mend, each with why. One that works after all is an error: take it out.
var untried = map[string]string{
	"alarms-silent":      "moto does not understand how the AWS CLI speaks to CloudWatch",
	"sse-c-allowed":      "moto forgets BlockedEncryptionTypes",
	"replication-leaves": "its fix is a deployment that puts back what has drifted, of which moto knows nothing",
	"upload-given-up":    "moto speaks plain HTTP, which the bucket's policy denies; given-up has no policy",
}

// destructive are those that the emulator takes for something else.
var destructive = map[string]string{
	"inventory-leaves": "moto takes the deletion of an inventory for one of the bucket",
}

// known are the words that only a person knows, as the person of this test has them.
func known(fix string, w world) string {
	return strings.NewReplacer("YOUR-SITE", "app.example.com", "LOG-BUCKET", w.Logs, "TOPIC-ARN", "arn:aws:sns:eu-west-1:123456789012:alarms",
		"WRITER-ARN", "arn:aws:iam::111122223333:role/importer").Replace(fix)
}

// mend runs the fix as a person would, with the AWS CLI, and says what it wrote.
func mend(t *testing.T, fix string) string {
	t.Helper()
	bin, err := filepath.Abs("../../../../.venv/bin")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	c := exec.CommandContext(ctx, "bash", "-c", fix)
	c.Dir = t.TempDir()
	// The CLI puts the account in front of S3 Control's host, which no name server
	// knows: through a proxy, which moto is too, the request finds its way.
	proxy := os.Getenv("AWS_ENDPOINT_URL")
	c.Env = append(os.Environ(), "HTTP_PROXY="+proxy, "http_proxy="+proxy, "NO_PROXY=", "no_proxy=", "PATH="+bin+":"+os.Getenv("PATH"), "AWS_DEFAULT_REGION=eu-west-1", "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true")
	out, err := c.CombinedOutput()
	if err != nil {
		return string(out) + err.Error()
	}
	return string(out)
}

// mended runs fixes until the check says that all is well: one fix mends one
// finding, and a bucket can have several.
func mended(t *testing.T, name, check string, w world, look func(*testing.T) []doctor.Result) {
	t.Run(name, func(t *testing.T) {
		find := func() doctor.Result {
			for _, r := range look(t) {
				if r.ID == check {
					return r
				}
			}
			return doctor.Result{}
		}
		if why, ok := destructive[name]; ok {
			t.Skip(why)
		}
		said, now := "", find()
		if now.Status != doctor.Fail {
			t.Fatalf("%s is %s before its fix (%s)", check, now.Status, now.Got)
		}
		for range 3 {
			said = mend(t, known(now.Fix, w))
			if now = find(); now.Status != doctor.Fail {
				break
			}
		}
		why, exempt := untried[name]
		switch well := now.Status == doctor.Pass || now.Status == doctor.Advice || now.Status == doctor.Skip; {
		case well && exempt:
			t.Errorf("the fix of %s works, and is said not to: %s", check, why)
		case !well && !exempt:
			t.Errorf("%s is %s after its fix (%s)\n%s\n%s", check, now.Status, now.Got, known(now.Fix, w), said)
		}
	})
}

// Every fix is run, against the emulator, on every mistake of the tests: the check
// that found it then finds nothing more.
func TestFixes(t *testing.T) {
	t.Run("others", func(t *testing.T) {
		w := startCloud(t).make(t, order{Plain: true})
		_, mistakes := others(t)
		for _, o := range mistakes {
			mended(t, o.ID, o.Expect, w, func(t *testing.T) []doctor.Result { return o.examine(t, w) })
		}
	})
	t.Run("bucket", func(t *testing.T) {
		w, at := startCloud(t).make(t, order{Template: "full", Each: true}), time.Now().AddDate(0, 0, 30)
		for _, s := range seeds(t, "bucket") {
			own := w.Each[s.ID]
			mended(t, s.ID, s.Expect, w, func(t *testing.T) []doctor.Result {
				return examine(t, facts.Target{Bucket: own.Bucket, Role: own.Role, Config: intended(t), Now: at})
			})
		}
	})
	t.Run("account", func(t *testing.T) {
		c := startCloud(t)
		w := c.make(t, order{Template: "full"})
		for _, s := range seeds(t, "account") {
			c.make(t, order{Seed: s.ID, Again: true})
			mended(t, s.ID, s.Expect, w, func(t *testing.T) []doctor.Result {
				return examine(t, facts.Target{Bucket: w.Bucket, Config: intended(t)})
			})
		}
	})
	t.Run("stack", func(t *testing.T) {
		c := startCloud(t)
		for _, s := range seeds(t, "stack") {
			w := c.make(t, order{Template: "full", Seed: s.ID})
			cloudFormation(t, "full", w)
			mended(t, s.ID, s.Expect, w, func(t *testing.T) []doctor.Result { return examine(t, facts.Target{Stack: "full"}) })
		}
	})
}
