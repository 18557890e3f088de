package doctor

import (
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
)

// The fixes are commands that can be run as they stand, but for words in capitals
// that only a person knows. Those that replace a whole setting begin with what is
// there: GETPOLICY and its like are the command that reads it, or, where nothing is
// set, an empty one. A command that cannot read leaves nothing for the next to write.

// putBack has CloudFormation put back what has drifted from the template, which a
// deployment that changes nothing leaves as it is (CloudFormation's User Guide, "Using
// drift-aware change sets").
const putBack = "make deploy ARGS=--revert-drift"

const list = `.Statement |= (if type == "array" then . else [.] end) | `

// fixPolicy adds a statement to the bucket's policy, whatever is in it.
func fixPolicy(statement string) string {
	return "GETPOLICY | jq '" + list + ".Statement += [" + statement + "]' > policy.json && aws s3api put-bucket-policy --bucket BUCKET --policy file://policy.json"
}

// editPolicy changes the bucket's policy by a filter of jq, and takes the policy
// away where no statement is left.
func editPolicy(filter string) string {
	return "GETPOLICY | jq '" + list + filter + "' > policy.json && " +
		"if jq -e '.Statement == []' policy.json > /dev/null; then aws s3api delete-bucket-policy --bucket BUCKET; else aws s3api put-bucket-policy --bucket BUCKET --policy file://policy.json; fi"
}

// dropStatement takes the statement out that was found, by its place.
const dropStatement = "del(.Statement[STATEMENT])"

// onLogs is a fix for the log bucket in place of the bucket.
func onLogs(fix string) string {
	return strings.NewReplacer("GETPOLICY", "GETLOGPOLICY", "BUCKETARN", "arn:aws:s3:::LOGS", "BUCKET", "LOGS").Replace(fix)
}

func editKey(filter string) string {
	return "aws kms get-key-policy --key-id KEY --policy-name default --query Policy --output text | " +
		"jq '" + list + filter + "' > key.json && aws kms put-key-policy --key-id KEY --policy-name default --policy file://key.json"
}

// addRule adds a lifecycle rule about all objects.
func addRule(id, does string) string {
	return `GETLIFECYCLE | jq '{Rules} | .Rules += [{"ID":"` + id + `","Status":"Enabled","Filter":{"Prefix":""},` + does + `}]' > lifecycle.json && ` +
		"aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://lifecycle.json"
}

// editLifecycle changes the rules by a filter; rules that do nothing any more go.
func editLifecycle(filter string) string {
	const acts = `[.Expiration, .Transitions, .NoncurrentVersionExpiration, .NoncurrentVersionTransitions, .AbortIncompleteMultipartUpload] | any(. != null and . != [])`
	return "GETLIFECYCLE | jq '{Rules} | " + filter + " | .Rules |= map(select(" + acts + "))' > lifecycle.json && " +
		"if jq -e '.Rules == []' lifecycle.json > /dev/null; then aws s3api delete-bucket-lifecycle --bucket BUCKET; else aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://lifecycle.json; fi"
}

// editEncryption changes the default encryption by a filter of its one rule.
func editEncryption(filter string) string {
	return "GETENCRYPTION | jq '.ServerSideEncryptionConfiguration | .Rules[0] |= (" + filter + ")' > encryption.json && " +
		"aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration file://encryption.json"
}

// readers are the words for commands that read what is there.
func readers(f *facts.Facts) []string {
	or := func(set bool, command, empty string) string {
		if set {
			return command
		}
		return "echo '" + empty + "'"
	}
	policy := func(b facts.Bucket) string {
		return or(b.Policy.Set, "aws s3api get-bucket-policy --bucket "+b.Name+" --query Policy --output text", `{"Version":"2012-10-17","Statement":[]}`)
	}
	return []string{
		"GETPOLICY", policy(f.Bucket), "GETLOGPOLICY", policy(f.Log),
		"GETLIFECYCLE", or(f.Bucket.Lifecycle.Set, "aws s3api get-bucket-lifecycle-configuration --bucket "+f.Bucket.Name, `{"Rules":[]}`),
		"GETENCRYPTION", or(f.Bucket.Encryption.Set, "aws s3api get-bucket-encryption --bucket "+f.Bucket.Name,
			`{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}}`),
		"GETTAGS", or(f.Bucket.Tags.Set, "aws s3api get-bucket-tagging --bucket "+f.Bucket.Name, `{"TagSet":[]}`),
	}
}
