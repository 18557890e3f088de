package uploads_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	edgeBehavior = site + "CacheBehaviors/1/"
	edgeRequests = "Resources/UploadsSiteEdgeRequests/Properties/OriginRequestPolicyConfig/"
	edgeAnswers  = "Resources/UploadsSiteEdgeAnswers/Properties/ResponseHeadersPolicyConfig/"
	edgeFunction = "Resources/UploadsSiteEdgeOnlyPut/Properties/"
)

// edgeFacts are those of a stack whose one prefix of uploads is this.
func edgeFacts(prefix string) []fact {
	name := map[string]string{"uploads/": "signet", "in/box/": "full"}[prefix]
	return []fact{
		{edgeBehavior + "PathPattern", "/" + prefix + "*"},
		{edgeBehavior + "ViewerProtocolPolicy", "https-only"},
		{edgeBehavior + "AllowedMethods", list{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}},
		{edgeBehavior + "CachedMethods", nil},
		{edgeBehavior + "Compress", false},
		{edgeBehavior + "CachePolicyId", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}, // CachingDisabled
		{edgeBehavior + "OriginRequestPolicyId", "${UploadsSiteEdgeRequests}"},
		{edgeBehavior + "ResponseHeadersPolicyId", "${UploadsSiteEdgeAnswers}"},
		{edgeBehavior + "FunctionAssociations/0/EventType", "viewer-request"},
		{edgeBehavior + "FunctionAssociations/0/FunctionARN", "${UploadsSiteEdgeOnlyPut.FunctionARN}"},
		{edgeBehavior + "FunctionAssociations/1", nil},
		{site + "CacheBehaviors/2", nil},
		{site + "Origins/2/DomainName", physical(name) + ".s3.${AWS::Region}.amazonaws.com"},
		{site + "Origins/2/OriginAccessControlId", nil},
		{site + "Origins/2/OriginCustomHeaders", nil},
		{site + "Origins/2/S3OriginConfig/OriginAccessIdentity", ""},
		{edgeRequests + "CookiesConfig/CookieBehavior", "none"},
		{edgeRequests + "HeadersConfig", map[string]any{"HeaderBehavior": "allExcept", "Headers": list{"Host"}}},
		{edgeRequests + "QueryStringsConfig/QueryStringBehavior", "all"},
		{edgeAnswers + "SecurityHeadersConfig/ContentSecurityPolicy", map[string]any{"ContentSecurityPolicy": "sandbox; default-src 'none'; frame-ancestors 'none'", "Override": true}},
		{edgeAnswers + "SecurityHeadersConfig/ContentTypeOptions/Override", true},
		{edgeAnswers + "SecurityHeadersConfig/FrameOptions/FrameOption", "DENY"},
		{edgeAnswers + "CorsConfig", nil},
		{edgeFunction + "AutoPublish", true},
		{edgeFunction + "FunctionConfig/Runtime", "cloudfront-js-2.0"},
		{edgeFunction + "FunctionCode", onlyPutText()},
	}
}

// onlyPutText is the function as it is tried in TestOnlyPut.
func onlyPutText() string {
	text, err := os.ReadFile("edge.js")
	if err != nil {
		panic(err)
	}
	return string(text)
}

func edgeMutants() []mutant {
	return []mutant{
		{"a site whose uploads can be read: the function gone", edgeBehavior + "FunctionAssociations", nil},
		{"another function", edgeFunction + "FunctionCode", "function handler(event) { return event.request; }"},
		{"the function after the cache", edgeBehavior + "FunctionAssociations/0/EventType", "viewer-response"},
		{"uploads cached", edgeBehavior + "CachePolicyId", "658327ea-f89d-4fab-a63d-7e88639e58f6"},
		{"signed by the distribution", site + "Origins/2/OriginAccessControlId", "${UploadsSiteDistributionOrigin1S3OriginAccessControl.Id}"},
		{"read by an old identity", site + "Origins/2/S3OriginConfig/OriginAccessIdentity", "origin-access-identity/cloudfront/E1"},
		{"cookies forwarded", edgeRequests + "CookiesConfig/CookieBehavior", "all"},
		{"the site's host forwarded", edgeRequests + "HeadersConfig/HeaderBehavior", "allViewer"},
		{"signatures dropped", edgeRequests + "QueryStringsConfig/QueryStringBehavior", "none"},
		{"stored pages run", edgeAnswers + "SecurityHeadersConfig/ContentSecurityPolicy/ContentSecurityPolicy", "default-src *"},
		{"S3's own policy counts", edgeAnswers + "SecurityHeadersConfig/ContentSecurityPolicy/Override", false},
		{"plain HTTP by the edge", edgeBehavior + "ViewerProtocolPolicy", "allow-all"},
		{"the bucket by reference", site + "Origins/2/DomainName", "${UploadsBucket.RegionalDomainName}"},
		{"another bucket", site + "Origins/2/DomainName", "other.s3.${AWS::Region}.amazonaws.com"},
		{"HTTP/1.1", site + "HttpVersion", "http1.1"},
		{"the whole site's paths", edgeBehavior + "PathPattern", "*"},
	}
}

// TestOnlyPut runs the function that is deployed on requests of every method.
func TestOnlyPut(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not here")
	}
	script := filepath.Join(t.TempDir(), "run.js")
	code := stacks["signet"].at(edgeFunction + "FunctionCode").(string)
	run := code + `
const query = { 'X-Amz-Credential': { value: 'A%2FB' }, 'X-Amz-Signature': { value: '0' } };
const out = {};
for (const method of ['PUT', 'GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PATCH', 'put']) {
  const headers = { host: { value: 'site' }, authorization: { value: 'Bearer x' }, 'if-none-match': { value: '*' }, 'content-length': { value: '5' } };
  out[method] = handler({ version: '1.0', request: { method, uri: '/uploads/alice/a%20b', querystring: query, headers, cookies: { session: { value: 'x' } } } });
}
console.log(JSON.stringify(out));`
	if err := os.WriteFile(script, []byte(run), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command(node, script).Output()
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]struct {
		StatusCode  int
		Method, URI string
		Headers     map[string]any
		Cookies     map[string]any
		QueryString map[string]any
	}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	for method, got := range out {
		if method != "PUT" {
			if got.StatusCode != 405 || fmt.Sprint(got.Headers["allow"]) != "map[value:PUT]" {
				t.Errorf("%s: got %+v, want 405", method, got)
			}
			continue
		}
		if got.StatusCode != 0 || got.Method != "PUT" || got.URI != "/uploads/alice/a%20b" || len(got.QueryString) != 2 || len(got.Cookies) != 0 ||
			got.Headers["authorization"] != nil || got.Headers["if-none-match"] == nil || got.Headers["content-length"] == nil {
			t.Errorf("PUT: got %+v, want the request without cookies and Authorization", got)
		}
	}
}

// TestNoCycle walks every template: CloudFormation refuses resources that need each
// other, and the bucket's CORS needs the distribution that leads to the bucket.
func TestNoCycle(t *testing.T) {
	for name := range stacks {
		raw, err := readRaw(filepath.Join(assembly, name+".template.json"))
		if err != nil {
			t.Fatal(err)
		}
		resources := raw["Resources"].(map[string]any)
		if cycle := cycleIn(resources); cycle != nil {
			t.Errorf("%s: got a cycle: %s", name, strings.Join(cycle, " → "))
		}
		if name != "signet" {
			continue
		}
		// What the walk is for: the origin named by reference.
		text, _ := json.Marshal(resources)
		id := idOf(resources, "AWS::S3::Bucket", "UploadsBucket")
		var broken map[string]any
		if err := json.Unmarshal(text, &broken); err != nil {
			t.Fatal(err)
		}
		distribution := broken[idOf(resources, "AWS::CloudFront::Distribution", "UploadsSiteDistribution")].(map[string]any)
		origins := distribution["Properties"].(map[string]any)["DistributionConfig"].(map[string]any)["Origins"].([]any)
		origins[2].(map[string]any)["DomainName"] = map[string]any{"Fn::GetAtt": []any{id, "RegionalDomainName"}}
		if cycleIn(broken) == nil {
			t.Error("the origin by reference: got no cycle, want one found")
		}
	}
}

func idOf(resources map[string]any, kind, name string) string {
	for id, r := range resources {
		if r.(map[string]any)["Type"] == kind && stem(id) == name {
			return id
		}
	}
	return ""
}

// cycleIn is the first cycle of what resources refer to; nil: there is none.
func cycleIn(resources map[string]any) []string {
	done := map[string]bool{}
	var walk func(id string, path []string) []string
	walk = func(id string, path []string) []string {
		if i := slices.Index(path, id); i >= 0 {
			return append(path[i:], id)
		}
		if done[id] || resources[id] == nil {
			return nil
		}
		for _, to := range slices.Sorted(maps.Keys(refersTo(resources[id], map[string]bool{}))) {
			if cycle := walk(to, append(slices.Clone(path), id)); cycle != nil {
				return cycle
			}
		}
		done[id] = true
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(resources)) {
		if cycle := walk(id, nil); cycle != nil {
			return cycle
		}
	}
	return nil
}

// refersTo collects what is named by Ref, Fn::GetAtt, Fn::Sub and DependsOn.
func refersTo(v any, found map[string]bool) map[string]bool {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			refersTo(e, found)
		}
	case map[string]any:
		for key, e := range v {
			for _, id := range named(key, e) {
				found[id] = true
			}
			refersTo(e, found)
		}
	}
	return found
}

func named(key string, v any) (ids []string) {
	switch v := v.(type) {
	case string:
		switch key {
		case "Ref", "DependsOn":
			return []string{v}
		case "Fn::Sub":
			for _, part := range strings.Split(v, "${")[1:] {
				id, _, _ := strings.Cut(part, "}")
				id, _, _ = strings.Cut(id, ".")
				ids = append(ids, id)
			}
		}
	case []any:
		for i, e := range v {
			if text, ok := e.(string); ok && (key == "DependsOn" || key == "Fn::GetAtt" && i == 0) {
				ids = append(ids, text)
			}
		}
		if key == "Fn::Sub" && len(v) > 0 {
			ids = append(ids, named(key, v[0])...)
		}
	}
	return ids
}
