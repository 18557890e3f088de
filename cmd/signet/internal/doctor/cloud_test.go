package doctor_test

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

// cloud is moto in a process of its own, which makes a world for each order.
type cloud struct {
	endpoint string
	orders   io.WriteCloser
	answers  *bufio.Reader
	stderr   *strings.Builder
}

// order is the world to make: our own stack's settings, and what is wrong.
type order struct {
	// Template is one of testdata/own, or a path; both without .json.
	Template string `json:"template,omitempty"`
	Seed     string `json:"seed,omitempty"`
	// Each makes a bucket beside the first for each seed of the bucket.
	Each bool `json:"each,omitempty"`
	// Again keeps the last world, but for what watches it.
	Again bool `json:"again,omitempty"`
	// Plain makes other people's buckets instead.
	Plain bool `json:"plain,omitempty"`
}

// world is what is in it.
type world struct {
	Bucket, Logs, Role string
	Resources          map[string][]string
	Logical            map[string]string                        // by physical names
	Each               map[string]struct{ Bucket, Role string } // by seed
}

// startCloud fails the test where moto is missing, so that nobody believes in
// checks that never saw a bucket.
func startCloud(t *testing.T) *cloud {
	t.Helper()
	const python = "../../../../.venv/infra/bin/python"
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("got no %s, want moto in it: run make .venv/infra/.installed", python)
	}
	c := &cloud{stderr: &strings.Builder{}}
	process := exec.Command(python, "testdata/cloud.py")
	process.Stderr = c.stderr
	var err error
	if c.orders, err = process.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.orders.Close() // it ends with its orders
		process.Wait()
	})
	c.answers = bufio.NewReader(out)
	c.endpoint = strings.TrimSpace(c.line(t))
	t.Setenv("AWS_ENDPOINT_URL", c.endpoint)
	t.Setenv("AWS_ENDPOINT_URL_BACKUP", lastNight(t))
	for name, value := range map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(name, value)
	}
	return c
}

// lastNight answers for AWS Backup, which moto has no backups of: each bucket has one
// of some hours ago (API_DescribeProtectedResource).
func lastNight(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/resources/arn:aws:s3:::") || r.Header.Get("Authorization") == "" {
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException:")
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Fprintf(w, `{"LastBackupTime": %d.25}`, time.Now().Add(-7*time.Hour).Unix())
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func (c *cloud) line(t *testing.T) string {
	t.Helper()
	line, err := c.answers.ReadString('\n')
	if err != nil {
		t.Fatalf("the cloud says nothing: %v\n%s", err, c.stderr)
	}
	return line
}

func (c *cloud) make(t *testing.T, o order) world {
	t.Helper()
	if err := json.NewEncoder(c.orders).Encode(o); err != nil {
		t.Fatal(err)
	}
	var w world
	if err := json.Unmarshal([]byte(c.line(t)), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// awsConfig is as the command line has it, from the environment, but for what moto
// answers with 500, which stays so. A read whose line is cut is sent again, as it is
// there: moto's server closes lines with a reset now and then, which Go tells as a
// reset or as "use of closed network connection".
func awsConfig(t *testing.T) aws.Config {
	t.Helper()
	c, err := config.LoadDefaultConfig(t.Context(), config.WithRetryer(func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.Retryables, o.MaxBackoff = []retry.IsErrorRetryable{retry.RetryableConnectionError{}}, 100*time.Millisecond
		})
	}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// cloudFormation answers for moto's, which cannot make our stack: the list of
// resources, and what is in the metadata of the function's, as AWS documents them
// (API_ListStackResources, API_DescribeStackResource).
func cloudFormation(t *testing.T, template string, w world) {
	t.Helper()
	stack := filepath.Base(template)
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.FormValue("Action") == "DescribeStackResource" && r.FormValue("StackName") == stack {
			rw.Write([]byte(`<DescribeStackResourceResponse><DescribeStackResourceResult><StackResourceDetail><Metadata>`))
			xml.EscapeText(rw, metadata(t, template))
			rw.Write([]byte(`</Metadata><LogicalResourceId>x</LogicalResourceId><ResourceType>AWS::Lambda::Function</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-11-24T00:00:00Z</LastUpdatedTimestamp></StackResourceDetail></DescribeStackResourceResult></DescribeStackResourceResponse>`))
			return
		}
		if r.FormValue("Action") != "ListStackResources" || r.FormValue("StackName") != stack {
			rw.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(rw, `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id %s does not exist</Message></Error></ErrorResponse>`, r.FormValue("StackName"))
			return
		}
		fmt.Fprint(rw, `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>`)
		for kind, ids := range w.Resources {
			for _, id := range ids {
				fmt.Fprintf(rw, `<member><LogicalResourceId>%s</LogicalResourceId><PhysicalResourceId>%s</PhysicalResourceId><ResourceType>%s</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-11-24T00:00:00Z</LastUpdatedTimestamp></member>`, w.Logical[id], id, kind)
			}
		}
		fmt.Fprint(rw, `</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`)
	}))
	t.Cleanup(s.Close)
	t.Setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", s.URL)
}

// metadata is that of the function that signs, in a template of ours.
func metadata(t *testing.T, template string) []byte {
	if !filepath.IsAbs(template) {
		template = filepath.Join("testdata/own", template)
	}
	data, err := os.ReadFile(template + ".json")
	if err != nil {
		t.Error(err)
	}
	var all map[string]struct{ Metadata json.RawMessage }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Error(err)
	}
	for _, r := range all {
		if r.Metadata != nil {
			return r.Metadata
		}
	}
	t.Errorf("%s: got no metadata, want the configuration", template)
	return nil
}

// examine reads and judges as the command does.
func examine(t *testing.T, target facts.Target) []doctor.Result {
	t.Helper()
	if target.Now.IsZero() {
		target.Now = time.Now()
	}
	f, err := facts.Read(t.Context(), awsConfig(t), target)
	if err != nil {
		t.Fatal(err)
	}
	return doctor.Examine(f)
}

// intended is the configuration of the template full, as infra's tests have it.
func intended(t *testing.T) *upload.Config {
	t.Helper()
	data, err := os.ReadFile("testdata/cdk.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := upload.ParseCDK(data)
	if err != nil {
		t.Fatal(err)
	}
	return &c
}

func pick(results []doctor.Result, status doctor.Status) []string {
	var ids []string
	for _, r := range results {
		if r.Status == status {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
