package main

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"signet/lambda/upload"
)

// TestImports finds the four resources by what they are, whatever their logical ids.
func TestImports(t *testing.T) {
	var whole template
	if err := json.Unmarshal([]byte(`{"Resources": {
		"LogsA": {"Type": "AWS::S3::Bucket", "Properties": {}},
		"FilesB": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "kept", "BucketEncryption": {"ServerSideEncryptionConfiguration": [
			{"BucketKeyEnabled": true, "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["KeyC", "Arn"]}}}]}}},
		"KeyC": {"Type": "AWS::KMS::Key"}, "LogsKeyD": {"Type": "AWS::KMS::Key"}, "PoolE": {"Type": "AWS::Cognito::UserPool", "Properties": {"UsernameAttributes": ["email"], "MfaConfiguration": "ON"}},
		"LogsPolicyF": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "LogsA"}}},
		"PolicyG": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "FilesB"}}}}}`), &whole); err != nil {
		t.Fatal(err)
	}
	got, err := whole.imports(upload.Existing{Bucket: "kept", Key: "key-1", UserPool: "pool_1"}, json.RawMessage(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, i := range got {
		ids[i.Logical] = i.id()
	}
	if pool := got[3].Properties; !reflect.DeepEqual(pool, map[string]any{"UsernameAttributes": []any{"email"}}) {
		t.Errorf("got the pool declared with %v, want what can never be changed of it, and nothing else", pool)
	}
	if want := map[string]string{"FilesB": "kept", "PolicyG": "kept", "KeyC": "key-1", "PoolE": "pool_1"}; !reflect.DeepEqual(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
	if _, err := whole.imports(upload.Existing{Bucket: "other", Key: "key-1"}, nil); err == nil || !strings.Contains(err.Error(), "without the bucket other") {
		t.Errorf("got %v, want it said that the template has not that bucket", err)
	}
}

// TestExistingOf names the uploads' key, not the logs'.
func TestExistingOf(t *testing.T) {
	got := existingOf([]resource{
		{"UploadsLogsKeyFD4A5367", "AWS::KMS::Key", "logs"}, {"UploadsKeyEAFA4DCE", "AWS::KMS::Key", "uploads"},
		{"UploadsPoolCDA5D7B5", "AWS::Cognito::UserPool", "pool_1"}, {"UploadsLogs0123ABCD", "AWS::S3::Bucket", "logs"},
	}, "kept")
	if want := (&upload.Existing{Bucket: "kept", Key: "uploads", UserPool: "pool_1"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
