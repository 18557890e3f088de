package explain

import "testing"

func TestLocate(t *testing.T) {
	for _, tt := range []struct {
		url  string
		want place
	}{
		{"https://b.s3.eu-west-1.amazonaws.com/k/l", place{aws: true, kind: "s3", region: "eu-west-1", bucket: "b", key: "k/l"}},
		{"https://a.b.c.s3.eu-west-1.amazonaws.com/k", place{aws: true, kind: "s3", region: "eu-west-1", bucket: "a.b.c", key: "k"}},
		{"https://s3.eu-west-1.amazonaws.com/b/k", place{aws: true, kind: "s3", region: "eu-west-1", bucket: "b", key: "k", pathStyle: true}},
		{"https://b.s3.amazonaws.com/k", place{aws: true, kind: "s3", bucket: "b", key: "k"}},
		{"https://b.s3-us-west-2.amazonaws.com/k", place{aws: true, kind: "s3", region: "us-west-2", bucket: "b", key: "k"}},
		{"https://b.s3.dualstack.eu-west-1.amazonaws.com/", place{aws: true, kind: "s3", region: "eu-west-1", bucket: "b"}},
		{"https://b.s3-accelerate.amazonaws.com/k", place{aws: true, kind: "s3-accelerate", bucket: "b", key: "k"}},
		{"https://b.s3-accelerate.dualstack.amazonaws.com/k", place{aws: true, kind: "s3-accelerate", bucket: "b", key: "k"}},
		{"https://b.s3-fips.us-gov-west-1.amazonaws.com/k", place{aws: true, kind: "s3-fips", region: "us-gov-west-1", bucket: "b", key: "k"}},
		{"https://b.s3.cn-north-1.amazonaws.com.cn/k", place{aws: true, kind: "s3", region: "cn-north-1", bucket: "b", key: "k"}},
		{"https://b.bucket.vpce-1a2b-c3.s3.us-east-1.vpce.amazonaws.com/k", place{aws: true, kind: "s3", region: "us-east-1", bucket: "b", key: "k"}},
		{"https://bucket.vpce-1a2b-c3.s3.us-east-1.vpce.amazonaws.com/b/k", place{aws: true, kind: "s3", region: "us-east-1", bucket: "b", key: "k", pathStyle: true}},
		{"https://b--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/k", place{aws: true, kind: "s3express-use1-az4", region: "us-east-1", bucket: "b--use1-az4--x-s3", key: "k"}},
		{"http://127.0.0.1:9000/b/k%20l", place{bucket: "b", key: "k l", pathStyle: true}},
		{"https://acc.r2.cloudflarestorage.com/b/k", place{bucket: "b", key: "k", pathStyle: true}},
		{"http://b.s3.localhost:9000/k", place{bucket: "b", key: "k"}},
		{"https://abc.execute-api.eu-west-1.amazonaws.com/k", place{bucket: "k", pathStyle: true}},
		{"", place{pathStyle: true}},
	} {
		if got := locate(parseAddress(tt.url)); got != tt.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.url, got, tt.want)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, tt := range [][2]string{{"a%20b", "a b"}, {"a+b", "a+b"}, {"100%", "100%"}, {"%zz%4", "%zz%4"}, {"%C3%bc", "ü"}, {"%2520", "%20"}, {"%", "%"}} {
		if got := decode(tt[0]); got != tt[1] {
			t.Errorf("%s: got %q, want %q", tt[0], got, tt[1])
		}
	}
}

func TestEntities(t *testing.T) {
	for _, tt := range [][2]string{{"a&amp;b", "a&b"}, {"&#xA;&#10;", "\n\n"}, {"&lt;&gt;&quot;&apos;", `<>"'`}, {"&nbsp; & &;", "&nbsp; & &;"}, {"&#x;", "&#x;"}, {"&amp;lt;", "&lt;"}} {
		if got := unescape(tt[0]); got != tt[1] {
			t.Errorf("%s: got %q, want %q", tt[0], got, tt[1])
		}
	}
}

// TestCodes: each cause has words of its own, and none is in the list twice.
func TestCodes(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Codes() {
		for _, words := range []string{string(c), c.Meaning(), c.Fix()} {
			if words == "" || seen[words] {
				t.Errorf("%s: got %q, want words of its own", c, words)
			}
			seen[words] = true
		}
	}
}
