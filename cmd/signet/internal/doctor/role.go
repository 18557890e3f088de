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
	const fix = "aws iam put-role-policy --role-name ROLE --policy-name Signing --policy-document file://role.json # the statements of the operation table; make deploy writes them. Delete or detach what is named here"
	check := func(id, title, why, config string, severity Severity, judge func(*facts.Facts) Finding) Check {
		return Check{ID: id, Title: title, Group: role, Severity: severity, Why: why, Fix: fix, Config: config, Reads: reads(theRole), Judge: judge}
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

func reached(r policy.Request, ok bool, otherwise string) Finding {
	if ok {
		return fail("it may %s on %s", r.Action, r.Resource)
	}
	return pass("%s", otherwise)
}

func anUpload(f *facts.Facts) string { return bucketARN(f) + "/" + f.Config.Prefix + "caller/id/name" }

func roleActions(f *facts.Facts) Finding {
	table := tableActions()
	r, ok := reach(f, without(policy.ObjectActions(), table), []string{anUpload(f)}, nil)
	if !ok {
		r, ok = reach(f, without(policy.BucketActions(), table), []string{bucketARN(f)}, nil)
	}
	return reached(r, ok, "the operation table's actions alone")
}

func rolePrefix(f *facts.Facts) Finding {
	outside := []string{bucketARN(f) + "/" + policy.Stranger, bucketARN(f) + "/logs/x", bucketARN(f) + "/" + strings.TrimSuffix(f.Config.Prefix, "/") + "x"}
	if !f.Intended { // some prefix it may be held to, which we do not know
		outside = outside[:1]
	}
	if r, ok := reach(f, policy.ObjectActions(), outside, nil); ok {
		return reached(r, ok, "")
	}
	for _, prefix := range [][]string{nil, {""}, {policy.Stranger}} {
		if r, ok := reach(f, []string{"s3:ListBucket", "s3:ListBucketVersions"}, []string{bucketARN(f)}, policy.Context{"s3:prefix": prefix}); ok {
			return fail("it may list the whole bucket (%s without a condition on s3:prefix)", r.Action)
		}
	}
	return pass("only %s", f.Config.Prefix)
}

func roleBuckets(f *facts.Facts) Finding {
	other := "arn:" + f.Partition() + ":s3:::" + policy.Stranger
	r, ok := reach(f, policy.ObjectActions(), append(elsewhere(f), other+"/x"), nil)
	if !ok {
		r, ok = reach(f, append(policy.BucketActions(), "s3:CreateBucket"), []string{other}, nil)
	}
	if !ok {
		r, ok = reach(f, []string{"s3:ListAllMyBuckets", "s3:PutAccountPublicAccessBlock"}, []string{"*"}, nil)
	}
	if !ok && f.Log.Name != "" {
		log := "arn:" + f.Partition() + ":s3:::" + f.Log.Name
		r, ok = reach(f, slices.Concat(policy.ObjectActions(), policy.BucketActions()), []string{log, log + "/x"}, nil)
	}
	return reached(r, ok, "this bucket alone")
}

// elsewhere are objects of other buckets that the role's own patterns mean.
func elsewhere(f *facts.Facts) []string {
	var all []string
	for _, s := range f.Role.Value.Identity.Statements {
		for _, pattern := range s.Resource {
			one := strings.ReplaceAll(pattern, "*", policy.Stranger)
			bucket, _, _ := strings.Cut(one, "/")
			if strings.HasPrefix(one, "arn:") && strings.Contains(one, ":s3:::") && bucket != bucketARN(f) {
				all = append(all, one)
			}
		}
	}
	return all
}

func roleKey(f *facts.Facts) Finding {
	actions := []string{"kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt", "kms:ReEncryptFrom", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey"}
	other := "arn:" + f.Partition() + ":kms:" + f.Bucket.Region + ":" + account(f) + ":key/" + policy.Stranger
	if r, ok := reach(f, actions, []string{other}, nil); ok {
		return reached(r, ok, "")
	}
	if !f.Key.Set {
		return pass("no key")
	}
	if r, ok := reach(f, actions, []string{f.Key.Value.ARN}, policy.Context{"kms:viaservice": nil}); ok {
		return fail("it may %s by itself: a condition on kms:ViaService is missing", r.Action)
	}
	via := policy.Context{"kms:viaservice": {viaS3(f)}}
	r, ok := reach(f, without(actions, []string{"kms:Decrypt", "kms:GenerateDataKey"}), []string{f.Key.Value.ARN}, via)
	return reached(r, ok, "one key, through S3")
}

func viaS3(f *facts.Facts) string { return "s3." + f.Bucket.Region + ".amazonaws.com" }

// harmless are actions that a function has for its own log and traces.
func harmless() []string {
	return []string{"logs:createloggroup", "logs:createlogstream", "logs:putlogevents", "logs:describeloggroups", "logs:describelogstreams",
		"xray:puttracesegments", "xray:puttelemetryrecords", "xray:getsamplingrules", "xray:getsamplingtargets", "xray:getsamplingstatisticsummaries"}
}

func roleServices(f *facts.Facts) Finding {
	var trouble []string
	d := f.Role.Value.Identity
	for i, s := range d.Statements {
		if s.Deny {
			continue
		}
		if s.NotAction != nil {
			trouble = append(trouble, d.Name(i)+" allows everything but what its NotAction names")
		}
		for _, a := range s.Action {
			name := strings.ToLower(a)
			if !strings.HasPrefix(name, "s3:") && !strings.HasPrefix(name, "kms:") && !slices.Contains(harmless(), name) {
				trouble = append(trouble, d.Name(i)+" allows "+a)
			}
		}
	}
	return failIf(trouble, "S3, KMS, and its own log and traces")
}

func roleNeeds(f *facts.Facts) Finding {
	list, keys := policy.Context{"s3:prefix": {f.Config.Prefix + "caller/"}}, []string{anUpload(f)}
	if !f.Intended { // any prefix will do
		list, keys = nil, objects(f, f.Role.Value.Identity)
	}
	var lacking []string
	want := func(action string, resources []string, fixed policy.Context) {
		if _, ok := reach(f, []string{action}, resources, fixed); !ok && !slices.Contains(lacking, "it lacks "+action) {
			lacking = append(lacking, "it lacks "+action)
		}
	}
	for _, o := range upload.Operations() {
		spec := o.Spec()
		for _, a := range spec.Actions {
			if spec.OnKey {
				want(a, keys, nil)
			} else {
				want(a, []string{bucketARN(f)}, list)
			}
		}
		for _, a := range spec.KMS {
			if f.Key.Set && f.Key.Value.Customer {
				want(a, []string{f.Key.Value.ARN}, policy.Context{"kms:viaservice": {viaS3(f)}})
			}
		}
	}
	return failIf(lacking, "%d actions", len(tableActions()))
}

// roleTrust tries to become the role: as a stranger, as somebody of the account,
// as a service other than Lambda, through any web identity.
func roleTrust(f *facts.Facts) Finding {
	d := f.Role.Value.Trust
	who := strangers(f)
	for _, p := range principals(f, d) {
		if f.Stack != nil || p.Account() != account(f) {
			who = append(who, p)
		}
	}
	for _, s := range d.Statements {
		if len(s.Principal["Federated"]) > 0 && len(s.Conditions) == 0 && !s.Deny {
			return fail("anybody with a token of %s can", strings.Join(s.Principal["Federated"], ", "))
		}
		for _, name := range s.Principal["Service"] {
			if f.Stack != nil && name != "lambda.amazonaws.com" {
				who = append(who, policy.Principal{Service: name})
			}
		}
	}
	search := policy.Search{
		Documents: []policy.Document{d}, Principals: unique(who), Outsider: true, Resources: []string{f.Role.Value.ARN},
		Actions: []string{"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"},
	}
	if r, ok := search.Find(func(r policy.Request) bool { decision, _ := d.Decide(r); return decision == policy.Allowed }); ok {
		return fail("%s can", r.Principal)
	}
	return pass("Lambda alone, or named principals of the account")
}

// account is the role's.
func account(f *facts.Facts) string { return policy.Principal{ARN: f.Role.Value.ARN}.Account() }
