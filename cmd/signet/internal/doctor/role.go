package doctor

import (
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// roleChecks simulate the role that signs: what it may do, whoever holds a URL
// of its making or its credentials may do. The operation table says what it needs.
func roleChecks() []Check {
	check := func(id, title, why, config string, severity Severity, judge func(*facts.Facts) Finding) Check {
		return Check{ID: id, Title: title, Group: role, Severity: severity, Why: why, Fix: fixRole, Config: config, Reads: reads(theRole),
			Judge: func(f *facts.Facts) Finding { return judge(f).with("GRANTS", grants(f)) }}
	}
	return []Check{
		check("role-actions", "It may do no more with the bucket than the operations need", "a URL, or a stolen session, changes the bucket's own settings", "", High, roleActions),
		check("role-prefix", "It reaches no key outside the prefix", "a mistake in a key's name reads or overwrites what is not an upload", "prefix", High, rolePrefix),
		check("role-buckets", "It reaches no other bucket", "one wrong name, and another bucket is written to", "", High, roleBuckets),
		check("role-key", "It uses one key, and only through S3", "it can open, with the key itself, what it got from elsewhere", "", Medium, roleKey),
		check("role-services", "It may do nothing in other services", "whoever gets into the function gets further", "", High, roleServices),
		check("role-needs", "It may do what the operations need", "some calls answer 403, and signed URLs do not work", "", High, roleNeeds),
		check("role-trust", "Nobody else can become it", "whoever assumes it signs what they like", "", Critical, roleTrust),
	}
}

// tableActions are the actions of S3 that the operation table needs.
func tableActions() []string {
	var all []string
	for _, o := range upload.Operations() {
		all = append(all, o.Spec().Actions...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func without(all, some []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(a string) bool { return slices.Contains(some, a) })
}

// reach finds something that the role may do.
func reach(f *facts.Facts, actions, resources []string, fixed policy.Context) (policy.Request, bool) {
	r := f.Role.Value
	documents := []policy.Document{r.Identity}
	if r.Boundary != nil {
		documents = append(documents, *r.Boundary)
	}
	search := policy.Search{Documents: documents, Principals: []policy.Principal{{ARN: r.ARN}}, Actions: actions, Resources: resources, Fixed: fixed}
	return search.Find(func(q policy.Request) bool {
		for _, d := range documents {
			if decision, _ := d.Decide(q); decision != policy.Allowed {
				return false
			}
		}
		return true
	})
}

func reached(f *facts.Facts, r policy.Request, ok bool, otherwise string) Finding {
	if ok {
		return fail("it may %s on %s", r.Action, r.Resource).with("TAKE", taken(f, r))
	}
	return pass("%s", otherwise)
}

// roleActions finds what the role may do beyond the operations. Of a role of which
// nobody said what it signs, what changes the bucket itself is wrong for everybody.
func roleActions(f *facts.Facts) Finding {
	if !f.Intended {
		return otherRoleActions(f)
	}
	var r policy.Request
	ok := false
	for i, s := range f.Config.AllSpaces() {
		if r, ok = reach(f, without(policy.ObjectActions(), spaceActions(s)), uploadsIn(f)[i:i+1], nil); ok {
			return reached(f, r, ok, "")
		}
	}
	r, ok = reach(f, without(policy.BucketActions(), tableActions()), []string{bucketARN(f)}, nil)
	return reached(f, r, ok, "the operation table's actions alone")
}

func otherRoleActions(f *facts.Facts) Finding {
	changes := slices.DeleteFunc(policy.BucketActions(), func(a string) bool { return !strings.HasPrefix(a, "s3:Put") && !strings.HasPrefix(a, "s3:Delete") })
	if r, ok := reach(f, changes, []string{bucketARN(f)}, nil); ok {
		return reached(f, r, ok, "")
	}
	keys := objects(f, f.Role.Value.Identity)
	if r, ok := reach(f, []string{"s3:BypassGovernanceRetention", "s3:ObjectOwnerOverrideToBucketOwner"}, keys, nil); ok {
		return reached(f, r, ok, "")
	}
	if len(f.Signs) == 0 {
		return pass("it changes nothing of the bucket itself")
	}
	var needed []string
	for _, o := range required(f) {
		needed = append(needed, o.Spec().Actions...)
	}
	r, ok := reach(f, without(policy.ObjectActions(), needed), keys, nil)
	return reached(f, r, ok, "what it signs").orAdvice(f)
}

func rolePrefix(f *facts.Facts) Finding {
	outside := []string{bucketARN(f) + "/" + policy.Stranger, bucketARN(f) + "/logs/x", bucketARN(f) + "/" + strings.TrimSuffix(f.Config.Prefix, "/") + "x"}
	if !f.Intended { // some prefix it may be held to, which we do not know
		outside = outside[:1]
	}
	if r, ok := reach(f, policy.ObjectActions(), outside, nil); ok {
		return reached(f, r, ok, "")
	}
	for _, prefix := range [][]string{nil, {""}, {policy.Stranger}} {
		if r, ok := reach(f, []string{"s3:ListBucket", "s3:ListBucketVersions"}, []string{bucketARN(f)}, policy.Context{"s3:prefix": prefix}); ok {
			return fail("it may list the whole bucket (%s without a condition on s3:prefix)", r.Action).with("TAKE", taken(f, r))
		}
	}
	return pass("only %s", strings.Join(f.Config.Prefixes(), ", "))
}

func roleBuckets(f *facts.Facts) Finding {
	other := "arn:" + f.Partition() + ":s3:::" + policy.Stranger
	r, ok := reach(f, policy.ObjectActions(), []string{other + "/x"}, nil)
	if !ok {
		r, ok = reach(f, append(policy.BucketActions(), "s3:CreateBucket"), []string{other}, nil)
	}
	if !ok {
		r, ok = reach(f, []string{"s3:PutAccountPublicAccessBlock"}, []string{"*"}, nil)
	}
	if ok {
		return reached(f, r, ok, "")
	}
	// What it names, or only lists, was meant: of our own role that is too much.
	r, ok = reach(f, policy.ObjectActions(), elsewhere(f), nil)
	if !ok {
		r, ok = reach(f, []string{"s3:ListAllMyBuckets"}, []string{"*"}, nil)
	}
	if !ok && f.Log.Name != "" {
		log := "arn:" + f.Partition() + ":s3:::" + f.Log.Name
		r, ok = reach(f, slices.Concat(policy.ObjectActions(), policy.BucketActions()), []string{log, log + "/x"}, nil)
	}
	if !ok && f.Config.StateBucket != "" {
		r, ok = reach(f, without(policy.ObjectActions(), grantedActions(upload.StateGrants(""))), []string{stateARN(f) + "/x"}, nil)
	}
	return reached(f, r, ok, "this bucket alone").orAdvice(f)
}

// elsewhere are objects of other buckets that the role's own patterns mean, but that of
// passes and quotas, which is the role's.
func elsewhere(f *facts.Facts) []string {
	var all []string
	for _, s := range f.Role.Value.Identity.Statements {
		for _, pattern := range s.Resource {
			one := strings.ReplaceAll(pattern, "*", policy.Stranger)
			bucket, _, _ := strings.Cut(one, "/")
			if strings.HasPrefix(one, "arn:") && strings.Contains(one, ":s3:::") && bucket != bucketARN(f) && (f.Config.StateBucket == "" || bucket != stateARN(f)) {
				all = append(all, one)
			}
		}
	}
	return all
}

func roleKey(f *facts.Facts) Finding {
	rule := []string{"kms:Encrypt", "kms:ReEncryptFrom", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"}
	all := append(keyUses(), rule...)
	other := "arn:" + f.Partition() + ":kms:" + f.Bucket.Region + ":" + account(f) + ":key/" + policy.Stranger
	if r, ok := reach(f, all, []string{other}, nil); ok {
		return reached(f, r, ok, "")
	}
	if !f.Key.Set {
		return pass("no key")
	}
	if r, ok := reach(f, rule[3:], []string{f.Key.Value.ARN}, nil); ok {
		return reached(f, r, ok, "")
	}
	if r, ok := reach(f, all, []string{f.Key.Value.ARN}, policy.Context{"kms:viaservice": nil}); ok {
		return fail("it may %s by itself: a condition on kms:ViaService is missing", r.Action).with("TAKE", taken(f, r)).orAdvice(f)
	}
	r, ok := reach(f, rule, []string{f.Key.Value.ARN}, policy.Context{"kms:viaservice": {viaS3(f)}})
	return reached(f, r, ok, "one key, through S3").orAdvice(f)
}

func viaS3(f *facts.Facts) string { return "s3." + f.Bucket.Region + ".amazonaws.com" }

// harmless are actions that a function has for its own log and traces.
func harmless() []string {
	return []string{"logs:createloggroup", "logs:createlogstream", "logs:putlogevents", "logs:describeloggroups", "logs:describelogstreams",
		"xray:puttracesegments", "xray:puttelemetryrecords", "xray:getsamplingrules", "xray:getsamplingtargets", "xray:getsamplingstatisticsummaries"}
}

// powers are actions by which a role becomes anything else.
func powers() []string {
	return []string{"*", "iam:*", "sts:*", "iam:passrole", "iam:createaccesskey", "iam:createuser", "iam:putrolepolicy", "iam:attachrolepolicy", "iam:updateassumerolepolicy",
		"lambda:*", "kms:*", "organizations:*", "secretsmanager:*"}
}

// roleServices reads what the statements allow by name. An application's own role
// does other things besides; what gives it everything is wrong for everybody.
func roleServices(f *facts.Facts) Finding {
	var powerful, other []string
	last := 0
	d := f.Role.Value.Identity
	for i, s := range d.Statements {
		if s.Deny {
			continue
		}
		if s.NotAction != nil {
			powerful, last = append(powerful, d.Name(i)+" allows everything but what its NotAction names"), i
		}
		for _, a := range s.Action {
			switch name := strings.ToLower(a); {
			case slices.Contains(powers(), name) && (name != "kms:*" || slices.Contains(s.Resource, "*")):
				powerful, last = append(powerful, d.Name(i)+" allows "+a), i
			case !strings.HasPrefix(name, "s3:") && !strings.HasPrefix(name, "kms:") && !slices.Contains(harmless(), name):
				other, last = append(other, d.Name(i)+" allows "+a), i
			}
		}
	}
	if len(powerful) == 0 && len(other) > 0 {
		return failIf(other, "").with("TAKE", takenBy(f, last)).orAdvice(f)
	}
	return failIf(append(powerful, other...), "S3, KMS, and its own log and traces").with("TAKE", takenBy(f, last))
}

// account is the role's.
func account(f *facts.Facts) string { return policy.Principal{ARN: f.Role.Value.ARN}.Account() }
