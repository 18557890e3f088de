package doctor

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// stateAge is how old a signature for the state bucket may be at most: what is signed
// for it is sent at once.
const stateAge = 15 * time.Minute

// stateChecks are about the bucket that keeps passes and quotas: whoever reads it has
// the hashes of all links, and whoever writes it makes links of his own.
func stateChecks() []Check {
	check := func(id, title, why, fix string, severity Severity, pick func(facts.Bucket) facts.Unknowable, judge func(*facts.Facts) Finding) Check {
		return Check{ID: id, Title: title, Group: service, Severity: severity, Why: why, Fix: fix, Config: "passes, quota",
			Reads: reads(func(f *facts.Facts) facts.Unknowable {
				return onStack(f, func(s *facts.Stack) facts.Unknowable {
					if s.State.Name == "" {
						return facts.Fact[bool]{}
					}
					return pick(s.State)
				})
			}, theAccount),
			Judge: func(f *facts.Facts) Finding {
				if f.Stack.State.Name == "" {
					return skip("there are neither passes nor quotas")
				}
				return judge(f).with("STATEBUCKET", f.Stack.State.Name)
			}}
	}
	document := func(b facts.Bucket) facts.Unknowable { return b.Policy }
	return []Check{
		check("state-private", "The bucket of passes and quotas is for the function alone", "whoever writes there makes passes for anybody's files, and lifts quotas",
			putBack+" # puts the bucket's policy back", Critical, document, statePrivate),
		check("state-public", "The bucket of passes and quotas is closed to the public", "one policy can open all passes to everybody",
			strings.ReplaceAll(fixBlock, "BUCKET", "STATEBUCKET"), High, func(b facts.Bucket) facts.Unknowable { return b.Block }, statePublic),
		check("state-transport", "Plain HTTP, old TLS and old signatures to the bucket of passes are denied", "what is written there can be read, or sent again, on the way",
			putBack+" # puts the bucket's policy back", Medium, document, stateTransport),
		check("state-encrypted", "Passes and quotas are encrypted with the key of the uploads", "whoever gets at the bytes reads them without the key's policy having its say",
			putBack+" # puts the bucket's encryption back", Medium, func(b facts.Bucket) facts.Unknowable { return b.Encryption }, stateEncrypted),
		check("state-versions", "The bucket of passes keeps no versions", "what was revoked is still there, and each signature is paid for as long as its version stays",
			"aws s3api put-bucket-versioning --bucket STATEBUCKET --versioning-configuration Status=Suspended", Low, func(b facts.Bucket) facts.Unknowable { return b.Versioning }, stateVersions),
		check("state-expiry", "Passes and ledgers that nobody has changed go, and none before its end", "passes that are over stay for ever, or such as still hold are gone",
			putBack+" # puts the bucket's lifecycle back", Medium, func(b facts.Bucket) facts.Unknowable { return b.Lifecycle }, stateExpiry),
	}
}

// asState looks at the state bucket with the eyes of the checks of the upload bucket.
func asState(f *facts.Facts) *facts.Facts {
	other := *f
	other.Bucket = f.Stack.State
	return &other
}

func stateARN(f *facts.Facts) string { return "arn:" + f.Partition() + ":s3:::" + f.Config.StateBucket }

// today is a request as everybody makes it: none of the rules about transport is in its
// way.
func today() policy.Context {
	return policy.Context{
		"aws:securetransport": {"true"}, "s3:tlsversion": {"1.3"}, "s3:signatureversion": {"AWS4-HMAC-SHA256"}, "s3:authtype": {"REST-HEADER"}, "s3:signatureage": {"1000"},
	}
}

// statePrivate searches for somebody else whom no statement denies what the function may.
func statePrivate(f *facts.Facts) Finding {
	state := asState(f)
	if !state.Bucket.Policy.Set {
		return fail("%s has no policy", state.Bucket.Name)
	}
	d := state.Bucket.Policy.Value
	var others []policy.Principal
	for _, p := range append(principals(f, d), pretenders(f, d)...) {
		relay := f.Config.Relay && p.Account() == f.Account.Value && facts.RoleName(p.ARN) == f.Config.Name+"-relay" // makes room too
		if !relay && (!f.Role.Set || p.ARN != f.Role.Value.ARN) {
			others = append(others, p)
		}
	}
	search := policy.Search{Documents: []policy.Document{d}, Principals: unique(others), Actions: grantedActions(upload.StateGrants("")),
		Resources: []string{bucketARN(state), bucketARN(state) + "/" + upload.PassKey("x").String()}, Fixed: today()}
	if r, ok := search.Find(func(r policy.Request) bool {
		decision, _ := d.Decide(r)
		return decision != policy.Denied && strings.HasSuffix(r.Resource, "/passes/x") == (r.Action != "s3:ListBucket")
	}); ok {
		return fail("nothing denies %s", describe(r))
	}
	return pass("%s denies everybody else", state.Bucket.Name)
}

func statePublic(f *facts.Facts) Finding {
	all := facts.Block{BlockAcls: true, IgnoreAcls: true, BlockPolicy: true, Restrict: true}
	if f.Stack.State.Block.Value != all && f.AccountBlock.Value != all {
		return fail("%s has not all four of public access block", f.Stack.State.Name)
	}
	return pass("all four of public access block")
}

func stateTransport(f *facts.Facts) Finding {
	with := func(what, key, value string) scenario {
		fixed := today()
		fixed[key] = []string{value}
		if key == "aws:securetransport" {
			fixed["s3:tlsversion"] = nil
		}
		return scenario{fixed, policy.ObjectActions(), true, what}
	}
	return denied(asState(f), with("plain HTTP", "aws:securetransport", "false"), with("TLS 1.1", "s3:tlsversion", "1.1"),
		with("Signature Version 2", "s3:signatureversion", "AWS"), with("a signature of "+stateAge.String(), "s3:signatureage", "900000"))
}

// stateEncrypted compares ids of keys: one is written as an ARN in one place and as an id
// in another.
func stateEncrypted(f *facts.Facts) Finding {
	id := func(key string) string { return key[strings.LastIndex(key, "/")+1:] }
	switch e, uploads := f.Stack.State.Encryption.Value, f.Bucket.Encryption.Value; {
	case e.Algorithm != "aws:kms":
		return fail("%s encrypts with %q", f.Stack.State.Name, e.Algorithm)
	case id(e.Key) != id(uploads.Key):
		return fail("%s encrypts with %s, the uploads with %s", f.Stack.State.Name, e.Key, uploads.Key)
	case !e.BucketKey:
		return fail("%s has no bucket key: each call asks KMS", f.Stack.State.Name)
	}
	return pass("aws:kms with the uploads' key and a bucket key")
}

func stateVersions(f *facts.Facts) Finding {
	if v := f.Stack.State.Versioning.Value.Status; v == string(types.BucketVersioningStatusEnabled) {
		return fail("versioning of %s is %s", f.Stack.State.Name, v)
	}
	return pass("none")
}

// stateExpiry wants what is not changed to go, and not before the longest pass is over.
func stateExpiry(f *facts.Facts) Finding {
	found := 0
	for _, r := range f.Stack.State.Lifecycle.Value {
		if r.Status != types.ExpirationStatusEnabled || r.Expiration == nil || aws.ToInt32(r.Expiration.Days) == 0 {
			continue
		}
		days := int(aws.ToInt32(r.Expiration.Days))
		if days <= upload.MostPassDays {
			return fail("%s deletes after %d days, and a pass may last %d", ruleName(r), days, upload.MostPassDays)
		}
		if touches(r, "passes/") && touches(r, "usage/") && touches(r, "by/") {
			found = days
		}
	}
	if found == 0 {
		return fail("no enabled rule of %s expires what nobody changes", f.Stack.State.Name)
	}
	return pass("after %d days", found)
}
