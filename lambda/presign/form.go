package presign

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"signet/lambda/upload"
)

// Form is a signed HTML form upload
// (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html).
type Form struct {
	URL string // the form's action, with method POST and enctype multipart/form-data
	// Alternate is the action on the bucket's other host, for which the fields hold
	// as well, because a form's signature names none. Empty: there is no other.
	Alternate string
	// Fields of the form in their order; the file's own field, named file, goes
	// after them, because S3 ignores what follows it.
	Fields  []upload.Header
	Expires time.Time // as of [URL]
}

// Form signs a POST policy: the bucket, each field exactly, and the bounds of
// the file's length. Errors are those of [Signer.URL], and InvalidArgument for a
// field in which S3 would replace ${filename}.
func (s *Signer) Form(ctx context.Context, f upload.Form) (Form, error) {
	if f.Key() == "" {
		return Form{}, upload.Errorf(upload.InvalidRequest, "got a form without a key, want one that a policy approved: ask for it there")
	}
	t, err := s.start(ctx, f.Expires())
	if err != nil {
		return Form{}, err
	}
	fields := make([]upload.Header, 0, len(f.Fields())+6)
	for _, field := range f.Fields() {
		if strings.Contains(field.Value, "${filename}") {
			return Form{}, upload.Errorf(upload.InvalidArgument, "got ${filename} in %s, want a fixed value, because S3 puts another name in its place: rename the file", field.Name)
		}
		fields = append(fields, field)
	}
	fields = append(fields,
		upload.Header{Name: "x-amz-algorithm", Value: Algorithm},
		upload.Header{Name: "x-amz-credential", Value: t.accessKeyID + "/" + t.scope},
		upload.Header{Name: "x-amz-date", Value: string(t.date[:])})
	if t.sessionToken != "" {
		fields = append(fields, upload.Header{Name: "x-amz-security-token", Value: t.sessionToken})
	}
	least, most := f.LengthRange()
	document := postPolicy(s.bucket, fields, least, most, t.ends)
	policy := base64.StdEncoding.EncodeToString(document)
	signature := t.mac([]byte(policy))
	fields = append(fields,
		upload.Header{Name: "policy", Value: policy},
		upload.Header{Name: "x-amz-signature", Value: string(signature[:])})
	form := Form{URL: s.endpoint.origin + s.endpoint.bucketPath, Fields: fields, Expires: t.ends}
	if s.second != nil {
		form.Alternate = s.second.origin + s.second.bucketPath
	}
	return form, nil
}

// postPolicy writes the policy document. All fields are conditions that they
// are equal, and their values are ASCII with escapes, as S3 asks
// (API/sigv4-HTTPPOSTConstructPolicy.html, "Character escaping").
func postPolicy(bucket string, fields []upload.Header, least, most int64, ends time.Time) []byte {
	b := []byte(`{"expiration":"`)
	b = ends.AppendFormat(b, "2006-01-02T15:04:05.000Z")
	b = append(b, `","conditions":[{"bucket":`...)
	b = appendString(b, bucket)
	b = append(b, `},["content-length-range",`...)
	b = strconv.AppendInt(b, least, 10)
	b = append(b, ',')
	b = strconv.AppendInt(b, most, 10)
	b = append(b, ']')
	for _, f := range fields {
		b = append(b, ",{"...)
		b = appendString(b, f.Name)
		b = append(b, ':')
		b = appendString(b, f.Value)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

// appendString appends a JSON string of ASCII.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r >= 0x20 && r < 0x7f:
			b = append(b, byte(r))
		case r < 0x10000:
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			high, low := utf16.EncodeRune(r)
			b = fmt.Appendf(b, `\u%04x\u%04x`, high, low)
		}
	}
	return append(b, '"')
}
