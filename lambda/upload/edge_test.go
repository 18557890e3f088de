package upload

import "testing"

func TestByEdge(t *testing.T) {
	for _, row := range []struct {
		context string
		size    int64
		whole   bool
		parts   bool
	}{
		{`{}`, 0, true, false},
		{`{}`, int64(EdgeBelow) - 1, true, false},
		{`{}`, int64(EdgeBelow), false, false},
		{`{"edge": "small"}`, int64(EdgeBelow) - 1, true, false},
		{`{"edge": "all"}`, int64(EdgeBelow), true, true},
		{`{"edge": "off"}`, 1, false, false},
		{`{"webAcl": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"}`, 1, false, false},
		{`{"edge": "small", "webAcl": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b"}`, 1, true, false},
		{`{"store": {"bucket": "abc", "endpoint": "https://minio.example.com"}}`, 1, false, false},
		{`{"edge": "all", "store": {"bucket": "abc", "endpoint": "https://minio.example.com"}}`, 1, false, false},
	} {
		config, err := ParseContext([]byte(row.context))
		if err != nil {
			t.Fatal(err)
		}
		p := NewPolicy(config)
		if whole, parts := p.ByEdge(row.size), p.PartsByEdge(); whole != row.whole || parts != row.parts {
			t.Errorf("%s, %d bytes: got %v and parts %v, want %v and %v", row.context, row.size, whole, parts, row.whole, row.parts)
		}
	}
}
