package upload

import (
	"strings"
	"testing"
)

func TestBrand(t *testing.T) {
	for _, row := range []struct {
		brand, origin string
		ok            bool
	}{
		{`{"name": "Acme 파일", "color": "#0A7c3f"}`, "", true},
		{`{"logo": "https://static.example.com/a/logo.svg?v=2"}`, "https://static.example.com", true},
		{`{"logo": "data:image/png;base64,iVBORw0KGgo="}`, "", true},
		{`{"logo": "data:image/svg+xml;base64,PHN2Zz48L3N2Zz4"}`, "", true},
		{`{"logo": "data:image/png;base64,"}`, "", false},
		{`{"logo": "data:image/png;base64,=="}`, "", false},
		{`{"logo": "data:image/png;base64,AA==="}`, "", false},
		{`{"logo": "data:image/png;base64,AA=A"}`, "", false},
		{`{"logo": "data:image/gif;base64,AAAA"}`, "", false},
		{`{"color": "#12345g"}`, "", false},
		{`{"color": "1234567"}`, "", false},
		{`{"welcome": "` + strings.Repeat("가", 500) + `"}`, "", true},
		{`{}`, "", false},
		{`{"welcome": "` + strings.Repeat("가", 501) + `"}`, "", false},
		{`{"name": "` + strings.Repeat("a", 61) + `"}`, "", false},
		{`{"color": "red"}`, "", false},
		{`{"color": "#12345"}`, "", false},
		{`{"logo": "http://example.com/logo.png"}`, "", false},
		{`{"logo": "https://example.com/x; script-src *"}`, "", false},
		{`{"logo": "data:text/html;base64,PHA+"}`, "", false},
		{`{"logo": "/logo.png"}`, "", false},
		{`{"colour": "#000000"}`, "", false},
	} {
		c, err := ParseContext([]byte(`{"brand": ` + row.brand + `}`))
		if (err == nil) != row.ok {
			t.Errorf("%.80s: got %v, want ok %v", row.brand, err, row.ok)
		}
		if row.ok && c.Brand.LogoOrigin() != row.origin {
			t.Errorf("%s: got origin %q, want %q", row.brand, c.Brand.LogoOrigin(), row.origin)
		}
		if err != nil && !strings.Contains(err.Error(), "brand") {
			t.Errorf("%s: got %q, want a word of brand", row.brand, err)
		}
	}
}
