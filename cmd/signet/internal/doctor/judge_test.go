package doctor_test

import (
	"strings"
	"testing"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// judged are the answers on a bucket of which only the policy is known.
func judged(t *testing.T, statements string) map[string]doctor.Result {
	t.Helper()
	text := strings.NewReplacer("$B", "arn:aws:s3:::bucket", "$ME", "arn:aws:iam::111122223333").Replace(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	f := &facts.Facts{Config: upload.DefaultConfig(), Account: facts.Fact[string]{Value: "111122223333", Set: true}}
	f.Bucket = facts.Bucket{Name: "bucket", Region: "eu-west-1", Policy: facts.Fact[policy.Document]{Value: d, Set: true}}
	all := map[string]doctor.Result{}
	for _, r := range doctor.Examine(f) {
		all[r.ID] = r
	}
	return all
}

// Policies as people write them, each with what one check has to say.
func TestPoliciesAsPeopleWriteThem(t *testing.T) {
	const (
		denyTLS = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":`
		plain   = `,"Condition":{"Bool":{"aws:SecureTransport":"false"}}}`
		read    = `{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"$B/*"`
	)
	for _, row := range []struct {
		check      string
		statements string
		want       doctor.Status
	}{
		{"tls-only", denyTLS + `["$B","$B/*"]` + plain, doctor.Pass},
		{"tls-only", denyTLS + `"*"` + plain, doctor.Pass},
		{"tls-only", denyTLS + `"$B*"` + plain, doctor.Pass},
		{"tls-only", denyTLS + `"$B"` + plain + `,` + denyTLS + `"$B/*"` + plain, doctor.Pass},
		{"tls-only", strings.Replace(denyTLS, `"*"`, `{"AWS":["*"]}`, 1) + `["$B","$B/*"]` + plain, doctor.Pass},
		{"tls-only", denyTLS + `["$B","$B/*"],"Condition":{"BoolIfExists":{"aws:securetransport":false}}}`, doctor.Pass},
		{"tls-only", denyTLS + `["$B","$B/*"],"Condition":{"StringNotEquals":{"aws:SecureTransport":"true"}}}`, doctor.Pass},
		{"tls-only", denyTLS + `["$B","$B/*"],"Condition":{"Bool":{"aws:SecureTransport":"true"}}}`, doctor.Fail},
		{"tls-only", denyTLS + `["arn:aws:s3:::other","arn:aws:s3:::other/*"]` + plain, doctor.Fail},
		{"tls-only", denyTLS + `["$B","$B/uploads/*"]` + plain, doctor.Fail},
		{"tls-only", denyTLS + `["$B","$B/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"},"StringNotLike":{"aws:PrincipalArn":"$ME:role/admin*"}}}`, doctor.Fail},
		{"tls-only", denyTLS + `["$B","$B/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"},"Null":{"aws:SourceVpce":"true"}}}`, doctor.Fail},
		{"tls-only", `{"Effect":"Deny","Principal":"*","NotAction":"s3:ListBucket","Resource":["$B","$B/*"]` + plain, doctor.Fail},
		{"tls-only", `{"Effect":"Deny","NotPrincipal":{"AWS":"$ME:role/admin"},"Action":"s3:*","Resource":["$B","$B/*"]` + plain, doctor.Fail},
		{"tls-floor", denyTLS + `["$B","$B/*"],"Condition":{"NumericLessThan":{"s3:TlsVersion":1.2}}}`, doctor.Pass},
		{"tls-floor", denyTLS + `["$B","$B/*"],"Condition":{"NumericLessThanEquals":{"s3:TlsVersion":"1.1"}}}`, doctor.Pass},
		{"tls-floor", denyTLS + `["$B","$B/*"],"Condition":{"NumericGreaterThan":{"s3:TlsVersion":"1.2"}}}`, doctor.Advice},
		{"sigv4-only", denyTLS + `["$B","$B/*"],"Condition":{"StringNotEquals":{"s3:signatureversion":"AWS4-HMAC-SHA256"}}}`, doctor.Pass},
		{"signature-age", denyTLS + `["$B","$B/*"],"Condition":{"NumericGreaterThan":{"s3:signatureAge":"900000"}}}`, doctor.Pass},
		{"signature-age", denyTLS + `["$B","$B/*"],"Condition":{"NumericLessThan":{"s3:signatureAge":"900000"}}}`, doctor.Advice},
		{"uploads-allowed", denyTLS + `"$B/*","Condition":{"Null":{"s3:x-amz-server-side-encryption":"true"}}}`, doctor.Fail},
		{"uploads-allowed", denyTLS + `["$B","$B/*"],"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`, doctor.Fail},
		{"uploads-allowed", denyTLS + `["$B","$B/*"],"Condition":{"ArnNotLike":{"aws:PrincipalArn":"$ME:role/signer"}}}`, doctor.Pass},
		{"uploads-allowed", denyTLS + `["$B","$B/*"]` + plain, doctor.Pass},
		{"policy-public", read + `}`, doctor.Fail},
		{"policy-public", read + `,"Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}}`, doctor.Pass},
		{"policy-public", read + `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":["o-1","o-2"]}}}`, doctor.Pass},
		{"policy-public", read + `,"Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}`, doctor.Pass},
		{"policy-public", read + `,"Condition":{"StringNotEquals":{"aws:PrincipalAccount":"1"}}}`, doctor.Fail},
		{"policy-public", `{"Effect":"Allow","NotPrincipal":{"AWS":"$ME:root"},"Action":"s3:GetObject","Resource":"$B/*"}`, doctor.Fail},
		{"policy-public", read + `},{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"$B/*"}`, doctor.Pass},
		{"policy-foreign", `{"Effect":"Allow","Principal":{"AWS":["$ME:role/a","999988887777"]},"Action":"s3:GetObject","Resource":"$B/*"}`, doctor.Advice},
		{"policy-foreign", `{"Effect":"Allow","Principal":{"AWS":["$ME:role/a","111122223333"]},"Action":"s3:GetObject","Resource":"$B/*"}`, doctor.Pass},
		{"policy-deputy", `{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"$B/*","Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::111122223333:distribution/E1"}}}`, doctor.Pass},
		{"policy-deputy", `{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"s3:PutObject","Resource":"$B/*","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:*:*:*"}}}`, doctor.Fail},
		{"policy-broad", `{"Effect":"Allow","Principal":{"AWS":"$ME:role/a"},"Action":["s3:Put*"],"Resource":"$B/*"}`, doctor.Fail},
		{"delete-protection", `{"Effect":"Deny","Principal":"*","Action":"s3:Delete*","Resource":"$B"}`, doctor.Pass},
		{"delete-protection", `{"Effect":"Deny","Principal":{"AWS":"$ME:role/a"},"Action":"s3:DeleteBucket","Resource":"$B"}`, doctor.Advice},
		{"sse-c", `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"$B/*","Condition":{"Null":{"s3:x-amz-server-side-encryption-customer-algorithm":false}}}`, doctor.Pass},
		{"sse-c", `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"$B/*","Condition":{"Null":{"s3:x-amz-server-side-encryption-customer-algorithm":true}}}`, doctor.Advice},
		{"other-encryption", `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"$B/*","Condition":{"StringEquals":{"s3:x-amz-server-side-encryption":"AES256"}}}`, doctor.Pass},
	} {
		if got := judged(t, row.statements)[row.check]; got.Status != row.want {
			t.Errorf("%s of %s: got %s (%s), want %s", row.check, row.statements, got.Status, got.Got, row.want)
		}
	}
}
