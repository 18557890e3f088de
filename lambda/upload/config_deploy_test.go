package upload

import (
	"reflect"
	"strings"
	"testing"
)

// everyDeployment sets each field of Deployment to something other than its default.
const everyDeployment = `{"concurrency": 50, "priceClass": "100", "malwareScan": "strict", "throttle": {"rate": 20, "burst": 40},
	"existing": {"bucket": "signet-uploads-1", "key": "1234abcd-12ab-34cd-56ef-1234567890ab", "userPool": "eu-west-1_a1B2c3D4e"},
	"backup": {"replica": {"bucket": "copies", "key": "arn:aws:kms:eu-central-1:444455556666:key/a", "account": "444455556666"}, "plan": {"days": 35}},
	"webAcl": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/files/0a1b2c3d"}`

func TestDeploymentRoundTrip(t *testing.T) {
	c, err := ParseContext([]byte(everyDeployment))
	if err != nil {
		t.Fatal(err)
	}
	defaults, got := reflect.ValueOf(defaultDeployment()), reflect.ValueOf(c.Deployment)
	for i := range got.NumField() {
		if reflect.DeepEqual(defaults.Field(i).Interface(), got.Field(i).Interface()) {
			t.Errorf("everyDeployment leaves %s at its default", got.Type().Field(i).Name)
		}
	}
	c.Resolved = Resolved{Bucket: "b", Region: "eu-west-1"}
	text, err := c.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if back, err := ParseConfig(text); err != nil || !reflect.DeepEqual(back, c) {
		t.Errorf("%s reads back as %+v, %v, want %+v", text, back, err, c)
	}
}

func TestDeploymentRefuses(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{`{"concurrency": -1}`, `concurrency: got -1, want 0 (reserve none) to 1000`},
		{`{"concurrency": 1001}`, `concurrency: got 1001`},
		{`{"concurrency": "50"}`, `concurrency: got "50"`},
		{`{"priceClass": "PriceClass_100"}`, `priceClass: got "PriceClass_100", want "all", "200" or "100"`},
		{`{"priceClass": ""}`, `priceClass: got ""`},
		{`{"existing": {}}`, `existing.bucket is missing`},
		{`{"existing": {"bucket": "signet-uploads-1"}}`, `existing.key is missing`},
		{`{"existing": {"bucket": "signet-uploads-1", "key": "1234abcd-12ab-34cd-56ef-1234567890ab"}}`, `existing: got {"bucket"`}, // no pool
		{`{"existing": {"bucket": "signet-uploads-1", "key": "1234abcd-12ab-34cd-56ef-1234567890ab", "userPool": "x_1"}, "auth": {"issuer": "https://a.example", "audience": ["a"]}}`, `existing:`},
		{`{"existing": {"bucket": "Signet", "key": "1234abcd-12ab-34cd-56ef-1234567890ab", "userPool": "x_1"}}`, `existing:`},
		{`{"existing": {"bucket": "signet", "key": "alias/x", "userPool": "x_1"}}`, `existing:`},
		{`{"existing": {"bucket": "signet", "key": "1234abcd-12ab-34cd-56ef-1234567890ab", "userPool": "pool"}}`, `existing:`},
		{`{"throttle": {"rate": 0}}`, `throttle: got {"rate": 0}, want {"rate": 1 to 10000`}, {`{"throttle": {"burst": 5001}}`, `throttle:`},
		{`{"throttle": {"rates": 1}}`, `unknown field "throttle.rates", want one of rate, burst`},
		{`{"alarms": "arn:aws:sns:eu-west-1:111122223333:a:b"}`, `alarms:`}, {`{"alarms": "arn:aws:sqs:eu-west-1:111122223333:q"}`, `alarms:`},
		{`{"malwareScan": "maybe"}`, `malwareScan: got "maybe", want true, false or "strict"`}, {`{"malwareStrict": true}`, `unknown field "malwareStrict"`},
		{`{"backup": {}}`, `backup: got {}, want {"replica"`},
		{`{"backup": {"plan": {}}}`, `backup.plan.days is missing`},
		{`{"backup": {"plan": {"days": 0}}}`, `backup:`}, {`{"backup": {"plan": {"days": 3651}}}`, `backup:`},
		{`{"backup": {"replica": {"bucket": "copies"}}}`, `backup.replica.key is missing`},
		{`{"backup": {"replica": {"bucket": "copies", "key": "alias/x"}}}`, `backup:`},
		{`{"backup": {"replica": {"bucket": "Copies", "key": "arn:aws:kms:eu-central-1:444455556666:key/a"}}}`, `backup:`},
		{`{"backup": {"replica": {"bucket": "copies", "key": "arn:aws:kms:eu-central-1:444455556666:key/a", "account": "111122223333"}}}`, `backup:`},
		{`{"webAcl": "arn:aws:wafv2:eu-west-1:111122223333:regional/webacl/files/0a1b2c3d"}`, `webAcl: got "arn:aws:wafv2:eu-west-1`},
		{`{"webAcl": true}`, `webAcl: got true, want the ARN of a web ACL for CloudFront`},
		{`{"domain": {"name": "files.example.com"}}`, `domain: got {"name": "files.example.com"}, want {"name": "files.example.com"} with "certificate"`},
		{`{"domain": {"zone": "Z0123"}}`, `domain.name is missing`}, {`{"domain": {"name": "files.example.com", "zone": "z0123"}}`, `domain:`},
		{`{"domain": {"name": "files.example.com", "zone": "Z0123", "signIn": "files.example.com"}}`, `domain:`},
		{`{"domain": {"name": "files.example.com", "zone": "Z0123", "signIn": "login.example.com"}, "auth": {"issuer": "https://a.example", "audience": ["a"]}}`, `domain:`},
		{`{"auth": {"cognito": {"sender": {"address": "files@example.com"}}}}`, `auth.cognito.sender.identity is missing`},
		{`{"auth": {"cognito": {"sender": {"address": "files@example.com", "identity": "arn:aws:ses:eu-west-1:111122223333:identity/example.org"}}}}`, `auth:`},
		{`{"auth": {"cognito": {"sender": {"address": "files@example.com", "identity": "example.com"}}}}`, `auth:`},
		{`{"auth": {"cognito": {"sender": {"address": "files@example.com", "identity": "arn:aws:ses:eu-west-1:111122223333:identity/example.com", "name": "a\nb"}}}}`, `auth:`},
		{`{"existing": true}`, `existing: got true, want a JSON object`},
		{`{"priceClass": 100}`, `priceClass: got 100`},
	} {
		_, err := ParseContext([]byte(row.text))
		if CodeOf(err) != ConfigError || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want %s", row.text, err, row.want)
		}
	}
}

func TestAlarmTopic(t *testing.T) {
	for _, row := range []struct{ alarms, topic string }{
		{"", ""}, {"ops@example.com", ""}, {"arn:aws:sns:eu-west-1:111122223333:ops", "arn:aws:sns:eu-west-1:111122223333:ops"},
	} {
		c, err := ParseContext([]byte(`{"alarms": "` + row.alarms + `"}`))
		if err != nil || c.AlarmTopic() != row.topic {
			t.Errorf("%q: got %q, %v, want %q", row.alarms, c.AlarmTopic(), err, row.topic)
		}
	}
}

// TestNamesOfItsOwn takes a domain in each of its forms, and a sender.
func TestNamesOfItsOwn(t *testing.T) {
	for _, text := range []string{
		`{"domain": {"name": "files.example.com", "zone": "Z0123456789ABCDEFGHIJ"}}`,
		`{"domain": {"name": "files.example.com", "certificate": "arn:aws:acm:us-east-1:111122223333:certificate/a", "zone": "Z0123", "signIn": "login.files.example.com"}}`,
		`{"domain": {"name": "files.example.com", "certificate": "arn:aws:acm:us-east-1:111122223333:certificate/a", "signIn": "login.files.example.com"}}`,
		`{"auth": {"cognito": {"sender": {"address": "files@mail.example.com", "identity": "arn:aws:ses:eu-west-1:111122223333:identity/example.com", "name": "Files of Example"}}}}`,
		`{"auth": {"cognito": {"sender": {"address": "files@example.com", "identity": "arn:aws:ses:us-east-1:111122223333:identity/files@example.com"}}}}`,
	} {
		c, err := ParseContext([]byte(text))
		if err != nil {
			t.Errorf("%s: got %v, want it taken", text, err)
			continue
		}
		c.Resolved = Resolved{Bucket: "b", Region: "eu-west-1"}
		data, _ := c.JSON()
		if back, err := ParseConfig(data); err != nil || !reflect.DeepEqual(back, c) {
			t.Errorf("%s reads back as %+v, %v", data, back, err)
		}
	}
}
