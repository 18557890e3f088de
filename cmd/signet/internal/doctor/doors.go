package doctor

import (
	"fmt"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

// doorChecks are about ways to the bucket that its own settings do not show:
// access points, and names of buckets that a stranger could take.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-bpa-settings.html
func doorChecks() []Check {
	const remake = "aws s3control delete-access-point --account-id ACCOUNT --name POINT && aws s3control create-access-point --account-id ACCOUNT --name POINT --bucket BUCKET " +
		"--public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true # its block cannot be changed; put its policy back"
	point := func(id, title, why, fix string, pick func(*facts.Facts) facts.Fact[[]facts.Point], judge func(*facts.Facts, []facts.Point) Finding) Check {
		return Check{ID: id, Title: title, Group: access, Severity: Medium, Why: why, Fix: fix,
			Reads: reads(func(f *facts.Facts) facts.Unknowable { return pick(f) }, theBlock),
			Judge: func(f *facts.Facts) Finding {
				if len(pick(f).Value) == 0 {
					return skip("there is none")
				}
				return judge(f, pick(f).Value)
			}}
	}
	one := func(f *facts.Facts) facts.Fact[[]facts.Point] { return f.Points }
	many := func(f *facts.Facts) facts.Fact[[]facts.Point] { return f.MultiPoints }
	const open, through = "whoever may change its policy can open the bucket through it", "its policy lets in whom the bucket's own keeps out"
	const unlock = "aws s3control delete-access-point-policy --account-id ACCOUNT --name POINT"
	const multi = "aws s3control put-multi-region-access-point-policy --account-id ACCOUNT --region us-west-2 --details " +
		`'{"Name":"POINT","Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::ACCOUNT:root\"},\"Action\":[\"s3:GetObject\",\"s3:PutObject\"],\"Resource\":\"*\"}]}"}'`
	const remakeMulti = "aws s3control delete-multi-region-access-point --account-id ACCOUNT --region us-west-2 --details Name=POINT && " +
		`aws s3control create-multi-region-access-point --account-id ACCOUNT --region us-west-2 --details '{"Name":"POINT","PublicAccessBlock":{"BlockPublicAcls":true,"IgnorePublicAcls":true,"BlockPublicPolicy":true,"RestrictPublicBuckets":true},"Regions":REGIONS}' ` +
		"# its block cannot be changed; wait for the first before the second, and put its policy back"
	return []Check{
		point("accesspoint-block", "Access points have a public access block", open, remake, one, pointBlock),
		point("accesspoint-public", "No access point lets strangers in", through, unlock, one, pointPublic),
		point("multiregion-block", "Multi-region access points have a public access block", open, remakeMulti, many, pointBlock),
		point("multiregion-public", "No multi-region access point lets strangers in", through, multi, many, pointPublic),
		{
			ID: "origin-gone", Title: "The bucket of each origin of CloudFront is there", Group: access, Severity: Medium,
			Why:   "whoever takes the name serves what they like from your site",
			Fix:   "aws s3api create-bucket --bucket GONE --region REGION --create-bucket-configuration LocationConstraint=REGION # yours again; then take the origin out of the distribution",
			Reads: reads(theNames, theFronts), Judge: func(f *facts.Facts) Finding { return namesTaken(f, Critical, facts.Origin) },
		},
		{
			ID: "names-gone", Title: "Every bucket that a setting names is there, and whose it should be", Group: access, Severity: Medium,
			Why:   "whoever takes the name gets the copies, lists and logs; and what the CDK finds there it deploys",
			Fix:   "aws s3api create-bucket --bucket GONE --region REGION --create-bucket-configuration LocationConstraint=REGION # yours again; then take the setting out",
			Reads: reads(theNames, theReplication, theInventory, theTrails),
			Judge: func(f *facts.Facts) Finding {
				return namesTaken(f, High, facts.Copies, facts.Trailing, facts.Assets, facts.Logged)
			},
		},
	}
}

func theNames(f *facts.Facts) facts.Unknowable  { return f.Names }
func theFronts(f *facts.Facts) facts.Unknowable { return f.Fronts }

var wholeBlock = facts.Block{BlockAcls: true, IgnoreAcls: true, BlockPolicy: true, Restrict: true}

// pointBlock knows that S3 holds a request to the strictest of the three blocks:
// the point's, the bucket's and the account's.
func pointBlock(f *facts.Facts, points []facts.Point) Finding {
	var open, buckets []string
	for _, p := range points {
		if p.Block == wholeBlock {
			continue
		}
		if open = append(open, p.Name); len(open) == 1 {
			for _, b := range p.Buckets {
				buckets = append(buckets, `{"Bucket":"`+b+`"}`)
			}
		}
	}
	found := failIf(prefixed("not all four of ", open), "%d", len(points)).with("POINT", first(open)).with("REGIONS", "["+strings.Join(buckets, ",")+"]")
	if f.Bucket.Block.Value == wholeBlock || f.AccountBlock.Value == wholeBlock {
		return found.orAdvice(f)
	}
	return found
}

// pointPublic tries what a stranger may do through each access point.
func pointPublic(f *facts.Facts, points []facts.Point) Finding {
	for _, p := range points {
		if why, unknown := p.Policy.Unknown(); unknown {
			return Finding{Status: Unknown, Got: p.Name + ": " + why}
		}
		d := p.Policy.Value
		search := policy.Search{Documents: []policy.Document{d}, Principals: pretenders(f, d), Outsider: true, Actions: slices.Concat(policy.ObjectActions(), policy.BucketActions()), Resources: pointResources(p)}
		r, ok := search.Find(func(r policy.Request) bool { decision, _ := d.Decide(r); return decision == policy.Allowed })
		switch {
		case !ok:
		case p.Block.Restrict || f.Bucket.Block.Value.Restrict || f.AccountBlock.Value.Restrict:
			return fail("the policy of %s allows %s to %s, which RestrictPublicBuckets alone keeps out", p.Name, r.Action, r.Principal).with("POINT", p.Name)
		default:
			return fail("the policy of %s allows %s to %s", p.Name, r.Action, r.Principal).at(Critical).with("POINT", p.Name)
		}
	}
	return pass("%d", len(points))
}

// pointResources are the point, an object behind it, and what its policy names.
func pointResources(p facts.Point) []string {
	all := []string{p.ARN, p.ARN + "/object/" + policy.Stranger}
	for _, s := range p.Policy.Value.Statements {
		for _, pattern := range s.Resource {
			all = append(all, policy.Instances(pattern)...)
		}
	}
	return all
}

// namesTaken looks at the names of some kinds: one that is free can be taken, and
// one that is another account's was. Of settings that are the account's alone it
// weighs less: this bucket is not what a stranger would get at.
func namesTaken(f *facts.Facts, weight Severity, kinds ...facts.Kind) Finding {
	var trouble, gone []string
	looked, about := 0, false
	for _, n := range f.Names.Value {
		if !slices.Contains(kinds, n.Kind) {
			continue
		}
		looked++
		about = about || n.About && (n.State == facts.Gone && n.Kind != facts.Assets || n.State == facts.Other)
		switch {
		case n.State == facts.Gone && n.Kind == facts.Assets: // not bootstrapped: nothing goes there
		case n.State == facts.Gone:
			trouble, gone = append(trouble, fmt.Sprintf("%s names the bucket %s, which is not there", n.By, n.Bucket)), append(gone, n.Bucket)
		case n.State == facts.Other:
			trouble = append(trouble, fmt.Sprintf("%s names the bucket %s, which is not of account %s", n.By, n.Bucket, n.Owner))
		}
	}
	if len(trouble) == 0 {
		return pass("%d name(s)", looked)
	}
	found := failIf(trouble, "")
	if about {
		found = found.at(weight)
	}
	return found.with("GONE", first(gone))
}
