package duration

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Rate is a number of bits a second, 0 or more. In JSON it is a string such as
// "200Mbps".
type Rate float64

// rateUnits are tried in this order: no unit is the end of an earlier one.
func rateUnits() []struct {
	name string
	bits float64
} {
	return []struct {
		name string
		bits float64
	}{{"Gbps", 1e9}, {"Mbps", 1e6}, {"kbps", 1e3}, {"bps", 1}, {"GB/s", 8e9}, {"MB/s", 8e6}, {"kB/s", 8e3}, {"B/s", 8}}
}

// MaxRate is the fastest line that is believed, in bits a second: ten times the
// fastest of S3's clients, an instance with 400 Gbps.
const MaxRate Rate = 4e12

// ParseRate reads "200Mbps", "1.5 Gbps", "25 MB/s".
func ParseRate(s string) (Rate, error) {
	text := strings.TrimSpace(s)
	for _, u := range rateUnits() {
		number, ok := cutUnit(text, u.name)
		if !ok {
			continue
		}
		f, err := strconv.ParseFloat(number, 64)
		if err == nil && f > 0 && Rate(f*u.bits) <= MaxRate {
			return Rate(f * u.bits), nil
		}
		break
	}
	return 0, fmt.Errorf("got rate %s, want a number and kbps, Mbps or Gbps (or kB/s, MB/s, GB/s), above 0 and at most 4000 Gbps, such as 200Mbps", shown(s))
}

// cutUnit takes a unit off, in whatever case it is written, but for b and B, bits
// and bytes.
func cutUnit(s, unit string) (number string, ok bool) {
	at := len(s) - len(unit)
	if at < 0 || !strings.EqualFold(s[at:], unit) || !strings.HasSuffix(s, "bps") && !strings.HasSuffix(s, "B/s") {
		return "", false
	}
	return strings.TrimSpace(s[:at]), true
}

// String is the rate in the largest unit that leaves 1 or more.
func (r Rate) String() string {
	for _, u := range rateUnits()[:3] {
		if float64(r) >= u.bits {
			return strconv.FormatFloat(float64(r)/u.bits, 'g', 6, 64) + u.name
		}
	}
	return strconv.FormatFloat(float64(r), 'g', 6, 64) + "bps"
}

// MarshalText writes String's form.
func (r Rate) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText reads what [ParseRate] reads.
func (r *Rate) UnmarshalText(b []byte) (err error) {
	*r, err = ParseRate(string(b))
	return err
}

// Share is a part of a whole, 0 to 1. In JSON it is a string such as "0.1%".
type Share float64

// ParseShare reads "0.1%" or "0.001".
func ParseShare(s string) (Share, error) {
	text := strings.TrimSpace(s)
	number, percent := strings.CutSuffix(text, "%")
	f, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if percent {
		f /= 100
	}
	if err != nil || !(f >= 0 && f <= 1) {
		return 0, fmt.Errorf("got share %s, want 0%% to 100%%, such as 0.1%%", shown(s))
	}
	return Share(f), nil
}

// ParseLoss reads a share of lost segments, at most [MaxLoss].
func ParseLoss(s string) (Share, error) {
	share, err := ParseShare(s)
	if err == nil && share > MaxLoss {
		err = fmt.Errorf("got loss %s, want at most %s: beyond it TCP mostly waits", shown(s), Share(MaxLoss))
	}
	return share, err
}

// String is the share in percent.
func (s Share) String() string { return strconv.FormatFloat(float64(s)*100, 'g', 6, 64) + "%" }

// MarshalText writes String's form.
func (s Share) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what [ParseShare] reads.
func (s *Share) UnmarshalText(b []byte) (err error) {
	*s, err = ParseShare(string(b))
	return err
}

// MaxRTT is the longest round trip that is believed: two ways over a satellite.
const MaxRTT = 5 * time.Second

// ParseRTT reads "180ms".
func ParseRTT(s string) (time.Duration, error) {
	d, err := time.ParseDuration(strings.ReplaceAll(strings.TrimSpace(s), " ", ""))
	if err != nil || d < 0 || d > MaxRTT {
		return 0, fmt.Errorf("got round trip %s, want 0ms to %v with its unit, such as 180ms", shown(s), MaxRTT)
	}
	return d, nil
}

// shown is what was given, in quotes and short.
func shown(s string) string {
	if len(s) > 40 {
		s = s[:40]
	}
	return strconv.Quote(s)
}
