package uploads_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// spread are configurations that have options together which decide who may do what:
// signet doctor has to find nothing wrong with any (cmd/signet/internal/doctor).
func spread() []string {
	const team = `"team": {"per": "group"}, "board": {"per": "all", "read": ["group:staff"], "delete": ["group:staff"]}`
	return []string{
		`{"name": "passes", "passes": true, "origins": ["https://app.example.com"]}`,
		`{"name": "quota", "quota": {"files": 100}, "quotas": {"group:pro": {"bytes": "1 TiB"}}, "spaces": {` + team + `}}`,
		`{"name": "backend", "passes": true, "backend": {"roles": ["arn:aws:iam::111122223333:role/app"]}, "quota": {"bytes": "1 GiB"}, "writers": ["arn:aws:iam::111122223333:role/importer"]}`,
		`{"name": "url", "events": {"url": "https://app.example.com/hooks", "types": ["file.stored", "file.deleted"]}, "alarms": "ops@example.com", "spaces": {"inbox": {"confirm": "2d"}}}`,
		`{"name": "queue", "events": {"queue": "arn:aws:sqs:eu-west-1:111122223333:files.fifo"}, "malwareScan": true, "passes": true, "writers": ["arn:aws:iam::111122223333:role/importer"]}`,
		`{"name": "bus", "events": {"bus": "arn:aws:events:eu-west-1:111122223333:event-bus/files"}, "malwareScan": "strict", "spaces": {` + team + `}}`,
		`{"name": "function", "events": {"function": "arn:aws:lambda:eu-west-1:111122223333:function:files"}, "backup": {"plan": {"days": 35}}, "malwareScan": true}`,
		strict,
		`{"name": "strict-many", "malwareScan": "strict", "writers": ["arn:aws:iam::111122223333:role/importer"], "spaces": {"one": {"per": "group"}, "two": {}, "three": {}, "four": {}, "five": {}}}`, // more than a scan takes
		`{"name": "scan", "malwareScan": true, "quarantineReaders": ["arn:aws:iam::111122223333:role/analyst"], "spaces": {"pictures": {"read": ["public"]}}, "passes": true}`,
		`{"name": "public", "spaces": {"pictures": {"read": ["public"], "confirm": "1d"}, "press": {"read": ["public", "everyone"], "per": "all", "lifecycle": {"expire": 30}}}, "accelerate": true, "edge": "all"}`,
		`{"name": "firewall", "webAcl": "arn:aws:wafv2:us-east-1:111122223333:global/webacl/files/0a1b2c3d", "passes": true, "backend": {"roles": ["arn:aws:iam::111122223333:role/app"]}, "dualStack": true}`,
		`{"name": "own-name", "domain": {"name": "files.example.com", "zone": "Z0123456789ABCDEFGHIJ", "signIn": "login.files.example.com"}, "auth": {"cognito": {"signUp": true, "mfa": "required"}}, "edge": "all", "accelerate": true}`,
		bare,
		`{"name": "kept", "lifecycle": {"abort": 30, "noncurrent": 400, "transition": 30, "expire": 60, "logsTransition": 0}, "expires": "12h", "overwrite": true, "concurrency": 20, "throttle": {"rate": 5, "burst": 10},
			"backup": {"replica": {"bucket": "copies", "key": "arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"}}, "spaces": {"inbox": {"lifecycle": {"transition": 0, "expire": 0}}, ` + team + `}, "budget": {"monthly": 25, "address": "money@example.com"}}`,
		counted,
	}
}

// doctored are the resources that `signet doctor` judges.
func doctored() []string {
	return []string{
		"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage", "AWS::Budgets::Budget", "AWS::CloudFront::Distribution",
		"AWS::CloudTrail::Trail", "AWS::CloudWatch::Alarm", "AWS::IAM::Role", "AWS::KMS::Key", "AWS::Lambda::Function", "AWS::Lambda::Permission",
		"AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SecretsManager::Secret", "AWS::SQS::Queue",
	}
}

// judged are those of a template, with the configuration that a person wrote and
// without what a test's stand-ins put in.
func judged(file string) (map[string]any, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var whole struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
			Metadata   map[string]any `json:",omitempty"`
		}
	}
	if err := json.Unmarshal(data, &whole); err != nil {
		return nil, err
	}
	kept := map[string]any{}
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
	return kept, nil
}

// writeSpread synthesizes the spread and writes what is judged of each stack to a folder.
func writeSpread(dir, folder string) error {
	out := filepath.Join(dir, "out")
	made, err := synthesize(dir, out, spread()...)
	if err != nil {
		return err
	}
	for name := range made {
		if strings.HasSuffix(name, relaySuffix) || strings.HasSuffix(name, certificateSuffix) {
			continue
		}
		kept, err := judged(filepath.Join(out, name+".template.json"))
		if err != nil {
			return err
		}
		data, err := json.Marshal(kept)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, name+".json"), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
