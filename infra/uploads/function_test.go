package uploads_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// checkRoutes wants the routes that the handler has, and a token for all but
// those that are public: an access token, whoever issues it.
func checkRoutes(stack string, t template) []string {
	got, want := map[string]any{}, map[string]any{}
	for _, id := range t.resources("AWS::ApiGatewayV2::Route") {
		at := "Resources/" + id + "/Properties/"
		got[t.at(at+"RouteKey").(string)] = list{t.at(at + "AuthorizationType"), t.at(at + "AuthorizationScopes")}
	}
	scopes := list{}
	for _, s := range config(stack).Auth.AccessScopes() {
		scopes = append(scopes, s)
	}
	token := list{"JWT", scopes}
	for _, r := range api.Routes() {
		if r.NeedsPasses() && !config(stack).Passes {
			continue
		}
		path := r.Path
		if strings.Contains(path, "{session}") { // one for all
			path = "/api/s3/{session}/{call+}"
		}
		switch {
		case r.Public:
			want[r.Method+" "+path] = list{"NONE", nil}
		case r.Backend:
			want[r.Method+" "+path] = list{"AWS_IAM", nil}
		default:
			want[r.Method+" "+path] = token
		}
	}
	if !same(got, want) {
		return []string{fmt.Sprintf("got %v, want %v", got, want)}
	}
	return nil
}

// checkEnvironment wants the function to read back the whole configuration: what a
// person wrote out of its archive, and as its metadata says it, and over that what the
// deployment resolved.
func checkEnvironment(stack string, t template) []string {
	text, _ := t.at(function + "Environment/Variables/" + upload.EnvVar).(string)
	text = strings.ReplaceAll(text, "${UploadsPublicDistribution.DomainName}", "d1.cloudfront.net")
	text = strings.ReplaceAll(text, "${UploadsSiteDistribution.DomainName}", "d2.cloudfront.net")
	meta, err := json.Marshal(t.at("Resources/UploadsFunction/Metadata/signet"))
	if err != nil {
		return []string{err.Error()}
	}
	written, err := archived(t)
	if err != nil {
		return []string{err.Error()}
	}
	want := config(stack)
	want.Resolved = upload.Resolved{Bucket: "${UploadsBucket}", Region: "${AWS::Region}", KMSKey: "${UploadsKey.Arn}"}
	if t.at("Resources/UploadsPublicDistribution") != nil {
		want.Public = "https://d1.cloudfront.net"
	}
	if want.HasState() {
		want.StateBucket = "${UploadsState}"
	}
	if want.EdgeUse() != upload.EdgeOff {
		want.Site = "https://d2.cloudfront.net"
		if want.Domain != nil {
			want.Site = "https://" + want.Domain.Name
		}
	}
	var problems []string
	for _, layer := range [][]byte{written, meta} {
		got, err := upload.ParseConfig(layer, []byte(text))
		if err != nil || !same(got, want) {
			problems = append(problems, fmt.Sprintf("got %.300s and %s (%v), want the configuration", layer, text, err))
		}
	}
	word := t.at(function + "Environment/Variables/" + upload.EdgeEnvVar)
	if header := t.at(site + "Origins/1/OriginCustomHeaders/0/HeaderValue"); !same(word, header) || (word != nil) != (want.WebACL != "") {
		problems = append(problems, fmt.Sprintf("got the word %v here and %v at CloudFront, want the same where there is a web ACL, and none elsewhere", word, header))
	}
	return problems
}

// archived is the configuration in the function's archive.
func archived(t template) ([]byte, error) {
	key, _ := t.at(function + "Code/S3Key").(string)
	return os.ReadFile(filepath.Join(assembly, "asset."+strings.TrimSuffix(key, ".zip"), upload.ConfigFile))
}
