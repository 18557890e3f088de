package uploads_test

import (
	"fmt"
	"strings"
	"testing"
)

const (
	state       = "Resources/UploadsState/Properties/"
	statePolicy = "Resources/UploadsStatePolicy/Properties/PolicyDocument/Statement"
)

// stateFacts hold the bucket of passes and quotas to what design.md says of it.
func TestStateBucket(t *testing.T) {
	with, without := stacks["spaces"], stacks["signet"]
	for path, want := range map[string]any{
		state + "VersioningConfiguration":                                               nil,
		state + "LifecycleConfiguration/Rules/0/ExpirationInDays":                       400.0,
		state + "LifecycleConfiguration/Rules/1":                                        nil,
		state + "PublicAccessBlockConfiguration/BlockPublicPolicy":                      true,
		state + "OwnershipControls/Rules/0/ObjectOwnership":                             "BucketOwnerEnforced",
		state + "BucketEncryption/ServerSideEncryptionConfiguration/0/BucketKeyEnabled": true,
	} {
		if got := with.at(path); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v, want %v", path, got, want)
		}
	}
	text := fmt.Sprint(with.at(statePolicy))
	for _, sid := range []string{"DenyPlainHTTP", "DenyOldTLS", "DenySigV2", "DenyOldSignatures", "DenyOthers"} {
		if !strings.Contains(text, sid) {
			t.Errorf("the bucket's policy has no %s", sid)
		}
	}
	// Its name is in the key's policy and in the function's environment and role.
	for _, where := range []string{"Resources/UploadsKey", "Resources/UploadsFunctionRole"} {
		if !strings.Contains(fmt.Sprint(with.at(where)), "state") && !strings.Contains(fmt.Sprint(with.at(where)), "UploadsState") {
			t.Errorf("%s does not know the state bucket", where)
		}
	}
	if environment := fmt.Sprint(with.at("Resources/UploadsFunction/Properties/Environment")); !strings.Contains(environment, "stateBucket") {
		t.Errorf("the function is not told of its state bucket: %s", environment)
	}
	if without.at("Resources/UploadsState") != nil || strings.Contains(fmt.Sprint(without), "-state-") {
		t.Error("without passes and quotas there is a state bucket")
	}
}

// The routes of passes are there with passes alone: those of guests without an
// authorizer and slower, those of the backend with IAM's.
func TestRoutesOfPasses(t *testing.T) {
	count := func(r template) map[string]int {
		kinds := map[string]int{}
		for _, id := range r.resources("AWS::ApiGatewayV2::Route") {
			p := "Resources/" + id + "/Properties/"
			key, kind := fmt.Sprint(r.at(p+"RouteKey")), fmt.Sprint(r.at(p+"AuthorizationType"))
			for _, name := range []string{"/api/passes", "/api/pass", "/api/backend/"} {
				path := key[strings.IndexByte(key, ' ')+1:]
				if path == name || strings.HasPrefix(path, strings.TrimSuffix(name, "/")+"/") {
					kinds[name+" "+kind]++
				}
			}
		}
		return kinds
	}
	if got := count(stacks["signet"]); len(got) != 0 {
		t.Errorf("without passes: %v", got)
	}
	got := count(stacks["spaces"])
	for _, want := range []string{"/api/passes JWT", "/api/pass NONE", "/api/backend/ AWS_IAM"} {
		if got[want] == 0 {
			t.Errorf("got %v, want %s", got, want)
		}
	}
	if len(got) != 3 {
		t.Errorf("got %v, want one kind of authorizer for each", got)
	}
	for _, id := range stacks["spaces"].resources("AWS::ApiGatewayV2::Stage") {
		settings, _ := stacks["spaces"].at("Resources/" + id + "/Properties/RouteSettings").(map[string]any)
		if len(settings) != got["/api/pass NONE"] {
			t.Errorf("%d routes have a throttle of their own, want the guests' %d", len(settings), got["/api/pass NONE"])
		}
		for route, s := range settings {
			if text := fmt.Sprint(s); !strings.Contains(text, "ThrottlingRateLimit:25") || !strings.Contains(text, "ThrottlingBurstLimit:50") {
				t.Errorf("%s: %v, want a quarter of the stage's", route, s)
			}
		}
	}
}

// A relay before a quota may do in the state bucket what the function may, by its role,
// through the endpoint, and past the bucket's denial; without a quota it may not.
func TestRelayCounts(t *testing.T) {
	with, without := stacks["counted-relay"], stacks["full-relay"]
	for _, path := range []string{may + "StateObjects/Action", may + "StateList/Action", through + "StateObjects/Action", through + "StateList/Action"} {
		if got := fmt.Sprint(with.at(path)); !strings.Contains(got, "s3:PutObject") && !strings.Contains(got, "s3:ListBucket") {
			t.Errorf("%s: got %s, want what makes room", path, got)
		}
		if got := without.at(path); got != nil {
			t.Errorf("%s: got %v without a quota", path, got)
		}
	}
	if text := fmt.Sprint(with.at(launch + "UserData")); !strings.Contains(text, "stateBucket") {
		t.Errorf("the machine is not told of the state bucket: %s", text)
	}
	spared := func(stack string) string {
		for _, s := range stacks[stack].at(statePolicy).([]any) {
			if s := s.(map[string]any); s["Sid"] == "DenyOthers" {
				return fmt.Sprint(s["Condition"])
			}
		}
		return ""
	}
	if got := spared("counted"); !strings.Contains(got, "UploadsFunctionRole") || !strings.Contains(got, "role/counted-relay") {
		t.Errorf("got the condition %s, want both roles spared", got)
	}
	if got := spared("spaces"); !strings.Contains(got, "UploadsFunctionRole") || strings.Contains(got, "-relay") {
		t.Errorf("got the condition %s, want the function's role alone spared", got)
	}
}
