package doctor_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/internal/doctor"
	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
	"signet/lambda/upload"
)

// answers are those of the checks on facts that somebody has put together.
func answers(f *facts.Facts) map[string]doctor.Result {
	f.Config, f.Bucket.Name, f.Bucket.Region = upload.DefaultConfig(), "bucket", "eu-west-1"
	f.Account = facts.Fact[string]{Value: "111122223333", Set: true}
	all := map[string]doctor.Result{}
	for _, r := range doctor.Examine(f) {
		all[r.ID] = r
	}
	return all
}

// Origins as people write them: whether a browser can send one that agrees, and
// whether a stranger's page can.
func TestOrigins(t *testing.T) {
	const pass, fail, advice = doctor.Pass, doctor.Fail, doctor.Advice
	for _, row := range []struct {
		origin         string
		match, strange doctor.Status
	}{
		{"https://app.example.com", pass, pass},
		{"https://app.example.com:8443", pass, pass},
		{"http://localhost:3000", pass, pass},
		{"http://localhost:*", pass, pass},
		{"https://127.0.0.1:*", pass, pass},
		{"http://[::1]:3000", pass, pass},
		{"capacitor://localhost", pass, pass},
		{"https://xn--bcher-kva.example", pass, pass},
		{"https://app.example.com/", fail, pass},
		{"https://app.example.com//", fail, pass},
		{"https://app.example.com/upload", fail, pass},
		{"https://app.example.com?x", fail, pass},
		{"https://app.example.com#", fail, pass},
		{"https://user@app.example.com", fail, pass},
		{"app.example.com", fail, pass},
		{"//app.example.com", fail, pass},
		{"localhost:3000", fail, pass},
		{"https:/app.example.com", fail, pass},
		{"https://", fail, pass},
		{"HTTPS://app.example.com", fail, pass},
		{"https://App.example.com", fail, pass},
		{"https://bücher.example", fail, pass},
		{"https://app.example.com:443", fail, pass},
		{"http://app.example.com:80", fail, pass},
		{"http://app.example.com:443", pass, pass},
		{"https://app.example.com:port", fail, pass},
		{"https://a.example.com,https://b.example.com", fail, pass},
		{"https://a.example.com https://b.example.com", fail, pass},
		{"\"https://a.example.com\"", fail, pass},
		{"file://", fail, pass},
		{"", fail, pass},
		{"https://*.preview.example.com", pass, advice},
		{"https://pr-*.example.com", pass, advice},
		{"*.example.com", pass, advice},
		{"http*://app.example.com", pass, advice},
		{"https://*.example.com/", fail, pass},
		{"https://*.example.com/*", fail, pass},
		{"https://*.example.co.uk", pass, advice},
		{"*", pass, fail},
		{"null", pass, fail},
		{"https://*", pass, fail},
		{"https://*:8443", pass, fail},
		{"https://*.com", pass, fail},
		{"https://*.co.uk", pass, fail},
		{"https://*.vercel.app", pass, fail},
		{"https://acme-*.vercel.app", pass, fail},
		{"https://*.cloudfront.net", pass, fail},
		{"https://*example.com", pass, fail},
		{"https://app.example.*", pass, fail},
		{"https://app.example.com*", pass, fail},
	} {
		rules := []types.CORSRule{{AllowedOrigins: []string{row.origin}, AllowedMethods: []string{"PUT"}}}
		got := answers(&facts.Facts{Bucket: facts.Bucket{CORS: facts.Fact[[]types.CORSRule]{Value: rules, Set: true}}})
		if got["cors-match"].Status != row.match || got["cors-origins"].Status != row.strange {
			t.Errorf("%q: got %s (%s) and %s (%s), want %s and %s", row.origin, got["cors-match"].Status, got["cors-match"].Got, got["cors-origins"].Status, got["cors-origins"].Got, row.match, row.strange)
		}
	}
}

// Trusts as people write them: who can become the role.
func TestTrust(t *testing.T) {
	const (
		pass, fail, advice = doctor.Pass, doctor.Fail, doctor.Advice
		hub                = `"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},"Action":"sts:AssumeRoleWithWebIdentity"`
		aud                = `"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}`
		sub                = `"token.actions.githubusercontent.com:sub":`
		pool               = `"Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"`
		ours               = `"cognito-identity.amazonaws.com:aud":"eu-west-1:1111"`
		cluster            = `"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC"},"Action":"sts:AssumeRoleWithWebIdentity"`
	)
	for _, row := range []struct {
		statement string
		want      doctor.Status
	}{
		{`"Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"`, pass},
		{`"Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"sts:AssumeRole"`, pass},
		{`"Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"`, pass},
		{`"Principal":{"AWS":"arn:aws:iam::999988887777:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"x"}}`, advice},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole"`, fail},
		{`"Principal":"*","Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`, pass},
		{`"Principal":"*","Action":"sts:AssumeRole","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/app"}}`, fail},
		{hub, fail},
		{hub + `,"Condition":{` + aud + `}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"*"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"repo:*"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"repo:acme*"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"repo:acme?/x:*"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `["repo:acme/x:*","repo:*/y:*"]}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringNotLike":{` + sub + `"repo:enemy/*"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"Null":{` + sub + `"false"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{"token.actions.githubusercontent.com:actor":"alice"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"ForAllValues:StringLike":{"token.actions.githubusercontent.com:repository":"acme/*"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"repo:acme/*"}}`, pass},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"repo:acme/x:*"}}`, pass},
		{hub + `,"Condition":{"StringLike":{` + sub + `"repo:acme@123/x@456:*"}}`, pass},
		{hub + `,"Condition":{"StringEquals":{` + sub + `"repo:acme/x:ref:refs/heads/main"}}`, pass},
		{hub + `,"Condition":{"ForAnyValue:StringLike":{` + sub + `"repo:acme/x:*"}}`, pass},
		{hub + `,"Condition":{` + aud + `,"StringEquals":{"token.actions.githubusercontent.com:repository_owner_id":"123"}}`, pass},
		{hub + `,"Condition":{` + aud + `,"StringLike":{"token.actions.githubusercontent.com:job_workflow_ref":"acme/ci/.github/workflows/*"}}`, pass},
		{hub + `,"Condition":{` + aud + `}},{"Effect":"Deny",` + hub + `,"Condition":{"StringNotLike":{` + sub + `"repo:acme/*"}}`, pass},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"repo:${token.actions.githubusercontent.com:repository}:*"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringEquals":{` + sub + `"${token.actions.githubusercontent.com:sub}"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{"token.actions.githubusercontent.com:repository":"${aws:PrincipalTag/owner}/x"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLikeIfExists":{"token.actions.githubusercontent.com:repository_owner":"acme"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{"token.actions.githubusercontent.com:environment":"production"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{"token.actions.githubusercontent.com:ref":"refs/heads/main"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"*:ref:refs/heads/main"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringLike":{` + sub + `"repo:*:environment:production"}}`, fail},
		{hub + `,"Condition":{` + aud + `,"StringEqualsIgnoreCase":{` + sub + `"repo:Acme/x:ref:refs/heads/main"}}`, pass},
		{provider("vstoken.actions.githubusercontent.com") + `,"Condition":{"StringEquals":{"vstoken.actions.githubusercontent.com:aud":"https://github.com/acme"}}`, fail},
		{provider("oidc.codefresh.io") + `,"Condition":{"StringEquals":{"oidc.codefresh.io:aud":"https://g.codefresh.io"}}`, fail},
		{provider("oidc.codefresh.io") + `,"Condition":{"StringLike":{"oidc.codefresh.io:sub":"account:64f8:pipeline:*"}}`, pass},
		{provider("scalr.io") + `,"Condition":{"StringLike":{"scalr.io:sub":"*"}}`, fail},
		{provider("oidc.circleci.com/org/1f2e") + `,"Condition":{"StringLike":{"oidc.circleci.com/org/1f2e:sub":"org/1f2e/project/*"}}`, pass},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"a-word"}}`, fail},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/team":"uploads"}}`, fail},
		{`"Principal":{"AWS":"*"},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{"StringLike":{"aws:username":"deploy-*"}}`, fail},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`, fail},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalType":"AssumedRole"}}`, fail},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"sts:RoleSessionName":"uploads-*"}}`, fail},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"999988887777"}}`, fail},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}`, pass},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/*"}}`, pass},
		{`"Principal":{"AWS":"*"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1","aws:PrincipalTag/team":"uploads"}}`, pass},
		{pool, fail},
		{pool + `,"Condition":{"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}`, fail},
		{pool + `,"Condition":{"StringEquals":{` + ours + `},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"authenticated"}}`, pass},
		{pool + `,"Condition":{"StringEquals":{` + ours + `},"ForAnyValue:StringLike":{"cognito-identity.amazonaws.com:amr":"unauthenticated"}}`, advice},
		{pool + `,"Condition":{"StringEquals":{` + ours + `}}`, advice},
		{cluster + `,"Condition":{"StringEquals":{"oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub":"system:serviceaccount:a:b"}}`, pass},
		{cluster, fail},
		{provider("gitlab.com") + `,"Condition":{"StringLike":{"gitlab.com:sub":"project_path:acme/*"}}`, pass},
		{provider("gitlab.com") + `,"Condition":{"StringLike":{"gitlab.com:sub":"project_path:*:ref_type:branch:ref:main"}}`, fail},
		{provider("app.terraform.io") + `,"Condition":{"StringLike":{"app.terraform.io:sub":"organization:acme:project:*"}}`, pass},
		{provider("app.terraform.io") + `,"Condition":{"StringEquals":{"app.terraform.io:aud":"aws.workload.identity"}}`, fail},
	} {
		d, err := policy.Parse(`{"Statement":[{"Effect":"Allow",` + row.statement + `}]}`)
		if err != nil {
			t.Fatalf("%s: %v", row.statement, err)
		}
		r := facts.Role{Name: "signer", ARN: "arn:aws:iam::111122223333:role/signer", Trust: d}
		got := answers(&facts.Facts{Role: facts.Fact[facts.Role]{Value: r, Set: true}})["role-trust"]
		if got.Status != row.want {
			t.Errorf("%s: got %s (%s), want %s", row.statement, got.Status, got.Got, row.want)
		}
	}
}

// provider is an identity provider's part of a statement.
func provider(host string) string {
	return `"Principal":{"Federated":"arn:aws:iam::111122223333:oidc-provider/` + host + `"},"Action":"sts:AssumeRoleWithWebIdentity"`
}

// No report repeats a secret, wherever it stood.
func TestNoSecretIsTold(t *testing.T) {
	const referer = "k7Zq-only-our-cdn-knows-this"
	d, err := policy.Parse(`{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::bucket","arn:aws:s3:::bucket/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"},"StringNotEquals":{"aws:Referer":"` + referer + `"}}},
		{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*","Condition":{"StringEquals":{"aws:Referer":"` + referer + `"}}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	got := answers(&facts.Facts{Bucket: facts.Bucket{Policy: facts.Fact[policy.Document]{Value: d, Set: true}}})
	if got["tls-only"].Status != doctor.Fail || got["policy-public"].Status != doctor.Fail {
		t.Errorf("got %+v and %+v, want both to fail", got["tls-only"], got["policy-public"])
	}
	for id, r := range got {
		if strings.Contains(r.Got+r.Fix, referer) {
			t.Errorf("%s tells the Referer: %s", id, r.Got)
		}
	}
	for text, want := range map[string]string{
		"key AKIAIOSFODNN7EXAMPLE of": "key AKIA… of", "ASIAIOSFODNN7EXAMPLE": "ASIA…", "token eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhIn0.c2ln": "token eyJ…",
		"https://b/k?X-Amz-Signature=0123abcd&x=1": "https://b/k?X-Amz-Signature=…&x=1", "x-amz-security-token=IQoJb3JpZ2luX2VjE": "x-amz-security-token=…",
		"5d41402abc4b2a76b9719d911017c5925d41402abc4b2a76b9719d911017c592": "…", "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f": "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f",
	} {
		if got := doctor.Scrub(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
