package upload

import "strings"

// Quota is how much each owner may have in a space. 0 is no limit.
type Quota struct {
	Bytes Size  `json:"bytes,omitempty"` // of all versions, deleted ones included until they are gone
	Files int64 `json:"files,omitempty"` // versions, as Bytes
}

// covers says whether an amount is within the quota.
func (q Quota) covers(a Amount) bool {
	return (q.Bytes == 0 || a.Bytes <= int64(q.Bytes)) && (q.Files == 0 || a.Files <= q.Files)
}

// Exceeded is a [QuotaExceeded] with its numbers.
type Exceeded struct {
	Err           error
	Used, Allowed Amount // Allowed 0: no limit
}

// Error is the detail.
func (e *Exceeded) Error() string { return e.Err.Error() }

// Unwrap gives the [Error].
func (e *Exceeded) Unwrap() error { return e.Err }

func (q Quota) exceeded(used, more Amount) error {
	e := &Exceeded{Used: used, Allowed: Amount{q.Files, int64(q.Bytes)}}
	const fix = "delete files and wait until their versions are gone, or ask for a larger quota"
	if q.Files != 0 && used.Files+more.Files > q.Files {
		e.Err = Errorf(QuotaExceeded, "got a file beside the %d that are there or on their way, want at most %d: %s", used.Files, q.Files, fix)
	} else {
		e.Err = Errorf(QuotaExceeded, "got %d bytes beside the %d that are there or on their way, want at most %d (%s) in all: %s", more.Bytes, used.Bytes, int64(q.Bytes), q.Bytes, fix)
	}
	return e
}

// QuotaOf is what an owner may have in a space: that of the space, else the top-level
// one, or what the groups that the bearer is in have, whichever is largest. false: there
// is no limit.
func (c Config) QuotaOf(space string, groups []string) (Quota, bool) {
	base := c.quotaOfSpace(space)
	if base == nil && len(c.Quotas) == 0 {
		return Quota{}, false
	}
	var all []Quota
	if base != nil {
		all = append(all, *base)
	}
	for _, group := range groups {
		if q, ok := c.Quotas[wordGroup+group]; ok {
			all = append(all, q)
		}
	}
	if len(all) == 0 { // quotas name others' groups alone
		return Quota{}, false
	}
	best := all[0]
	for _, q := range all[1:] {
		best.Bytes, best.Files = larger(best.Bytes, q.Bytes), larger(best.Files, q.Files)
	}
	return best, best != Quota{}
}

// larger of two limits, of which 0 is none.
func larger[N Size | int64](a, b N) N {
	if a == 0 || b == 0 {
		return 0
	}
	return max(a, b)
}

// Counts says whether there is a quota anywhere.
func (c Config) Counts() bool { return c.Quota != nil || len(c.Quotas) > 0 || c.spacesCount() }

// HasState says whether there is a state bucket.
func (c Config) HasState() bool { return c.Passes || c.Counts() }

// spacesCount and quotaOfSpace look at the spaces' own.
func (c Config) spacesCount() bool {
	for _, s := range c.Spaces {
		if s.Quota != nil {
			return true
		}
	}
	return false
}

func (c Config) quotaOfSpace(name string) *Quota {
	if s, ok := c.Spaces[name]; ok && s.Quota != nil {
		return s.Quota
	}
	return c.Quota
}

func isGroupQuota(name string) bool {
	group, ok := strings.CutPrefix(name, wordGroup)
	return ok && group != ""
}
