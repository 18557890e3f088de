package doctor

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

const fixCORS = "aws s3api put-bucket-cors --bucket BUCKET --cors-configuration " +
	`'{"CORSRules":[{"AllowedOrigins":["https://YOUR-SITE"],"AllowedMethods":["GET","HEAD","PUT","POST"],` +
	`"AllowedHeaders":["content-type","if-none-match","range","x-amz-checksum-crc64nvme","x-amz-meta-*"],` +
	`"ExposeHeaders":["ETag","x-amz-checksum-crc64nvme","x-amz-checksum-type","x-amz-version-id","x-amz-request-id","x-amz-id-2"],"MaxAgeSeconds":3000}]}'`

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
				return judge(f, f.Bucket.CORS.Value)
			},
		}
	}
	return []Check{
		check("cors-set", "The bucket answers preflights", "no page can upload: the browser stops it before it is sent", Medium, corsSet),
		check("cors-origins", "Each origin is exact: no *, no null", "any page on the web can use a URL that leaked, from its visitors' browsers", High, corsOrigins),
		check("cors-https", "Each origin is https", "whoever is on the way can change the page, and with it the uploads", Medium, corsHTTPS),
		check("cors-known", "The origins are those of the configuration", "a page that nobody meant any more still may, or ours may not", Medium, corsKnown),
		check("cors-methods", "Pages may only use the methods of uploads", "a leaked URL for deleting would work from any allowed page", Medium, corsMethods),
		check("cors-headers", "Allowed headers are named", "with * a page may send every x-amz- header: ACLs, tags, storage class", Low, corsHeaders),
		check("cors-needed", "The headers that an upload sends are allowed", "the browser refuses uploads that carry a content type, a checksum or if-none-match", Medium, corsNeeded),
		check("cors-expose", "ETag and checksum may be read", "an upload in parts cannot be put together, nor compared with the file", Medium, corsExpose),
		check("cors-max-age", "Preflights are remembered, for a day at most", "each request costs another one; or a change is not seen for long", Low, corsMaxAge),
	}
}

func corsSet(_ *facts.Facts, rules []types.CORSRule) Finding {
	if !slices.ContainsFunc(rules, uploads) {
		return fail("no rule allows PUT or POST")
	}
	return pass("%d rule(s)", len(rules))
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

func corsOrigins(_ *facts.Facts, rules []types.CORSRule) Finding {
	var trouble []string
	for _, o := range origins(rules) {
		if strings.Contains(o, "*") || o == "null" {
			trouble = append(trouble, "AllowedOrigins has "+o)
		}
	}
	return failIf(trouble, "%s", strings.Join(origins(rules), ", "))
}

func corsHTTPS(_ *facts.Facts, rules []types.CORSRule) Finding {
	var trouble []string
	for _, o := range origins(rules) {
		host := strings.TrimPrefix(o, "http://")
		name, _, _ := strings.Cut(host, ":")
		if host != o && name != "localhost" && name != "127.0.0.1" && !strings.HasSuffix(name, ".localhost") {
			trouble = append(trouble, "AllowedOrigins has "+o)
		}
	}
	return failIf(trouble, "every origin is https, or this machine")
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
// which the header of CompleteMultipartUpload tells: it then aborts them too.
func corsMethods(_ *facts.Facts, rules []types.CORSRule) Finding {
	var trouble []string
	for _, r := range rules {
		needed := []string{"GET", "HEAD", "PUT", "POST"}
		if slices.Contains(r.AllowedHeaders, "x-amz-mp-object-size") {
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

func corsNeeded(_ *facts.Facts, rules []types.CORSRule) Finding {
	var lacking []string
	for _, want := range []string{"content-type", "if-none-match", "x-amz-checksum-crc64nvme"} {
		if !everyUpload(rules, want, func(r types.CORSRule) []string { return r.AllowedHeaders }) {
			lacking = append(lacking, "AllowedHeaders lacks "+want)
		}
	}
	return failIf(lacking, "%s and more", strings.Join(upload.CORSAllowedHeaders()[:2], ", "))
}

func corsExpose(_ *facts.Facts, rules []types.CORSRule) Finding {
	var lacking []string
	for _, want := range []string{"ETag", "x-amz-checksum-crc64nvme"} {
		if !everyUpload(rules, want, func(r types.CORSRule) []string { return r.ExposeHeaders }) {
			lacking = append(lacking, "ExposeHeaders lacks "+want)
		}
	}
	return failIf(lacking, "ETag and x-amz-checksum-crc64nvme")
}

// everyUpload says whether each rule for uploading lists a header; a * in the
// list stands for anything.
func everyUpload(rules []types.CORSRule, header string, list func(types.CORSRule) []string) bool {
	for _, r := range rules {
		has := slices.ContainsFunc(list(r), func(pattern string) bool {
			before, after, star := strings.Cut(strings.ToLower(pattern), "*")
			h := strings.ToLower(header)
			return h == before && !star || star && len(h) >= len(before)+len(after) && strings.HasPrefix(h, before) && strings.HasSuffix(h, after)
		})
		if uploads(r) && !has {
			return false
		}
	}
	return true
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
