package doctor

import (
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// fixRole takes the policy away that gives too much, and puts one there that
// gives what the operations need.
const fixRole = "TAKE; aws iam put-role-policy --role-name ROLE --policy-name Signing --policy-document 'GRANTS'"

// taken is the command that takes the policy away by which the role may do it.
func taken(f *facts.Facts, r policy.Request) string {
	_, i := f.Role.Value.Identity.Decide(r)
	return takenBy(f, i)
}

func takenBy(f *facts.Facts, statement int) string {
	if all := f.Role.Value.Taken; statement >= 0 && statement < len(all) {
		return "aws iam " + all[statement]
	}
	return "true"
}

// grants is the policy of a role that signs what is known to be signed; where
// nothing is, uploads whole and in parts, and downloads.
func grants(f *facts.Facts) string {
	key := ""
	if f.Key.Set && f.Key.Value.Customer {
		key = f.Key.Value.ARN
	}
	if f.Intended {
		return document(upload.Grants(bucketARN(f), f.Config.Prefixes(), key, f.Bucket.Region))
	}
	needed := []string{"s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"}
	if len(f.Signs) > 0 {
		needed = nil
		for _, o := range required(f) {
			needed = append(needed, actions(f, o)...)
		}
	}
	all := upload.Grants(bucketARN(f), []string{""}, key, f.Bucket.Region)
	for i := range all {
		all[i].Actions = slices.DeleteFunc(all[i].Actions, func(a string) bool { return strings.HasPrefix(a, "s3:") && !slices.Contains(needed, a) })
		all[i].Prefixes = nil
	}
	return document(slices.DeleteFunc(all, func(g upload.Grant) bool { return len(g.Actions) == 0 }))
}

func document(grants []upload.Grant) string {
	text, err := upload.PolicyDocument(grants)
	if err != nil {
		return "ROLE-POLICY"
	}
	return string(text)
}
