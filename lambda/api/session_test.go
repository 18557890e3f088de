package api_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

// Whatever is changed about a session, it is none any more.
func TestSessionsAreNotMade(t *testing.T) {
	w := service(t)
	c := w.companion(caller(t))
	var form api.CompanionForm
	c.get("/s3/params?filename=a", &form)
	origin := strings.TrimSuffix(w.api, api.Base)
	token := strings.TrimPrefix(c.base, origin+"/api/s3/")
	text, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	good := strings.Split(string(text), "\n")
	for _, change := range map[string]func(f []string) []string{
		"another caller":       func(f []string) []string { f[0] += "x"; return f },
		"no caller":            func(f []string) []string { f[0] = ""; return f },
		"a caller like a path": func(f []string) []string { f[0] = "../other"; return f },
		"another access key":   func(f []string) []string { f[1] = "AKIA" + f[1][4:]; return f },
		"another day":          func(f []string) []string { f[2] = "20990101T000000Z"; return f },
		"no date":              func(f []string) []string { f[2] = ""; return f },
		"a longer life":        func(f []string) []string { f[3] = "901"; return f },
		"a shorter life":       func(f []string) []string { f[3] = "899"; return f },
		"life below nothing":   func(f []string) []string { f[3] = "-1"; return f },
		"another signature":    func(f []string) []string { f[4] = strings.Repeat("0", 64); return f },
		"no signature":         func(f []string) []string { f[4] = ""; return f },
		"another token":        func(f []string) []string { f[5] = "x" + f[5]; return f },
		"no token":             func(f []string) []string { f[5] = ""; return f },
		"a field more":         func(f []string) []string { return append(f, "x") },
		"a field less":         func(f []string) []string { return f[:5] },
		"another parameter":    func(f []string) []string { f[4] += "&uploads="; return f },
	} {
		bad := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(change(slices.Clone(good)), "\n")))
		companion{w, origin + "/api/s3/" + bad}.refused("GET", "/s3/params?filename=a", "", upload.Unauthorized)
	}
	for _, bad := range []string{"x", "session2", "YWxpY2U", "*", token + "A", token[1:]} {
		companion{w, origin + "/api/s3/" + bad}.refused("GET", "/s3/params?filename=a", "", upload.Unauthorized)
	}
	// What was signed for a real upload is no session either.
	upload := must[api.Upload](w)(w.as(good[0]).CreateUpload(t.Context(), api.UploadRequest{Name: "a", Size: size(1)}))
	query := partURL(upload.Sign, 1)
	_, query, _ = strings.Cut(query, "?")
	made := []string{good[0]}
	for _, name := range []string{"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-Security-Token"} {
		_, rest, _ := strings.Cut("&"+query, "&"+name+"=")
		value, _, _ := strings.Cut(rest, "&")
		made = append(made, strings.ReplaceAll(strings.ReplaceAll(value, "%2F", "/"), "%3D", "="))
	}
	bad := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(made, "\n")))
	companion{w, origin + "/api/s3/" + bad}.refused("GET", "/s3/params?filename=a", "", "Unauthorized")
}

// Whoever holds a session cannot have the request that proves it signed anew: it would
// never end.
func TestSessionIsNotRenewedByItself(t *testing.T) {
	w := service(t)
	alice := caller(t)
	c := w.companion(alice)
	const proof = "00000000-0000-0000-0000-000000000000"
	for _, key := range []string{"uploads/" + alice + "/~session-companion", "uploads/" + alice + "/in/~session-companion-abc"} {
		c.refused("GET", "/s3/multipart/"+proof+"/1?key="+key, "", upload.InvalidArgument)
		c.refused("GET", "/s3/multipart/"+proof+"/batch?partNumbers=1&key="+key, "", upload.InvalidArgument)
		for _, method := range []string{"GET", "DELETE"} {
			c.refused(method, "/s3/multipart/"+proof+"?key="+key, "", upload.InvalidArgument)
		}
		wantCode(t, errOf(w.as(alice).SignUppy(t.Context(), api.UppyRequest{Method: "PUT", Key: key, UploadID: proof, PartNumber: 1})), upload.InvalidArgument)
		wantCode(t, errOf(w.as(alice).SignParts(t.Context(), api.SignRequest{Key: key, UploadID: proof, Size: size(1)})), upload.InvalidArgument)
	}
}

// A leaked address is of no use after its life, neither where it was checked
// before nor elsewhere; and it is of use to upload only.
func TestSessionsEnd(t *testing.T) {
	g := sharedGateway(t)
	now := atomic.Int64{}
	clock := func() time.Time { return time.Now().Add(time.Duration(now.Load())) }
	w := serviceWith(t, g, func(o *api.Options) { o.Config.Expires, o.Now = upload.Duration(time.Minute), clock })
	sub := caller(t)
	var session api.Session
	w.call("POST", w.api+"/s3/session", sub, "", 200, &session)
	c := companion{w, strings.TrimSuffix(w.api, api.Base) + session.CompanionEndpoint}
	var form api.CompanionForm
	c.get("/s3/params?filename=a", &form)
	for _, path := range []string{"/files", "/uploads", "/s3/session"} {
		var p api.Problem
		token := session.CompanionEndpoint[len("/api/s3/"):]
		if path != "/s3/session" {
			w.call("GET", w.api+path, "", "", 401, &p)
		}
		r, _ := http.NewRequest("GET", w.api+"/s3/"+token+path, nil)
		answer, err := http.DefaultClient.Do(r)
		if err != nil || answer.StatusCode != 404 {
			t.Errorf("%s below a session: %v %v, want 404", path, answer.StatusCode, err)
		}
	}
	now.Store(int64(50 * time.Second))
	c.get("/s3/params?filename=a", &form)
	now.Store(int64(61 * time.Second))
	c.refused("GET", "/s3/params?filename=a", "", upload.Unauthorized)
	// An instance whose clock is late, and which did not make it, asks S3, whose
	// clock is not.
	var old api.Session
	now.Store(int64(-61 * time.Second))
	w.call("POST", w.api+"/s3/session", sub, "", 200, &old)
	late := serviceWith(t, g, func(o *api.Options) { o.Config.Expires, o.Now = upload.Duration(time.Minute), clock })
	late.atAnother(companion{w, old.CompanionEndpoint}).refused("GET", "/s3/params?filename=a", "", upload.Unauthorized)
}

// A session has one spelling: newlines that Go's decoder passes over make no other.
func TestSessionHasOneSpelling(t *testing.T) {
	w := service(t)
	c := w.companion(caller(t))
	var form api.CompanionForm
	c.get("/s3/params?filename=a", &form)
	for _, more := range []string{"%0A", "%0D", "%0D%0A", "=", "%20"} {
		companion{w, c.base + more}.refused("GET", "/s3/params?filename=a", "", upload.Unauthorized)
		at := len(c.base) - 20
		companion{w, c.base[:at] + more + c.base[at:]}.refused("GET", "/s3/params?filename=a", "", upload.Unauthorized)
	}
}

// What is no session costs S3 little, whoever brings how much of it; and a good one
// is known all the same, and one of another instance soon again.
func TestNoSessionsCostLittle(t *testing.T) {
	transport, now := &counting{}, atomic.Int64{}
	clock := func() time.Time { return time.Now().Add(time.Duration(now.Load())) }
	g := sharedGateway(t)
	w := serviceWith(t, g, func(o *api.Options) { o.HTTP, o.Now = &http.Client{Transport: transport}, clock })
	own := w.companion(caller(t))
	text, err := base64.RawURLEncoding.DecodeString(own.base[strings.LastIndex(own.base, "/")+1:])
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Split(string(text), "\n")
	send := func(change func(f []string, n int)) (codes map[upload.Code]int) {
		codes = map[upload.Code]int{}
		for n := range 100 {
			f := slices.Clone(fields)
			change(f, n)
			bad := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(f, "\n")))
			answer, err := http.Get(w.api + "/s3/" + bad + "/s3/params?filename=a")
			if err != nil {
				t.Fatal(err)
			}
			var p api.Problem
			if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			codes[p.Code]++
		}
		return codes
	}
	signature := func(n int) string { return fmt.Sprintf("%064x", n) }
	for what, change := range map[string]func(f []string, n int){
		"our own key, which has not signed it": func(f []string, n int) { f[4] = signature(n) },
		"what is no signature":                 func(f []string, n int) { f[4] = fmt.Sprint(n) },
		"another region":                       func(f []string, n int) { f[1], f[4] = strings.Replace(f[1], region, "mars-1", 1), signature(n) },
		"another's key for another region": func(f []string, n int) {
			f[1], f[4] = "AKIAOTHER"+strings.Replace(f[1][strings.IndexByte(f[1], '/'):], region, "mars-1", 1), signature(n)
		},
		"another's key at a date to come": func(f []string, n int) {
			_, rest, _ := strings.Cut(f[1], "/")
			f[1], f[2], f[4] = "AKIAOTHER/20990101"+rest[8:], "20990101T000000Z", signature(n)
		},
		"a date to come": func(f []string, n int) { f[2], f[4] = "20990101T000000Z", signature(n) },
	} {
		transport.sent.Store(0)
		if codes := send(change); codes[upload.Unauthorized] != 100 || transport.sent.Load() != 0 {
			t.Errorf("%s: got %v and %d requests to S3, want 401 and none", what, codes, transport.sent.Load())
		}
	}
	transport.sent.Store(0)
	other := "Z"
	if strings.HasPrefix(fields[1][15:], other) {
		other = "Y"
	}
	codes := send(func(f []string, n int) { f[1], f[4] = "ASIA"+f[1][4:15]+other+f[1][16:], signature(n) })
	if n := transport.sent.Load(); n == 0 || n > 10 || codes[upload.Unauthorized]+codes[upload.SlowDown] != 100 || codes[upload.SlowDown] == 0 {
		t.Errorf("another key: got %v and %d requests to S3, want a few, and then 503", codes, n)
	}
	var form api.CompanionForm
	own.get("/s3/params?filename=a", &form)
	now.Add(int64(5 * time.Second))
	w.atAnother(service(t).companion(caller(t)+"2")).get("/s3/params?filename=a", &form)
}

// Credentials of somebody who may not write make no session.
func TestSessionOfAReader(t *testing.T) {
	g := startGateway(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":"*"}]}`)
	defer g.Close()
	w := serviceOn(t, g)
	serviceOn(t, g).atAnother(w.companion(caller(t))).refused("GET", "/s3/params?filename=a", "", upload.Unauthorized)
}

// counting counts what is sent to S3.
type counting struct {
	sent atomic.Int64
	fail error
}

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	c.sent.Add(1)
	if c.fail != nil {
		return nil, c.fail
	}
	return http.DefaultTransport.RoundTrip(r)
}

// atAnother is the same session at this instance.
func (w *world) atAnother(c companion) companion {
	_, session, _ := strings.Cut(c.base, api.Base)
	return companion{w, w.api + session}
}

func TestSessionIsCheckedOnce(t *testing.T) {
	transport := &counting{}
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) { o.HTTP = &http.Client{Transport: transport} })
	other := service(t)
	for c, want := range map[companion]int64{w.companion(caller(t)): 0, w.atAnother(other.companion(caller(t))): 1} {
		transport.sent.Store(0)
		var form api.CompanionForm
		for range 5 {
			c.get("/s3/params?filename=a", &form)
		}
		if n := transport.sent.Load(); n != want {
			t.Errorf("S3 was asked %d times for 5 calls of a session, want %d", n, want)
		}
	}
	transport.fail = errors.New("no way there")
	c := w.atAnother(other.companion(caller(t) + "2"))
	c.refused("GET", "/s3/params?filename=a", "", upload.ServiceUnavailable)
	if strings.Contains(w.log.String(), "X-Amz-Signature") || strings.Contains(w.log.String(), strings.SplitN(c.base, "/api/s3/", 2)[1]) {
		t.Error("the log has a session or a signature")
	}
}

func TestSessionNeedsCredentials(t *testing.T) {
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Credentials = func(context.Context) (presign.Credentials, error) {
			return presign.Credentials{}, errors.New("none")
		}
	})
	var p api.Problem
	w.call("POST", w.api+"/s3/session", caller(t), "", 500, &p)
}
