package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/lambda/upload"
)

// spaceChecks are about files of spaces that the configuration no longer has.
func spaceChecks() []Check {
	return []Check{{
		ID: "spaces-left", Title: "Every file lies in a space", Group: keeping, Severity: Low,
		Why:   "what is outside of all prefixes is seen by nobody, expires by no space's rule, and is paid for",
		Fix:   "aws s3 ls --recursive --summarize s3://BUCKET/LEFT # then put its space back into cdk.json, or move or delete what is there",
		Reads: reads(theRoots), Judge: spacesLeft,
	}}
}

// spacesLeft looks at the first segments of all keys. Without a configuration nobody
// knows what belongs there.
func spacesLeft(f *facts.Facts) Finding {
	if !f.Intended {
		return skip("it is not known what the bucket is for")
	}
	known := []string{upload.QuarantinePrefix, upload.MovedPrefix}
	for _, prefix := range f.Config.Prefixes() {
		first, _, _ := strings.Cut(prefix, "/")
		known = append(known, first+"/")
	}
	left := slices.DeleteFunc(slices.Clone(f.Bucket.Roots.Value), func(root string) bool { return slices.Contains(known, root) })
	if len(left) > 0 {
		return advise("there are files under %s, where no space is", strings.Join(left, ", ")).with("LEFT", left[0])
	}
	return pass("all under %s", strings.Join(known[2:], ", "))
}

// uploadsIn are ARNs of an upload in each space.
func uploadsIn(f *facts.Facts) []string {
	var arns []string
	for _, prefix := range f.Config.Prefixes() {
		arns = append(arns, bucketARN(f)+"/"+prefix+"caller/id/name")
	}
	return arns
}

// spaceActions are what a role may do to an upload of a space.
func spaceActions(s upload.Space) []string {
	all := tableActions()
	if s.Confirm > 0 {
		all = append(all, grantedActions(upload.ConfirmGrants("", []string{s.Prefix}))...)
	}
	return all
}

func grantedActions(grants []upload.Grant) (all []string) {
	for _, g := range grants {
		all = append(all, g.Actions...)
	}
	return all
}

// tooEarly says of which space's files an expiration deletes some that should stay;
// empty: of none.
func tooEarly(f *facts.Facts, r types.LifecycleRule, days int) string {
	for _, s := range f.Config.AllSpaces() {
		if !touches(r, s.Prefix) {
			continue
		}
		meant := s.Lifecycle.Expire
		if unconfirmed(r) {
			meant = int(s.Confirm)
		}
		if meant == 0 || days < meant {
			of := ""
			if s.Name != "" {
				of = " of the space " + s.Name
			}
			return fmt.Sprintf("deletes uploads%s after %d day(s), where the configuration says %d (0: never)", of, days, meant)
		}
	}
	return ""
}

// unconfirmed says that a rule is about files with the tag of those that nobody has
// confirmed.
func unconfirmed(r types.LifecycleRule) bool {
	is := func(t types.Tag) bool {
		return aws.ToString(t.Key) == upload.ConfirmTag && aws.ToString(t.Value) == upload.ConfirmNo
	}
	switch {
	case r.Filter == nil:
		return false
	case r.Filter.Tag != nil:
		return is(*r.Filter.Tag)
	}
	return r.Filter.And != nil && slices.ContainsFunc(r.Filter.And.Tags, is)
}
