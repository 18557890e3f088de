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
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/internal/session"
	"signet/cmd/signet/internal/verify"
)

const verifyUsage = `signet verify: whether a deployment does what it should

It has a conversation with a deployment, as the person who signed in (signet login)
and as those who must be refused: it uploads by every way, reads back, tries what
has to be denied, and takes away what it made. Two minutes after a deployment it
says what no template can.

With --stack it asks CloudFormation for the addresses, and with the same AWS
credentials tries what even administrators are denied. They are the AWS SDK's:
AWS_PROFILE, AWS_REGION and so on. Without --stack it talks to the site that you
signed in to.

Usage:
  signet verify [--stack NAME] [--json]

Flags:
  --stack NAME   a stack of ours
  --json         print JSON instead of the table

Environment:
  SIGNET_OTHER_TOKEN   another person's access token, who must not see the files
  SIGNET_ID_TOKEN      an ID token, which must be no key

Exit code: 0 nothing failed, 1 something did, 2 wrong usage.

Example:
  $ signet login https://d1234.cloudfront.net
  $ signet verify --stack signet
  pass     The site is there, with its security headers
           1204 bytes, five headers
`

func verifyCommand(args []string, stdout, stderr io.Writer) int {
	c := &console{stdout: stdout, stderr: stderr}
	set := c.flags("verify")
	stack := set.String("stack", "", "")
	rest, code, ok := c.parse(set, verifyUsage, args)
	if !ok {
		return code
	}
	if len(rest) > 0 {
		return c.usage("got %q, want flags alone: see signet verify --help", rest[0])
	}
	ctx, stop := interruptible()
	defer stop()
	target, err := verifyTarget(ctx, *stack)
	if err != nil {
		return c.fail(err)
	}
	tell := func(r verify.Result) {
		if !c.json {
			fmt.Fprintf(stdout, "%-8s %s\n         %s\n", r.Status, r.Title, r.Got)
		}
	}
	results := verify.Run(ctx, target, tell)
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

// verifyTarget is the deployment of a stack, or the one of the session.
func verifyTarget(ctx context.Context, stack string) (verify.Target, error) {
	s, err := session.Load(os.Getenv)
	if err != nil {
		return verify.Target{}, err
	}
	token, err := s.Token(ctx)
	if err != nil {
		return verify.Target{}, err
	}
	t := verify.Target{
		Site: strings.TrimSuffix(s.API, "/api"), Token: token, Other: os.Getenv("SIGNET_OTHER_TOKEN"), IDToken: os.Getenv("SIGNET_ID_TOKEN"),
		HTTP: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	if stack == "" {
		return t, nil
	}
	c, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return t, err
	}
	if c.Region == "" {
		return t, errors.New("got no region, want the stack's: set AWS_REGION")
	}
	outputs, err := outputsOf(ctx, cloudformation.NewFromConfig(c), stack)
	if err != nil {
		return t, err
	}
	if site := outputs["SiteURL"]; site != t.Site {
		return t, fmt.Errorf("got a session at %s, want one at %s: sign in there with signet login %s", t.Site, site, site)
	}
	t.Bucket = outputs["BucketName"]
	t.S3 = s3.NewFromConfig(c)
	return t, nil
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
