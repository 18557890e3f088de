package doctor

import (
	"fmt"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

func theSites(f *facts.Facts) facts.Unknowable {
	return onStack(f, func(s *facts.Stack) facts.Unknowable { return s.Sites })
}
func theAPIs(f *facts.Facts) facts.Unknowable {
	return onStack(f, func(s *facts.Stack) facts.Unknowable { return s.APIs })
}
func theFunctionLog(f *facts.Facts) facts.Unknowable {
	return onStack(f, func(s *facts.Stack) facts.Unknowable { return s.Function.Log })
}
func theConcurrency(f *facts.Facts) facts.Unknowable {
	return onStack(f, func(s *facts.Stack) facts.Unknowable { return s.Function.Concurrency })
}
func theURL(f *facts.Facts) facts.Unknowable {
	return onStack(f, func(s *facts.Stack) facts.Unknowable { return s.Function.URL })
}
func theFunctionPolicy(f *facts.Facts) facts.Unknowable {
	return onStack(f, func(s *facts.Stack) facts.Unknowable { return s.Function.Policy })
}

func onStack(f *facts.Facts, pick func(*facts.Stack) facts.Unknowable) facts.Unknowable {
	if f.Stack == nil {
		return facts.Fact[bool]{}
	}
	return pick(f.Stack)
}

// functionChecks are about the function of a stack of ours.
func functionChecks() []Check {
	check := func(id, title, why, fix string, severity Severity, pick func(*facts.Facts) facts.Unknowable, judge func(facts.Function) Finding) Check {
		return Check{ID: id, Title: title, Group: service, Severity: severity, Why: why, Fix: fix, Reads: reads(pick),
			Judge: func(f *facts.Facts) Finding { return judge(f.Stack.Function) }}
	}
	config := func(f *facts.Facts) facts.Unknowable {
		return facts.Fact[bool]{Need: "lambda:GetFunctionConfiguration"}
	}
	return []Check{
		concurrencyCheck(),
		check("function-environment", "The function's environment has no secret", "whoever may read the function's settings has it", putBack, High, config, func(f facts.Function) Finding {
			var trouble []string
			for _, name := range f.Variables {
				if upper := strings.ToUpper(name); strings.Contains(upper, "SECRET") || strings.Contains(upper, "PASSWORD") || strings.Contains(upper, "TOKEN") || strings.Contains(upper, "ACCESS_KEY") || strings.Contains(upper, "PRIVATE") {
					trouble = append(trouble, "it has "+name)
				}
			}
			return failIf(trouble, "%s", strings.Join(f.Variables, ", "))
		}),
		check("function-traces", "The function is traced", "where the time goes is guesswork", "aws lambda update-function-configuration --function-name FUNCTION --tracing-config Mode=Active", Info, config, func(f facts.Function) Finding {
			if !f.Traced {
				return fail("tracing is not Active")
			}
			return pass("Active")
		}),
		check("function-log", "The function's log is encrypted with a key, and ends", "names of files are kept for ever, for whoever may read logs", "aws logs put-retention-policy --log-group-name LOG-GROUP --retention-in-days 30", Low, theFunctionLog, func(f facts.Function) Finding {
			switch l := f.Log; {
			case !l.Set:
				return fail("there is no log group")
			case l.Value.Days == 0:
				return fail("%s is kept for ever", l.Value.Name).with("LOG-GROUP", l.Value.Name)
			case l.Value.Key == "":
				return fail("%s has no key", l.Value.Name).instead("aws logs associate-kms-key --log-group-name " + l.Value.Name + " --kms-key-id KEY")
			default:
				return pass("%d days, %s", l.Value.Days, l.Value.Key)
			}
		}),
		check("function-url", "The function has no address of its own", "whoever finds it calls the function past the API's check of tokens", "aws lambda delete-function-url-config --function-name FUNCTION", Critical, theURL, func(f facts.Function) Finding {
			if f.URL.Set {
				return fail("it has one, with AuthType %s", f.URL.Value)
			}
			return pass("none")
		}),
		check("function-callers", "Only the API may call the function", "whoever calls it says who they are, and is believed", "aws lambda remove-permission --function-name FUNCTION --statement-id SID", Critical, theFunctionPolicy, functionCallers),
	}
}

// concurrencyCheck compares what is reserved with the configuration, which by
// default reserves nothing: a new account has nothing to reserve.
func concurrencyCheck() Check {
	return Check{ID: "function-concurrency", Title: "The function has the concurrency that it is configured to have", Group: service, Severity: Low,
		Why: "a flood takes all of the account's functions down, or the function is held to less than was planned", Config: "concurrency",
		Fix:   reserve(50),
		Reads: reads(theConcurrency),
		Judge: func(f *facts.Facts) Finding {
			got, want := f.Stack.Function.Concurrency, f.Config.Concurrency
			switch {
			case got.Set && got.Value == 0:
				return fail("0 is reserved: it never runs").instead(reserve(want))
			case !got.Set && want > 0:
				return fail("none is reserved, and the configuration says %d", want).instead(reserve(want))
			case got.Set && f.Intended && int(got.Value) != want:
				return fail("%d is reserved, and the configuration says %d", got.Value, want).instead(reserve(want))
			case !got.Set:
				return pass("none is reserved, as configured: the account's is shared")
			default:
				return pass("%d", got.Value)
			}
		}}
}

// reserve is the command that reserves as much as is configured, or nothing.
func reserve(concurrency int) string {
	if concurrency == 0 {
		return "aws lambda delete-function-concurrency --function-name FUNCTION"
	}
	return fmt.Sprintf("aws lambda put-function-concurrency --function-name FUNCTION --reserved-concurrent-executions %d", concurrency)
}

// functionCallers tries an invocation by strangers, and by services on behalf
// of strangers.
func functionCallers(f facts.Function) Finding {
	d := f.Policy.Value
	who := []policy.Principal{{}, {ARN: "arn:aws:iam::" + policy.StrangerAccount + ":role/" + policy.Stranger}}
	var named []string
	for _, s := range d.Statements {
		named = append(named, s.Resource...)
		for _, name := range s.Principal["Service"] {
			who = append(who, policy.Principal{Service: name})
		}
		for _, v := range s.Principal["AWS"] {
			if strings.HasPrefix(v, "arn:") {
				who = append(who, policy.Principal{ARN: v})
			}
		}
	}
	search := policy.Search{Documents: []policy.Document{d}, Principals: unique(who), Outsider: true,
		Actions: []string{"lambda:InvokeFunction", "lambda:InvokeFunctionUrl"}, Resources: named}
	by := 0
	if r, ok := search.Find(func(r policy.Request) bool {
		decision, i := d.Decide(r)
		by = i
		return decision == policy.Allowed
	}); ok {
		return fail("%s may, whoever it is for: a condition on AWS:SourceArn is missing or too wide", r.Principal).with("SID", d.Statements[by].Sid)
	}
	return pass("%d statement(s)", len(d.Statements))
}

// fixRoutes gives every open route the authorizer of the API.
const fixRoutes = `aws apigatewayv2 get-routes --api-id API-ID --output json | jq -r '.Items[] | select(.AuthorizationType != "JWT" and .AuthorizationType != "AWS_IAM" and (.RouteKey | test("healthz$|openapi.json$|/api/s3/[{]session[}]/| /api/pass(/|$)") | not)) | .RouteId' | ` +
	`xargs -I{} aws apigatewayv2 update-route --api-id API-ID --route-id {} --authorization-type JWT --authorizer-id "$(aws apigatewayv2 get-authorizers --api-id API-ID --query 'Items[0].AuthorizerId' --output text)"`

// frontChecks are about the API and the site of a stack of ours.
func frontChecks() []Check {
	api := func(id, title, why, fix, config string, severity Severity, trouble func(facts.API) []string) Check {
		return Check{ID: id, Title: title, Group: service, Severity: severity, Why: why, Fix: fix, Config: config, Reads: reads(theAPIs),
			Judge: func(f *facts.Facts) Finding {
				return eachOf(f.Stack.APIs.Value, "API", func(a facts.API) (string, []string) { return a.ID, trouble(a) })
			}}
	}
	site := func(id, title, why string, severity Severity, trouble func(facts.Site) []string) Check {
		return Check{ID: id, Title: title, Group: service, Severity: severity, Why: why, Fix: putBack + " # puts the distribution back; by hand: aws cloudfront update-distribution", Config: "domain", Reads: reads(theSites),
			Judge: func(f *facts.Facts) Finding {
				return eachOf(f.Stack.Sites.Value, "distribution", func(s facts.Site) (string, []string) { return s.ID, trouble(s) })
			}}
	}
	return []Check{
		api("api-authorizer", "Every route wants a token", "anybody may have uploads signed", fixRoutes, "auth", Critical, func(a facts.API) []string {
			var open []string
			for _, r := range a.Routes {
				// Below /api/s3/{session}/ the function itself asks S3 whether the session in the path holds,
				// and below /api/pass whether the guest's pass does.
				public := strings.HasSuffix(r.Key, "/api/healthz") || strings.HasSuffix(r.Key, "/api/openapi.json") || strings.Contains(r.Key, "/api/s3/{session}/") ||
					strings.HasSuffix(r.Key, " /api/pass") || strings.Contains(r.Key, " /api/pass/")
				if r.Authorization == "NONE" && !public {
					open = append(open, r.Key+" wants none")
				}
			}
			return open
		}),
		api("api-throttle", "The API limits its rate", "a loop in one client takes it from all", "aws apigatewayv2 update-stage --api-id API-ID --stage-name '$default' --default-route-settings ThrottlingRateLimit=100,ThrottlingBurstLimit=200", "", Low, func(a facts.API) []string {
			return stages(a, func(s facts.Stage) bool { return s.Rate <= 0 }, "has no rate limit")
		}),
		api("api-log", "The API writes an access log", "a refused call leaves no trace", "aws apigatewayv2 update-stage --api-id API-ID --stage-name '$default' --access-log-settings DestinationArn=LOG-GROUP-ARN,Format='$context.requestId $context.status'", "", Low, func(a facts.API) []string {
			return stages(a, func(s facts.Stage) bool { return s.LogsTo == "" }, "has no access log")
		}),
		api("api-cors", "The API's CORS names its origins", "any page may call the API with a token that it got hold of", "aws apigatewayv2 update-api --api-id API-ID --cors-configuration AllowOrigins=https://YOUR-SITE", "origins", Medium, func(a facts.API) []string {
			if i := slices.IndexFunc(a.Origins, func(o string) bool { return strings.Contains(o, "*") }); i >= 0 {
				return []string{"allows " + a.Origins[i]}
			}
			return nil
		}),
		site("site-https", "The site is https alone", "the page, with its tokens, can be changed on the way", High, func(s facts.Site) []string {
			return with(append(prefixed("over plain HTTP: ", s.Plain), prefixed("asked for over plain HTTP: ", s.PlainOrigins)...), s.OwnName && !slices.Contains([]string{"TLSv1.2_2018", "TLSv1.2_2019", "TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025"}, s.MinTLS), "takes "+s.MinTLS)
		}),
		site("site-origin", "The site's bucket is reached through origin access control", "its bucket has to be public, or the site does not answer", High, func(s facts.Site) []string {
			return prefixed("no origin access control for ", s.OpenOrigins)
		}),
		site("site-edge", "Before the bucket a function lets nothing but PUT through", "what somebody has stored runs as a page of the site, with everybody's tokens", High, func(s facts.Site) []string {
			return prefixed("leads to a bucket as it is: ", s.Unguarded)
		}),
		site("site-headers", "Each path of the site has security headers", "the page can be framed, and a script that got in may do what it likes", Medium, func(s facts.Site) []string {
			return prefixed("no policy of headers for ", slices.DeleteFunc(slices.Clone(s.Headless), func(path string) bool { return strings.HasPrefix(path, "/api/") || path == "api/*" }))
		}),
		site("site-log", "The site writes an access log", "an attack on the site leaves no trace", Low, func(s facts.Site) []string {
			return with(nil, !s.Logged, "has no access log")
		}),
	}
}

func eachOf[T any](all []T, kind string, look func(T) (string, []string)) Finding {
	if len(all) == 0 {
		return skip("the stack has no %s", kind)
	}
	var trouble, bad []string
	for _, one := range all {
		id, found := look(one)
		if len(found) > 0 {
			bad = append(bad, id)
		}
		trouble = append(trouble, prefixed(fmt.Sprintf("%s %s: ", kind, id), found)...)
	}
	return failIf(trouble, "%d %s(s)", len(all), kind).with(kind+"-ID", first(bad))
}

func stages(a facts.API, bad func(facts.Stage) bool, what string) []string {
	var trouble []string
	for _, s := range a.Stages {
		if bad(s) {
			trouble = append(trouble, "stage "+s.Name+" "+what)
		}
	}
	return trouble
}

func prefixed(prefix string, all []string) []string {
	var out []string
	for _, one := range all {
		out = append(out, prefix+one)
	}
	return out
}

func with(all []string, bad bool, what string) []string {
	if bad {
		return append(all, what)
	}
	return all
}
