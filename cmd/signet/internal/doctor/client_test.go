package doctor_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

// CORS is judged by what uploads; whose uploads certainly fail weighs high.
func TestCORSByClient(t *testing.T) {
	rule := func(methods, headers, exposed []string) types.CORSRule {
		return types.CORSRule{AllowedOrigins: []string{"https://app.example.com"}, AllowedMethods: methods, AllowedHeaders: headers, ExposeHeaders: exposed, MaxAgeSeconds: aws.Int32(60)}
	}
	etag, kind := []string{"ETag"}, []string{"Content-Type"}
	put, post := []string{"PUT"}, []string{"POST"}
	for _, row := range []struct {
		client, check string
		rules         []types.CORSRule
		want          doctor.Status
		weight        doctor.Severity
	}{
		{"", "cors-needed", []types.CORSRule{rule(put, kind, etag)}, doctor.Pass, doctor.Medium},
		{"", "cors-needed", []types.CORSRule{rule(put, []string{"*"}, etag)}, doctor.Pass, doctor.Medium},
		{"", "cors-needed", []types.CORSRule{rule(put, []string{"Content-*"}, etag)}, doctor.Pass, doctor.Medium},
		{"", "cors-needed", []types.CORSRule{rule(put, nil, etag)}, doctor.Fail, doctor.Medium},
		{"", "cors-needed", []types.CORSRule{rule(put, kind, etag), rule(put, nil, etag)}, doctor.Fail, doctor.Medium},
		{"", "cors-needed", []types.CORSRule{rule(put, kind, etag), rule([]string{"GET"}, nil, nil)}, doctor.Pass, doctor.Medium},
		{"", "cors-expose", []types.CORSRule{rule(put, kind, nil)}, doctor.Fail, doctor.Medium},
		{"", "cors-expose", []types.CORSRule{rule(put, kind, []string{"etag"})}, doctor.Pass, doctor.Medium},
		{"", "cors-expose", []types.CORSRule{rule(post, nil, nil)}, doctor.Pass, doctor.Medium},
		{"", "cors-set", []types.CORSRule{rule([]string{"GET"}, nil, nil)}, doctor.Fail, doctor.Medium},
		{"uppy", "cors-expose", []types.CORSRule{rule(put, kind, nil)}, doctor.Fail, doctor.High},
		{"uppy", "cors-set", []types.CORSRule{rule(post, kind, etag)}, doctor.Fail, doctor.High},
		{"uppy", "cors-methods", []types.CORSRule{rule([]string{"GET", "PUT", "POST", "DELETE"}, kind, etag)}, doctor.Pass, doctor.Medium},
		{"", "cors-methods", []types.CORSRule{rule([]string{"GET", "PUT", "DELETE"}, kind, etag)}, doctor.Advice, doctor.Medium},
		{"form", "cors-set", []types.CORSRule{rule(put, kind, etag)}, doctor.Fail, doctor.High},
		{"form", "cors-expose", []types.CORSRule{rule(post, nil, nil)}, doctor.Pass, doctor.Medium},
		{"form", "cors-needed", []types.CORSRule{rule(post, nil, nil)}, doctor.Pass, doctor.Medium},
		{"sdk", "cors-needed", []types.CORSRule{rule([]string{"PUT", "POST"}, kind, etag)}, doctor.Fail, doctor.High},
		{"sdk", "cors-needed", []types.CORSRule{rule([]string{"PUT", "POST"}, []string{"*"}, etag)}, doctor.Pass, doctor.Medium},
		{"signet", "cors-needed", []types.CORSRule{rule([]string{"PUT", "POST"}, kind, etag)}, doctor.Fail, doctor.High},
		{"signet", "cors-expose", []types.CORSRule{rule([]string{"PUT", "POST"}, kind, []string{"ETag", "x-amz-checksum-crc64nvme"})}, doctor.Pass, doctor.Medium},
	} {
		got := answers(&facts.Facts{Client: row.client, Bucket: facts.Bucket{CORS: facts.Fact[[]types.CORSRule]{Value: row.rules, Set: true}}})[row.check]
		if got.Status != row.want || got.Severity != row.weight {
			t.Errorf("--client %s: %s is %s %s (%s), want %s %s", row.client, row.check, got.Status, got.Severity, got.Got, row.want, row.weight)
		}
	}
}

// A default retention stops uploads without a checksum, an archive downloads: how
// sure that is hangs on who uploads and on what is signed.
func TestHeldBack(t *testing.T) {
	lock := facts.Fact[facts.Lock]{Value: facts.Lock{Enabled: true, Mode: "GOVERNANCE", Days: 1}, Set: true}
	off := facts.Fact[facts.Lock]{Value: facts.Lock{Enabled: true}, Set: true}
	move := func(prefix string, class types.TransitionStorageClass) facts.Fact[[]types.LifecycleRule] {
		return facts.Fact[[]types.LifecycleRule]{Set: true, Value: []types.LifecycleRule{{Status: types.ExpirationStatusEnabled, Filter: &types.LifecycleRuleFilter{Prefix: &prefix},
			Transitions: []types.Transition{{Days: aws.Int32(30), StorageClass: class}}}}}
	}
	for _, row := range []struct {
		client string
		signs  []string
		bucket facts.Bucket
		check  string
		want   doctor.Status
		weight doctor.Severity
	}{
		{"", nil, facts.Bucket{Lock: lock}, "lock-retention", doctor.Fail, doctor.Medium},
		{"uppy", nil, facts.Bucket{Lock: lock}, "lock-retention", doctor.Fail, doctor.High},
		{"form", nil, facts.Bucket{Lock: lock}, "lock-retention", doctor.Fail, doctor.High},
		{"sdk", nil, facts.Bucket{Lock: lock}, "lock-retention", doctor.Pass, doctor.Medium},
		{"signet", nil, facts.Bucket{Lock: lock}, "lock-retention", doctor.Pass, doctor.Medium},
		{"", []string{"get", "head"}, facts.Bucket{Lock: lock}, "lock-retention", doctor.Pass, doctor.Medium},
		{"", []string{"put"}, facts.Bucket{Lock: lock}, "lock-retention", doctor.Fail, doctor.Medium},
		{"", nil, facts.Bucket{Lock: off}, "lock-retention", doctor.Skip, doctor.Medium},
		{"", nil, facts.Bucket{Lifecycle: move("", types.TransitionStorageClassGlacier)}, "archived", doctor.Fail, doctor.Medium},
		{"", nil, facts.Bucket{Lifecycle: move("uploads/old/", types.TransitionStorageClassDeepArchive)}, "archived", doctor.Fail, doctor.Medium},
		{"", []string{"get"}, facts.Bucket{Lifecycle: move("", types.TransitionStorageClassDeepArchive)}, "archived", doctor.Fail, doctor.High},
		{"", []string{"put"}, facts.Bucket{Lifecycle: move("", types.TransitionStorageClassGlacier)}, "archived", doctor.Pass, doctor.Medium},
		{"", nil, facts.Bucket{Lifecycle: move("", types.TransitionStorageClassGlacierIr)}, "archived", doctor.Pass, doctor.Medium},
		{"", nil, facts.Bucket{Lifecycle: move("logs/", types.TransitionStorageClassGlacier)}, "archived", doctor.Pass, doctor.Medium},
	} {
		got := answers(&facts.Facts{Client: row.client, Signs: row.signs, Bucket: row.bucket})[row.check]
		if got.Status != row.want || got.Severity != row.weight {
			t.Errorf("--client %s --signs %s: %s is %s %s (%s), want %s %s", row.client, row.signs, row.check, got.Status, got.Severity, got.Got, row.want, row.weight)
		}
	}
}

// A role is judged by what it signs.
func TestRoleBySigns(t *testing.T) {
	const all = `{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":"arn:aws:s3:::bucket/*"}`
	for _, row := range []struct {
		signs     []string
		statement string
		check     string
		want      doctor.Status
	}{
		{nil, all, "role-needs", doctor.Pass},
		{[]string{"put", "get"}, all, "role-needs", doctor.Pass},
		{[]string{"put", "get", "parts"}, all, "role-needs", doctor.Fail},
		{[]string{"delete"}, all, "role-needs", doctor.Fail},
		{[]string{"get", "versions"}, all, "role-needs", doctor.Fail},
		{nil, `{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::bucket"}`, "role-needs", doctor.Fail},
		{nil, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/public/*"}`, "role-needs", doctor.Pass},
		{nil, all, "role-actions", doctor.Pass},
		{[]string{"put"}, all, "role-actions", doctor.Advice},
		{[]string{"put", "get"}, all, "role-actions", doctor.Pass},
		{nil, `{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"]}`, "role-actions", doctor.Fail},
		{nil, `{"Effect":"Allow","Action":"s3:PutBucketCORS","Resource":"arn:aws:s3:::bucket"}`, "role-actions", doctor.Fail},
		{nil, `{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"*"}`, "role-buckets", doctor.Fail},
		{nil, `{"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::bucket/*","arn:aws:s3:::second/*"]}`, "role-buckets", doctor.Advice},
		{nil, `{"Effect":"Allow","Action":["s3:ListAllMyBuckets"],"Resource":"*"}`, "role-buckets", doctor.Advice},
		{nil, `{"Effect":"Allow","Action":["dynamodb:*"],"Resource":"*"}`, "role-services", doctor.Advice},
		{nil, `{"Effect":"Allow","Action":["iam:PassRole"],"Resource":"*"}`, "role-services", doctor.Fail},
		{nil, `{"Effect":"Allow","NotAction":["iam:*"],"Resource":"*"}`, "role-services", doctor.Fail},
		{nil, all, "role-prefix", doctor.Advice},
	} {
		d, err := policy.Parse(`{"Statement":[` + row.statement + `]}`)
		if err != nil {
			t.Fatal(err)
		}
		r := facts.Role{Name: "signer", ARN: "arn:aws:iam::111122223333:role/signer", Identity: d}
		if got := answers(&facts.Facts{Signs: row.signs, Role: facts.Fact[facts.Role]{Value: r, Set: true}})[row.check]; got.Status != row.want {
			t.Errorf("--signs %s, %s: %s is %s (%s), want %s", row.signs, row.statement, row.check, got.Status, got.Got, row.want)
		}
	}
}
