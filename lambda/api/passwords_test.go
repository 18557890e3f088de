package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/api"
	"signet/lambda/upload"
)

func TestPasswords(t *testing.T) {
	const password = "비밀번호 één"
	now := time.Now()
	clock := func(o *api.Options) {
		o.Config.Passes = true
		o.Now = func() time.Time { return now }
	}
	w := serviceWith(t, sharedGateway(t), clock)
	alice := caller(t)
	made := w.pass(alice, api.PassRequest{Do: "upload", Folder: "in", Password: password})
	if text := w.stateObject("passes/" + made.ID); strings.Contains(text, password) || strings.Contains(text, made.Token[23:]) || !strings.Contains(text, "$argon2id$") {
		t.Errorf("kept: %s", text)
	}
	if _, err := w.guest(made.Token).ShowPass(t.Context()); !isCode(err, upload.WrongPassword) {
		t.Errorf("without a password: %v", err)
	}
	// Decomposed, as a Mac writes it, is the same; the client composes, and so does the API.
	decomposed := "비밀번호 e\u0301e\u0301n"
	must[api.GuestPass](w)(w.guest(made.Token, decomposed).ShowPass(t.Context()))
	raw := w.guestRaw(made.Token, base64.RawURLEncoding.EncodeToString([]byte(decomposed)))
	if raw != 200 {
		t.Errorf("decomposed in the header: %d", raw)
	}
	if status := w.guestRaw(made.Token, "not base64!"); status != 401 {
		t.Errorf("no base64url: %d", status)
	}
	other := serviceWith(t, sharedGateway(t), clock)
	for i := range 10 {
		if _, err := w.guest(made.Token, fmt.Sprint("wrong", i)).ShowPass(t.Context()); !isCode(err, upload.WrongPassword) {
			t.Errorf("wrong %d: %v", i, err)
		}
	}
	// It pauses, for the right one too, on every instance that does not know the guest.
	if _, err := other.guest(made.Token, password).ShowPass(t.Context()); !isCode(err, upload.SlowDown) {
		t.Errorf("after ten wrong ones: %v", err)
	}
	now = now.Add(59 * time.Second)
	if _, err := other.guest(made.Token, "wrong").ShowPass(t.Context()); !isCode(err, upload.SlowDown) {
		t.Errorf("59 s later: %v", err)
	}
	now = now.Add(2 * time.Second)
	must[api.GuestPass](other)(other.guest(made.Token, password).ShowPass(t.Context()))
	// The next pause is twice as long, and it never ends.
	for range 10 {
		_, _ = other.guest(made.Token, "wrong").ShowPass(t.Context())
	}
	now = now.Add(61 * time.Second)
	if _, err := other.guest(made.Token, password).ShowPass(t.Context()); !isCode(err, upload.SlowDown) {
		t.Errorf("a minute into the second pause: %v", err)
	}
	now = now.Add(60 * time.Second)
	must[api.GuestPass](other)(other.guest(made.Token, password).ShowPass(t.Context()))
}

// Whoever guesses all at once is not told more than ten times.
func TestPasswordsGuessedAtOnce(t *testing.T) {
	w, alice := sharing(t), caller(t)
	made := w.pass(alice, api.PassRequest{Do: "read", Folder: "x", Password: "right"})
	var mu sync.Mutex
	told := map[upload.Code]int{}
	var wait sync.WaitGroup
	for i := range 30 {
		wait.Go(func() {
			_, err := w.guest(made.Token, fmt.Sprint("guess", i)).ShowPass(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if p, ok := err.(*api.Problem); ok {
				told[p.Code]++
			}
		})
	}
	wait.Wait()
	if told[upload.WrongPassword] != 10 || told[upload.SlowDown] != 20 {
		t.Errorf("told %v, want 10 times that it is wrong", told)
	}
}

// stateObject is an object of the state bucket, which nobody but the role can read.
func (w *world) stateObject(key string) string {
	w.Helper()
	out, err := w.s3.GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String(stateBucket), Key: &key})
	if err != nil {
		w.Fatal(err)
	}
	defer out.Body.Close()
	var b bytes.Buffer
	b.ReadFrom(out.Body)
	return b.String()
}

// guestRaw asks for the pass with a password header as it is.
func (w *world) guestRaw(token, password string) int {
	w.Helper()
	r, _ := http.NewRequest("GET", w.api+"/pass", nil)
	r.Header.Set("Signet-Pass", token)
	r.Header.Set("Signet-Password", password)
	answer, err := (contract{w.T}).RoundTrip(r)
	if err != nil {
		w.Fatal(err)
	}
	return answer.StatusCode
}
