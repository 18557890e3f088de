package upload

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Space is a named part of the bucket with rules of its own: who may do what in it,
// what may be uploaded, and how long it stays. In [Config.Spaces] a field left out
// has its default; [Config.AllSpaces] has all of them filled in.
type Space struct {
	// Name is the space's, "" that of each caller's own files, which is always there.
	Name string `json:"-"`
	// Per says whose its parts are. Default PerCaller.
	Per Per `json:"per,omitempty"`
	// Read, Write and Delete list who may: "owner" (of a part; with PerGroup its
	// members, with PerAll everybody), "group:NAME", "everyone" who is signed in;
	// besides "public" in Read, which is anybody at all, and "uploader" in Delete.
	// Empty: nobody. Default ["owner"]; with PerAll ["everyone"] to read and to write,
	// and ["uploader"] to delete.
	Read   []string `json:"read,omitzero"`
	Write  []string `json:"write,omitzero"`
	Delete []string `json:"delete,omitzero"`
	// AllowedTypes, MaxObjectSize and MaxFiles are as of Config, whose are the defaults.
	AllowedTypes  []string `json:"allowedTypes,omitempty"`
	MaxObjectSize Size     `json:"maxObjectSize,omitzero"`
	MaxFiles      int      `json:"maxFiles,omitempty"`
	// Metadata says which user-defined metadata a file has. nil: any.
	Metadata *SpaceMetadata `json:"metadata,omitempty"`
	// Confirm is after how long a file expires that nobody has confirmed, 1d to 365d.
	// S3 counts whole days, so it may stay up to two days longer. 0: files stay.
	Confirm Days `json:"confirm,omitempty"`
	// Lifecycle of its files. nil: the configuration's.
	Lifecycle *SpaceLifecycle `json:"lifecycle,omitempty"`
	// Quota is how much each owner may have of it. nil: the configuration's.
	Quota *Quota `json:"quota,omitempty"`
	// Prefix of its keys; ends with a slash. Default: the name and a slash.
	Prefix string `json:"prefix,omitempty"`
}

// Per says whose the parts of a space are.
type Per string

// A part for each caller, for each group that callers are in, or one for all.
const (
	PerCaller Per = "caller"
	PerGroup  Per = "group"
	PerAll    Per = "all"
)

// ownerAll owns the one part of a space of [PerAll].
const ownerAll Caller = "all"

// SpaceMetadata names user-defined metadata. S3 ignores case in names.
type SpaceMetadata struct {
	Must []string `json:"must,omitzero"` // has to be there, and not to be empty
	May  []string `json:"may,omitzero"`  // may be there; nothing else may
}

// SpaceLifecycle counts days; 0 is never.
type SpaceLifecycle struct {
	Transition int `json:"transition"` // to GLACIER_IR, 0 to 3650
	Expire     int `json:"expire"`     // 0 to 3650, more than Transition
}

// Days is a whole number of days. In JSON it is a string such as "1d".
type Days int

// String is the form that a configuration has: "1d".
func (d Days) String() string { return strconv.Itoa(int(d)) + "d" }

// MarshalText writes String's form.
func (d Days) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads String's form.
func (d *Days) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "d")
	n, err := strconv.ParseUint(number, 10, 16)
	if !ok || err != nil {
		return fmt.Errorf("got %s, want days such as 1d", quote(string(text)))
	}
	*d = Days(n)
	return nil
}

// What anybody may hold of a space, by the words of its lists.
const (
	wordOwner    = "owner"
	wordEveryone = "everyone"
	wordPublic   = "public"
	wordUploader = "uploader"
	wordGroup    = "group:" // and the group's name
)

// AllSpaces are all spaces: "", each caller's own files, and those of Spaces by their
// names. Every field is filled in.
func (c Config) AllSpaces() []Space {
	all := append(make([]Space, 0, 1+len(c.Spaces)), c.withDefaults(Space{Prefix: c.Prefix}))
	for _, name := range slices.Sorted(maps.Keys(c.Spaces)) {
		s := c.Spaces[name]
		s.Name = name
		if s.Prefix == "" {
			s.Prefix = name + "/"
		}
		all = append(all, c.withDefaults(s))
	}
	return all
}

func (c Config) withDefaults(s Space) Space {
	if s.Per == "" {
		s.Per = PerCaller
	}
	mine, remove := []string{wordOwner}, []string{wordOwner}
	if s.Per == PerAll {
		mine, remove = []string{wordEveryone}, []string{wordUploader}
	}
	s.Read, s.Write, s.Delete = orDefault(s.Read, mine), orDefault(s.Write, mine), orDefault(s.Delete, remove)
	if s.AllowedTypes == nil {
		s.AllowedTypes = c.AllowedTypes
	}
	if s.MaxObjectSize == 0 {
		s.MaxObjectSize = c.MaxObjectSize
	}
	if s.MaxFiles == 0 {
		s.MaxFiles = c.MaxFiles
	}
	if s.Lifecycle == nil {
		s.Lifecycle = &SpaceLifecycle{Transition: c.Lifecycle.Transition, Expire: c.Lifecycle.Expire}
	}
	return s
}

func orDefault(list, otherwise []string) []string {
	if list == nil {
		return otherwise
	}
	return list
}

// Space is a space by its name, with every field filled in.
func (c Config) Space(name string) (Space, bool) {
	all := c.AllSpaces()
	i := slices.IndexFunc(all, func(s Space) bool { return s.Name == name })
	if i < 0 {
		return Space{}, false
	}
	return all[i], true
}

// Prefixes are those of all spaces, in the order of AllSpaces. None lies in another.
func (c Config) Prefixes() []string {
	var all []string
	for _, s := range c.AllSpaces() {
		all = append(all, s.Prefix)
	}
	return all
}

// Public says that anybody may read the space's files, signed in or not.
func (s Space) Public() bool { return slices.Contains(s.Read, wordPublic) }

// Several says that more than one may write into a part of the space. Then ids end in
// six digits of who writes, and [MetadataBy] says who it was. Of a space from
// AllSpaces.
func (s Space) Several() bool {
	return s.Per != PerCaller || slices.ContainsFunc(s.Write, func(word string) bool { return word != wordOwner })
}
