package presign

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"signet/lambda/upload"
)

// TestPolicySignature is the worked example of S3's documentation
// (API/sigv4-post-example.html).
func TestPolicySignature(t *testing.T) {
	const policy = "eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9"
	scope := Scope{Time: time.Date(2015, 12, 29, 0, 0, 0, 0, time.UTC), Region: "us-east-1"}
	credentials := Credentials{SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	if got, want := credentials.Sign(scope, policy), "8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func formOf(t testing.TB, wish upload.FormWish) upload.Form {
	t.Helper()
	config := upload.DefaultConfig()
	config.Origins = []string{"https://example.org"}
	f, err := upload.NewPolicy(config).AuthorizeForm(ada, upload.Place{}, wish)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestForm holds a form to what was approved: every field is a condition, in
// order, with the policy and the signature over it at the end.
func TestForm(t *testing.T) {
	f := formOf(t, upload.FormWish{Name: `größe "😀" \ $1.png`, Type: "image/png", MaxSize: 1000, SuccessRedirect: "https://example.org/done?a=b&c=d"})
	form, err := testSigner("to/ken+=").Form(context.Background(), f)
	if err != nil {
		t.Fatal(err)
	}
	if want := "https://bucket.s3.eu-central-1.amazonaws.com/"; form.URL != want {
		t.Errorf("got URL %s, want %s", form.URL, want)
	}
	names := make([]string, len(form.Fields))
	for i, field := range form.Fields {
		names[i] = field.Name
	}
	if got, want := strings.Join(names, " "), "key Content-Type success_action_redirect x-amz-algorithm x-amz-credential x-amz-date x-amz-security-token policy x-amz-signature"; got != want {
		t.Fatalf("got fields %s, want %s", got, want)
	}

	signed := form.Fields[len(form.Fields)-2].Value
	raw, err := base64.StdEncoding.DecodeString(signed)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range raw {
		if c < 0x20 || c > 0x7e {
			t.Fatalf("got byte %#x in the policy, want ASCII", c)
		}
	}
	var document struct {
		Expiration string `json:"expiration"`
		Conditions []any  `json:"conditions"`
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	want := []any{map[string]any{"bucket": "bucket"}, []any{"content-length-range", 0.0, 1000.0}}
	for _, field := range form.Fields[:len(form.Fields)-2] {
		want = append(want, map[string]any{field.Name: field.Value})
	}
	if !reflect.DeepEqual(document.Conditions, want) {
		t.Errorf("got conditions %v, want %v", document.Conditions, want)
	}
	if document.Expiration != "2026-11-23T12:15:00.000Z" || !form.Expires.Equal(time.Date(2026, 11, 23, 12, 15, 0, 0, time.UTC)) {
		t.Errorf("got expiration %s and Expires %s, want 15 minutes after 12:00", document.Expiration, form.Expires)
	}
	if form.Fields[0].Value != f.Key() || upload.NameOf(f.Key()) != "$1.png" {
		t.Errorf("got key %s, want %s", form.Fields[0].Value, f.Key())
	}
	s := testSigner("to/ken+=")
	credentials, _ := s.credentials(context.Background())
	if got, want := form.Fields[len(form.Fields)-1].Value, credentials.Sign(Scope{Time: s.now(), Region: "eu-central-1"}, signed); got != want {
		t.Errorf("got signature %s, want %s", got, want)
	}
}

func TestFormWithoutToken(t *testing.T) {
	form, err := testSigner("").Form(context.Background(), formOf(t, upload.FormWish{Name: "a.png"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range form.Fields {
		if field.Name == "x-amz-security-token" {
			t.Errorf("got field %s, want none for credentials without a token", field.Name)
		}
	}
}

// TestFormKeepsItsName: S3 puts the uploaded file's own name in the place of
// ${filename}, so that the object would get a key that nobody approved.
func TestFormKeepsItsName(t *testing.T) {
	_, err := testSigner("").Form(context.Background(), formOf(t, upload.FormWish{Name: "a${filename}b"}))
	if upload.CodeOf(err) != upload.InvalidArgument {
		t.Errorf("got %v, want InvalidArgument", err)
	}
}

func TestFormInPathStyle(t *testing.T) {
	options := testOptions("")
	options.Endpoint = "http://127.0.0.1:9000/"
	form, err := New(options).Form(context.Background(), formOf(t, upload.FormWish{Name: "a"}))
	if err != nil || form.URL != "http://127.0.0.1:9000/bucket" {
		t.Errorf("got URL %s and error %v, want http://127.0.0.1:9000/bucket", form.URL, err)
	}
}
