package doctor

import "signet/cmd/signet/internal/doctor/facts"

// Without a configuration nobody knows what is intended, and a bucket may be
// right in more ways than ours. Of such a bucket two tables say what differs.

// taste are checks that say how we would have it: what they find is advice, and
// what they cannot read fails nothing.
func taste() map[string]bool {
	return map[string]bool{
		"policy-foreign": true, "events-foreign": true, "replication-foreign": true, "inventory-foreign": true, // a named partner
		"tls-floor": true, "sigv4-only": true, // AWS itself refuses old TLS, and SigV2 on buckets made since 2020
		"endpoint-policy": true, "default-kms": true, "bucket-key": true, "other-encryption": true, "other-key": true, "sse-c": true,
		"cors-methods": true, "cors-headers": true, "cors-max-age": true,
		"versioning": true, "delete-protection": true, "noncurrent-expiry": true, "noncurrent-kept": true, "delete-markers": true,
		"access-log": true, "data-events": true, "trail-validation": true, "events": true, "alarms": true, "budget": true, "tags": true,
		"log-tls": true, "log-expiry": true, "role-prefix": true,
	}
}

// eased are checks whose finding is wrong for everybody, and less so than it is
// for a stack that was made to have it.
func eased() map[string]Severity {
	return map[string]Severity{"tls-only": Medium, "customer-key": Medium, "abort-incomplete": Medium}
}

// suited is the check as it is for a bucket of which somebody stated what is
// intended, or nobody; advice says that it cannot fail.
func (c Check) suited(f *facts.Facts) (suited Check, advice bool) {
	if f.Intended {
		return c, false
	}
	if s, ok := eased()[c.ID]; ok {
		c.Severity = s
	}
	return c, taste()[c.ID]
}
