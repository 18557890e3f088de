package cost

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"signet/cmd/signet/internal/estimate/field"
	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// Workload is what people do with a stack.
type Workload struct {
	FilesPerMonth float64 `json:"filesPerMonth"` // uploads, 0 to 1e12
	AverageSize   int64   `json:"averageSize"`   // of a file, in bytes, 0 to [upload.MaxObjectSize]
	// Downloads a month of whole files, spread evenly over those that are stored, 0
	// to 1e12.
	Downloads float64 `json:"downloads"`
	// Retain is after how many days a file is deleted by whoever uploaded it, 0 to
	// 36500. 0: never.
	Retain int `json:"retain"`
	// Overwritten is the share of uploads that replace a file, 0 to 1.
	Overwritten float64 `json:"overwritten"`
	// Unfinished is how many uploads in parts are begun and left, for each one that
	// is finished, 0 to 1. Half of their bytes are stored when they are left.
	Unfinished float64 `json:"unfinished"`
	// FilesPerVisit is how many files are sent or fetched in one visit of the page,
	// or by one command, 1 to 1e6.
	FilesPerVisit float64 `json:"filesPerVisit"`
	// Terminal: all comes from the command line, none from a browser.
	Terminal bool `json:"terminal"`
	// Users who sign in during a month, 0 to 1e9. Files are spread evenly over them; with
	// none they are one's.
	Users float64 `json:"users"`
	// Guests is the share of files that are sent and fetched by passes, 0 to 1.
	Guests float64 `json:"guests"`
	// Months that are priced, 1 to 120.
	Months int `json:"months"`
}

// DefaultWorkload is a month's thousand files of 10 MiB, for a year.
func DefaultWorkload() Workload {
	return Workload{FilesPerMonth: 1000, AverageSize: 10 * upload.MiB, FilesPerVisit: 10, Months: 12}
}

// Settings is what of a configuration costs or saves money.
type Settings struct {
	Trail       bool
	MalwareScan bool
	// Events tells each file to an application's server.
	Events     bool
	Accelerate bool
	// Edge is which uploads of browsers go through the site's distribution.
	Edge      upload.EdgeUse
	Overwrite bool
	Alarms    bool
	Cognito   bool
	// Replica counts the spaces whose files are copied to another bucket, one of another
	// region; 0: none are. Plan is for how many days AWS Backup keeps what it takes each
	// night; 0: it takes nothing.
	Replica, Plan int
	// Quota keeps a ledger for each owner in the space; Passes are there to be used.
	Quota, Passes bool
	// Spaces are the names of those there are, if any, and Space is that of the files;
	// "" is each caller's own.
	Spaces    []string
	Space     string
	BucketKey bool // the stack always has it; the alternative is for comparing
	// Lifecycle is as in the configuration.
	Lifecycle upload.Lifecycle
	// Class is what lifecycle.transition moves files to. The stack knows GLACIER_IR
	// alone; the others are for comparing.
	Class price.Class
	// SmallToo: the rule has a filter of its own, so that files under 128 KiB are
	// moved too, which S3 otherwise leaves where they are.
	SmallToo bool
	// FreeTier counts the amounts that an account gets each month for nothing, as if
	// nothing else in it used them.
	FreeTier bool
}

// SettingsOf is what a configuration says of each caller's own files.
func SettingsOf(c upload.Config) Settings {
	s, err := SettingsIn(c, "")
	if err != nil {
		panic(err) // one's own files are always there
	}
	return s
}

// SettingsIn is what a configuration says of files in a space, which has its own
// lifecycle and quota. The error is for a space that is not there.
func SettingsIn(c upload.Config, space string) (Settings, error) {
	names := slices.Sorted(maps.Keys(c.Spaces))
	in, ok := c.Space(space)
	if !ok {
		return Settings{}, field.Outside("space", space, "one of the configuration's spaces: "+cmp.Or(strings.Join(names, ", "), "it has none"))
	}
	s := Settings{
		Trail: c.Trail, MalwareScan: c.MalwareScan, Events: c.Events != nil, Accelerate: c.Accelerate, Edge: c.EdgeUse(), Overwrite: c.Overwrite,
		Alarms: c.Alarms != "", Cognito: c.Auth.Cognito != nil, BucketKey: true,
		Lifecycle: c.Lifecycle, Class: price.GlacierIR, Passes: c.Passes, Spaces: names, Space: space,
	}
	s.Lifecycle.Transition, s.Lifecycle.Expire = in.Lifecycle.Transition, in.Lifecycle.Expire
	s.Quota = in.Quota != nil || c.Quota != nil || len(c.Quotas) > 0
	if b := c.Backup; b != nil && b.Replica != nil {
		s.Replica = len(c.Prefixes())
	}
	if b := c.Backup; b != nil && b.Plan != nil {
		s.Plan = b.Plan.Days
	}
	return s, nil
}

// place is what the files' space is called, for people.
func (s Settings) place() string {
	if s.Space == "" {
		return "each caller's own files"
	}
	return "the space " + s.Space
}

// Check says what is wrong with a workload under the settings; nil: nothing. What
// is out of its range is a [field.Error], by its name in the JSON of [Workload] or
// "class".
func (w Workload) Check(s Settings) error {
	for _, row := range []struct {
		field    string
		got      float64
		from, to float64
		want     string
	}{
		{"filesPerMonth", w.FilesPerMonth, 0, 1e12, "0 to 1,000,000,000,000"},
		{"downloads", w.Downloads, 0, 1e12, "0 to 1,000,000,000,000"},
		{"retain", float64(w.Retain), 0, 36500, "0 (for ever) to 36,500 days"},
		{"overwritten", w.Overwritten, 0, 1, "a share of 0 to 1"},
		{"unfinished", w.Unfinished, 0, 1, "a share of 0 to 1"},
		{"filesPerVisit", w.FilesPerVisit, 1, 1e6, "1 to 1,000,000"},
		{"guests", w.Guests, 0, 1, "a share of 0 to 1"},
		{"users", w.Users, 0, 1e9, "0 to 1,000,000,000"},
		{"months", float64(w.Months), 1, 120, "1 to 120"},
	} {
		if !(row.got >= row.from && row.got <= row.to) {
			return field.Outside(row.field, row.got, row.want)
		}
	}
	if w.AverageSize < 0 || w.AverageSize > upload.MaxObjectSize {
		return field.Outside("averageSize", w.AverageSize, "0 to 48.8 TiB, S3's largest object")
	}
	if w.Overwritten > 0 && !s.Overwrite {
		return field.Outside("overwritten", w.Overwritten, "0: with overwrite false in the configuration no file replaces another")
	}
	if w.Guests > 0 && !s.Passes {
		return field.Outside("guests", w.Guests, "0: without passes in the configuration there are no guests")
	}
	return s.check(w)
}

func (s Settings) check(w Workload) error {
	l := s.Lifecycle
	switch days := l.Transition; {
	case s.Class != price.StandardIA && s.Class != price.GlacierIR && s.Class != price.Glacier:
		return field.Outside("class", s.Class, "STANDARD_IA, GLACIER_IR or GLACIER")
	case days < 0 || days > 3650:
		return field.Outside("transition", days, "0 (never) to 3650 days")
	case days > 0 && days < 30 && s.Class == price.StandardIA:
		return field.Outside("transition", days, "30 days or more, as S3 asks for STANDARD_IA")
	case days > 0 && s.Class == price.Glacier && w.Downloads > 0:
		return field.Outside("class", s.Class, "STANDARD_IA or GLACIER_IR where there are downloads: GLACIER is read after a restore alone")
	}
	return nil
}

const (
	daysPerMonth    = 365.0 / 12
	secondsPerMonth = daysPerMonth * float64(24*time.Hour/time.Second)
)
