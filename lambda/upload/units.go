package upload

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Size is a number of bytes. In JSON it is a string such as "5 GiB" or a plain
// number of bytes.
type Size int64

type unit struct {
	name  string
	bytes float64
}

// units holds the binary units first, largest first, as String picks them.
func units() []unit {
	return []unit{
		{"TiB", TiB}, {"GiB", GiB}, {"MiB", MiB}, {"KiB", KiB},
		{"TB", 1e12}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"KB", 1e3}, {"B", 1},
	}
}

// ParseSize reads "5 GiB", "5GiB", "1.5 TB" or "1024".
func ParseSize(s string) (Size, error) {
	number, factor := strings.TrimSpace(s), 1.0
	for _, u := range units() {
		if rest, ok := strings.CutSuffix(number, u.name); ok {
			number, factor = strings.TrimSpace(rest), u.bytes
			break
		}
	}
	if n, err := strconv.ParseInt(number, 10, 64); err == nil && factor == 1 {
		return Size(n), nil
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f < 0 || !(f*factor < math.MaxInt64) {
		return 0, fmt.Errorf("got size %s, want a number of bytes or a number and B, KiB, MiB, GiB, TiB, kB, MB, GB or TB", quote(s))
	}
	return Size(f * factor), nil
}

// String writes the size in the largest binary unit that leaves a whole number.
func (s Size) String() string {
	for _, u := range units()[:4] {
		if n := int64(u.bytes); s != 0 && int64(s)%n == 0 {
			return fmt.Sprintf("%d %s", int64(s)/n, u.name)
		}
	}
	return fmt.Sprintf("%d B", int64(s))
}

// MarshalText writes String's form, which reads back as the same size.
func (s Size) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON reads a string or a number.
func (s *Size) UnmarshalJSON(b []byte) error {
	text := string(b)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	var err error
	*s, err = ParseSize(text)
	return err
}

// Duration is a time.Duration. In JSON it is a string such as "15m".
type Duration time.Duration

// String is time.Duration's form without trailing zero units: "15m", "1h30m".
func (d Duration) String() string {
	s := time.Duration(d).String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}

// MarshalText writes String's form.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what time.ParseDuration reads.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	*d = Duration(v)
	return err
}
