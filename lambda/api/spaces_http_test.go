package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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

// TestSpacesOverHTTP holds the handler to the same answers, for those who have tokens,
// with a real store behind it.
func TestSpacesOverHTTP(t *testing.T) {
	w := spaces(t)
	c := kindsConfig(t)
	rows := 0
	for _, a := range answers {
		may := strings.Fields(a.may)
		for i, bearer := range bearers[:5] {
			for _, o := range spaceOperations {
				if o.call == nil {
					continue
				}
				rows++
				key := keyOf(c, a.space, a.place, fmt.Sprintf("http%d", rows))
				w.place(key)
				at := placeFor(bearer, a.place, a.others).Space
				method, path, body := o.call(at, key)
				if got, want := w.ask(bearer, method, path, body), wantAnswer(bearer, may[i], o.takes, o.name); got != want {
					t.Errorf("%s in %q, %s %s %s: got %q, want %q", bearer, a.space, method, path, body, got, want)
				}
			}
		}
	}
	t.Logf("%d rows", rows)
}

func problemIn(t *testing.T, answer *http.Response) (p api.Problem) {
	t.Helper()
	if err := json.NewDecoder(answer.Body).Decode(&p); err != nil {
		t.Fatal(err)
	}
	return p
}
