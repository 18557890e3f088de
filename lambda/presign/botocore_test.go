package presign

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"os"
	"os/exec"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"signet/lambda/upload"
)

// job is one thing for botocore to sign.
type job struct {
	Operation   string         `json:"operation"` // of boto3's client, or post
	Params      map[string]any `json:"params"`
	Fields      [][2]string    `json:"fields"`
	Conditions  []any          `json:"conditions"`
	Expires     int            `json:"expires"` // seconds
	Credentials Credentials    `json:"credentials"`
	Region      string         `json:"region"`
	Endpoint    string         `json:"endpoint"`
	Style       string         `json:"style"` // virtual or path
	Accelerate  bool           `json:"accelerate"`
	DualStack   bool           `json:"dualStack"`
}

func (j job) options() Options {
	return Options{
		Bucket: "bucket", Region: j.Region, Endpoint: j.Endpoint, Accelerate: j.Accelerate, DualStack: j.DualStack, VirtualHost: j.Style == "virtual",
		Credentials: func(context.Context) (Credentials, error) { return j.Credentials, nil },
	}
}

// judge has botocore sign the jobs. A machine without it fails the test, so
// that nobody believes in a judge who was not there.
func judge(t *testing.T, jobs []job) []json.RawMessage {
	t.Helper()
	python := "../../.venv/bin/python"
	if _, err := os.Stat(python); err != nil {
		python = "python3"
	}
	if out, err := exec.Command(python, "-c", "import boto3").CombinedOutput(); err != nil {
		t.Fatalf("got no boto3 (%v: %s), want it as a second judge: run make .venv/.boto3", err, bytes.TrimSpace(out))
	}
	in, err := json.Marshal(jobs)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(python, "testdata/judge.py")
	command.Stdin = bytes.NewReader(in)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var answers []json.RawMessage
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(jobs) {
		t.Fatalf("got %d answers and %v, want %d", len(answers), err, len(jobs))
	}
	return answers
}

var (
	longLived = Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
	temporary = Credentials{AccessKeyID: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SessionToken: longToken}
)

// TestBotocoreSignsTheSame compares every kind of request that is signed, on
// every kind of endpoint, for keys that need care.
func TestBotocoreSignsTheSame(t *testing.T) {
	var jobs []job
	var signs []func(s *Signer, at ticket) string
	add := func(j job, sign func(s *Signer, at ticket) string) {
		jobs, signs = append(jobs, j), append(signs, sign)
	}
	put := func(j job, key string) {
		j.Operation, j.Expires = "put_object", 900
		j.Params = map[string]any{"Bucket": "bucket", "Key": key, "ContentType": "text/plain; charset=utf-8", "ContentLength": 12, "IfNoneMatch": "*",
			"ChecksumCRC32": "AAAAAA==", "Metadata": map[string]string{"by": "ada", "a-note": "=?utf-8?b?w7w=?="}}
		headers := []upload.Header{
			{Name: "content-length", Value: "12"}, {Name: "content-type", Value: "text/plain; charset=utf-8"}, {Name: "if-none-match", Value: "*"},
			{Name: "x-amz-checksum-crc32", Value: "AAAAAA=="},
			{Name: "x-amz-meta-a-note", Value: "=?utf-8?b?w7w=?="}, {Name: "x-amz-meta-by", Value: "ada"},
		}
		add(j, func(s *Signer, at ticket) string {
			return s.sign(at, s.endpoint, "PUT", s.endpoint.keyPath, key, nil, headers)
		})
	}

	aws := job{Credentials: temporary, Region: "eu-central-1", Style: "virtual"}
	for _, key := range []string{"a", "a b", "a+b", "a~b", "a//b", "/a", "a/", "a%2Fb", "100%", "ß/ü", "日本語", "😀", "a&b=c?d#e", "'()*!", "a:b@c;d,e$", "..", "a/../b", strings.Repeat("é", 512)} {
		put(aws, key)
		put(job{Credentials: longLived, Region: "us-east-1", Endpoint: "http://127.0.0.1:7070", Style: "path"}, key)
	}
	for _, region := range []string{"us-east-1", "ap-northeast-2", "cn-north-1", "us-gov-west-1"} {
		put(job{Credentials: longLived, Region: region, Style: "virtual"}, "key")
		put(job{Credentials: longLived, Region: region, Style: "virtual", DualStack: true}, "key")
	}
	put(job{Credentials: temporary, Region: "us-east-1", Style: "virtual", Accelerate: true}, "key")
	put(job{Credentials: temporary, Region: "us-east-1", Style: "virtual", Accelerate: true, DualStack: true}, "key")
	put(job{Credentials: temporary, Region: "us-east-1", Style: "virtual", Endpoint: "http://s3.localhost:9000"}, "key")

	get := aws
	get.Operation, get.Expires = "get_object", 604800
	get.Params = map[string]any{"Bucket": "bucket", "Key": "a b", "VersionId": "v/1+=", "ResponseContentDisposition": `attachment; filename="a b"; filename*=UTF-8''%C3%BC`}
	add(get, func(s *Signer, at ticket) string {
		return s.sign(at, s.endpoint, "GET", s.endpoint.keyPath, "a b", []upload.Header{
			{Name: "response-content-disposition", Value: `attachment; filename="a b"; filename*=UTF-8''%C3%BC`}, {Name: "versionId", Value: "v/1+="}}, nil)
	})
	list := aws
	list.Operation, list.Expires, list.Params = "list_multipart_uploads", 60, map[string]any{"Bucket": "bucket", "Prefix": "a/b"}
	add(list, func(s *Signer, at ticket) string {
		return s.sign(at, s.endpoint, "GET", s.endpoint.bucketPath, "", []upload.Header{{Name: "uploads"}, {Name: "prefix", Value: "a/b"}}, nil)
	})
	part := aws
	part.Operation, part.Expires = "upload_part", 1
	part.Params = map[string]any{"Bucket": "bucket", "Key": "k", "UploadId": "id/+=", "PartNumber": 10000, "ContentLength": 5 << 30}
	add(part, func(s *Signer, at ticket) string {
		return s.sign(at, s.endpoint, "PUT", s.endpoint.keyPath, "k", []upload.Header{{Name: "uploadId", Value: "id/+="}, {Name: "partNumber", Value: "10000"}},
			[]upload.Header{{Name: "content-length", Value: strconv.Itoa(5 << 30)}})
	})

	for i, answer := range judge(t, jobs) {
		var theirs string
		if err := json.Unmarshal(answer, &theirs); err != nil {
			t.Fatal(err)
		}
		want, err := url.Parse(theirs)
		if err != nil {
			t.Fatal(err)
		}
		ours := signs[i](ticketOf(t, jobs[i], want.Query().Get("X-Amz-Date")))
		got, err := url.Parse(ours)
		if err != nil {
			t.Fatal(err)
		}
		// botocore has the parameters in another order.
		if got.Scheme != want.Scheme || got.Host != want.Host || got.EscapedPath() != want.EscapedPath() || got.Query().Encode() != want.Query().Encode() {
			t.Errorf("%s %+v\n got %s\nwant %s", jobs[i].Operation, jobs[i].Params, ours, theirs)
		}
	}
}

// ticketOf is what to sign a job with at the moment when botocore did.
func ticketOf(t *testing.T, j job, date string) (*Signer, ticket) {
	t.Helper()
	now, err := time.Parse(timeFormat, date)
	if err != nil {
		t.Fatal(err)
	}
	options := j.options()
	options.Now = func() time.Time { return now }
	s := New(options)
	at, err := s.start(context.Background(), time.Duration(j.Expires)*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	return s, at
}

// TestBotocoreMakesTheSameForm compares a POST form: where it goes, its fields,
// the conditions of its policy, and the signature of botocore's own policy.
func TestBotocoreMakesTheSameForm(t *testing.T) {
	form := formOf(t, upload.FormWish{Name: `größe "1".png`, Type: "image/png", MaxSize: 1000})
	var jobs []job
	for _, j := range []job{
		{Credentials: temporary, Region: "eu-central-1", Style: "virtual"},
		{Credentials: longLived, Region: "us-east-1", Style: "path", Endpoint: "http://127.0.0.1:7070"},
	} {
		j.Operation, j.Expires, j.Params = "post", 900, map[string]any{"Bucket": "bucket", "Key": form.Key()}
		j.Conditions = []any{[]any{"content-length-range", 0, 1000}}
		for _, f := range form.Fields()[1:] {
			j.Fields = append(j.Fields, [2]string{f.Name, f.Value})
			j.Conditions = append(j.Conditions, map[string]string{f.Name: f.Value})
		}
		jobs = append(jobs, j)
	}
	for i, answer := range judge(t, jobs) {
		var theirs struct {
			URL    string            `json:"url"`
			Fields map[string]string `json:"fields"`
		}
		if err := json.Unmarshal(answer, &theirs); err != nil {
			t.Fatal(err)
		}
		s, at := ticketOf(t, jobs[i], theirs.Fields["x-amz-date"])
		ours, err := s.Form(context.Background(), form)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.TrimSuffix(ours.URL, "/"), strings.TrimSuffix(theirs.URL, "/"); got != want {
			t.Errorf("got URL %s, want %s", got, want)
		}
		fields := map[string]string{}
		for _, f := range ours.Fields {
			fields[f.Name] = f.Value
		}
		gotEnd, got := conditions(t, fields["policy"])
		wantEnd, want := conditions(t, theirs.Fields["policy"])
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got conditions %v, want %v", got, want)
		}
		// botocore takes the time twice, for the date and for the end.
		if d := wantEnd.Sub(gotEnd); d < 0 || d > 2*time.Second {
			t.Errorf("got expiration %s, want %s", gotEnd, wantEnd)
		}
		if signature := at.mac([]byte(theirs.Fields["policy"])); string(signature[:]) != theirs.Fields["x-amz-signature"] {
			t.Errorf("got signature %s, want %s", signature, theirs.Fields["x-amz-signature"])
		}
		delete(fields, "policy")
		delete(fields, "x-amz-signature")
		delete(theirs.Fields, "policy")
		delete(theirs.Fields, "x-amz-signature")
		if !reflect.DeepEqual(fields, theirs.Fields) {
			t.Errorf("got fields %v, want %v", fields, theirs.Fields)
		}
	}
}

// conditions reads a policy: its end and its conditions, as a set.
func conditions(t *testing.T, policy string) (time.Time, map[string]bool) {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(policy)
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Expiration time.Time `json:"expiration"`
		Conditions []any     `json:"conditions"`
	}
	if err := json.Unmarshal(raw, &document); err != nil {
		t.Fatal(err)
	}
	set := map[string]bool{}
	for _, c := range document.Conditions {
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		set[string(b)] = true
	}
	return document.Expiration, set
}
