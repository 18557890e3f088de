package doctor

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
)

const fixBlock = "aws s3api put-public-access-block --bucket BUCKET --public-access-block-configuration " +
	"BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true"

// accessChecks are about what S3 does with ACLs and public policies at all.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
func accessChecks() []Check {
	flag := func(id, name, why string, severity Severity, on func(facts.Block) bool) Check {
		return Check{
			ID: id, Title: name + " is on", Group: access, Severity: severity, Why: why, Fix: fixBlock,
			Reads: reads(theBlock), Judge: func(f *facts.Facts) Finding { return blockFlag(f, name, on) },
		}
	}
	return []Check{
		flag("block-public-acls", "BlockPublicAcls", "a request can make the bucket or an object public with one header", High, func(b facts.Block) bool { return b.BlockAcls }),
		flag("ignore-public-acls", "IgnorePublicAcls", "an ACL that is public already stays in force", High, func(b facts.Block) bool { return b.IgnoreAcls }),
		flag("block-public-policy", "BlockPublicPolicy", "one policy can open the bucket to everybody", High, func(b facts.Block) bool { return b.BlockPolicy }),
		flag("restrict-public-buckets", "RestrictPublicBuckets", "a public policy lets other accounts in", High, func(b facts.Block) bool { return b.Restrict }),
		{
			ID: "account-public-access", Title: "Public access is blocked for the account or the bucket", Group: access, Severity: Medium,
			Why:   "the next bucket of this account can be made public by mistake, and this one has no second lock",
			Fix:   "aws s3control put-public-access-block --account-id ACCOUNT --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true",
			Reads: reads(theBlock, theAccountBlock), Judge: accountBlock,
		},
		{
			ID: "object-ownership", Title: "ACLs are off: object ownership is BucketOwnerEnforced", Group: access, Severity: Medium,
			Why:   "objects can belong to who wrote them and carry ACLs of their own, which no policy shows",
			Fix:   "aws s3api put-bucket-ownership-controls --bucket BUCKET --ownership-controls 'Rules=[{ObjectOwnership=BucketOwnerEnforced}]'",
			Reads: reads(theOwnership), Judge: ownership,
		},
		{
			ID: "acl-grants", Title: "The bucket's ACL gives nothing to anybody but its owner", Group: access, Severity: Critical,
			Why:   "the ACL lets strangers list, read or write",
			Fix:   "aws s3api put-bucket-acl --bucket BUCKET --acl private",
			Reads: reads(theACL), Judge: aclGrants,
		},
		{
			ID: "website-off", Title: "Static website hosting is off", Group: access, Severity: Medium,
			Why:   "a website endpoint speaks plain HTTP only; a site belongs behind CloudFront with origin access control",
			Fix:   "aws s3api delete-bucket-website --bucket BUCKET",
			Reads: reads(theWebsite), Judge: func(f *facts.Facts) Finding {
				if f.Bucket.Website.Set {
					return fail("the bucket is a website: %s", f.Bucket.Website.Value)
				}
				return pass("no website")
			},
		},
	}
}

func blockFlag(f *facts.Facts, name string, on func(facts.Block) bool) Finding {
	switch {
	case on(f.Bucket.Block.Value):
		return pass("%s is true", name)
	case f.AccountBlock.Set && on(f.AccountBlock.Value):
		return pass("%s is true for the whole account", name)
	case !f.Intended && strings.HasSuffix(name, "PublicAcls") && f.Bucket.Ownership.Value == string(s3types.ObjectOwnershipBucketOwnerEnforced):
		return pass("%s is false, and ACLs are off altogether (BucketOwnerEnforced)", name)
	case !f.Bucket.Block.Set:
		return fail("the bucket has no public access block")
	}
	return fail("%s is false", name)
}

func accountBlock(f *facts.Facts) Finding {
	all := facts.Block{BlockAcls: true, IgnoreAcls: true, BlockPolicy: true, Restrict: true}
	switch {
	case f.AccountBlock.Value == all:
		return pass("all four are true for the account")
	case f.Bucket.Block.Value == all:
		return skip("the account has not all four; the bucket has")
	}
	return fail("neither the account nor the bucket has all four")
}

func ownership(f *facts.Facts) Finding {
	switch o := f.Bucket.Ownership; {
	case !o.Set || o.Value == "":
		return fail("no ownership controls, so that objects belong to who wrote them")
	case o.Value == string(s3types.ObjectOwnershipBucketOwnerPreferred):
		return fail("object ownership is %s", o.Value).orAdvice(f)
	case o.Value != string(s3types.ObjectOwnershipBucketOwnerEnforced):
		return fail("object ownership is %s", o.Value)
	}
	return pass("BucketOwnerEnforced")
}

// aclGrants looks at whom the ACL names: S3's own log service may write where it
// was asked to, and an account that is named was meant, which is advice.
func aclGrants(f *facts.Facts) Finding {
	var strange, named []string
	for _, g := range f.Bucket.ACL.Value.Grants {
		if g.Grantee == nil || g.Grantee.ID != nil && *g.Grantee.ID == f.Bucket.ACL.Value.Owner {
			continue
		}
		group := aws.ToString(g.Grantee.URI)
		name := group[strings.LastIndex(group, "/")+1:]
		switch {
		case strings.HasSuffix(group, "Users"):
			strange = append(strange, name+" has "+string(g.Permission))
		case group == "":
			named = append(named, "another account has "+string(g.Permission))
		case name != "LogDelivery" || f.Intended:
			named = append(named, name+" has "+string(g.Permission))
		}
	}
	all := append(strange, named...)
	switch {
	case len(strange) == 0:
		return failIf(all, "only the owner").orAdvice(f)
	case !f.Intended && (f.Bucket.Block.Value.IgnoreAcls || f.AccountBlock.Value.IgnoreAcls):
		return failIf(append(all, "S3 ignores it as long as IgnorePublicAcls is on"), "").at(Medium)
	}
	return failIf(all, "")
}
