package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/session"
	"signet/cmd/signet/internal/verify"
	"signet/lambda/upload"
)

const verifyUsage = `signet verify: whether a deployment does what it should

It has a conversation with a deployment, as somebody who has signed in and as those
who must be refused: it uploads by every way, reads back, tries what has to be
denied, looks at headers, cache, logs and alarms, and takes away what it made. Two
minutes after a deployment it says what no template can.

With --stack it asks CloudFormation for the addresses, and with the same AWS
credentials tries what even administrators are denied. They are the AWS SDK's:
AWS_PROFILE, AWS_REGION and so on. It then needs no sign-in: unless you have signed
in to that site (signet login), it makes two users of its own in the pool, one of them in
a group of its own, and deletes them. Without --stack it talks to the site that you signed in to.

Usage:
  signet verify [--stack NAME] [--skip STEP,…] [--json]

Flags:
  --stack NAME   a stack of ours
  --skip STEP,…  steps to leave out, by the ids that --json has
  --json         print JSON instead of the table

Environment:
  SIGNET_OTHER_TOKEN   another person's access token, who must not see the files
  SIGNET_ID_TOKEN      an ID token, which must be no key

Exit code: 0 nothing failed, 1 something did, 2 wrong usage.

Example:
  $ signet verify --stack signet
  pass     The site is there, with its security headers
           1204 bytes, five headers
`

func verifyCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("verify")
	stack, skip := set.String("stack", "", ""), set.String("skip", "", "")
	rest, code, ok := c.parse(set, verifyUsage, args)
	if !ok {
		return code
	}
	if len(rest) > 0 {
		return c.usage("got %q, want flags alone: see signet verify --help", rest[0])
	}
	ctx, stop := interruptible()
	defer stop()
	left, err := verify.Steps(*skip)
	if err != nil {
		return c.usage("%s: see signet verify --help", err)
	}
	target, leave, err := verifyTarget(ctx, *stack)
	if err != nil {
		return c.fail(err)
	}
	tell := func(r verify.Result) {
		if !c.json {
			fmt.Fprintf(stdout, "%-8s %s\n         %s\n", r.Status, r.Title, r.Got)
		}
	}
	target.Skip = left
	results := verify.Run(ctx, target, tell)
	if err := leave(); err != nil {
		return c.fail(err)
	}
	failed := verify.Failed(results)
	if c.json {
		out := json.NewEncoder(stdout)
		out.SetIndent("", "  ")
		if err := out.Encode(map[string]any{"site": target.Site, "failed": failed, "steps": results}); err != nil {
			return c.fail(err)
		}
	} else {
		fmt.Fprintf(stdout, "\n%d steps, %d failed\n", len(results), failed)
	}
	if failed > 0 {
		return exitFailed
	}
	return exitDone
}

// verifyTarget is the deployment of a stack, or the one of the session; leave takes
// away whom it made to talk to it.
func verifyTarget(ctx context.Context, stack string) (t verify.Target, leave func() error, err error) {
	t.HTTP = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	t.Other, t.IDToken = os.Getenv("SIGNET_OTHER_TOKEN"), os.Getenv("SIGNET_ID_TOKEN")
	leave = func() error { return nil }
	s, err := session.Load(os.Getenv)
	if err == nil {
		t.Site = strings.TrimSuffix(s.API, "/api")
	}
	if stack == "" {
		if err == nil {
			t.Token, err = s.Token(ctx)
		}
		return t, leave, err
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return t, leave, err
	}
	if c.Region == "" {
		return t, leave, errors.New("got no region, want the stack's: set AWS_REGION")
	}
	formation := cloudformation.NewFromConfig(c)
	outputs, err := outputsOf(ctx, formation, stack)
	if err != nil {
		return t, leave, err
	}
	if err := fillIn(ctx, &t, formation, c, stack, outputs); err != nil {
		return t, leave, err
	}
	if s != nil && t.Site == outputs["SiteURL"] {
		t.Token, err = s.Token(ctx)
		return t, leave, err
	}
	t.Site = outputs["SiteURL"]
	if outputs["UserPoolId"] == "" {
		return t, leave, fmt.Errorf("got no session at %s, and no user pool to make a user in: sign in there with signet login %s", t.Site, t.Site)
	}
	leave, err = t.Invite(ctx, c, outputs["UserPoolId"])
	return t, leave, err
}

// fillIn takes over what a stack says of itself.
func fillIn(ctx context.Context, t *verify.Target, formation *cloudformation.Client, c aws.Config, stack string, outputs map[string]string) (err error) {
	t.Bucket, t.S3 = outputs["BucketName"], s3.NewFromConfig(c)
	t.Backend, t.Credentials, t.Region = outputs["BackendURL"], c.Credentials, c.Region
	t.Passes = t.Backend != "" // which the stack has with passes alone
	var function string
	if t.Stack, function, err = stackOf(ctx, formation, c, stack); err != nil {
		return err
	}
	t.Stack.Told = outputs["EventsLogGroup"]
	if t.Config, err = configOf(ctx, formation, stack, function, upload.Resolved{Bucket: t.Bucket, Region: c.Region}); err != nil || !t.Config.Relay {
		return err
	}
	of, err := outputsOf(ctx, formation, stack+"-relay")
	t.Relay = of["RelayURL"]
	return err
}

// outputsOf are a stack's outputs, by name.
func outputsOf(ctx context.Context, client *cloudformation.Client, stack string) (map[string]string, error) {
	out, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &stack})
	if err != nil {
		return nil, err
	}
	if len(out.Stacks) == 0 {
		return nil, fmt.Errorf("got no stack %s, want one in this region", stack)
	}
	outputs := map[string]string{}
	for _, o := range out.Stacks[0].Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return outputs, nil
}

// configOf is what a stack was configured to be, as its function's resource has it.
func configOf(ctx context.Context, client *cloudformation.Client, stack, function string, resolved upload.Resolved) (*upload.Config, error) {
	written, err := facts.WrittenConfig(ctx, client, stack, function)
	if err != nil {
		return nil, err
	}
	deployed, err := json.Marshal(resolved)
	if err != nil {
		return nil, err
	}
	config, err := upload.ParseConfig(written, deployed)
	return &config, err
}

// stackOf is what of a stack a run looks at, and what its template calls the function.
func stackOf(ctx context.Context, client *cloudformation.Client, c aws.Config, name string) (s *verify.Stack, function string, err error) {
	s = &verify.Stack{Name: name, Logs: cloudwatchlogs.NewFromConfig(c), Watch: cloudwatch.NewFromConfig(c)}
	pages := cloudformation.NewListStackResourcesPaginator(client, &cloudformation.ListStackResourcesInput{StackName: &name})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, "", err
		}
		for _, r := range page.StackResourceSummaries {
			id, logical := aws.ToString(r.PhysicalResourceId), aws.ToString(r.LogicalResourceId)
			switch kind := aws.ToString(r.ResourceType); {
			case kind == "AWS::ApiGatewayV2::Api":
				s.API = "https://" + id + ".execute-api." + c.Region + ".amazonaws.com"
			case kind == "AWS::Logs::LogGroup" && (strings.HasPrefix(logical, "UploadsFunctionLogs") || strings.HasPrefix(logical, "UploadsApiAccessLogs")):
				s.Groups = append(s.Groups, id)
			case kind == "AWS::Lambda::Function" && strings.HasPrefix(logical, "UploadsFunction"):
				function = logical
			case strings.HasPrefix(logical, "UploadsEdgeWord"): // which there is with webAcl alone
				s.Firewall = true
			}
		}
	}
	if s.API == "" || len(s.Groups) != 2 {
		return nil, "", fmt.Errorf("got a stack %s with the API %q and the log groups %q, want one of ours: give the name of cdk.json", name, s.API, s.Groups)
	}
	return s, function, nil
}
