package doctor

import (
	"regexp"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

// roleTrust tries to become the role: as a stranger, as somebody of another
// account, for our own stack as somebody of this one or as a service other than
// Lambda, and with a token that strangers can get of a provider.
func roleTrust(f *facts.Facts) Finding {
	d := f.Role.Value.Trust
	if trouble, at := openFederation(d); len(trouble) > 0 {
		return failIf(trouble, "").instead(editTrust(tie(d, at)))
	}
	if r, ok := becomes(f, pretenders(f, d)); ok {
		return fail("%s can", r.Principal).instead(editTrust(onlyLambda))
	}
	var named, services []policy.Principal
	for _, p := range principals(f, d) {
		if f.Stack != nil || p.Account() != account(f) {
			named = append(named, p)
		}
	}
	for _, s := range d.Statements {
		for _, name := range s.Principal["Service"] {
			if f.Stack != nil && name != "lambda.amazonaws.com" {
				services = append(services, policy.Principal{Service: name})
			}
		}
	}
	if r, ok := becomes(f, append(named, services...)); ok {
		return fail("%s can", r.Principal).orAdvice(f).instead(editTrust(onlyLambda))
	}
	if guests := guestRole(d); guests != "" {
		return fail("%s", guests).orAdvice(f).instead(editTrust(onlyLambda))
	}
	return pass("Lambda alone, or who is named")
}

const onlyLambda = `.Statement = [{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]`

func editTrust(filter string) string {
	return "aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument --output json | " +
		"jq '.Statement |= (if type == \"array\" then . else [.] end) | " + filter + "' > trust.json && aws iam update-assume-role-policy --role-name ROLE --policy-document file://trust.json"
}

// tie holds the statement to one customer of its provider.
func tie(d policy.Document, statement int) string {
	issuer := issuerOf(d.Statements[statement].Principal["Federated"][0])
	claim, value := "sub", "YOUR-SUBJECT"
	switch issuer {
	case "token.actions.githubusercontent.com":
		value = "repo:YOUR-ORGANIZATION/YOUR-REPOSITORY:ref:refs/heads/main"
	case "cognito-identity.amazonaws.com":
		claim, value = "aud", "YOUR-IDENTITY-POOL"
	case "graph.facebook.com", "www.amazon.com":
		claim, value = "app_id", "YOUR-APP"
	}
	return `.Statement[` + index(statement) + `].Condition = {"StringEquals":(.Statement[` + index(statement) + `].Condition.StringEquals // {} | .["` + issuer + `:` + claim + `"] = "` + value + `")}`
}

func becomes(f *facts.Facts, who []policy.Principal) (policy.Request, bool) {
	d := f.Role.Value.Trust
	search := policy.Search{
		Documents: []policy.Document{d}, Principals: unique(who), Outsider: true, Resources: []string{f.Role.Value.ARN},
		Actions: []string{"sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"},
	}
	return search.Find(func(r policy.Request) bool { decision, _ := d.Decide(r); return decision == policy.Allowed })
}

// shared are providers of tokens to everybody, each with the claims that tell one
// of its customers from all others. The audience does not where the customer
// picks it, as with GitHub. A provider that is not here has one customer.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
func shared() map[string][]string {
	github := []string{"sub", "repository", "repository_id", "repository_owner", "repository_owner_id", "job_workflow_ref", "enterprise", "enterprise_id"}
	return map[string][]string{
		"token.actions.githubusercontent.com":   github,
		"gitlab.com":                            {"sub", "project_path", "project_id", "namespace_path", "namespace_id"},
		"app.terraform.io":                      {"sub", "terraform_organization_id", "terraform_workspace_id"},
		"agent.buildkite.com":                   {"sub", "organization_id"},
		"oidc.vercel.com":                       {"sub", "owner_id", "project_id"},
		"oidc.codefresh.io":                     {"sub"},
		"scalr.io":                              {"sub"},
		"proidc.upbound.io":                     {"sub"},
		"tokens.cloud.shisho.dev":               {"sub"},
		"studio.datachain.ai/api":               {"sub"},
		"vstoken.actions.githubusercontent.com": {"sub"},
		"oidc-configuration.audit-log.githubusercontent.com": {"sub"},
		"api.pulumi.com/oidc":                                {"sub", "aud"},
		"accounts.google.com":                                {"sub", "aud", "oaud"},
		"cognito-identity.amazonaws.com":                     {"aud", "sub"},
		"graph.facebook.com":                                 {"app_id"},
		"www.amazon.com":                                     {"app_id"},
	}
}

// openFederation names providers whose every token lets its holder in, and the
// place of the last statement that does.
func openFederation(d policy.Document) (trouble []string, at int) {
	for i, s := range d.Statements {
		for _, provider := range s.Principal["Federated"] {
			if s.Deny || !s.Does("sts:AssumeRoleWithWebIdentity") && !s.Does("sts:AssumeRoleWithSAML") {
				continue
			}
			issuer := issuerOf(provider)
			claims, many := shared()[issuer]
			switch {
			case provider == "*" || len(s.Conditions) == 0:
				trouble, at = append(trouble, "anybody with a token of "+provider+" can"), i
			case many && !tiesOne(d, s, issuer, claims):
				trouble, at = append(trouble, "anybody with a token of "+issuer+" can, which everybody can get: no condition on "+issuer+":"+claims[0]+" names one customer, wildcards put aside"), i
			}
		}
	}
	return trouble, at
}

// issuerOf is how the keys of its conditions begin.
func issuerOf(provider string) string {
	if _, issuer, ok := strings.Cut(provider, ":oidc-provider/"); ok {
		return strings.ToLower(issuer)
	}
	return strings.ToLower(provider)
}

// tiesOne says whether the statement holds, or another denies it all else, for
// customers that are named.
func tiesOne(d policy.Document, s policy.Statement, issuer string, claims []string) bool {
	ties := func(c policy.Condition, negated bool) bool {
		claim, ours := strings.CutPrefix(c.Key, issuer+":")
		always := claim == "sub" || claim == "aud" // of the claims that every token has
		return ours && slices.Contains(claims, claim) && c.Operator != "null" && strings.Contains(c.Operator, "not") == negated &&
			(always || c.Set != "forallvalues" && !c.IfExists) && len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v string) bool {
			return strings.Contains(v, "${") || strings.Contains(c.Operator, "like") && !namesOne(claim, v)
		}) // a variable is whatever the token's holder brings
	}
	return slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return ties(c, false) }) ||
		slices.ContainsFunc(d.Statements, func(other policy.Statement) bool {
			return other.Deny && other.Does("sts:AssumeRoleWithWebIdentity") && len(other.Conditions) == 1 && ties(other.Conditions[0], true)
		})
}

// What of a claim has to stand before its first wildcard: the customer to the
// character that ends it, so that nobody can register a longer name.
var (
	wholeSubject = regexp.MustCompile(`^[A-Za-z_]+:[^:/*?]+[:/]`)
	wholePath    = regexp.MustCompile(`^[^:/*?]+/`)
)

func namesOne(claim, value string) bool {
	if !strings.ContainsAny(value, "*?") {
		return value != ""
	}
	if claim == "sub" {
		return wholeSubject.MatchString(value)
	}
	return wholePath.MatchString(value)
}

// guestRole says that a Cognito identity pool hands the role to whoever asks.
func guestRole(d policy.Document) string {
	const issuer = "cognito-identity.amazonaws.com"
	for _, s := range d.Statements {
		if s.Deny || !slices.Contains(s.Principal["Federated"], issuer) {
			continue
		}
		i := slices.IndexFunc(s.Conditions, func(c policy.Condition) bool { return c.Key == issuer+":amr" })
		if i < 0 || slices.ContainsFunc(s.Conditions[i].Values, func(v string) bool { return strings.Contains(v, "unauth") || strings.Contains(v, "*") }) {
			return "guests of an identity pool can, who did not sign in"
		}
	}
	return ""
}
