package gateway

import (
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// An upload id is made a path by versitygw: it must never lead anywhere else.
func TestUploadIDIsNoPath(t *testing.T) {
	dir := t.TempDir()
	g := launch(t, testConfig(filepath.Join(dir, "gateway")))
	victim := filepath.Join(dir, "victim")
	if err := os.MkdirAll(filepath.Join(victim, "1"), 0o700); err != nil {
		t.Fatal(err)
	}
	g.put(t, "mine/other/x", "kept")
	for _, id := range []string{"..", "../..", "../../..", "../../../../../../victim", "../../../mine/other", "a", ".", "%2e%2e",
		"00000000-0000-0000-0000-00000000000/", "00000000-0000-4000-8000-000000000000/../..", "00000000-0000-4000-8000-00000000000G"} {
		for _, op := range []struct{ method, more string }{
			{"DELETE", ""}, {"GET", ""}, {"PUT", "&partNumber=1"}, {"POST", ""},
		} {
			a := send(t, g.presign(t, op.method, "/"+testBucket+"/mine/x?uploadId="+url.QueryEscape(id)+op.more, "", nil))
			a.want(t, 404, "NoSuchUpload")
		}
	}
	if _, err := os.Stat(filepath.Join(victim, "1")); err != nil {
		t.Errorf("outside the folder: %v", err)
	}
	send(t, g.presign(t, "GET", "/"+testBucket+"/mine/other/x", "", nil)).want(t, 200, "")
}
