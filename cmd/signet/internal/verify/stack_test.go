package verify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go/middleware"
)

// answers has an AWS client answer by itself, whatever its protocol is.
func answers(answer func(in any) any) func(*middleware.Stack) error {
	return func(s *middleware.Stack) error {
		return s.Initialize.Add(middleware.InitializeMiddlewareFunc("answers", func(_ context.Context, in middleware.InitializeInput, _ middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return middleware.InitializeOutput{Result: answer(in.Parameters)}, middleware.Metadata{}, nil
		}), middleware.Before)
	}
}

// logs are log groups with their lines.
func logs(groups map[string][]string) *cloudwatchlogs.Client {
	return cloudwatchlogs.New(cloudwatchlogs.Options{Region: "eu-west-1", APIOptions: []func(*middleware.Stack) error{answers(func(in any) any {
		out, asked := &cloudwatchlogs.FilterLogEventsOutput{}, in.(*cloudwatchlogs.FilterLogEventsInput)
		for _, line := range groups[aws.ToString(asked.LogGroupName)] {
			if p := strings.Trim(aws.ToString(asked.FilterPattern), `"`); strings.Contains(line, p) {
				out.Events = append(out.Events, logtypes.FilteredLogEvent{Message: aws.String(line)})
			}
		}
		return out
	})}})
}

// outcome is what a step says: an error, that it was skipped, or neither.
func outcome(err error) Status {
	switch s := skipped(""); {
	case err == nil:
		return Pass
	case errors.As(err, &s):
		return Skip
	}
	return Fail
}

// The calls of a run are in the logs of both, or it fails with what is missing.
func TestLogged(t *testing.T) {
	for _, row := range []struct {
		name string
		logs map[string][]string
		want Status
		says string
	}{
		{"both", map[string][]string{"f": {"x"}, "a": {"y"}}, Pass, ""},
		{"the API's is empty", map[string][]string{"f": {"x"}}, Fail, "nothing in a since"},
		{"both are empty", nil, Fail, "nothing in f and a since"},
	} {
		c := &conversation{Target: Target{Stack: &Stack{Groups: []string{"f", "a"}, Logs: logs(row.logs)}}}
		_, err := c.logged(t.Context())
		if outcome(err) != row.want || row.says != "" && !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
	if _, err := (&conversation{}).logged(t.Context()); outcome(err) != Skip {
		t.Errorf("without credentials: got %v", err)
	}
}

// What the application was told of the small file, and what it answered, is in the log
// of the function that tells.
func TestTold(t *testing.T) {
	const taken = `{"msg":"sent","attempt":{"type":"file.deleted","key":"uploads/a/x~1.txt","attempt":1,"status":204}}`
	for _, row := range []struct {
		name  string
		lines []string
		want  Status
		says  string
	}{
		{"taken", []string{"START", taken}, Pass, "file.deleted, answered with 204"},
		{"nothing", nil, Fail, "no line about it"},
		{"another file's", []string{strings.Replace(taken, "x~1", "y~1", 1)}, Fail, "no line about it"},
		{"refused", []string{strings.Replace(taken, `"status":204`, `"status":500,"error":"got 500, want 200 to 299"`, 1)}, Fail, "got 500"},
		{"mentioned elsewhere", []string{`{"msg":"event","key":"uploads/a/x~1.txt"}`}, Fail, "no line about it"},
	} {
		c := &conversation{Target: Target{Stack: &Stack{Told: "t", Logs: logs(map[string][]string{"t": row.lines})}}, small: stored{key: "uploads/a/x~1.txt"}}
		got, err := c.told(t.Context())
		if outcome(err) != row.want || !strings.Contains(got+fmt.Sprint(err), row.says) {
			t.Errorf("%s: got %q, %v, want %s", row.name, got, err, row.want)
		}
	}
	if _, err := (&conversation{Target: Target{Stack: &Stack{}}}).told(t.Context()); outcome(err) != Skip {
		t.Errorf("without events: got %v", err)
	}
}

// An alarm that rings, or tells nobody, is a failure.
func TestQuiet(t *testing.T) {
	alarm := func(state cwtypes.StateValue, enabled bool, actions ...string) cwtypes.MetricAlarm {
		return cwtypes.MetricAlarm{AlarmName: aws.String("s-UploadsErrors"), StateValue: state, ActionsEnabled: &enabled, AlarmActions: actions}
	}
	well := alarm(cwtypes.StateValueOk, true, "arn:aws:sns:eu-west-1:1:topic")
	for _, row := range []struct {
		name   string
		alarms []cwtypes.MetricAlarm
		want   Status
		says   string
	}{
		{"none", nil, Skip, ""},
		{"well", []cwtypes.MetricAlarm{well, well}, Pass, "2 alarms"},
		{"rings", []cwtypes.MetricAlarm{well, alarm(cwtypes.StateValueAlarm, true, "arn")}, Fail, "rings"},
		{"without actions", []cwtypes.MetricAlarm{alarm(cwtypes.StateValueOk, true)}, Fail, "tells nobody"},
		{"actions are off", []cwtypes.MetricAlarm{alarm(cwtypes.StateValueOk, false, "arn")}, Fail, "tells nobody"},
	} {
		watch := cloudwatch.New(cloudwatch.Options{Region: "eu-west-1", APIOptions: []func(*middleware.Stack) error{answers(func(in any) any {
			if got := aws.ToString(in.(*cloudwatch.DescribeAlarmsInput).AlarmNamePrefix); got != "s-Uploads" {
				t.Errorf("asked for the alarms %s…", got)
			}
			return &cloudwatch.DescribeAlarmsOutput{MetricAlarms: row.alarms}
		})}})
		got, err := (&conversation{Target: Target{Stack: &Stack{Name: "s", Watch: watch}}}).quiet(t.Context())
		if outcome(err) != row.want || !strings.Contains(got+fmt.Sprint(err), row.says) {
			t.Errorf("%s: got %q, %v, want %s", row.name, got, err, row.want)
		}
	}
}

// A hashed file comes out of the cache at the second or third request, and what the API
// says never; headers tell browsers the same.
func TestCacheHeaders(t *testing.T) {
	const year, fresh = "public, max-age=31536000, immutable", "no-cache"
	for _, row := range []struct {
		name            string
		x               []string // X-Cache of the file, one after the other
		api             string
		file, settings  string // Cache-Control
		cached, headers Status
	}{
		{"as it is meant", []string{"Miss from cloudfront", "Hit from cloudfront"}, "Miss from cloudfront", year, fresh, Pass, Pass},
		{"revalidated", []string{"RefreshHit from cloudfront"}, "Miss from cloudfront", year, fresh, Pass, Pass},
		{"never", []string{"Miss from cloudfront", "Miss from cloudfront", "Miss from cloudfront"}, "", year, fresh, Fail, Pass},
		{"the API too", []string{"Hit from cloudfront"}, "Hit from cloudfront", year, fresh, Fail, Pass},
		{"no CloudFront", []string{""}, "", year, fresh, Skip, Pass},
		{"files for a day", []string{"Hit from cloudfront"}, "Miss from cloudfront", "max-age=86400", fresh, Pass, Fail},
		{"settings for ever", []string{"Hit from cloudfront"}, "Miss from cloudfront", year, year, Pass, Fail},
	} {
		left := slices.Clone(row.x)
		site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			switch r.URL.Path {
			case "/":
				fmt.Fprint(w, `<script src="/assets/index-1a2b.js"></script>`)
			case "/assets/index-1a2b.js":
				w.Header().Set("Cache-Control", row.file)
				w.Header().Set("X-Cache", left[0])
				left = append(left[1:], left[0])
			case "/config.json":
				w.Header().Set("Cache-Control", row.settings)
			case "/api/healthz":
				w.Header().Set("X-Cache", row.api)
			default:
				http.NotFound(w, r)
			}
		}))
		c := &conversation{Target: Target{Site: site.URL, HTTP: site.Client()}}
		_, err := c.cached(t.Context())
		if outcome(err) != row.cached {
			t.Errorf("%s: cached: got %v, want %s", row.name, err, row.cached)
		}
		if _, err := c.siteCache(t.Context()); outcome(err) != row.headers {
			t.Errorf("%s: headers: got %v, want %s", row.name, err, row.headers)
		}
		site.Close()
	}
}
