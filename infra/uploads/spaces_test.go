package uploads_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// What a configuration with spaces has, as "spaces" does: one of a public, one of
// groups, one whose files are confirmed.

const public = "Resources/UploadsPublicDistribution/Properties/DistributionConfig/"

func spacesFacts() []fact {
	rule := bucket + "LifecycleConfiguration/Rules/Id="
	objects := func(prefixes ...string) list {
		var arns list
		for _, p := range prefixes {
			arns = append(arns, "${UploadsBucket.Arn}/"+p+"*")
		}
		return arns
	}
	shown := "Resources/UploadsPublicHeaders/Properties/ResponseHeadersPolicyConfig/"
	return []fact{
		{role + "Objects/Resource", objects("avatars/", "team/", "uploads/")},
		{role + "Confirmed/Resource", "${UploadsBucket.Arn}/in/box/*"},
		{role + "Confirmed/Action", list{"s3:AbortMultipartUpload", "s3:DeleteObject", "s3:DeleteObjectTagging", "s3:DeleteObjectVersion", "s3:GetObject",
			"s3:GetObjectTagging", "s3:GetObjectVersion", "s3:ListMultipartUploadParts", "s3:PutObject", "s3:PutObjectTagging"}},
		{role + "Confirmed/Condition", map[string]any{"ForAllValues:StringEquals": map[string]any{"s3:RequestObjectTagKeys": list{"signet-confirm"}}}},
		{role + "ListPrefix/Condition/StringLike/s3:prefix", list{"uploads/*", "avatars/*", "in/box/*", "team/*"}},
		{role + "ListPrefix/Resource", "${UploadsBucket.Arn}"},

		{rule + "uploads/Transitions/0/TransitionInDays", 60},
		{rule + "avatars/Prefix", "avatars/"}, // the top-level's are every space's defaults
		{rule + "avatars/Transitions/0/TransitionInDays", 60},
		{rule + "team/Prefix", "team/"},
		{rule + "team/ExpirationInDays", 90},
		{rule + "team/Transitions", nil},
		{rule + "inbox/Prefix", "in/box/"},
		{rule + "inbox/ExpirationInDays", 30},
		{rule + "inbox/Transitions/0/TransitionInDays", 10},
		{rule + "inbox:unconfirmed/Prefix", "in/box/"},
		{rule + "inbox:unconfirmed/TagFilters", list{map[string]any{"Key": "signet-confirm", "Value": "no"}}},
		{rule + "inbox:unconfirmed/ExpirationInDays", 2},
		{rule + "inbox:unconfirmed/Status", "Enabled"},
		{bucket + "LifecycleConfiguration/Rules/6", nil},

		{public + "Aliases", nil}, // no name of the site's
		{public + "DefaultCacheBehavior/AllowedMethods", list{"GET", "HEAD"}},
		{public + "DefaultCacheBehavior/ViewerProtocolPolicy", "redirect-to-https"},
		{public + "DefaultCacheBehavior/CachePolicyId", "${UploadsPublicCache}"},
		{public + "DefaultCacheBehavior/OriginRequestPolicyId", nil}, // no query, and so no older version
		{public + "DefaultCacheBehavior/ResponseHeadersPolicyId", "${UploadsPublicHeaders}"},
		{public + "DefaultCacheBehavior/FunctionAssociations", list{map[string]any{"EventType": "viewer-response", "FunctionARN": "${UploadsPublicDisposition.FunctionARN}"}}},
		{public + "Origins/0/DomainName", physical("spaces") + ".s3.${AWS::Region}.${AWS::URLSuffix}"},
		{public + "Origins/0/OriginAccessControlId", "${UploadsPublicDistributionOrigin1S3OriginAccessControl.Id}"},
		{public + "Logging/Prefix", "logs/cloudfront-public/"},
		{"Resources/UploadsPublicCache/Properties/CachePolicyConfig/MaxTTL", 1800},
		{"Resources/UploadsPublicCache/Properties/CachePolicyConfig/DefaultTTL", 1800},
		{"Resources/UploadsPublicCache/Properties/CachePolicyConfig/ParametersInCacheKeyAndForwardedToOrigin/QueryStringsConfig/QueryStringBehavior", "none"},
		{shown + "SecurityHeadersConfig/ContentSecurityPolicy", map[string]any{"ContentSecurityPolicy": "sandbox; default-src 'none'", "Override": true}},
		{shown + "SecurityHeadersConfig/ContentTypeOptions/Override", true},
		{shown + "CustomHeadersConfig/Items/Header=Cache-Control/Value", "public, max-age=1800"},
		{denies + "PublicFiles/Effect", "Allow"},
		{denies + "PublicFiles/Action", "s3:GetObject"},
		{denies + "PublicFiles/Principal", map[string]any{"Service": "cloudfront.amazonaws.com"}},
		{denies + "PublicFiles/Resource", "${UploadsBucket.Arn}/avatars/*"},
		{denies + "PublicFiles/Condition/StringEquals/aws:SourceArn", "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${UploadsPublicDistribution}"},
		{key + "KeyPolicy/Statement/Sid=PublicFiles/Action", "kms:Decrypt"},
		{key + "KeyPolicy/Statement/Sid=PublicFiles/Condition/ArnLike/aws:SourceArn", "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/*"},
		{"Outputs/PublicURL/Value", "https://${UploadsPublicDistribution.DomainName}"},
		{"Outputs/DomainTarget/Value", "${UploadsSiteDistribution.DomainName}"}, // without domain.zone
		{"Outputs/SignInTarget/Value", "${UploadsPoolDomain.CloudFrontDistribution}"},
	}
}

// spacesMutants break it.
func spacesMutants() []mutant {
	shown := "Resources/UploadsPublicHeaders/Properties/ResponseHeadersPolicyConfig/"
	return []mutant{
		{"a space that the role does not reach", role + "Objects/Resource/1", "${UploadsBucket.Arn}/tea/*"},
		{"the whole bucket", role + "Objects/Resource", "${UploadsBucket.Arn}/*"},
		{"any tag", role + "Confirmed/Condition", nil},
		{"tags in every space", role + "Confirmed/Resource", "${UploadsBucket.Arn}/*"},
		{"what nobody confirmed stays", bucket + "LifecycleConfiguration/Rules/Id=inbox:unconfirmed", nil},
		{"what somebody confirmed goes", bucket + "LifecycleConfiguration/Rules/Id=inbox:unconfirmed/TagFilters", nil},
		{"a space of its own expiry that has none", bucket + "LifecycleConfiguration/Rules/Id=team", nil},
		{"a public file runs", shown + "SecurityHeadersConfig/ContentSecurityPolicy", nil},
		{"a public file is what it says", shown + "SecurityHeadersConfig/ContentTypeOptions", nil},
		{"a deleted file for a day", "Resources/UploadsPublicCache/Properties/CachePolicyConfig/MaxTTL", 86400},
		{"older versions are public", "Resources/UploadsPublicCache/Properties/CachePolicyConfig/ParametersInCacheKeyAndForwardedToOrigin/QueryStringsConfig/QueryStringBehavior", "all"},
		{"a public page is shown", public + "DefaultCacheBehavior/FunctionAssociations", nil},
		{"every space is public", denies + "PublicFiles/Resource", "${UploadsBucket.Arn}/*"},
		{"another's distribution", denies + "PublicFiles/Condition", nil},
		{"CloudFront writes", denies + "PublicFiles/Action", list{"s3:GetObject", "s3:PutObject"}},
		{"another account's CloudFront opens", key + "KeyPolicy/Statement/Sid=PublicFiles/Condition", nil},
		{"public files behind the site's name", public + "Aliases", list{"files.example.com"}},
	}
}

// TestDisposition runs the code that CloudFront runs, with the type of each answer.
func TestDisposition(t *testing.T) {
	code, _ := stacks["spaces"].at("Resources/UploadsPublicDisposition/Properties/FunctionCode").(string)
	for kind, want := range map[string]string{
		"image/png": "inline", "IMAGE/PNG": "inline", "text/plain; charset=utf-8": "inline", "application/pdf": "inline",
		"text/html": "attachment", "image/svg+xml": "attachment", "application/xhtml+xml": "attachment", "text/xml": "attachment",
		"": "attachment", "image/png,text/html": "attachment", "text/html; x=image/png": "attachment",
	} {
		event := fmt.Sprintf(`{"response": {"headers": {"content-type": {"value": %q}}}}`, kind)
		if kind == "" {
			event = `{"response": {"headers": {}}}`
		}
		out, err := exec.Command("node", "-e", code+"\nprocess.stdout.write(JSON.stringify(handler("+event+").headers['content-disposition']))").Output()
		var got struct{ Value string }
		if err != nil || json.Unmarshal(out, &got) != nil {
			t.Fatalf("%s: got %s (%v), want an answer", kind, out, err)
		}
		if got.Value != want || !strings.HasPrefix(upload.PublicDisposition(kind), want) {
			t.Errorf("%q: got %s here and %s in lambda/upload, want %s", kind, got.Value, upload.PublicDisposition(kind), want)
		}
	}
}

// TestNoSpaces wants a stack without spaces to have nothing of them.
func TestNoSpaces(t *testing.T) {
	for _, id := range stacks["signet"].resources("") {
		if strings.Contains(id, "Public") || strings.Contains(id, "EdgeWord") || strings.Contains(id, "Record") {
			t.Errorf("got %s, want it with its option alone", id)
		}
	}
	if got := stacks["signet"].at(role + "Confirmed"); got != nil {
		t.Errorf("got %v, want no statement on tags", got)
	}
}
