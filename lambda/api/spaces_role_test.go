package api_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// holdRole: the role may do on this key what the policy lets through, and nothing of it
// on a key that only looks alike.
func holdRole(t *testing.T, c upload.Config, key string) {
	for _, action := range []string{"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"} {
		first, rest, _ := strings.Cut(key, "/")
		for at, want := range map[string]bool{key: true, first + "x/" + rest: false, "quarantine/" + key: false, "logs/" + key: false} {
			if roleMay(t, c, action, "arn:aws:s3:::"+bucket+"/"+at) != want {
				t.Errorf("the role's %s on %s: want %v", action, at, want)
			}
		}
	}
}

// roleMay evaluates the role's policy, of which every statement allows, for an object.
func roleMay(t *testing.T, c upload.Config, action, arn string) bool {
	text, err := upload.PolicyDocument(spaceGrants(c))
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Statement []struct {
			Action   []string
			Resource any
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	for _, s := range doc.Statement {
		resources, many := s.Resource.([]any)
		if !many {
			resources = []any{s.Resource}
		}
		for _, r := range resources {
			prefix, glob := strings.CutSuffix(r.(string), "*")
			if slices.Contains(s.Action, action) && (glob && strings.HasPrefix(arn, prefix) || r == arn) {
				return true
			}
		}
	}
	return false
}
