package main

import (
	"fmt"
	"slices"
	"strings"

	"signet/infra/settings"
	"signet/lambda/upload"
)

// The outcomes of a check: what could not be asked does not end a deployment.
const (
	pass    = "ok"
	fail    = "FAIL"
	unknown = "unknown"
)

// Limits of AWS that the checks hold an account to.
const (
	// leastBootstrap is the version that the template's own rule asks for.
	leastBootstrap = 6
	// leastUnreserved is what AWS keeps for functions without copies of their own
	// (https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html).
	leastUnreserved = 100
	// mostTrails is how many a region may have
	// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html).
	mostTrails = 5
)

// certificates is the region whose certificates CloudFront takes.
const certificates = "us-east-1"

// makesCertificate says that a second stack makes the domain's.
func makesCertificate(c upload.Config) bool { return c.Domain != nil && c.Domain.Certificate == "" }

// finding is the outcome of one check: what was found and, where that would end
// the deployment, what to do.
type finding struct{ Status, Title, Detail string }

func (f finding) String() string {
	return fmt.Sprintf("%-8s %-12s %s", f.Status, f.Title, f.Detail)
}

// check is one question: of what was read, or unknown where that failed.
type check struct {
	title string
	err   error
	judge func() (ok bool, detail string)
}

// judge answers all questions about a deployment.
func judge(c upload.Config, f facts) []finding {
	var list []finding
	for _, row := range slices.Concat(placeChecks(f), nameChecks(c, f), optionChecks(c, f)) {
		if row.err != nil {
			list = append(list, finding{unknown, row.title, "it could not be asked: " + row.err.Error()})
			continue
		}
		ok, detail := row.judge()
		list = append(list, finding{map[bool]string{true: pass, false: fail}[ok], row.title, detail})
	}
	return list
}

func placeChecks(f facts) []check {
	return []check{
		{"account", f.caller.err, func() (bool, string) { return true, f.caller.value }},
		{"region", nil, func() (bool, string) {
			if slices.Contains(settings.Regions(), f.region) {
				return true, f.region
			}
			return false, fmt.Sprintf("got %s, to whose buckets CloudFront delivers no logs: set AWS_REGION to one of %s", f.region, strings.Join(settings.Regions(), ", "))
		}},
		{"bootstrap", f.bootstrap.err, func() (bool, string) {
			if f.bootstrap.value >= leastBootstrap {
				return true, fmt.Sprintf("version %d", f.bootstrap.value)
			}
			return false, fmt.Sprintf("got version %d of the CDK's own stack, want %d or later: run npx aws-cdk bootstrap aws://%s/%s", f.bootstrap.value, leastBootstrap, f.caller.value, f.region)
		}},
	}
}

func nameChecks(c upload.Config, f facts) []check {
	checks := []check{{"name", f.stack.err, func() (bool, string) { return stackOf(c.Name, f.stack.value) }}}
	if f.stack.value.there() {
		return checks
	}
	taken := func(title, what string, there answer[bool]) check {
		return check{title, there.err, func() (bool, string) {
			if there.value {
				return false, fmt.Sprintf("got %s, which another stack has made or an earlier one has left: choose another name, or delete it", what)
			}
			return true, what + " is free"
		}}
	}
	return append(checks, taken("dashboard", "the dashboard "+c.Name, f.dashboard), taken("key", "alias/"+c.Name+"-uploads", f.alias))
}

// stackOf judges the stack that has the configured name.
func stackOf(name string, s stack) (bool, string) {
	switch {
	case !s.there() || s.status == "REVIEW_IN_PROGRESS": // a change set that was never executed has made nothing
		return true, name + " is free"
	case !strings.HasPrefix(s.description, "Signet: "):
		return false, fmt.Sprintf("got a stack %s of somebody else's (%q): choose another name in cdk.json", name, s.description)
	case s.status == "ROLLBACK_COMPLETE" || s.status == "ROLLBACK_FAILED" || s.status == "DELETE_FAILED":
		return false, fmt.Sprintf("got a stack %s that is %s: delete it (infra/README.md, \"Away again\"), then deploy", name, s.status)
	case s.status == "UPDATE_ROLLBACK_FAILED":
		return false, fmt.Sprintf("got a stack %s whose last update could not be taken back: aws cloudformation continue-update-rollback --stack-name %s, then deploy", name, name)
	case strings.HasSuffix(s.status, "_IN_PROGRESS"):
		return false, fmt.Sprintf("got a stack %s that is %s: wait until that has ended", name, s.status)
	}
	return true, fmt.Sprintf("%s is there (%s), and will be updated", name, s.status)
}

func optionChecks(c upload.Config, f facts) []check {
	var checks []check
	if c.Concurrency > 0 {
		checks = append(checks, check{"concurrency", firstOf(f.unreserved.err, f.reserved.err), func() (bool, string) {
			left := f.unreserved.value + f.reserved.value - c.Concurrency
			if left >= leastUnreserved {
				return true, fmt.Sprintf("%d copies are left to others", left)
			}
			return false, fmt.Sprintf("got %d copies that would be left to others, want %d: leave concurrency out, or ask Service Quotas for more (Lambda, \"Concurrent executions\")", left, leastUnreserved)
		}})
	}
	if c.Trail && !f.stack.value.there() {
		checks = append(checks, check{"trail", f.trails.err, func() (bool, string) {
			switch {
			case slices.Contains(f.trails.value, c.Name):
				return false, fmt.Sprintf("got a trail %s: choose another name, or delete it", c.Name)
			case len(f.trails.value) >= mostTrails:
				return false, fmt.Sprintf("got %d trails in the region, want fewer than %d: set \"trail\": false, or delete one", len(f.trails.value), mostTrails)
			}
			return true, fmt.Sprintf("%d of the region's %d are used", len(f.trails.value), mostTrails)
		}})
	}
	if makesCertificate(c) {
		checks = append(checks, check{"certificate", f.east.err, func() (bool, string) {
			if f.east.value >= leastBootstrap {
				return true, fmt.Sprintf("version %d of the CDK's own stack in %s, where it is made", f.east.value, certificates)
			}
			return false, fmt.Sprintf("got version %d of the CDK's own stack in %s, where the certificate is made, want %d or later: run npx aws-cdk bootstrap aws://%s/%s", f.east.value, certificates, leastBootstrap, f.caller.value, certificates)
		}})
	}
	if c.Auth.Issuer != "" {
		checks = append(checks, check{"issuer", f.algorithms.err, func() (bool, string) { return issuerOf(c.Auth.Issuer, f.algorithms.value) }})
	}
	if !c.Relay {
		checks = append(checks, check{"relay", f.relay.err, func() (bool, string) {
			if !f.relay.value.there() {
				return true, "off"
			}
			return true, fmt.Sprintf("off, but the stack %s-relay is there, and costs: aws cloudformation delete-stack --stack-name %s-relay", c.Name, c.Name)
		}})
	}
	return checks
}

// issuerOf wants what API Gateway's authorizer can check
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
func issuerOf(issuer string, signs []string) (bool, string) {
	for _, name := range []string{"RS256", "RS384", "RS512"} {
		if slices.Contains(signs, name) {
			return true, issuer + " signs with " + strings.Join(signs, ", ")
		}
	}
	return false, fmt.Sprintf("got %s, which signs with %v, want RS256, RS384 or RS512: API Gateway answers 401 to all others; have its client use RS256", issuer, signs)
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
