package doctor

// The fixes are commands that can be run as they stand, but for words in capitals
// that only a person knows. Those that replace a whole setting read it first.

const noPolicy = `'{"Version":"2012-10-17","Statement":[]}'`

// editPolicy changes the bucket's policy by a filter of jq, and takes the policy
// away where no statement is left.
func editPolicy(filter string) string {
	return "(aws s3api get-bucket-policy --bucket BUCKET --query Policy --output text 2>/dev/null || echo " + noPolicy + ") | " +
		"jq '.Statement |= (if type == \"array\" then . else [.] end) | " + filter + "' > policy.json && " +
		"if jq -e '.Statement == []' policy.json > /dev/null; then aws s3api delete-bucket-policy --bucket BUCKET; else aws s3api put-bucket-policy --bucket BUCKET --policy file://policy.json; fi"
}

// fixPolicy adds a statement to the bucket's policy, whatever is in it.
func fixPolicy(statement string) string { return editPolicy(".Statement += [" + statement + "]") }

// dropStatement takes the statement out that was found, by its place.
const dropStatement = "del(.Statement[STATEMENT])"

func editKey(filter string) string {
	return "aws kms get-key-policy --key-id KEY --policy-name default --query Policy --output text | " +
		"jq '.Statement |= (if type == \"array\" then . else [.] end) | " + filter + "' > key.json && aws kms put-key-policy --key-id KEY --policy-name default --policy file://key.json"
}

// editLifecycle changes the rules by a filter; rules that do nothing any more go.
func editLifecycle(filter string) string {
	const acts = `[.Expiration, .Transitions, .NoncurrentVersionExpiration, .NoncurrentVersionTransitions, .AbortIncompleteMultipartUpload] | any(. != null and . != [])`
	return `(aws s3api get-bucket-lifecycle-configuration --bucket BUCKET 2>/dev/null || echo '{"Rules":[]}') | ` +
		"jq '{Rules} | " + filter + " | .Rules |= map(select(" + acts + "))' > lifecycle.json && " +
		"if jq -e '.Rules == []' lifecycle.json > /dev/null; then aws s3api delete-bucket-lifecycle --bucket BUCKET; else aws s3api put-bucket-lifecycle-configuration --bucket BUCKET --lifecycle-configuration file://lifecycle.json; fi"
}

// addRule adds a rule about all objects.
func addRule(id, does string) string {
	return editLifecycle(`.Rules += [{"ID":"` + id + `","Status":"Enabled","Filter":{"Prefix":""},` + does + `}]`)
}

// editEncryption changes the default encryption by a filter of its one rule.
func editEncryption(filter string) string {
	return `(aws s3api get-bucket-encryption --bucket BUCKET 2>/dev/null || echo '{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}}') | ` +
		"jq '.ServerSideEncryptionConfiguration | .Rules[0] |= (" + filter + ")' > encryption.json && aws s3api put-bucket-encryption --bucket BUCKET --server-side-encryption-configuration file://encryption.json"
}
