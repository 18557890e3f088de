package upload

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxSpaces is how many spaces a configuration may have besides "": a distribution of
// CloudFront's has 75 behaviours, and each space takes one.
const maxSpaces = 50

// What the fields of a space may hold, in the words of their errors.
const (
	allowSpaceName = "a lower-case letter, then lower-case letters, digits and hyphens, at most 31 characters; not api, assets, logs, p, public, quarantine or uploads"
	allowPer       = `"caller", "group" or "all"`
	allowHolders   = `a list of "owner", "everyone" and "group:NAME", each once`
	allowReaders   = `a list of "owner", "everyone", "public" and "group:NAME", each once`
	allowDeleters  = `a list of "owner", "everyone", "uploader" and "group:NAME", each once`
	allowNames     = `{"must": names of metadata, "may": more of them}: letters, digits, - and _, each once, none beginning with "signet-"`
	allowConfirm   = `1d to 365d, such as "1d"`
	allowDays      = "0 (never) to 3650 days"
)

// spacesValue is "spaces", an object whose fields people name.
type spacesValue struct{ to *map[string]Space }

func (v *spacesValue) decodeAt(path string, data []byte) error {
	written, err := members(path, data)
	if err != nil {
		return err
	}
	spaces := map[string]Space{}
	for _, m := range written {
		if !isSpaceName(m.name) {
			return fieldError(path, m.name, "names of spaces: "+allowSpaceName)
		}
		s := Space{Name: m.name}
		if err := (&spaceValue{&s}).decodeAt(join(path, m.name), m.value); err != nil {
			return err
		}
		spaces[m.name] = s
	}
	if *v.to = spaces; len(spaces) == 0 {
		*v.to = nil
	}
	return nil
}

func isSpaceName(name string) bool {
	return name != "" && len(name) <= 31 && name[0] >= 'a' && name[0] <= 'z' &&
		only(name, func(c byte) bool { return isLowerDigit(c) || c == '-' }) &&
		!slices.Contains([]string{"api", "assets", "logs", "p", "public", "quarantine", "uploads"}, name)
}

// The values below are objects within a space, as those of decode.go.
type (
	spaceValue          struct{ to *Space }
	spaceMetadataValue  struct{ to **SpaceMetadata }
	spaceLifecycleValue struct{ to **SpaceLifecycle }
)

func (v *spaceValue) decodeAt(path string, data []byte) error {
	s := v.to
	written, err := members(path, data)
	if err != nil {
		return err
	}
	err = decodeMembers(path, written, []field{
		{"per", &s.Per, allowPer},
		{"read", &s.Read, allowReaders},
		{"write", &s.Write, allowHolders},
		{"delete", &s.Delete, allowDeleters},
		{"allowedTypes", &s.AllowedTypes, allowTypes},
		{"maxObjectSize", &s.MaxObjectSize, allowObjectSize},
		{"maxFiles", &s.MaxFiles, allowMaxFiles},
		{"metadata", &spaceMetadataValue{&s.Metadata}, allowNames},
		{"confirm", &s.Confirm, allowConfirm},
		{"lifecycle", &spaceLifecycleValue{&s.Lifecycle}, "an object of days"},
		{"quota", &quotaValue{&s.Quota}, allowQuota},
		{"prefix", &s.Prefix, allowPrefix},
	}, nil)
	if err != nil {
		return err
	}
	return s.check(path, written)
}

func (v *spaceMetadataValue) decodeAt(path string, data []byte) error {
	*v.to = &SpaceMetadata{}
	return decode(path, data, []field{{"must", &(*v.to).Must, allowNames}, {"may", &(*v.to).May, allowNames}}, nil)
}

func (v *spaceLifecycleValue) decodeAt(path string, data []byte) error {
	*v.to = &SpaceLifecycle{}
	return decode(path, data, []field{{"transition", &(*v.to).Transition, allowDays}, {"expire", &(*v.to).Expire, allowDays}}, nil)
}

// check holds the fields that are written to what their documentation allows.
func (s *Space) check(path string, written memberList) error {
	for _, row := range []rule{
		{"per", s.Per, slices.Contains([]Per{PerCaller, PerGroup, PerAll}, s.Per), allowPer},
		{"read", s.Read, areHolders(s.Read, wordPublic), allowReaders},
		{"read", s.Read, s.Per != PerGroup || !slices.Contains(s.Read, wordPublic), `no "public" with per "group": a group's files are for people who are signed in; with per "caller" or "all" they can be public`},
		{"write", s.Write, areHolders(s.Write, ""), allowHolders},
		{"delete", s.Delete, areHolders(s.Delete, wordUploader), allowDeleters},
		{"allowedTypes", s.AllowedTypes, len(s.AllowedTypes) > 0 && all(s.AllowedTypes, checkPattern), allowTypes},
		{"maxObjectSize", s.MaxObjectSize, s.MaxObjectSize >= 1 && s.MaxObjectSize <= MaxObjectSize, allowObjectSize},
		{"maxFiles", s.MaxFiles, between(s.MaxFiles, 1, 1000), allowMaxFiles},
		{"metadata", s.Metadata, s.Metadata == nil || s.Metadata.ok(), allowNames},
		{"confirm", s.Confirm, between(int(s.Confirm), 1, 365), allowConfirm},
		{"lifecycle", s.Lifecycle, s.Lifecycle == nil || days(s.Lifecycle.Transition, 0, 3650) && after(s.Lifecycle.Expire, s.Lifecycle.Transition), `{"transition": 0 (never) to 3650 days, "expire": 0, or more than transition}`},
		{"prefix", s.Prefix, isPrefix(s.Prefix), allowPrefix},
	} {
		if row.ok {
			continue
		}
		if value, ok := written.get(row.name); ok && !isNull(value) {
			return fieldError(join(path, row.name), value, row.allowed)
		}
	}
	return nil
}

// areHolders accepts a list of who may do something; also is a word that this list
// alone may have.
func areHolders(list []string, also string) bool {
	return distinct(list) && all(list, func(word string) bool {
		if group, ok := strings.CutPrefix(word, wordGroup); ok {
			return isGroup(group)
		}
		return word == wordOwner || word == wordEveryone || also != "" && word == also
	})
}

// isGroup says of a text that a token could name a group so.
func isGroup(s string) bool {
	return s != "" && len(s) <= 256 && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}

func (m SpaceMetadata) ok() bool {
	var names []string
	for _, name := range slices.Concat(m.Must, m.May) {
		names = append(names, strings.ToLower(name))
	}
	return distinct(names) && all(names, func(name string) bool { return isMetadataName(name) && !strings.HasPrefix(name, MetadataOwn) })
}

// checkSpaces holds the spaces to each other, to the site's paths and to the rest of
// the configuration.
func (c Config) checkSpaces() error {
	if n := len(c.Spaces); n > maxSpaces {
		return fieldError("spaces", fmt.Sprintf("%d spaces", n), fmt.Sprintf("at most %d", maxSpaces))
	}
	spaces := c.AllSpaces()
	for i, s := range spaces[1:] {
		at := "spaces." + s.Name
		if s.Confirm > 0 && c.MalwareScan {
			return fieldError(at+".confirm", s.Confirm, "none beside malwareScan, whose tags it would race: leave one of them out")
		}
		if err := checkFree(at+".prefix", s.Prefix); err != nil {
			return err
		}
		for _, other := range spaces[:i+1] {
			if strings.HasPrefix(s.Prefix, other.Prefix) || strings.HasPrefix(other.Prefix, s.Prefix) {
				return fieldError(at+".prefix", s.Prefix, fmt.Sprintf("one that is not within another's, nor another's within it: %s has %q", whose(other), other.Prefix))
			}
		}
	}
	return nil
}

func whose(s Space) string {
	if s.Name == "" {
		return "prefix"
	}
	return "spaces." + s.Name
}

// checkFree refuses a prefix that takes over a path of the site, or where malware is.
func checkFree(path, prefix string) error {
	if strings.HasPrefix(prefix, QuarantinePrefix) {
		return fieldError(path, prefix, "a prefix outside of "+QuarantinePrefix+", where malware is kept")
	}
	if slices.Contains(SitePaths(), firstSegment(prefix)) {
		return fieldError(path, prefix, "a prefix that begins with none of "+strings.Join(SitePaths(), ", ")+", which are paths of the site")
	}
	return nil
}
