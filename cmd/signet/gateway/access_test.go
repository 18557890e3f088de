package gateway

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
)

func TestPresignedPut(t *testing.T) {
	g := newGateway(t)
	text := http.Header{"Content-Type": {"text/plain"}, "If-None-Match": {"*"}}
	put := func(t *testing.T) *http.Request { return g.presign(t, "PUT", "/uploads/mine/a", "hello", text) }
	body := func(r *http.Request, s string) {
		*r = *r.Clone(t.Context())
		r.Body, r.ContentLength = http.NoBody, int64(len(s))
		if s != "" {
			r.Body = readCloser(s)
		}
	}
	query := func(r *http.Request, old, other string) {
		q := strings.Replace(r.URL.RawQuery, old, other, 1)
		if q == r.URL.RawQuery {
			t.Fatalf("no %q in the query", old)
		}
		r.URL.RawQuery = q
	}
	for _, c := range []struct {
		name   string
		status int
		code   string
		change func(*http.Request)
	}{
		{"signature", 403, "SignatureDoesNotMatch", func(r *http.Request) {
			s := r.URL.Query().Get("X-Amz-Signature")
			query(r, s, strings.Map(func(c rune) rune { return rune(map[bool]byte{true: 'b', false: 'a'}[c == 'a']) }, s))
		}},
		{"key", 403, "SignatureDoesNotMatch", func(r *http.Request) { r.URL.Path = "/uploads/mine/b" }},
		{"method", 403, "SignatureDoesNotMatch", func(r *http.Request) { r.Method = "DELETE" }},
		{"shorter", 403, "SignatureDoesNotMatch", func(r *http.Request) { body(r, "hell") }},
		{"empty", 403, "SignatureDoesNotMatch", func(r *http.Request) { body(r, "") }},
		{"longer", 403, "SignatureDoesNotMatch", func(r *http.Request) { body(r, "hello!") }},
		{"type", 403, "SignatureDoesNotMatch", func(r *http.Request) { r.Header.Set("Content-Type", "text/html") }},
		{"overwrite allowed", 403, "SignatureDoesNotMatch", func(r *http.Request) { r.Header.Del("If-None-Match") }},
		{"header added", 403, "AccessDenied", func(r *http.Request) { r.Header.Set("X-Amz-Acl", "public-read") }},
		{"no token", 403, "InvalidAccessKeyId", func(r *http.Request) {
			q := r.URL.Query()
			q.Del("X-Amz-Security-Token")
			r.URL.RawQuery = q.Encode()
		}},
		{"token changed", 400, "InvalidToken", func(r *http.Request) {
			q := r.URL.Query()
			q.Set("X-Amz-Security-Token", "x"+q.Get("X-Amz-Security-Token"))
			r.URL.RawQuery = q.Encode()
		}},
		{"untouched", 200, "", func(*http.Request) {}},
		{"a second time", 412, "PreconditionFailed", func(*http.Request) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := put(t)
			c.change(r)
			send(t, r).want(t, c.status, c.code)
			if want := map[bool]string{true: "mine/a:5"}[c.status == 200 || c.status == 412]; g.stored(t) != want {
				t.Errorf("got %q stored, want %q", g.stored(t), want)
			}
		})
	}
}

func TestSessionTokens(t *testing.T) {
	dir := t.TempDir()
	config := testConfig(dir)
	config.Now = func() time.Time { return time.Now().Add(-7 * time.Hour) } // sessions last 6
	late := launch(t, config)
	for name, r := range map[string]*http.Request{
		"query":            late.presign(t, "GET", "/uploads/mine/a", "", nil),
		"query, wrong key": late.presign(t, "GET", "/uploads/other/a", "", nil),
	} {
		t.Run("expired "+name, func(t *testing.T) { send(t, r).want(t, 400, "ExpiredToken") })
	}
	t.Run("expired header", func(t *testing.T) {
		_, err := late.roleClient().GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(testBucket), Key: aws.String("mine/a")})
		wantCode(t, err, "ExpiredToken")
	})
	t.Run("of another gateway", func(t *testing.T) {
		creds, _ := newGateway(t).Credentials(t.Context())
		send(t, presignAs(t, creds, time.Now(), "GET", late.URL()+"/uploads/mine/a", "", nil)).want(t, 400, "InvalidToken")
	})
	t.Run("of another role", func(t *testing.T) {
		creds := late.key.mint("other", time.Now().Add(time.Hour), strings.Repeat("A", 16))
		send(t, presignAs(t, creds, time.Now(), "GET", late.URL()+"/uploads/mine/a", "", nil)).want(t, 400, "InvalidToken")
	})
	t.Run("with a user's key", func(t *testing.T) {
		creds := readerKeys()
		session, _ := late.Credentials(t.Context())
		creds.SessionToken = session.SessionToken
		send(t, presignAs(t, creds, time.Now(), "GET", late.URL()+"/uploads/mine/a", "", nil)).want(t, 400, "InvalidToken")
	})
	t.Run("root", func(t *testing.T) {
		creds := aws.Credentials{AccessKeyID: "root", SecretAccessKey: "root"}
		send(t, presignAs(t, creds, time.Now(), "GET", late.URL()+"/uploads/mine/a", "", nil)).want(t, 403, "SignatureDoesNotMatch")
	})
	t.Run("valid after a restart", func(t *testing.T) {
		_ = late.Close()
		g := launch(t, testConfig(dir))
		creds, _ := g.Credentials(t.Context())
		_ = g.Close()
		again := launch(t, testConfig(dir))
		send(t, presignAs(t, creds, time.Now(), "PUT", again.URL()+"/uploads/mine/a", "x", nil)).want(t, 200, "")
	})
}

func TestCredentialsRenewal(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	g := &Gateway{life: time.Hour, role: Role{Name: "signet"}, key: make(sessionKey, 32), now: func() time.Time { return now }}
	first, err := g.Credentials(t.Context())
	if err != nil || !first.Expires.Equal(now.Add(time.Hour)) || !first.CanExpire || first.SessionToken == "" {
		t.Fatalf("got a session until %v, %v, want one of an hour", first.Expires, err)
	}
	for _, c := range []struct {
		after time.Duration
		same  bool
	}{{0, true}, {30 * time.Minute, true}, {30*time.Minute + time.Second, false}} {
		now = first.Expires.Add(c.after - time.Hour)
		again, _ := g.Credentials(t.Context())
		if (again == first) != c.same {
			t.Errorf("after %v: got the same %v, want %v", c.after, again == first, c.same)
		}
	}
}

func TestRolePolicy(t *testing.T) {
	g := newGateway(t)
	role, bucket, ctx := g.roleClient(), aws.String(testBucket), t.Context()
	put := func(key string) error {
		_, err := role.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: strings.NewReader("x")})
		return err
	}
	get := func(key string) error {
		_, err := role.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: &key})
		return err
	}
	list := func(prefix string) error {
		_, err := role.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: &prefix})
		return err
	}
	for _, c := range []struct {
		name string
		err  error
		code string
	}{
		{"put", put("mine/a"), ""},
		{"get", get("mine/a"), ""},
		{"list", list("mine/"), ""},
		{"put elsewhere", put("other/a"), "AccessDenied"},
		{"get elsewhere", get("other/a"), "AccessDenied"},
		{"list elsewhere", list("other/"), "AccessDenied"},
		{"list all", list(""), "AccessDenied"},
		{"a prefix of the prefix", list("min"), "AccessDenied"},
		{"acl", second(role.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: bucket, Key: aws.String("mine/a"), ACL: types.ObjectCannedACLPublicRead})), "AccessDenied"},
		{"bucket policy", second(role.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: bucket})), "AccessDenied"},
		{"versioning off", second(role.PutBucketVersioning(ctx, &s3.PutBucketVersioningInput{Bucket: bucket,
			VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusSuspended}})), "AccessDenied"},
		{"another bucket", second(role.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("another")})), "AccessDenied"},
		{"copy from elsewhere", second(role.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String("mine/b"), CopySource: aws.String("uploads/other/a")})), "AccessDenied"},
		{"uploads", second(role.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: bucket})), ""},
	} {
		t.Run(c.name, func(t *testing.T) { wantCode(t, c.err, c.code) })
	}
}

func TestBucketPolicy(t *testing.T) {
	c := testConfig(t.TempDir())
	c.BucketPolicy = `{"Version":"2012-10-17","Statement":[
	 {"Effect":"Deny","Principal":{"AWS":"` + Role{Name: "signet"}.ARN() + `"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::uploads/mine/denied/*"},
	 {"Effect":"Deny","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::uploads","Condition":{"StringEquals":{"s3:prefix":"mine/hidden/"}}},
	 {"Effect":"Deny","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::uploads/` + strings.Repeat("long/", 3000) + `"}]}`
	g := launch(t, c)
	for _, c := range []struct {
		name string
		req  *http.Request
		want int
	}{
		{"role denied", g.presign(t, "PUT", "/uploads/mine/denied/a", "x", nil), 403},
		{"role elsewhere", g.presign(t, "PUT", "/uploads/mine/a", "x", nil), 200},
		{"user not denied", presignAs(t, readerKeys(), time.Now(), "PUT", g.URL()+"/uploads/mine/denied/a", "x", nil), 200},
		{"condition", g.presign(t, "GET", "/uploads?list-type=2&prefix=mine/hidden/", "", nil), 403},
		{"condition not met", g.presign(t, "GET", "/uploads?list-type=2&prefix=mine/", "", nil), 200},
		{"form denied", g.form(t, form{key: "mine/denied/b", file: "x"}), 403},
		{"form elsewhere", g.form(t, form{key: "mine/b", file: "x"}), 204},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a := send(t, c.req); a.status != c.want {
				t.Errorf("got %d %s, want %d", a.status, a.body, c.want)
			}
		})
	}
}

func TestMaxSignatureAge(t *testing.T) {
	c := testConfig(t.TempDir())
	c.MaxSignatureAge = 5 * time.Minute
	g := launch(t, c)
	creds, _ := g.Credentials(t.Context())
	for _, c := range []struct {
		age    time.Duration
		status int
		code   string
	}{{0, 200, ""}, {4 * time.Minute, 200, ""}, {6 * time.Minute, 403, "AccessDenied"}} {
		r := presignAs(t, creds, time.Now().Add(-c.age), "PUT", g.URL()+"/uploads/mine/a", "x", nil)
		send(t, r).want(t, c.status, c.code)
	}
}

func second[T any](_ T, err error) error { return err }

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var fault smithy.APIError
	if errors.As(err, &fault) && fault.ErrorCode() == code || err == nil && code == "" {
		return
	}
	t.Errorf("got %v, want code %q", err, code)
}
