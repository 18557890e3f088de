package upload

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

const allowBrand = `{"name": up to 60 characters, "logo": "https://…" or "data:image/png;base64,…" of at most 100,000 characters, "color": "#1f4788", "welcome": up to 500 characters}, one of them at least`

// Brand is how the site looks to those who use it. A field left out stays as it is.
type Brand struct {
	// Name of the site, in place of the stack's; at most 60 characters.
	Name string `json:"name,omitempty"`
	// Logo is the address of a picture beside it: https, or a data: URI of a PNG, JPEG,
	// WebP or SVG image, at most 100,000 characters.
	Logo string `json:"logo,omitempty"`
	// Color of what is to be pressed first, as #rrggbb; what is written on it is white or
	// black, whichever is read better.
	Color string `json:"color,omitempty"`
	// Welcome is what somebody reads who has not signed in, in place of our own words; at
	// most 500 characters.
	Welcome string `json:"welcome,omitempty"`
}

// isColor takes #rrggbb. This and isPicture are no regular expressions because a cold
// start would compile them each time.
func isColor(s string) bool {
	hex, ok := strings.CutPrefix(s, "#")
	return ok && len(hex) == 6 && only(hex, func(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' })
}

// isPicture takes a data: URI of a picture in base64.
func isPicture(s string) bool {
	head, text, ok := strings.Cut(s, ";base64,")
	digits := strings.TrimRight(text, "=")
	return ok && slices.Contains([]string{"data:image/png", "data:image/jpeg", "data:image/webp", "data:image/svg+xml"}, head) &&
		digits != "" && len(text)-len(digits) <= 2 && only(digits, func(c byte) bool { return isAlphanumeric(c) || c == '+' || c == '/' })
}

// brandValue is "brand" within the configuration.
type brandValue struct{ to **Brand }

func (v *brandValue) decodeAt(path string, data []byte) error {
	*v.to = &Brand{}
	return decode(path, data, []field{
		{"name", &(*v.to).Name, allowBrand},
		{"logo", &(*v.to).Logo, allowBrand},
		{"color", &(*v.to).Color, allowBrand},
		{"welcome", &(*v.to).Welcome, allowBrand},
	}, nil)
}

func (b Brand) ok() bool {
	words := func(s string, most int) bool {
		return utf8.ValidString(s) && utf8.RuneCountInString(s) <= most && s == strings.TrimSpace(s)
	}
	return b != Brand{} && words(b.Name, 60) && words(b.Welcome, 500) &&
		(b.Color == "" || isColor(b.Color)) &&
		(b.Logo == "" || len(b.Logo) <= 100_000 && (isPicture(b.Logo) || b.LogoOrigin() != ""))
}

// LogoOrigin is the origin that the logo comes from, which a page's policy has to name;
// empty where there is none, or it is in the configuration itself.
func (b Brand) LogoOrigin() string {
	u, err := url.Parse(b.Logo)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.ContainsAny(b.Logo, " ;,'\"<>") {
		return ""
	}
	return "https://" + u.Host
}
