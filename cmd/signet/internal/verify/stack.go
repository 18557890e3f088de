package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"signet/cmd/signet/internal/wait"
	"signet/lambda/notify"
)

// Stack is what whoever deployed can look at besides the bucket.
type Stack struct {
	Name string
	// API is the address of the API's own host, without a slash at its end.
	API string
	// Firewall says that the site has a web ACL, past which the API must take nothing.
	Firewall bool
	// Groups are the names of the log groups of the function and of the API.
	Groups []string
	// Told is the log group of the function that tells an application's server; empty:
	// the configuration tells nobody.
	Told  string
	Logs  *cloudwatchlogs.Client
	Watch *cloudwatch.Client
}

// How long logs take to arrive, and the pause between looks at what takes its time.
const (
	logsWait  = 45 * time.Second
	lookAgain = time.Second
)

// pastTheEdge asks the API at its own host, where a firewall before the site would not
// have seen it.
func (c *conversation) pastTheEdge(ctx context.Context) (string, error) {
	if c.Stack == nil {
		return "", errNoCredentials
	}
	a, err := c.send(ctx, http.MethodGet, c.Stack.API+"/api/files", nil, "Authorization", "Bearer "+c.Token)
	if c.Stack.Firewall {
		return want(a, err, http.StatusForbidden)
	}
	if _, err := want(a, err, http.StatusOK); err != nil {
		return "", err
	}
	return "taken, because no webAcl is configured", nil
}

// logged wants the calls of this run in the logs of the function and of the API.
func (c *conversation) logged(ctx context.Context) (string, error) {
	if c.Stack == nil {
		return "", errNoCredentials
	}
	var missing []string
	err := c.waitFor(ctx, func() (bool, error) {
		missing = nil
		for _, group := range c.Stack.Groups {
			out, err := c.Stack.Logs.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{
				LogGroupName: &group, StartTime: aws.Int64(c.began.UnixMilli()), Limit: aws.Int32(1),
			})
			if err != nil {
				return false, err
			}
			if len(out.Events) == 0 {
				missing = append(missing, group)
			}
		}
		return missing == nil, nil
	})
	if errors.Is(err, errLate) {
		err = fmt.Errorf("got nothing in %s since this run began, want its calls there", strings.Join(missing, " and "))
	}
	return strings.Join(c.Stack.Groups, ", "), err
}

// told wants an attempt to tell of the small file in the log of the function that does,
// and that its receiver has taken it. It was deleted and restored, of which both are told
// at once, whatever waits for a scan.
func (c *conversation) told(ctx context.Context) (string, error) {
	switch {
	case c.Stack == nil:
		return "", errNoCredentials
	case c.Stack.Told == "":
		return "", skipped("the configuration tells nobody (events)")
	case c.small.key == "":
		return "", errNoFile
	}
	var got string
	err := c.waitFor(ctx, func() (bool, error) {
		out, err := c.Stack.Logs.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: &c.Stack.Told, StartTime: aws.Int64(c.began.UnixMilli()), FilterPattern: aws.String(`"` + c.small.key + `"`),
		})
		if err != nil {
			return false, err
		}
		for _, e := range out.Events {
			var line struct{ Attempt notify.Attempt }
			if json.Unmarshal([]byte(aws.ToString(e.Message)), &line) != nil || line.Attempt.Key != c.small.key {
				continue
			}
			if line.Attempt.Error != "" {
				return false, fmt.Errorf("got %s, want the receiver to take %s", line.Attempt.Error, line.Attempt.Type)
			}
			got = fmt.Sprintf("%s, answered with %d", line.Attempt.Type, line.Attempt.Status)
		}
		return got != "", nil
	})
	if errors.Is(err, errLate) {
		err = fmt.Errorf("got no line about it in %s since this run began, want an attempt there", c.Stack.Told)
	}
	return got, err
}

// errLate is the error of what had not come when logs should have arrived.
var errLate = errors.New("late")

// waitFor asks until it is so, for as long as logs take to arrive.
func (c *conversation) waitFor(ctx context.Context, so func() (bool, error)) error {
	for end := time.Now().Add(c.wait); ; {
		if done, err := so(); err != nil || done {
			return err
		}
		if time.Now().After(end) {
			return errLate
		}
		if err := wait.For(ctx, c.poll); err != nil {
			return err
		}
	}
}

// quiet wants no alarm of the stack to ring, and each to have somebody to tell.
func (c *conversation) quiet(ctx context.Context) (string, error) {
	if c.Stack == nil {
		return "", errNoCredentials
	}
	out, err := c.Stack.Watch.DescribeAlarms(ctx, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String(c.Stack.Name + "-Uploads")})
	if err != nil {
		return "", err
	}
	var trouble []error
	for _, a := range out.MetricAlarms {
		name := aws.ToString(a.AlarmName)
		if a.StateValue == types.StateValueAlarm {
			trouble = append(trouble, fmt.Errorf("%s rings: %s", name, aws.ToString(a.StateReason)))
		}
		if !aws.ToBool(a.ActionsEnabled) || len(a.AlarmActions) == 0 {
			trouble = append(trouble, fmt.Errorf("%s tells nobody", name))
		}
	}
	if len(out.MetricAlarms) == 0 {
		return "", skipped("no alarms are configured")
	}
	return fmt.Sprintf("%d alarms, none rings", len(out.MetricAlarms)), errors.Join(trouble...)
}

// cached wants a hashed file to come out of CloudFront's cache when it is asked for
// again, and an answer of the API never.
func (c *conversation) cached(ctx context.Context) (string, error) {
	page, err := c.send(ctx, http.MethodGet, c.Site+"/", nil)
	if err != nil {
		return "", err
	}
	file := script.FindString(string(page.body))
	var said string
	for range 3 { // the first fills it
		a, err := c.send(ctx, http.MethodGet, c.Site+"/"+file, nil)
		if _, err := want(a, err, http.StatusOK); err != nil {
			return "", err
		}
		if said = a.header.Get("X-Cache"); strings.HasPrefix(said, "Hit") {
			break
		}
	}
	if said == "" {
		return "", skipped("no X-Cache in the answers: this is not CloudFront")
	}
	if !strings.HasPrefix(said, "Hit") && !strings.HasPrefix(said, "RefreshHit") {
		return "", fmt.Errorf("%s: got X-Cache %q three times, want a hit", file, said)
	}
	a, err := c.send(ctx, http.MethodGet, c.Site+"/api/healthz", nil)
	if err != nil {
		return "", err
	}
	if got := a.header.Get("X-Cache"); strings.HasPrefix(got, "Hit") {
		return "", fmt.Errorf("/api/healthz: got X-Cache %q, want it asked for each time", got)
	}
	return said, nil
}
