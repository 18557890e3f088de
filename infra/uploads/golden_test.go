package uploads_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write the golden templates")

// TestGolden compares the part of the template that decides who may do what with
// testdata/core.json, so that each change of it is read in a review. Ids and
// functions are written as tidy writes them.
func TestGolden(t *testing.T) {
	signet, core := stacks["signet"].clone(), template{}
	for _, id := range []string{
		"UploadsBucket", "UploadsBucketPolicy", "UploadsKey", "UploadsLogsKey", "UploadsFunctionRole", "UploadsFunction",
		"UploadsSiteDeployRole", "UploadsSiteBucketPolicy", "UploadsLogsPolicy",
	} {
		core[id] = signet.at("Resources/" + id)
		core.set(id+"/Properties/Tags", nil)
	}
	core.set("UploadsFunction/Properties/Code", nil) // a hash of the test's stand-in
	golden(t, "testdata/core.json", core)
}

// TestRelayGolden does the same for what decides who reaches what around the relay.
func TestRelayGolden(t *testing.T) {
	relay, core := stacks["full"+relaySuffix].clone(), template{}
	for _, id := range slices.Concat([]string{"RelayRole", "RelayKeysRole", "RelayVpcStorage", "RelayVpcSsm", "RelayTemplate"},
		relay.resources("AWS::EC2::SecurityGroupIngress"), relay.resources("AWS::EC2::SecurityGroupEgress")) {
		core[id] = relay.at("Resources/" + id)
		core.set(id+"/Properties/Tags", nil)
	}
	core.set("RelayTemplate/Properties/LaunchTemplateData/UserData", nil) // see TestUserData
	core.set("RelayTemplate/Properties/LaunchTemplateData/TagSpecifications", nil)
	core.set("RelayTemplate/Properties/TagSpecifications", nil)
	golden(t, "testdata/relay.json", core)
}

// golden compares a value with a file that holds it as JSON, or with -update
// writes it there.
func golden(t *testing.T, file string, value any) {
	t.Helper()
	got := new(bytes.Buffer)
	encoder := json.NewEncoder(got)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("got a template that differs from %s: read the change with `go test ./infra/uploads -update` and git diff", file)
	}
}
