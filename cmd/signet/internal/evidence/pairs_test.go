package evidence

import (
	"strings"
	"testing"

	"signet/lambda/explain"
)

// An error's parts are read under whatever sign a language puts between a name and
// its value; a name that is none of S3's is left alone.
func TestPairs(t *testing.T) {
	for text, want := range map[string]explain.Code{
		`error: AWSError{requestId='a', code='AccessControlListNotSupported', message='no', context='{}'}`: explain.ACLDisabled,
		`PutObject API responded with error='NoSuchBucket', message='gone'`:                                explain.NoSuchBucket,
		`{"level":"error","Code":"MissingContentLength","RequestId":"1"}`:                                  explain.HeaderMissing,
		`ExceptionName: SlowDown Message: Please reduce your request rate.`:                                explain.SlowDown,
		`S3Status: [ErrorNoSuchUpload] - 116`:                                                              explain.NoSuchUpload,
		`#<Error code=:x> error_code => "InvalidPart", error_message => "m"`:                               explain.InvalidPart,
		`err.code = EntityTooLarge; err.message = too much`:                                                explain.TooLarge,
	} {
		list, err := Read([]byte(text), threadNow)
		if err != nil || len(list) != 1 {
			t.Errorf("%s: got %d requests, %v", text, len(list), err)
			continue
		}
		if got := explain.Explain(list[0]); got.Code != want {
			t.Errorf("%s: got %s (%v), want %s", text, got.Code, got.Evidence, want)
		}
	}
	for _, text := range []string{"exit code: BadThing, message: no", "name = MyBucket"} {
		if code, message := paired(text); code != "" {
			t.Errorf("%s: got %s and %s, want nothing", text, code, message)
		}
	}
}

// What an SDK frames as a service's words is quoted, though nobody has listed them.
func TestUnlisted(t *testing.T) {
	for text, want := range map[string]string{
		"Caused by: software.amazon.awssdk.services.s3.model.S3Exception: Wombats are not welcome here. (Service: S3, Status Code: 400, Request ID: 1)":             "Wombats are not welcome here",
		"AWSBadRequestException: stat on s3a://b: com.amazonaws.services.s3.model.S3Exception: Wombats are not welcome here (Service: Amazon S3; Status Code: 400)": "Wombats are not welcome here",
		"Amazon.S3.AmazonS3Exception: Wombats are not welcome here.\n ---> System.Net.WebException":                                                                 "Wombats are not welcome here",
	} {
		list, err := Read([]byte(text), threadNow)
		if err != nil || len(list) != 1 {
			t.Fatalf("%s: got %d requests, %v", text, len(list), err)
		}
		got := explain.Explain(list[0])
		if got.Code != explain.InvalidRequest || !strings.Contains(got.Fix, want) || got.Confidence > 0.9 {
			t.Errorf("%s: got %s %.2f: %s, want the words themselves, and no certainty", text, got.Code, got.Confidence, got.Fix)
		}
	}
}

// The client shows itself by names that are its own, the one above the SDK first.
func TestClients(t *testing.T) {
	for text, want := range map[string]explain.Client{
		"│ Error: operation error S3: PutObject, https response error StatusCode: 501":       explain.ClientTerraform,
		"AWSBadRequestException: on s3a://b: com.amazonaws.services.s3.model.S3Exception: x": explain.ClientHadoop,
		"software.amazon.awssdk.services.s3.model.S3Exception: x":                            explain.ClientJava,
		"Amazon.S3.AmazonS3Exception: x":                                                     explain.ClientDotNet,
		"An error occurred (X) when calling the PutObject operation: y":                      explain.ClientPython,
		"'$metadata': { httpStatusCode: 400 }":                                               explain.ClientJS,
		`Error executing "PutObject" on "https://b"`:                                         explain.ClientPHP,
		"Aws::S3::Errors::X: y":                                                              explain.ClientRuby,
		"operation error S3: PutObject":                                                      explain.ClientGo,
		"<Error><Code>X</Code></Error>":                                                      "",
	} {
		if got := clientIn(text); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
