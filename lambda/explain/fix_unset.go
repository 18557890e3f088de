package explain

import (
	"fmt"
	"strings"
)

// fixUnset is about a variable that nobody set: its place holds what the language
// prints of nothing.
func (f *facts) fixUnset(c Cause) string {
	key := firstOf(f.sig.accessKey, f.answer.element("AWSAccessKeyId"))
	bucket := firstOf(f.answer.heard.bucket, f.place.bucket)
	switch {
	case c.Code == UnknownAccessKey && (key != "" && isUnset(key) || f.emptyKey()):
		return fmt.Sprintf("set the access key of the signer: it is %q, as of an environment variable that is not set where the signer runs", key)
	case (c.Code == NoSuchBucket || c.Code == Permission || c.Code == WrongHost) && isUnset(bucket) && bucket != "":
		return fmt.Sprintf("set the bucket's name: it is %q, as of an environment variable that is not set where the signer runs", bucket)
	}
	return ""
}

// emptyKey tells a credential without its access key.
func (f *facts) emptyKey() bool {
	return f.sig.kind != unsigned && f.sig.accessKey == "" && f.answer.element("AWSAccessKeyId") == "" && f.URL != "" ||
		f.answer.says("non-empty Access Key") || showsEmptyKey(f.answer.message)
}

// showsEmptyKey says that a message quotes such a credential: "/20261124/us-east-1/s3/….
func showsEmptyKey(message string) bool {
	for _, quoted := range strings.Split(message, `"/`)[1:] {
		date, _, more := strings.Cut(quoted, "/")
		if more && len(date) == len("20261124") && strings.Trim(date, "0123456789") == "" {
			return true
		}
	}
	return false
}

func isUnset(value string) bool {
	switch strings.ToLower(value) {
	case "", "undefined", "null", "none", "nil", "[object object]", "your_bucket_name", "your-bucket":
		return true
	}
	return false
}
