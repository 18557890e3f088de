package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// plainRequests are what a client of ours sends: nothing in them may be denied. What it
// fetches the malware scan has found clean, where there is one: a policy may wait for that
// (https://docs.aws.amazon.com/guardduty/latest/ug/tag-based-access-s3-malware-protection.html).
func plainRequests(f *facts.Facts) map[upload.Operation]policy.Context {
	over := func(more policy.Context) policy.Context {
		c := policy.Context{
			"aws:securetransport": {"true"}, "s3:tlsversion": {"1.3"}, "s3:signatureversion": {"AWS4-HMAC-SHA256"},
			"s3:authtype": {"REST-QUERY-STRING"}, "s3:signatureage": {"180000"}, "s3:x-amz-content-sha256": {"UNSIGNED-PAYLOAD"},
			"aws:sourceip": {"198.51.100.77"}, "aws:sourcevpce": nil, "aws:sourcevpc": nil, "aws:vpcsourceip": nil,
		}
		for key, values := range more {
			c[key] = values
		}
		return c
	}
	var fetched policy.Context
	if f.Config.MalwareScan || !f.Intended {
		fetched = policy.Context{strings.ToLower("s3:ExistingObjectTag/" + upload.ScanTag): {upload.NoThreats}}
	}
	return map[upload.Operation]policy.Context{
		upload.PutObject:            over(policy.Context{"s3:if-none-match": {"*"}, "s3:objectcreationoperation": {"true"}}),
		upload.PostObject:           over(policy.Context{"s3:authtype": {"POST"}, "s3:objectcreationoperation": {"true"}}),
		upload.UploadPart:           over(policy.Context{"s3:objectcreationoperation": {"false"}}),
		upload.GetObject:            over(fetched),
		upload.AbortMultipartUpload: over(nil),
		upload.ListParts:            over(nil),
	}
}

// uploadsAllowed looks for a statement that denies what a client of ours sends,
// to the signing role, or, where that is not known, to everybody of the account.
func uploadsAllowed(f *facts.Facts) Finding {
	if !f.Bucket.Policy.Set {
		return pass("the bucket has no policy")
	}
	d := f.Bucket.Policy.Value
	requests := plainRequests(f)
	for _, o := range []upload.Operation{upload.PutObject, upload.UploadPart, upload.PostObject, upload.GetObject, upload.AbortMultipartUpload, upload.ListParts} {
		for _, action := range o.Spec().Actions {
			for _, file := range uploadsIn(f) {
				if by, ok := deniedToAll(f, d, action, file, requests[o]); ok {
					return fail("%s, as it is signed for a browser, is denied by %s", o, d.Name(by)).with("STATEMENT", index(by))
				}
			}
		}
	}
	return pass("no plain request is denied")
}

// deniedToAll finds the statement that denies a request to everybody who may sign,
// whatever is true of them.
func deniedToAll(f *facts.Facts, d policy.Document, action, file string, context policy.Context) (by int, denied bool) {
	everybody := signers(f, d)
	for _, p := range everybody {
		search := policy.Search{
			Documents: []policy.Document{d}, Principals: []policy.Principal{p}, Actions: []string{action}, Fixed: settled(d, context),
			Resources: []string{file},
		}
		if _, ok := search.Find(func(r policy.Request) bool {
			decision, i := d.Decide(r)
			if decision == policy.Denied {
				by = i
			}
			return decision != policy.Denied
		}); ok {
			return 0, false
		}
	}
	return by, len(everybody) > 0
}

// settled fixes every key that a document asks for and the request does not have,
// but for those that say who the signer is, which only the account knows.
func settled(d policy.Document, context policy.Context) policy.Context {
	fixed := maps.Clone(context)
	for _, s := range d.Statements {
		for _, c := range s.Conditions {
			who := slices.ContainsFunc([]string{"aws:principalorg", "aws:principaltag/", "aws:userid", "aws:username", "aws:principalarn", "aws:principalaccount", "aws:principaltype",
				"aws:principalisawsservice", "aws:viaawsservice", "aws:resourceaccount", "aws:resourceorg", "s3:resourceaccount"}, func(prefix string) bool { return strings.HasPrefix(c.Key, prefix) })
			if _, there := fixed[c.Key]; !there && !who {
				fixed[c.Key] = nil
			}
		}
	}
	return fixed
}

// signers are who may be the signing role.
func signers(f *facts.Facts, d policy.Document) []policy.Principal {
	if f.Role.Set {
		return []policy.Principal{{ARN: f.Role.Value.ARN}}
	}
	return slices.DeleteFunc(principals(f, d), func(p policy.Principal) bool {
		return p.Account() != f.Account.Value || strings.HasSuffix(p.ARN, ":root")
	})
}

// sharingChecks are about what the bucket's policy allows.
func sharingChecks() []Check {
	check := func(id, title, why, filter string, severity Severity, judge func(*facts.Facts) Finding) Check {
		return Check{ID: id, Title: title, Group: access, Severity: severity, Why: why, Fix: editPolicy(filter), Reads: reads(thePolicy, theAccount), Judge: judge}
	}
	return []Check{
		check("policy-public", "The policy allows nothing to everybody", "whoever knows the bucket's name may do what the statement says", dropStatement, Critical, policyPublic),
		check("policy-foreign", "The policy allows nothing to other accounts", "who gets in is decided in an account that is not yours", dropStatement, High, policyForeign),
		check("policy-broad", "No Allow of the policy names all actions", "a statement meant for reading also allows changing the policy and deleting",
			`.Statement[STATEMENT] |= (del(.NotAction) | .Action = ["s3:GetObject","s3:ListBucket"])`, Medium, policyBroad),
		check("policy-deputy", "What a service of AWS may do is tied to your account", "anybody can have that service do it for them, from their own account (the confused deputy)",
			`.Statement[STATEMENT].Condition.StringEquals["aws:SourceAccount"] = "ACCOUNT"`, Medium, policyDeputy),
		check("policy-notprincipal", "No statement has NotPrincipal", "with Allow it means everybody else, anonymous callers too; with Deny it also hits the sessions of the roles that it spares",
			`if .Statement[STATEMENT].Effect == "Allow" then `+dropStatement+` else .Statement[STATEMENT] |= (.NotPrincipal.AWS as $who | del(.NotPrincipal) | .Principal = "*" | .Condition.ArnNotLike["aws:PrincipalArn"] = $who) end`, Medium, policyNotPrincipal),
		{
			ID: "writers-only", Title: "Nobody writes but the configured writers", Group: access, Severity: High, Config: "writers",
			Why:   "any role of the account whose policy allows it can replace what was uploaded",
			Fix:   fixPolicy(`{"Sid":"DenyOtherWriters","Effect":"Deny","Principal":"*","Action":["s3:PutObject","s3:DeleteObject","s3:DeleteObjectVersion","s3:AbortMultipartUpload"],"Resource":"BUCKETARN/*","Condition":{"ArnNotLike":{"aws:PrincipalArn":["WRITER-ARN"]}}}`),
			Reads: reads(thePolicy, theAccount), Judge: writersOnly,
		},
	}
}

func policyNotPrincipal(f *facts.Facts) Finding {
	var trouble []string
	first := 0
	for i, s := range slices.Backward(f.Bucket.Policy.Value.Statements) {
		if s.NotPrincipal != nil {
			trouble, first = append(trouble, f.Bucket.Policy.Value.Name(i)), i
		}
	}
	return failIf(trouble, "none").with("STATEMENT", index(first))
}

// allowed finds what the policy allows to one of these principals, in a context
// that a stranger can have, and by which statement.
func allowed(f *facts.Facts, who []policy.Principal) (r policy.Request, by int, ok bool) {
	d := f.Bucket.Policy.Value
	allows := func(r policy.Request) bool {
		decision, i := d.Decide(r)
		by = i
		return decision == policy.Allowed
	}
	for _, s := range []policy.Search{
		{Actions: policy.ObjectActions(), Resources: objects(f, d)},
		{Actions: policy.BucketActions(), Resources: []string{bucketARN(f)}},
	} {
		s.Documents, s.Principals, s.Outsider = []policy.Document{d}, who, true
		if r, ok := s.Find(allows); ok {
			return r, by, true
		}
	}
	return policy.Request{}, 0, false
}

func policyPublic(f *facts.Facts) Finding {
	if r, by, ok := allowed(f, pretenders(f, f.Bucket.Policy.Value)); ok {
		return fail("%s allows %s on %s to anybody", f.Bucket.Policy.Value.Name(by), r.Action, r.Resource).with("STATEMENT", index(by))
	}
	return pass("nothing is allowed to strangers")
}

// policyForeign looks at whom the Allow statements name.
func policyForeign(f *facts.Facts) Finding {
	var trouble []string
	first := -1
	d := f.Bucket.Policy.Value
	for i, s := range d.Statements {
		if s.Deny {
			continue
		}
		for kind, values := range s.Principal {
			for _, v := range values {
				if foreign(f, kind, v) {
					trouble = append(trouble, fmt.Sprintf("%s allows %s to %s", d.Name(i), strings.Join(s.Action, ", "), v))
					if first < 0 {
						first = i
					}
				}
			}
		}
	}
	return failIf(trouble, "it allows nothing to other accounts").with("STATEMENT", index(first))
}

// foreign says whether a principal is of another account.
func foreign(f *facts.Facts, kind, v string) bool {
	switch kind {
	case "CanonicalUser":
		return !f.Bucket.ACL.Set || v != f.Bucket.ACL.Value.Owner
	case "AWS":
		if v == "*" {
			return false // policy-public looks at those
		}
		account := v
		if parts := strings.SplitN(v, ":", 6); len(parts) == 6 {
			account = parts[4]
		}
		return account != f.Account.Value && account != "cloudfront" // whose old origin access identities stand there
	case "Federated":
		return !strings.Contains(v, ":"+f.Account.Value+":")
	}
	return false
}

func policyBroad(f *facts.Facts) Finding {
	var trouble []string
	first := 0
	d := f.Bucket.Policy.Value
	for i, s := range slices.Backward(d.Statements) {
		broad := slices.ContainsFunc(s.Action, func(a string) bool {
			name := strings.TrimPrefix(strings.ToLower(a), "s3:")
			return strings.HasPrefix(name, "*") || name == "put*" || name == "delete*"
		})
		switch {
		case s.Deny || !broad && s.NotAction == nil:
			continue
		case s.NotAction != nil:
			trouble = append(trouble, d.Name(i)+" allows everything but what its NotAction names")
		default:
			trouble = append(trouble, d.Name(i)+" allows "+strings.Join(s.Action, ", "))
		}
		first = i
	}
	return failIf(trouble, "every Allow names its actions").with("STATEMENT", index(first))
}

// policyDeputy tries each service that the policy names, on behalf of a stranger.
func policyDeputy(f *facts.Facts) Finding {
	for _, s := range f.Bucket.Policy.Value.Statements {
		for _, name := range s.Principal["Service"] {
			if r, by, ok := allowed(f, []policy.Principal{{Service: name}}); ok && !s.Deny {
				return fail("%s allows %s to %s, whoever asked it: add aws:SourceAccount or aws:SourceArn", f.Bucket.Policy.Value.Name(by), r.Action, name).with("STATEMENT", index(by))
			}
		}
	}
	return pass("every service is tied to an account, or none is named")
}

func writersOnly(f *facts.Facts) Finding {
	if len(f.Config.Writers) == 0 {
		return skip("no writers are configured")
	}
	d := f.Bucket.Policy.Value
	meant := slices.Clone(f.Config.Writers)
	if f.Role.Set {
		meant = append(meant, f.Role.Value.ARN)
	}
	who := slices.DeleteFunc(principals(f, d), func(p policy.Principal) bool {
		return slices.Contains(meant, p.ARN) || p.Account() == f.Account.Value && exact(d, p.ARN)
	})
	search := policy.Search{
		Documents: []policy.Document{d}, Principals: who, Resources: objects(f, d), Fixed: plainRequests(f)[upload.PutObject],
		Actions: []string{"s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"},
	}
	if r, ok := search.Find(func(r policy.Request) bool { decision, _ := d.Decide(r); return decision != policy.Denied }); ok {
		return fail("%s on %s is not denied to %s", r.Action, r.Resource, r.Principal)
	}
	return pass("nobody but %s", strings.Join(meant, ", "))
}

// exact says whether a document spares a principal by its whole name: those are
// the other roles of the stack, such as that of the malware scan.
func exact(d policy.Document, arn string) bool {
	return slices.ContainsFunc(d.Statements, func(s policy.Statement) bool {
		return slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return c.Key == "aws:principalarn" && slices.Contains(c.Values, arn) })
	})
}
