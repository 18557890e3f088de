package presign

import (
	"net/url"
	"strings"
	"testing"

	"signet/lambda/upload"
)

const testSite = "https://files.example.com"

// edgeOptions are for a site, with what a row adds.
func edgeOptions(change func(*Options)) Options {
	o := testOptions(longToken)
	o.Edge = testSite
	change(&o)
	return o
}

// regional is the signer that the way by the edge has to agree with: for the host that
// CloudFront puts into the place of its own.
func regional() *Signer { return New(testOptions(longToken)) }

// bySite is a URL with the site in the place of its host.
func bySite(t *testing.T, signed string) string {
	t.Helper()
	u, err := url.Parse(signed)
	if err != nil {
		t.Fatal(err)
	}
	return testSite + strings.TrimPrefix(signed, u.Scheme+"://"+u.Host)
}

var edgeRows = map[string]func(*Options){
	"alone":         func(*Options) {},
	"accelerate":    func(o *Options) { o.Accelerate = true },
	"two hosts":     func(o *Options) { o.TwoHosts = true },
	"dual stack":    func(o *Options) { o.DualStack = true },
	"all of it":     func(o *Options) { o.Accelerate, o.TwoHosts = true, true },
	"a port of 443": func(o *Options) { o.Edge = testSite + ":443" },
}

// Whatever else is signed for, the edge's request is signed for the regional host.
func TestURLByEdge(t *testing.T) {
	want, err := regional().URL(t.Context(), putRequest(t))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range edgeRows {
		s := New(edgeOptions(change))
		signed, err := s.URLByEdge(t.Context(), putRequest(t))
		if err != nil || signed.Edge != bySite(t, want.URL) {
			t.Errorf("%s: got %s, %v\nwant %s", name, signed.Edge, err, bySite(t, want.URL))
		}
		plain, err := s.URL(t.Context(), putRequest(t))
		if err != nil || plain.Edge != "" || plain.URL != signed.URL {
			t.Errorf("%s: got %s and edge %q of URL, want what URLByEdge has, and no edge", name, plain.URL, plain.Edge)
		}
	}
}

func TestPartsByEdge(t *testing.T) {
	parts, err := testPolicy(t, upload.TiB).AuthorizeParts(ada, "uploads/ada/a bü%+~0123456789abcdef", "id", upload.GiB, 2, 5)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range edgeRows {
		table, err := New(edgeOptions(change)).PartsOn(t.Context(), parts, Hosts{Both: true, Edge: true})
		if err != nil {
			t.Fatal(err)
		}
		own := table.EdgeSignatures != nil
		if want := name != "alone" && name != "a port of 443"; own != want {
			t.Errorf("%s: signatures of its own: got %v, want %v", name, own, want)
		}
		if !own {
			table.EdgeSignatures = table.Signatures
		}
		if !strings.HasPrefix(table.Edge, testSite+"/uploads/ada/a%20b%C3%BC%25%2B~0123456789abcdef?") {
			t.Fatalf("%s: got edge %s", name, table.Edge)
		}
		byEdge := table
		byEdge.URL = strings.Replace(table.Edge, testSite, "https://bucket.s3.eu-central-1.amazonaws.com", 1)
		for i, signature := range table.EdgeSignatures {
			comparePart(t, regional(), parts.Part(table.First+i), byEdge, table.First+i, signature)
		}
	}
	table, err := New(edgeOptions(func(*Options) {})).PartsOn(t.Context(), parts, Hosts{Both: true})
	if err != nil || table.Edge != "" || table.EdgeSignatures != nil {
		t.Errorf("got edge %q without being asked, %v", table.Edge, err)
	}
}

// There is no way by a site where its paths cannot be those of the bucket's host.
func TestNoEdge(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"no site":                  func(o *Options) { o.Edge = "" },
		"a bucket with dots":       func(o *Options) { o.Bucket = "my.bucket" },
		"a store of one's own":     func(o *Options) { o.Endpoint = "http://127.0.0.1:9000" },
		"a name too long for that": func(o *Options) { o.Edge = "https://" + strings.Repeat("a", longestEdgeURL) },
	} {
		signed, err := New(edgeOptions(change)).URLByEdge(t.Context(), putRequest(t))
		if err != nil || signed.Edge != "" || signed.URL == "" {
			t.Errorf("%s: got edge %q, %v", name, signed.Edge, err)
		}
	}
	s := New(edgeOptions(func(o *Options) { o.Edge = "files.example.com" }))
	if _, err := s.URL(t.Context(), putRequest(t)); upload.CodeOf(err) != upload.ConfigError {
		t.Errorf("a site that is no origin: got %v, want ConfigError", err)
	}
}

// Off AWS the host behind the edge is named by the deployment, in virtual-host style.
func TestEdgeEndpoint(t *testing.T) {
	o := edgeOptions(func(o *Options) {
		o.Endpoint, o.EdgeEndpoint, o.Edge = "http://127.0.0.1:9000", "http://s3.localhost:9001", "http://127.0.0.1:8080"
	})
	signed, err := New(o).URLByEdge(t.Context(), putRequest(t))
	if err != nil || !strings.HasPrefix(signed.URL, "http://127.0.0.1:9000/bucket/uploads/") || !strings.HasPrefix(signed.Edge, "http://127.0.0.1:8080/uploads/") {
		t.Fatalf("got %s and edge %s, %v", signed.URL, signed.Edge, err)
	}
	behind := testOptions(longToken)
	behind.Endpoint, behind.VirtualHost = "http://s3.localhost:9001", true
	want, err := New(behind).URL(t.Context(), putRequest(t))
	if err != nil || strings.Replace(want.URL, "http://bucket.s3.localhost:9001", o.Edge, 1) != signed.Edge {
		t.Errorf("got edge %s, want as of %s, %v", signed.Edge, want.URL, err)
	}
}
