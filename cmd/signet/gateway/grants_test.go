package gateway

import (
	"testing"

	"signet/lambda/upload"
)

// The role's real policy document is understood, and holds as it does on AWS.
func TestDeployedGrants(t *testing.T) {
	document, err := upload.PolicyDocument(upload.Grants("arn:aws:s3:::"+testBucket, []string{"mine/"}, testKMSKey, testRegion))
	if err != nil {
		t.Fatal(err)
	}
	c := testConfig(t.TempDir())
	c.Role.Policy = string(document)
	g := launch(t, c)
	send(t, g.presign(t, "PUT", "/uploads/mine/a", "hello", nil)).want(t, 200, "")
	send(t, g.form(t, form{key: "mine/b", file: "hello"})).want(t, 204, "")
	send(t, g.presign(t, "GET", "/uploads?list-type=2&prefix=mine/", "", nil)).want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads?versions=&prefix=mine/", "", nil)).want(t, 200, "")
	send(t, g.presign(t, "GET", "/uploads?uploads=", "", nil)).want(t, 200, "")
	send(t, g.presign(t, "PUT", "/uploads/other/a", "hello", nil)).want(t, 403, "AccessDenied")
	send(t, g.form(t, form{key: "other/b", file: "hello"})).want(t, 403, "AccessDenied")
	send(t, g.presign(t, "GET", "/uploads?list-type=2", "", nil)).want(t, 403, "AccessDenied")
	send(t, g.presign(t, "GET", "/uploads?policy=", "", nil)).want(t, 403, "AccessDenied")
}
