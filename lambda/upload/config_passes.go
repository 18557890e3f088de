package upload

import (
	"maps"
	"slices"
)

// Sharing is the part of [Config] that needs the state bucket, and says who the backend
// is.
type Sharing struct {
	// Passes lets callers make links by which others upload and download without an
	// account, and a backend passes for its own users. Default false.
	Passes bool `json:"passes,omitempty"`
	// Quota is how much each owner may have of a space. Default nil: no limit.
	Quota *Quota `json:"quota,omitempty"`
	// Quotas are those of the members of a group, by "group:NAME"; the largest counts.
	// Default none.
	Quotas map[string]Quota `json:"quotas,omitempty"`
	// Backend says who the application's own server is. Default nil: nobody is.
	Backend *Backend `json:"backend,omitempty"`
}

// Backend names the IAM roles that may make passes for any owner and see any owner's
// files, at least one, by ARN.
type Backend struct {
	Roles []string `json:"roles"`
}

// What the fields may hold, in the words of their errors.
const (
	allowQuota   = `{"bytes": "10 GiB", "files": 5000}, either or both, each 1 or more`
	allowQuotas  = `{"group:NAME": {"bytes": "100 GiB"}}`
	allowBackend = `{"roles": ["arn:aws:iam::123456789012:role/name"]}, at least one`
)

func (s *Sharing) fields() []field {
	return []field{
		{"passes", &s.Passes, allowBool},
		{"quota", &quotaValue{&s.Quota}, allowQuota},
		{"quotas", &quotasValue{&s.Quotas}, allowQuotas},
		{"backend", &backendValue{&s.Backend}, allowBackend},
	}
}

func (s Sharing) rules() []rule {
	return []rule{
		{"quotas", s.Quotas, all(slices.Collect(maps.Keys(s.Quotas)), isGroupQuota), allowQuotas},
		{"backend", s.Backend, s.Backend == nil || len(s.Backend.Roles) > 0 && all(s.Backend.Roles, isRole), allowBackend},
	}
}

func (q Quota) ok() bool { return q.Bytes >= 0 && q.Files >= 0 && q != (Quota{}) }

// The values below are objects within the configuration, as those of decode.go.
type (
	quotaValue   struct{ to **Quota }
	quotasValue  struct{ to *map[string]Quota }
	backendValue struct{ to **Backend }
)

func (v *quotaValue) decodeAt(path string, data []byte) error {
	*v.to = &Quota{}
	err := decode(path, data, []field{{"bytes", &(*v.to).Bytes, allowQuota}, {"files", &(*v.to).Files, allowQuota}}, nil)
	if err == nil && !(*v.to).ok() {
		err = fieldError(path, data, allowQuota)
	}
	return err
}

func (v *quotasValue) decodeAt(path string, data []byte) error {
	written, err := members(path, data)
	if err != nil {
		return err
	}
	quotas := map[string]Quota{}
	for _, m := range written {
		var q *Quota
		if err := (&quotaValue{&q}).decodeAt(join(path, m.name), m.value); err != nil {
			return err
		}
		quotas[m.name] = *q
	}
	if *v.to = quotas; len(quotas) == 0 {
		*v.to = nil
	}
	return nil
}

func (v *backendValue) decodeAt(path string, data []byte) error {
	*v.to = &Backend{}
	return decode(path, data, []field{{"roles", &(*v.to).Roles, allowBackend}}, []string{"roles"})
}

// IsBackend says whether the ARN of whoever signed a request is that of one of the
// backend's roles: of the role, or of a session of it, whose ARN has the role's name
// without its path
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html).
func (s Sharing) IsBackend(arn string) bool {
	return arn != "" && s.Backend != nil && slices.ContainsFunc(s.Backend.Roles, func(role string) bool {
		return arn == role || sessionRole(arn) == roleIdentity(role)
	})
}
