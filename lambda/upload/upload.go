// Package upload is the domain of Signet: what may be uploaded, under which
// key, in which parts, and which S3 requests follow from that. It knows nothing
// of HTTP, of signing or of AWS's SDK; a [Policy] turns a caller's wish into a
// [Request], and only requests that a policy made can be signed.
//
// It uses the standard library and golang.org/x/text/unicode/norm, because the
// standard library has no Unicode normalization and a key that is not NFC is a
// second object with the same name.
package upload
