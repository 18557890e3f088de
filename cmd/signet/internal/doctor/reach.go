package doctor

import (
	"maps"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// reachChecks search for a request that gets past the spaces' table: by any role of the
// stack, by a distribution, and by those whom nobody means. The handler decides who of
// its callers may do what; this is about whoever needs not ask it.
func reachChecks() []Check {
	return []Check{{
		ID: "spaces-reach", Title: "No request gets past the spaces' table", Group: service, Severity: High, Config: "spaces",
		Why:   "files are read, written, deleted or marked by somebody who never asked the API, and whom no space's rules name",
		Fix:   putBack + " # puts the roles' policies and the bucket's back; by hand: take the statement out that allows it",
		Reads: reads(thePolicy, theAccount, theStackRoles), Judge: spacesReach,
	}}
}

func theStackRoles(f *facts.Facts) facts.Unknowable {
	return onStack(f, func(s *facts.Stack) facts.Unknowable { return s.Roles })
}

// asker is somebody who asks S3 directly: what he has by himself, and what he may do.
type asker struct {
	policy.Principal
	identity policy.Document
	boundary *policy.Document
	fixed    policy.Context
	may      func(p place, action string) bool
}

// askers are all roles of the stack, CloudFront for any distribution, and those whom
// nobody means.
func askers(f *facts.Facts) []asker {
	var all []asker
	roles := map[string]bool{}
	for _, r := range f.Stack.Roles.Value {
		roles[r.ARN] = true
		all = append(all, asker{policy.Principal{ARN: r.ARN}, r.Identity, r.Boundary, nil, func(p place, action string) bool {
			return ofRole(f, r.Logical, p.kind)&rightOf(action) != 0
		}})
	}
	nothing := func(place, string) bool { return false }
	front := policy.Principal{Service: "cloudfront.amazonaws.com"}
	all = append(all, asker{Principal: front, may: func(p place, action string) bool { return p.public && action == "s3:GetObject" }},
		asker{Principal: front, may: nothing, fixed: policy.Context{
			"aws:sourcearn": {"arn:" + f.Partition() + ":cloudfront::" + policy.StrangerAccount + ":distribution/E1"}, "aws:sourceaccount": {policy.StrangerAccount}}})
	d := f.Bucket.Policy.Value
	for _, p := range unique(append(principals(f, d), pretenders(f, d)...)) {
		if !roles[p.ARN] {
			all = append(all, asker{Principal: p, may: nothing})
		}
	}
	return all
}

// lets says whether some policy allows a request and none denies it.
func (a asker) lets(bucket policy.Document) func(policy.Request) bool {
	return func(r policy.Request) bool {
		own, _ := a.identity.Decide(r)
		theirs, _ := bucket.Decide(r)
		if a.boundary != nil && own == policy.Allowed {
			own, _ = a.boundary.Decide(r)
		}
		return own != policy.Denied && theirs != policy.Denied && (own == policy.Allowed || theirs == policy.Allowed)
	}
}

// past finds a request of theirs in a place that the table does not have. Who may do
// nothing anywhere may not see the names either.
func (a asker) past(f *facts.Facts) (r policy.Request, where string, ok bool) {
	bucket := f.Bucket.Policy.Value
	search := policy.Search{Documents: []policy.Document{a.identity, bucket}, Principals: []policy.Principal{a.Principal}, Fixed: today()}
	maps.Copy(search.Fixed, a.fixed)
	sees := false
	for _, p := range places(f) {
		search.Resources, search.Actions = []string{bucketARN(f) + "/" + p.prefix + "caller/name~id"}, nil
		for _, action := range policy.ObjectActions() {
			if may := a.may(p, action); !may {
				search.Actions = append(search.Actions, action)
			} else {
				sees = true
			}
		}
		if r, ok = search.Find(a.lets(bucket)); ok {
			return r, p.called, true
		}
	}
	if sees {
		return r, "", false
	}
	search.Resources, search.Actions = []string{bucketARN(f)}, []string{"s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"}
	r, ok = search.Find(a.lets(bucket))
	return r, "the bucket as a whole", ok
}

// otherTag finds a tag that is not confirm's and that the function could give: the
// scan's, by which a file is called clean.
func (a asker) otherTag(f *facts.Facts) (r policy.Request, where string, ok bool) {
	fixed := today()
	fixed["s3:requestobjecttagkeys"] = []string{upload.ScanTag}
	for _, p := range places(f) {
		if p.kind != confirmedSpace || a.ARN != f.Role.Value.ARN {
			continue
		}
		search := policy.Search{Documents: []policy.Document{a.identity, f.Bucket.Policy.Value}, Principals: []policy.Principal{a.Principal},
			Actions: []string{"s3:PutObjectTagging", "s3:PutObjectVersionTagging"}, Resources: []string{bucketARN(f) + "/" + p.prefix + "caller/name~id"}, Fixed: fixed}
		if r, ok = search.Find(a.lets(f.Bucket.Policy.Value)); ok {
			return r, p.called + ", with any tag", true
		}
	}
	return r, "", false
}

// spacesReach goes through all who can ask.
func spacesReach(f *facts.Facts) Finding {
	all := askers(f)
	for _, a := range all {
		for _, search := range []func(*facts.Facts) (policy.Request, string, bool){a.past, a.otherTag} {
			if r, where, ok := search(f); ok {
				return fail("%s may %s in %s", a.Principal, r.Action, where)
			}
		}
	}
	return pass("%d who can ask, in %d places", len(all), len(places(f)))
}
