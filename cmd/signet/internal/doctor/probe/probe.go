// Package probe sends requests that a bucket has to refuse, and removes what is
// left where it did not.
package probe

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
)

// Folder is where the probes write, below the prefix, so that whoever meets an
// object there knows whose it is.
const Folder = "signet-doctor-probe/"

// foreign is an origin that nobody can have (RFC 2606).
const foreign = "https://signet-doctor-probe.invalid"

// cleanLimit is how long removing may take after an interruption.
const cleanLimit = 30 * time.Second

// Target is what to probe.
type Target struct {
	Bucket, Prefix string
	// Expires is the life of what the configuration signs; a signature that is
	// older than that and 5 minutes has to be refused.
	Expires time.Duration
	Now     func() time.Time // nil: time.Now
}

// runner sends the probes of one run.
type runner struct {
	Target
	config  aws.Config
	client  *s3.Client
	http    *http.Client
	base    string // of the bucket's URL, with a slash at its end
	folder  string
	written [][2]string // key and version of what was stored
}

// Run sends every probe, one after the other, and removes what they left, also
// when ctx ends before they do. Where a plain upload does not work either, a
// refusal says nothing, and every probe is unknown. It fails when something could
// not be removed, and names it, and when it was interrupted.
func Run(ctx context.Context, config aws.Config, t Target) ([]doctor.Result, error) {
	if t.Now == nil {
		t.Now = time.Now
	}
	p := &runner{
		Target: t, config: config, client: facts.S3(config), folder: t.Prefix + Folder + strings.ToLower(rand.Text()) + "/",
		http: &http.Client{Timeout: 20 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	p.base = "https://" + t.Bucket + ".s3." + config.Region + ".amazonaws.com/"
	if endpoint := facts.Override(config, "S3"); endpoint != "" || strings.Contains(t.Bucket, ".") {
		if endpoint == "" {
			endpoint = "https://s3." + config.Region + ".amazonaws.com"
		}
		p.base = strings.TrimSuffix(endpoint, "/") + "/" + t.Bucket + "/"
	}
	results := p.all(ctx)
	if err := p.clean(ctx); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("the probes were interrupted, and what they left in %s is removed", p.folder)
	}
	return results, nil
}

func (p *runner) all(ctx context.Context) []doctor.Result {
	key := p.folder + "control"
	control := p.send(ctx, shot{method: http.MethodPut, key: key, body: "probe"})
	var results []doctor.Result
	for _, probe := range probes() {
		finding := doctor.Finding{Status: doctor.Unknown, Got: "a plain upload does not work: " + control.text() + ": allow s3:PutObject on " + p.Prefix + "*"}
		if control.stored() && ctx.Err() == nil {
			finding = probe.try(ctx, p, key)
		}
		results = append(results, doctor.Result{
			ID: probe.id, Title: probe.title, Group: doctor.Probing, Severity: probe.severity, Status: finding.Status, Got: finding.Got,
			Read: "a request that has to be refused", Why: probe.why, Fix: "signet doctor --bucket " + p.Bucket + " # the check " + probe.settles + " has the command", Config: probe.config,
		})
	}
	return results
}

// clean removes what was stored: by the versions that S3 answered with, then
// whatever a list of the folder still shows.
func (p *runner) clean(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanLimit)
	defer cancel()
	var left []string
	for _, w := range p.written {
		in := &s3.DeleteObjectInput{Bucket: &p.Bucket, Key: &w[0]}
		if w[1] != "" {
			in.VersionId = &w[1]
		}
		if _, err := p.client.DeleteObject(ctx, in); err != nil {
			left = append(left, w[0])
		}
	}
	// The folder is new, and what the probes can leave in it fits one page. What was
	// stored is known without the list, too, where that is refused.
	page, err := p.client.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &p.Bucket, Prefix: &p.folder, EncodingType: types.EncodingTypeUrl})
	if err == nil {
		for _, v := range page.Versions {
			left = p.remove(ctx, left, page.EncodingType, v.Key, v.VersionId)
		}
		for _, m := range page.DeleteMarkers {
			left = p.remove(ctx, left, page.EncodingType, m.Key, m.VersionId)
		}
	}
	if len(left) > 0 {
		return fmt.Errorf("the probes left %s in %s: allow s3:DeleteObjectVersion, or remove it by hand", strings.Join(left, ", "), p.Bucket)
	}
	return nil
}

func (p *runner) remove(ctx context.Context, left []string, encoding types.EncodingType, listed, version *string) []string {
	key, err := facts.Plain(encoding, listed)
	if err == nil {
		_, err = p.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &p.Bucket, Key: &key, VersionId: version})
	}
	if err != nil {
		return append(left, key)
	}
	return left
}

// drain reads what is left of an answer, so that its connection can be used again.
func drain(body io.ReadCloser) string {
	defer body.Close()
	data, _ := io.ReadAll(io.LimitReader(body, 64<<10)) // an answer cut short has a status all the same
	return string(data)
}
