package doctor

import (
	"maps"
	"slices"
	"strings"

	"signet/cmd/signet/internal/doctor/facts"
	"signet/cmd/signet/internal/doctor/policy"
)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func bucketARN(f *facts.Facts) string { return "arn:" + f.Partition() + ":s3:::" + f.Bucket.Name }

// strangers are principals whom no policy of ours means.
func strangers(f *facts.Facts) []policy.Principal {
	arn := "arn:" + f.Partition() + ":iam::" + policy.StrangerAccount + ":role/" + policy.Stranger
	return []policy.Principal{{}, {ARN: arn}}
}

// pretenders are strangers who took a name that a document asks for in whatever
// account: anybody can call a role of theirs so.
func pretenders(f *facts.Facts, d policy.Document) []policy.Principal {
	all := strangers(f)
	for _, s := range d.Statements {
		for _, c := range s.Conditions {
			if c.Key != "aws:principalarn" {
				continue
			}
			for _, v := range c.Values {
				parts := strings.SplitN(v, ":", 6)
				if len(parts) == 6 && strings.ContainsAny(parts[4], "*?") {
					parts[4] = policy.StrangerAccount
					all = append(all, named(f, strings.Join(parts, ":"))...)
				}
			}
		}
	}
	return unique(all)
}

// principals are those that a document can tell apart: nobody, somebody of the
// account, a stranger, a service, and everybody whom it names.
func principals(f *facts.Facts, d policy.Document) []policy.Principal {
	own := "arn:" + f.Partition() + ":iam::" + f.Account.Value
	all := append(strangers(f), policy.Principal{ARN: own + ":role/signet-other"}, policy.Principal{ARN: own + ":user/signet-other"},
		policy.Principal{ARN: own + ":root"})
	if f.Role.Set {
		all = append(all, policy.Principal{ARN: f.Role.Value.ARN})
	}
	for _, s := range d.Statements {
		for _, who := range []policy.Principals{s.Principal, s.NotPrincipal} {
			for _, v := range who["AWS"] {
				all = append(all, named(f, v)...)
			}
		}
		for _, c := range s.Conditions {
			if c.Key == "aws:principalarn" {
				for _, v := range c.Values {
					all = append(all, named(f, v)...)
				}
			}
		}
	}
	return unique(all)
}

// named are principals that a value of a policy means.
func named(f *facts.Facts, value string) []policy.Principal {
	if len(value) == 12 && strings.Trim(value, "0123456789") == "" {
		value = "arn:" + f.Partition() + ":iam::" + value + ":root"
	}
	if account, role, ok := sessionRole(value); ok {
		value = "arn:" + f.Partition() + ":iam::" + account + ":role/" + role
	}
	var all []policy.Principal
	for _, arn := range policy.Instances(value) {
		if strings.Count(arn, ":") >= 5 {
			all = append(all, policy.Principal{ARN: arn})
		}
	}
	return all
}

func sessionRole(value string) (account, role string, ok bool) {
	parts := strings.SplitN(value, ":", 6)
	if len(parts) != 6 || parts[2] != "sts" {
		return "", "", false
	}
	name, ok := strings.CutPrefix(parts[5], "assumed-role/")
	role, _, _ = strings.Cut(name, "/")
	return parts[4], role, ok
}

func unique(all []policy.Principal) []policy.Principal {
	var kept []policy.Principal
	for _, p := range all {
		if !slices.Contains(kept, p) {
			kept = append(kept, p)
		}
	}
	return kept
}

// objects are ARNs of objects that a document can tell apart: an upload, other
// keys, and one of each pattern that it has.
func objects(f *facts.Facts, d policy.Document) []string {
	arn := bucketARN(f)
	all := append(uploadsIn(f), arn+"/other", arn+"/logs/x", arn+"/.x/y z")
	for _, s := range d.Statements {
		for _, pattern := range slices.Concat(s.Resource, s.NotResource) {
			for _, one := range policy.Instances(pattern) {
				if strings.HasPrefix(one, arn+"/") && len(one) > len(arn)+1 && !strings.Contains(one, "${") && !slices.Contains(all, one) {
					all = append(all, one)
				}
			}
		}
	}
	return all
}
