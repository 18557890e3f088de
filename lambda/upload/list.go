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
	if encodingType != ListEncoding {
		return written
	}
	if key, err := url.QueryUnescape(written); err == nil { // S3 writes a space as +
		return key
	}
	return written
}
