package doctor

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

// signatureGrace is what a policy may give a signature beyond its life, as our
// own does, and shortestAge is where S3 begins to refuse at random.
const (
	signatureGrace = 5 * time.Minute
	shortestAge    = 2 * time.Minute
	longestExpires = 12 * time.Hour // of upload.Config
)

func denyAll(sid, condition string) string {
	return `{"Sid":"` + sid + `","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["BUCKETARN","BUCKETARN/*"],"Condition":` + condition + `}`
}

func denyPut(sid, condition string) string {
	return `{"Sid":"` + sid + `","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"BUCKETARN/*","Condition":` + condition + `}`
}

// scenario is a kind of request that the policy has to deny, whoever makes it
// and whatever else it has.
type scenario struct {
	fixed    policy.Context
	actions  []string
	onBucket bool // the bucket's actions too
	what     string
}

// denialChecks are about requests that no role's policy may let through. Each
// searches for a request that gets past all Deny statements of the policy.
func denialChecks() []Check {
	check := func(id, title, why, fix string, severity Severity, s ...scenario) Check {
		return Check{
			ID: id, Title: title, Group: transport, Severity: severity, Why: why, Fix: fix,
			Reads: reads(thePolicy, theAccount), Judge: func(f *facts.Facts) Finding { return denied(f, s...) },
		}
	}
	all := policy.ObjectActions()
	old := func(v string) scenario {
		return scenario{policy.Context{"aws:securetransport": {"true"}, "s3:tlsversion": {v}}, all, true, "TLS " + v}
	}
	return []Check{
		check("tls-only", "Plain HTTP is denied on the bucket and on every object", "a signed URL, and the file, can be read on the way",
			fixPolicy(denyAll("DenyPlainHTTP", `{"Bool":{"aws:SecureTransport":"false"}}`)), High,
			scenario{policy.Context{"aws:securetransport": {"false"}, "s3:tlsversion": nil}, all, true, "plain HTTP"}),
		check("tls-floor", "TLS below 1.2 is denied", "old TLS can be broken on the way",
			fixPolicy(denyAll("DenyOldTLS", `{"NumericLessThan":{"s3:TlsVersion":"1.2"}}`)), Medium, old("1.0"), old("1.1")),
		check("sigv4-only", "Signature Version 2 is denied", "a URL of Signature Version 2 holds for as long as its maker likes, years if need be",
			fixPolicy(denyAll("DenySigV2", `{"StringEquals":{"s3:signatureversion":"AWS"}}`)), Medium,
			scenario{policy.Context{"s3:signatureversion": {"AWS"}, "aws:securetransport": {"true"}, "s3:tlsversion": {"1.3"}, "s3:signatureage": nil}, all, true, "Signature Version 2"}),
		{
			ID: "signature-age", Title: "Presigned requests older than their life are denied", Group: transport, Severity: Medium,
			Why: "whoever holds the signer's credentials for a minute can make URLs that last a week", Config: "expires",
			Fix:   fixPolicy(denyAll("DenyOldSignatures", `{"StringEquals":{"s3:authType":["REST-QUERY-STRING","POST"]},"NumericGreaterThan":{"s3:signatureAge":"1200000"}}`)),
			Reads: reads(thePolicy, theAccount), Judge: signatureAge,
		},
		{
			ID: "uploads-allowed", Title: "The policy denies no plain upload over TLS", Group: transport, Severity: High,
			Why:   "every upload gets 403: a negated operator such as StringNotEquals also holds when the header is not there",
			Fix:   editPolicy(dropStatement) + ` # or keep it, with "Null": {CONDITION-NAME: "false"} in its Condition, which lets plain uploads pass`,
			Reads: reads(thePolicy, theAccount), Judge: uploadsAllowed,
		},
	}
}

// denied passes when no request of the scenarios gets past the policy.
func denied(f *facts.Facts, scenarios ...scenario) Finding {
	if !f.Bucket.Policy.Set {
		return fail("the bucket has no policy")
	}
	for _, s := range scenarios {
		if r, ok := escape(f, s); ok {
			return fail("%s gets through: %s", s.what, describe(r))
		}
	}
	return pass("no such request gets past the policy")
}

// escape searches for a request that no Deny statement matches.
func escape(f *facts.Facts, s scenario) (policy.Request, bool) {
	d := f.Bucket.Policy.Value
	escapes := func(r policy.Request) bool {
		decision, _ := d.Decide(r)
		return decision != policy.Denied
	}
	if s.onBucket {
		search := policy.Search{
			Documents: []policy.Document{d}, Principals: principals(f, d), Actions: policy.BucketActions(),
			Resources: []string{bucketARN(f)}, Fixed: s.fixed,
		}
		if r, ok := search.Find(escapes); ok {
			return r, true
		}
	}
	search := policy.Search{
		Documents: []policy.Document{d}, Principals: principals(f, d), Actions: s.actions, Resources: objects(f, d), Fixed: s.fixed,
	}
	return search.Find(escapes)
}

func signatureAge(f *facts.Facts) Finding {
	limit := longestExpires + signatureGrace
	if f.Intended {
		limit = time.Duration(f.Config.Expires) + signatureGrace
	}
	at := func(kind string, age time.Duration) scenario {
		return scenario{policy.Context{
			"aws:securetransport": {"true"}, "s3:tlsversion": {"1.3"}, "s3:signatureversion": {"AWS4-HMAC-SHA256"},
			"s3:authtype": {kind}, "s3:signatureage": {fmt.Sprint(age.Milliseconds())},
		}, policy.ObjectActions(), true, fmt.Sprintf("a signature of %v (%s)", age, kind)}
	}
	found := denied(f, at("REST-QUERY-STRING", limit+time.Minute), at("REST-QUERY-STRING", 7*24*time.Hour))
	if found.Status != Pass {
		return found.orAdvice(f)
	}
	young := at("REST-QUERY-STRING", shortestAge-time.Second)
	young.actions, young.onBucket = []string{"s3:PutObject"}, false
	if _, ok := escape(f, young); !ok {
		return fail("a signature of %v is denied already, which S3 does at random below %v", shortestAge-time.Second, shortestAge).instead(editPolicy(dropStatement)).with("STATEMENT", index(byAge(f.Bucket.Policy.Value)))
	}
	return found
}

// byAge is the first statement that denies by a signature's age.
func byAge(d policy.Document) int {
	return slices.IndexFunc(d.Statements, func(s policy.Statement) bool {
		return s.Deny && slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return c.Key == "s3:signatureage" })
	})
}

// told are condition keys whose values a report may repeat. Others can be secrets:
// people let a CDN in by a Referer or User-Agent that nobody else should know.
func told() []string {
	return []string{"aws:securetransport", "aws:sourceip", "s3:tlsversion", "s3:authtype", "s3:signatureversion", "s3:signatureage",
		sseHeader, keyHeader, ssecKey, "s3:x-amz-acl", "s3:prefix", "kms:viaservice"}
}

// describe says what was found in one line.
func describe(r policy.Request) string {
	text := r.Action + " on " + r.Resource + " by " + r.Principal.String()
	var more []string
	for _, key := range sortedKeys(r.Context) {
		if strings.HasPrefix(key, "aws:principal") || key == "aws:viaawsservice" || len(r.Context[key]) == 0 {
			continue
		}
		if slices.Contains(told(), key) {
			more = append(more, key+"="+r.Context[key][0])
		} else {
			more = append(more, "some "+key)
		}
	}
	if len(more) > 0 {
		text += " with " + strings.Join(more, ", ")
	}
	return text
}
