package doctor

import (
	"testing"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// A policy may keep files back until the malware scan calls them clean, where there is
// such a scan; in every space the same.
func TestUploadsAllowed(t *testing.T) {
	const until = `{"Effect":"Deny","Principal":"*","Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":"arn:aws:s3:::b/uploads/*",
		"Condition":{"StringNotEquals":{"s3:ExistingObjectTag/GuardDutyMalwareScanStatus":"`
	const team = `{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::b/team/*"}`
	for _, row := range []struct {
		name, config, statement string
		intended                bool
		want                    Status
	}{
		{"strict", `{"malwareScan": "strict"}`, until + `NO_THREATS_FOUND"}}}`, true, Pass},
		{"… by a name that no scan gives", `{"malwareScan": "strict"}`, until + `CLEAN"}}}`, true, Fail},
		{"… without a scan", `{}`, until + `NO_THREATS_FOUND"}}}`, true, Fail},
		{"… where nobody says whether there is one", `{}`, until + `NO_THREATS_FOUND"}}}`, false, Pass},
		{"another space", `{"spaces": {"team": {}}}`, team, true, Fail},
		{"no space", `{}`, team, true, Pass},
	} {
		c, err := upload.ParseContext([]byte(row.config))
		if err != nil {
			t.Fatal(err)
		}
		d, err := policy.Parse(`{"Statement":[` + row.statement + `]}`)
		if err != nil {
			t.Fatal(err)
		}
		f := &facts.Facts{Config: c, Intended: row.intended, Account: facts.Fact[string]{Value: "111122223333", Set: true},
			Bucket: facts.Bucket{Name: "b", Region: "eu-west-1", Policy: facts.Fact[policy.Document]{Value: d, Set: true}}}
		if got := uploadsAllowed(f); got.Status != row.want {
			t.Errorf("%s: got %s (%s), want %s", row.name, got.Status, got.Got, row.want)
		}
	}
}
