package doctor_test

import (
	"testing"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

// Key policies as people write them: who rules the key besides the account.
func TestKeyPolicies(t *testing.T) {
	const signer = "arn:aws:iam::111122223333:role/signer"
	for _, row := range []struct {
		statement string
		want      doctor.Status
	}{
		{`"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*"`, doctor.Pass},
		{`"Principal":{"AWS":"arn:aws:iam::111122223333:role/admin"},"Action":["kms:Put*","kms:ScheduleKeyDeletion"]`, doctor.Pass},
		{`"Principal":{"AWS":"` + signer + `"},"Action":["kms:Decrypt","kms:GenerateDataKey"]`, doctor.Pass},
		{`"Principal":{"AWS":"` + signer + `"},"Action":"kms:*"`, doctor.Fail},
		{`"Principal":{"AWS":["arn:aws:iam::111122223333:role/a","` + signer + `"]},"Action":"kms:CreateGrant"`, doctor.Fail},
		{`"Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":["kms:GenerateDataKey*","kms:DescribeKey"]`, doctor.Pass},
		{`"Principal":{"Service":"logs.eu-west-1.amazonaws.com"},"Action":"kms:*"`, doctor.Fail},
		{`"Principal":{"Service":"logs.eu-west-1.amazonaws.com"},"Action":"kms:*","Condition":{"ArnLike":{"kms:EncryptionContext:aws:logs:arn":"arn:aws:logs:eu-west-1:111122223333:*"}}`, doctor.Pass},
		{`"Principal":{"AWS":"*"},"Action":["kms:Decrypt","kms:CreateGrant"],"Condition":{"StringEquals":{"kms:CallerAccount":"111122223333","kms:ViaService":"ec2.eu-west-1.amazonaws.com"}}`, doctor.Pass},
		{`"Principal":{"AWS":"*"},"Action":"kms:*","Condition":{"StringEquals":{"kms:CallerAccount":"111122223333"}}`, doctor.Fail},
		{`"Principal":{"AWS":"*"},"Action":"kms:PutKeyPolicy","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`, doctor.Fail},
		{`"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"NotAction":"kms:DescribeKey"`, doctor.Fail},
	} {
		d, err := policy.Parse(`{"Statement":[{"Effect":"Allow","Resource":"*",` + row.statement + `}]}`)
		if err != nil {
			t.Fatal(err)
		}
		key := facts.Key{ARN: "arn:aws:kms:eu-west-1:111122223333:key/x", State: "Enabled", Customer: true, Policy: facts.Fact[policy.Document]{Value: d, Set: true}}
		f := &facts.Facts{Key: facts.Fact[facts.Key]{Value: key, Set: true}, Role: facts.Fact[facts.Role]{Value: facts.Role{Name: "signer", ARN: signer}, Set: true}}
		if got := answers(f)["key-wide"]; got.Status != row.want {
			t.Errorf("%s: got %s (%s), want %s", row.statement, got.Status, got.Got, row.want)
		}
	}
}
