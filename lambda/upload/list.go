package upload

import "net/url"

// ListEncoding is what every list asks of S3 as encoding-type: its answers are XML
// 1.0, which cannot hold every key that S3 stores, and one such key would make the
// whole page of a list unreadable
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html, "encoding-type").
const ListEncoding = "url"

// ListedKey is the key, prefix or marker that S3 means in a list whose answer says
// this EncodingType. Stores that do not know the parameter say none, and write keys as
// they are; so does what cannot be decoded.
func ListedKey(encodingType, written string) string {
	if key, err := DecodeListed(encodingType, written); err == nil {
		return key
	}
	return written
}

// DecodeListed is [ListedKey] for whoever gets or deletes what a list shows, where
// another key would be worse than none: what cannot be decoded is an error.
func DecodeListed(encodingType, written string) (string, error) {
	if encodingType != ListEncoding {
		return written, nil
	}
	return url.QueryUnescape(written) // S3 writes a space as +
}
