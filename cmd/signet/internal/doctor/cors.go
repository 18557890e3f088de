package doctor

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

// fixCORS writes one rule for the origins that are meant, as the client needs it.
const fixCORS = "aws s3api put-bucket-cors --bucket BUCKET --cors-configuration " +
	`'{"CORSRules":[{"AllowedOrigins":ORIGINS,"AllowedMethods":METHODS,"AllowedHeaders":HEADERS,"ExposeHeaders":EXPOSED,"MaxAgeSeconds":3000}]}' # replaces all rules`

// corsWords fills the fix: the configured origins, or else those of the rules that
// are in order.
func corsWords(f *facts.Facts, found Finding) Finding {
	var meant []string
	if f.Intended {
		meant = slices.Clone(f.Config.Origins)
		if f.Config.Domain != nil {
			meant = append(meant, "https://"+f.Config.Domain.Name)
		}
		if f.Stack != nil {
			for _, s := range f.Stack.Sites.Value {
				meant = append(meant, "https://"+s.Domain)
			}
		}
	} else {
		meant = slices.DeleteFunc(origins(f.Bucket.CORS.Value), func(o string) bool { return anybodys(o) || neverMatches(o) != "" || isPlain(o) })
	}
	if len(meant) == 0 {
		meant = []string{"https://YOUR-SITE"}
	}
	slices.Sort(meant)
	methods, headers, exposed := []string{"GET", "HEAD", "PUT", "POST"}, f.Config.CORSAllowedHeaders(), upload.CORSExposedHeaders()
	if !f.Intended {
		methods, headers, exposed = kept(f)
	}
	return found.with("ORIGINS", quoted(slices.Compact(meant))).with("METHODS", quoted(methods)).
		with("HEADERS", quoted(headers)).with("EXPOSED", quoted(exposed))
}

// kept is what the rules allow already, with what the client needs besides.
func kept(f *facts.Facts) (methods, headers, exposed []string) {
	rules := f.Bucket.CORS.Value
	for _, r := range rules {
		methods, headers, exposed = append(methods, r.AllowedMethods...), append(headers, r.AllowedHeaders...), append(exposed, r.ExposeHeaders...)
	}
	if client(f) == "" && !slices.ContainsFunc(rules, uploads) {
		methods = append(methods, "PUT")
	}
	needed := asked(f, rules)
	if client(f) == "" {
		needed = []need{{"", []string{"content-type"}, []string{"ETag"}}}
	}
	for _, n := range needed {
		methods = append(methods, n.method)
		for _, h := range n.allowed {
			if !lists(headers, h) {
				headers = append(headers, h)
			}
		}
		for _, h := range n.exposed {
			if !lists(exposed, h) {
				exposed = append(exposed, h)
			}
		}
	}
	once := func(all []string) []string {
		slices.Sort(all)
		return slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
	}
	return once(methods), once(headers), once(exposed)
}

// quoted is a list as JSON has it, without what a shell would take for its own.
func quoted(list []string) string {
	data, err := json.Marshal(list)
	if err != nil {
		return "[]"
	}
	return strings.ReplaceAll(string(data), "'", "")
}

// longestMaxAge is what browsers keep a preflight's answer for at most: Firefox
// a day, Chromium two hours (https://fetch.spec.whatwg.org/#http-access-control-max-age).
const longestMaxAge = 24 * 60 * 60

// corsChecks are about which pages may speak to the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
func corsChecks() []Check {
	check := func(id, title, why string, severity Severity, judge func(*facts.Facts, []types.CORSRule) Finding) Check {
		return Check{
			ID: id, Title: title, Group: browser, Severity: severity, Why: why, Fix: fixCORS, Config: "origins", Reads: reads(theCORS),
			Judge: func(f *facts.Facts) Finding {
				if len(f.Bucket.CORS.Value) == 0 && id != "cors-set" {
					return skip("there is no CORS configuration")
				}
				return corsWords(f, judge(f, f.Bucket.CORS.Value))
			},
		}
	}
	return []Check{
		check("cors-set", "The bucket answers preflights", "no page can upload: the browser stops it before it is sent", Medium, corsSet),
		check("cors-origins", "No origin is one that strangers can have: no *, no null", "any page on the web can use a URL that leaked, from its visitors' browsers", High, corsOrigins),
		check("cors-match", "Each origin is one that a browser can send", "every upload from that page is refused: S3 compares the Origin header character by character", High, corsMatch),
		check("cors-https", "Each origin is https", "whoever is on the way can change the page, and with it the uploads", Medium, corsHTTPS),
		check("cors-known", "The origins are those of the configuration", "a page that nobody meant any more still may, or ours may not", Medium, corsKnown),
		check("cors-methods", "Pages may only use the methods of uploads", "a leaked URL for deleting would work from any allowed page", Medium, corsMethods),
		check("cors-headers", "Allowed headers are named", "with * a page may send every x-amz- header: ACLs, tags, storage class", Low, corsHeaders),
		check("cors-needed", "The headers that an upload sends are allowed", "the browser refuses uploads that carry them", Medium, corsNeeded),
		check("cors-expose", "What an upload has to read may be read", "an upload in parts cannot be put together, nor compared with the file", Medium, corsExpose),
		check("cors-max-age", "Preflights are remembered, for a day at most", "each request costs another one; or a change is not seen for long", Low, corsMaxAge),
	}
}

func corsSet(f *facts.Facts, rules []types.CORSRule) Finding {
	if !slices.ContainsFunc(rules, uploads) {
		return certain(f, fail("no rule allows PUT or POST"))
	}
	var none []string
	for _, n := range asked(f, rules) {
		if client(f) != "" && len(allowing(rules, n.method)) == 0 {
			none = append(none, "no rule allows "+n.method)
		}
	}
	return certain(f, failIf(none, "%d rule(s)", len(rules)))
}

// uploads says whether a rule is for uploading.
func uploads(r types.CORSRule) bool {
	return slices.Contains(r.AllowedMethods, "PUT") || slices.Contains(r.AllowedMethods, "POST")
}

func origins(rules []types.CORSRule) []string {
	var all []string
	for _, r := range rules {
		all = append(all, r.AllowedOrigins...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// corsOrigins fails what strangers can have. A * below a domain of one's own, such
// as https://*.preview.example.com, is as safe as the domain is.
func corsOrigins(f *facts.Facts, rules []types.CORSRule) Finding {
	var strange, own []string
	for _, o := range origins(rules) {
		switch {
		case anybodys(o):
			strange = append(strange, "AllowedOrigins has "+o)
		case strings.Contains(o, "*") && !portAlone(o) && neverMatches(o) == "":
			own = append(own, "AllowedOrigins has "+o)
		}
	}
	if len(strange) == 0 && len(own) > 0 {
		return failIf(own, "").orAdvice(f)
	}
	return failIf(append(strange, own...), "%s", strings.Join(origins(rules), ", "))
}

func corsMatch(_ *facts.Facts, rules []types.CORSRule) Finding {
	var trouble []string
	for _, o := range origins(rules) {
		if why := neverMatches(o); why != "" {
			trouble = append(trouble, o+" "+why)
		}
	}
	return failIf(trouble, "%d origin(s)", len(origins(rules)))
}

func corsHTTPS(_ *facts.Facts, rules []types.CORSRule) Finding {
	var trouble []string
	for _, o := range origins(rules) {
		if isPlain(o) {
			trouble = append(trouble, "AllowedOrigins has "+o)
		}
	}
	return failIf(trouble, "every origin is https, or this machine")
}

// isPlain says whether an origin is plain HTTP of another machine.
func isPlain(origin string) bool {
	host, plain := strings.CutPrefix(origin, "http://")
	name, _, _ := strings.Cut(host, ":")
	return plain && name != "localhost" && name != "127.0.0.1" && !strings.HasSuffix(name, ".localhost")
}

// corsKnown compares with the configured origins and the stack's own sites.
func corsKnown(f *facts.Facts, rules []types.CORSRule) Finding {
	if !f.Intended {
		return skip("the configuration is not known: give --config or --stack")
	}
	meant := slices.Clone(f.Config.Origins)
	if f.Config.Domain != nil {
		meant = append(meant, "https://"+f.Config.Domain.Name)
	}
	if f.Stack != nil {
		for _, s := range f.Stack.Sites.Value {
			meant = append(meant, "https://"+s.Domain)
		}
	}
	got := origins(rules)
	var trouble []string
	for _, o := range f.Config.Origins {
		if !slices.Contains(got, o) {
			trouble = append(trouble, "it lacks "+o)
		}
	}
	for _, o := range got {
		ours := f.Stack == nil && f.Config.Domain == nil && strings.HasPrefix(o, "https://") && strings.HasSuffix(o, ".cloudfront.net")
		if !slices.Contains(meant, o) && !ours {
			trouble = append(trouble, "nobody configured "+o)
		}
	}
	return failIf(trouble, "%s", strings.Join(got, ", "))
}

// corsMethods finds DELETE to be needed where the page itself completes uploads,
// which the header of CompleteMultipartUpload tells, or is the SDK: it then aborts
// them too.
func corsMethods(f *facts.Facts, rules []types.CORSRule) Finding {
	var trouble []string
	for _, r := range rules {
		needed := []string{"GET", "HEAD", "PUT", "POST"}
		if slices.Contains(r.AllowedHeaders, "x-amz-mp-object-size") || slices.Contains([]string{uppy, sdk}, f.Client) {
			needed = append(needed, "DELETE")
		}
		for _, m := range r.AllowedMethods {
			if !slices.Contains(needed, m) {
				trouble = append(trouble, "AllowedMethods has "+m)
			}
		}
	}
	return failIf(trouble, "GET, HEAD, PUT and POST, and DELETE where pages abort uploads, at most")
}

func corsHeaders(_ *facts.Facts, rules []types.CORSRule) Finding {
	var trouble []string
	for _, r := range rules {
		for _, h := range r.AllowedHeaders {
			if h == "*" || strings.EqualFold(h, "x-amz-*") || strings.EqualFold(h, "x-*") {
				trouble = append(trouble, "AllowedHeaders has "+h)
			}
		}
	}
	return failIf(trouble, "each is named")
}

func corsNeeded(f *facts.Facts, rules []types.CORSRule) Finding {
	missing := lacking(f, rules, func(n need) []string { return n.allowed }, func(r types.CORSRule) []string { return r.AllowedHeaders })
	return certain(f, failIf(prefixed("AllowedHeaders lacks ", missing), "all that %s sends", uploader(f)))
}

func corsExpose(f *facts.Facts, rules []types.CORSRule) Finding {
	missing := lacking(f, rules, func(n need) []string { return n.exposed }, func(r types.CORSRule) []string { return r.ExposeHeaders })
	return certain(f, failIf(prefixed("ExposeHeaders lacks ", missing), "all that %s reads", uploader(f)))
}

func uploader(f *facts.Facts) string {
	if name := client(f); name != "" {
		return name
	}
	return "any page"
}

func corsMaxAge(_ *facts.Facts, rules []types.CORSRule) Finding {
	for _, r := range rules {
		switch age := aws.ToInt32(r.MaxAgeSeconds); {
		case age <= 0:
			return fail("MaxAgeSeconds is not set")
		case age > longestMaxAge:
			return fail("MaxAgeSeconds is %d, which no browser keeps to", age)
		}
	}
	return pass("MaxAgeSeconds is set")
}
