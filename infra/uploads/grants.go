package uploads

import (
	"slices"

	"signet/lambda/upload"
)

// SigningGrants is what a role that signs for all spaces may do. A prefix stands once
// among the objects, because a role's policies hold 10,240 characters: those of spaces
// whose files are confirmed in a statement with the actions on tags, whose condition
// is about requests that give one.
func SigningGrants(bucketARN string, config upload.Config, kmsKey, region string) []upload.Grant {
	grants := upload.Grants(bucketARN, config.Prefixes(), kmsKey, region)
	if config.Events != nil {
		grants = append(grants, upload.MovedGrants(bucketARN)...)
	}
	var plain, confirmed []string
	for _, s := range config.AllSpaces() {
		if s.Confirm > 0 {
			confirmed = append(confirmed, s.Prefix)
		} else {
			plain = append(plain, s.Prefix)
		}
	}
	tagging := upload.ConfirmGrants(bucketARN, confirmed)
	if len(tagging) == 0 {
		return grants
	}
	objects := &grants[slices.IndexFunc(grants, func(g upload.Grant) bool { return g.Sid == "Objects" })]
	both := upload.Grant{Sid: "Confirmed", Actions: slices.Clone(objects.Actions), Resources: upload.Below(bucketARN, confirmed)}
	for _, g := range tagging {
		both.Actions, both.TagKeys = append(both.Actions, g.Actions...), append(both.TagKeys, g.TagKeys...)
	}
	slices.Sort(both.Actions)
	both.Actions = slices.Compact(both.Actions)
	objects.Resources = upload.Below(bucketARN, plain)
	return append(grants, both)
}
