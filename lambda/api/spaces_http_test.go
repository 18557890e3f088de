package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// spacesWorld is the API with spaces of every kind, in front of a gateway whose role may
// do what the deployed one may.
var spacesGateway = struct {
	sync.Mutex
	g *gateway.Gateway
}{}

func spaces(t *testing.T, change ...func(*api.Options)) *world {
	t.Helper()
	c := kindsConfig(t)
	text, err := upload.PolicyDocument(spaceGrants(c))
	if err != nil {
		t.Fatal(err)
	}
	spacesGateway.Lock()
	defer spacesGateway.Unlock()
	if spacesGateway.g == nil {
		spacesGateway.g = startGateway(t, string(text))
	}
	c.Endpoint = spacesGateway.g.URL()
	return serviceWith(t, spacesGateway.g, func(o *api.Options) {
		o.Config = c
		o.Groups = func(r *http.Request) []string { return people[subject(r)] }
		for _, f := range change {
			f(o)
		}
	})
}

// ask sends a call and gives its problem's code, "" for none.
func (w *world) ask(sub, method, path, body string, out ...any) upload.Code {
	w.Helper()
	r, err := http.NewRequestWithContext(w.Context(), method, w.api+path, strings.NewReader(body))
	if err != nil {
		w.Fatal(err)
	}
	if sub != "nobody" {
		r.Header.Set("Authorization", "Bearer "+sub)
	}
	answer, err := contract{w.T}.RoundTrip(r)
	if err != nil {
		w.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	text.ReadFrom(answer.Body)
	if answer.StatusCode < 300 {
		if len(out) > 0 {
			if err := json.Unmarshal(text.Bytes(), out[0]); err != nil {
				w.Fatal(err)
			}
		}
		return ""
	}
	var p api.Problem
	if err := json.Unmarshal(text.Bytes(), &p); err != nil {
		w.Fatalf("%s %s: %s", method, path, text.String())
	}
	return p.Code
}

// place puts a file of alice's where she would have put it.
func (w *world) place(key string) {
	w.Helper()
	in := &s3.PutObjectInput{Bucket: aws.String(bucket), Key: &key, Body: strings.NewReader("abc"), ContentLength: aws.Int64(3), ContentType: aws.String("image/png"),
		Metadata: map[string]string{upload.MetadataBy: "alice", "case": "4711"}}
	if _, err := w.s3.PutObject(w.Context(), in); err != nil {
		w.Fatal(err)
	}
}

// TestSpacesOverHTTP holds the handler to the same answers, for everybody who asks, with
// a real store behind it.
func TestSpacesOverHTTP(t *testing.T) {
	w := sharedSpaces(t)
	s := stage{
		api: w.api, backend: w.api, alice: "alice", way: contract{t}, put: w.place, has: w.there,
		as:   func(r *http.Request, who string) { r.Header.Set("Authorization", "Bearer "+who) },
		sign: func(r *http.Request, _ []byte) { r.Header.Set("X-Test-Backend", backendRole) },
	}
	s.play(t)
}

// there says whether a file of this key can be read.
func (w *world) there(key string) bool {
	_, err := w.s3.HeadObject(w.Context(), &s3.HeadObjectInput{Bucket: aws.String(bucket), Key: &key})
	return err == nil
}

func problemIn(t *testing.T, answer *http.Response) (p api.Problem) {
	t.Helper()
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}
