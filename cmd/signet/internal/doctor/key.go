package doctor

import (
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

// keyWide reads what the key's policy gives besides the account's root, whose
// statement hands the decision to IAM: a right to rule the key for who uses it,
// everything but what is named, or a service that works for anybody.
// https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
func keyWide(f *facts.Facts) Finding {
	if !f.Key.Set || !f.Key.Value.Customer {
		return skip("the bucket names no key of yours")
	}
	if why, unknown := f.Key.Value.Policy.Unknown(); unknown {
		return Finding{Status: Unknown, Got: why}
	}
	d := f.Key.Value.Policy.Value
	for i, s := range d.Statements {
		if why := tooWide(f, s); why != "" && !s.Deny {
			return fail("%s %s", d.Name(i), why).with("STATEMENT", index(i))
		}
	}
	return pass("%d statement(s)", len(d.Statements))
}

func tooWide(f *facts.Facts, s policy.Statement) string {
	rules := s.Does("kms:PutKeyPolicy") || s.Does("kms:ScheduleKeyDeletion")
	hands := rules || s.Does("kms:CreateGrant") // a grant hands on what one has
	tied := slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool {
		return slices.Contains([]string{"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "kms:calleraccount", "kms:viaservice", "kms:grantisforawsresource"}, c.Key) ||
			strings.HasPrefix(c.Key, "kms:encryptioncontext:")
	})
	switch everybody := slices.Contains(s.Principal["AWS"], "*"); {
	case s.NotAction != nil:
		return "allows everything but what its NotAction names"
	case len(s.Principal["Service"]) > 0 && hands && !tied:
		return "lets " + strings.Join(s.Principal["Service"], ", ") + " rule the key"
	case everybody && (rules || hands && !tied):
		return "lets everybody who meets its conditions rule the key"
	case f.Role.Set && hands && slices.Contains(s.Principal["AWS"], f.Role.Value.ARN):
		return "lets the role that signs rule the key"
	}
	return ""
}
