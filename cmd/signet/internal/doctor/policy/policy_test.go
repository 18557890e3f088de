package policy

import (
	"strings"
	"testing"
)

func parse(t *testing.T, text string) Document {
	t.Helper()
	d, err := Parse(text)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return d
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`x`:                                "not JSON",
		`{"Statement":{"Effect":"allow"}}`: `got Effect "allow", want Allow or Deny`,
		`{"Statement":[{"Effect":"Deny","Principal":"me"}]}`:                     `got Principal "me"`,
		`{"Statement":[{"Effect":"Deny","Condition":{"StringIs":{"a":"b"}}}]}`:   `got the condition operator "StringIs"`,
		`{"Statement":[{"Effect":"Deny","Condition":{"Any:Bool":{"a":"b"}}}]}`:   `got the condition operator "Any:Bool"`,
		`{"Statement":[{"Effect":"Deny","Condition":{"Bool":{"a":{"b":"c"}}}}]}`: "no text, number or truth value",
	} {
		if _, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

// Rows of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html,
// with the key absent (-), and with values.
func TestConditions(t *testing.T) {
	for _, row := range []struct {
		condition string
		values    string // with spaces between; - is absent
		want      bool
	}{
		{`"StringEquals":{"k":"a"}`, "a", true},
		{`"StringEquals":{"k":["b","a"]}`, "a", true},
		{`"StringEquals":{"K":"a"}`, "a", true}, // keys are case-insensitive, values are not
		{`"StringEquals":{"k":"A"}`, "a", false},
		{`"StringEquals":{"k":"a"}`, "-", false},
		{`"StringNotEquals":{"k":"a"}`, "-", true}, // what breaks plain uploads
		{`"StringNotEquals":{"k":["a","b"]}`, "b", false},
		{`"StringNotEquals":{"k":["a","b"]}`, "c", true},
		{`"StringEqualsIfExists":{"k":"a"}`, "-", true},
		{`"StringNotEqualsIfExists":{"k":"a"}`, "-", true},
		{`"StringLike":{"k":"a*c?"}`, "abbcd", true},
		{`"StringLike":{"k":"a*c?"}`, "abbc", false},
		{`"StringNotLike":{"k":"a*"}`, "b", true},
		{`"StringEqualsIgnoreCase":{"k":"AWS:KMS"}`, "aws:kms", true},
		{`"Bool":{"k":false}`, "false", true},
		{`"Bool":{"k":"False"}`, "false", true},
		{`"Bool":{"k":"false"}`, "-", false},
		{`"BoolIfExists":{"k":"false"}`, "-", true},
		{`"Null":{"k":"true"}`, "-", true},
		{`"Null":{"k":true}`, "a", false},
		{`"Null":{"k":"false"}`, "a", true},
		{`"NumericLessThan":{"k":1.2}`, "1.1", true},
		{`"NumericLessThan":{"k":"1.2"}`, "1.2", false},
		{`"NumericGreaterThan":{"k":"600000"}`, "600001", true},
		{`"NumericGreaterThan":{"k":"600000"}`, "-", false},
		{`"NumericGreaterThanIfExists":{"k":"600000"}`, "-", true},
		{`"NumericNotEquals":{"k":"5"}`, "-", true},
		{`"DateGreaterThan":{"k":"2020-01-01T00:00:00Z"}`, "2026-01-01T00:00:00Z", true},
		{`"DateLessThan":{"k":"2020-01-01"}`, "2026-01-01T00:00:00Z", false},
		{`"IpAddress":{"k":"10.0.0.0/8"}`, "10.1.2.3", true},
		{`"NotIpAddress":{"k":["10.0.0.0/8","192.0.2.1"]}`, "192.0.2.1", false},
		{`"IpAddress":{"k":"2001:db8::/32"}`, "2001:db8::1", true},
		{`"ArnLike":{"k":"arn:aws:iam::*:role/x*"}`, "arn:aws:iam::1:role/xyz", true},
		{`"ArnLike":{"k":"arn:aws:*:role/x"}`, "arn:aws:iam::1:role/x", false}, // no * over colons
		{`"ArnNotLike":{"k":"arn:aws:iam::1:role/x"}`, "-", true},
		{`"ForAnyValue:StringEquals":{"k":"a"}`, "b a", true},
		{`"ForAnyValue:StringEquals":{"k":"a"}`, "-", false},
		{`"ForAnyValue:StringNotEquals":{"k":"a"}`, "a b", true},
		{`"ForAllValues:StringEquals":{"k":["a","b"]}`, "a b", true},
		{`"ForAllValues:StringEquals":{"k":"a"}`, "a b", false},
		{`"ForAllValues:StringEquals":{"k":"a"}`, "-", true}, // the trap of this operator
		{`"StringEquals":{"k":"${aws:username}"}`, "a", false},
		{`"StringEquals":{"k":"${aws:username, 'a'}"}`, "a", true},
	} {
		d := parse(t, `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{`+row.condition+`}}]}`)
		r := Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k", Context: Context{}}
		if row.values != "-" {
			r.Context["k"] = strings.Fields(row.values)
		}
		if decision, _ := d.Decide(r); (decision == Allowed) != row.want {
			t.Errorf("%s with %s: got %t", row.condition, row.values, !row.want)
		}
	}
}

func TestElements(t *testing.T) {
	role := Principal{ARN: "arn:aws:iam::111122223333:role/path/signer"}
	for _, row := range []struct {
		statement string
		who       Principal
		action    string
		want      bool
	}{
		{`"Principal":"*","Action":"s3:*","Resource":"*"`, Principal{}, "s3:GetObject", true},
		{`"Principal":{"AWS":"*"},"Action":"*","Resource":"*"`, Principal{}, "s3:GetObject", true},
		{`"Principal":{"AWS":["111122223333"]},"Action":"S3:get*","Resource":"*"`, role, "s3:GetObject", true},
		{`"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"*"`, role, "s3:GetObject", true},
		{`"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:GetObject","Resource":"*"`, Principal{}, "s3:GetObject", false},
		{`"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/signer/session"},"Action":"s3:GetObject","Resource":"*"`, Principal{ARN: "arn:aws:iam::111122223333:role/signer"}, "s3:GetObject", true},
		{`"Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"*"`, Principal{Service: "cloudfront.amazonaws.com"}, "s3:GetObject", true},
		{`"NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/path/signer"},"Action":"s3:GetObject","Resource":"*"`, role, "s3:GetObject", false},
		{`"NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/path/signer"},"Action":"s3:GetObject","Resource":"*"`, Principal{}, "s3:GetObject", true},
		{`"Principal":"*","NotAction":["s3:Delete*"],"Resource":"*"`, role, "s3:GetObject", true},
		{`"Principal":"*","NotAction":"s3:Get*","Resource":"*"`, role, "s3:GetObject", false},
		{`"Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::b/k*"`, role, "s3:GetObject", false},
		{`"Principal":"*","Action":"s3:*","NotResource":"arn:aws:s3:::b"`, role, "s3:GetObject", true},
		{`"Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::B/*"`, role, "s3:GetObject", false}, // resources are case-sensitive
	} {
		d := parse(t, `{"Statement":{"Effect":"Allow",`+row.statement+`}}`)
		if decision, _ := d.Decide(Request{row.who, row.action, "arn:aws:s3:::b/key", Context{}}); (decision == Allowed) != row.want {
			t.Errorf("%s by %s: got %t", row.statement, row.who, !row.want)
		}
	}
}

// A Deny wins over every Allow, wherever it stands.
func TestDenyWins(t *testing.T) {
	d := parse(t, `{"Statement":[{"Sid":"A","Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Sid":"B","Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"*"}]}`)
	if decision, i := d.Decide(Request{Action: "s3:GetObject", Resource: "x", Context: Context{}}); decision != Denied || d.Name(i) != "B" {
		t.Errorf("got %v by %s", decision, d.Name(i))
	}
}

// Two statements that together leave no hole, and the same with one.
func TestSearch(t *testing.T) {
	const deny = `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{`
	for _, row := range []struct {
		statements string
		escapes    bool
	}{
		{deny + `"Bool":{"aws:SecureTransport":"false"}}}`, false},
		{deny + `"BoolIfExists":{"AWS:securetransport":"false"}}}`, false},
		{deny + `"Bool":{"aws:SecureTransport":"true"}}}`, true},
		{deny + `"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:SourceVpce":"vpce-1"}}},` + deny + `"Bool":{"aws:SecureTransport":"false"},"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`, false},
		{deny + `"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:SourceVpce":"vpce-1"}}}`, true},
		{deny + `"Bool":{"aws:SecureTransport":"false"},"StringNotEqualsIfExists":{"aws:SourceVpce":"vpce-1"}}}`, true},
		{deny + `"Bool":{"aws:SecureTransport":"false"},"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}}`, true},
		{deny + `"Bool":{"aws:SecureTransport":"false","aws:PrincipalIsAWSService":"false"}}}`, false},
		{deny + `"Bool":{"aws:SecureTransport":"false"},"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/x"}}}`, true},
		{deny + `"NumericLessThan":{"s3:TlsVersion":"1.2"}}}`, true}, // plain HTTP has no TLS version
	} {
		d := parse(t, `{"Statement":[`+row.statements+`]}`)
		search := Search{Documents: []Document{d}, Principals: []Principal{{}, {ARN: "arn:aws:iam::111122223333:role/x"}}, Actions: []string{"s3:GetObject"}, Resources: []string{"r"},
			Fixed: Context{"aws:securetransport": {"false"}, "s3:tlsversion": nil}}
		r, ok := search.Find(func(r Request) bool { decision, _ := d.Decide(r); return decision != Denied })
		if ok != row.escapes {
			t.Errorf("%s: got %t %+v", row.statements, ok, r)
		}
	}
}

// A stranger cannot choose from where they come, but what they say.
func TestOutsider(t *testing.T) {
	for condition, public := range map[string]bool{
		``: true,
		`"StringEquals":{"aws:PrincipalOrgID":"o-1"}`:                false,
		`"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-1"}`:        true,
		`"StringLike":{"aws:PrincipalOrgID":"*"}`:                    true,
		`"StringLike":{"aws:UserAgent":"secret"}`:                    true,
		`"StringEquals":{"aws:Referer":"https://a.example"}`:         true,
		`"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}`:              false,
		`"IpAddress":{"aws:SourceIp":"0.0.0.0/0"}`:                   true,
		`"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}`:           true,
		`"StringEquals":{"aws:SourceVpce":"vpce-1"}`:                 false,
		`"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`:              true,
		`"ForAllValues:StringEquals":{"aws:PrincipalOrgID":"o-1"}`:   true,
		`"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-1/*"}`: false,
		`"StringEquals":{"aws:SourceAccount":"111122223333"}`:        false,
		`"Bool":{"aws:SecureTransport":"true"}`:                      true,
		`"StringEquals":{"s3:ExistingObjectTag/public":"yes"}`:       true,
	} {
		d := parse(t, `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"*","Condition":{`+condition+`}}]}`)
		search := Search{Documents: []Document{d}, Principals: []Principal{{}, {ARN: "arn:aws:iam::" + StrangerAccount + ":role/x"}}, Actions: []string{"s3:GetObject"}, Resources: []string{"r"}, Outsider: true}
		if _, ok := search.Find(func(r Request) bool { decision, _ := d.Decide(r); return decision == Allowed }); ok != public {
			t.Errorf("%s: got public %t, want %t", condition, ok, public)
		}
	}
}
