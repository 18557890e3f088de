package upload

import "strings"

// roleIdentity is the partition, account and name of a role by its ARN.
func roleIdentity(role string) string {
	p := strings.SplitN(role, ":", 6)
	if len(p) != 6 {
		return ""
	}
	return p[1] + ":" + p[4] + ":" + p[5][strings.LastIndexByte(p[5], '/')+1:]
}

// sessionRole is the identity of the role that a session is of, by the session's ARN,
// arn:aws:sts::123456789012:assumed-role/name/session; "-" for what is none.
func sessionRole(session string) string {
	p := strings.SplitN(session, ":", 6)
	if len(p) != 6 || p[0] != "arn" || p[2] != "sts" {
		return "-"
	}
	steps := strings.Split(p[5], "/")
	if len(steps) != 3 || steps[0] != "assumed-role" || steps[1] == "" {
		return "-"
	}
	return p[1] + ":" + p[4] + ":" + steps[1]
}
