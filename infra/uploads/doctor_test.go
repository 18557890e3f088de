package uploads_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// doctored are the resources that `signet doctor` judges.
func doctored() []string {
	return []string{
		"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage", "AWS::Budgets::Budget", "AWS::CloudFront::Distribution",
		"AWS::CloudTrail::Trail", "AWS::CloudWatch::Alarm", "AWS::IAM::Role", "AWS::KMS::Key", "AWS::Lambda::Function", "AWS::Lambda::Permission",
		"AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::S3::BucketPolicy",
	}
}

// TestDoctored keeps what the doctor's tests replay, and must find nothing wrong
// with, equal to what this stack is.
func TestDoctored(t *testing.T) {
	for _, name := range []string{"signet", "full", "spaces"} {
		kept := map[string]any{}
		data, err := os.ReadFile(filepath.Join(assembly, name+".template.json"))
		if err != nil {
			t.Fatal(err)
		}
		var whole struct {
			Resources map[string]struct {
				Type       string
				Properties map[string]any
				Metadata   map[string]any `json:",omitempty"`
			}
		}
		if err := json.Unmarshal(data, &whole); err != nil {
			t.Fatal(err)
		}
		for id, r := range whole.Resources {
			if slices.Contains(doctored(), r.Type) {
				delete(r.Properties, "Code") // a hash of the test's stand-in
				written := r.Metadata["signet"]
				if r.Metadata = nil; written != nil {
					r.Metadata = map[string]any{"signet": written}
				}
				kept[id] = r
			}
		}
		golden(t, filepath.Join("../../cmd/signet/internal/doctor/testdata/own", name+".json"), kept)
	}
}
