package api

import (
	"cmp"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"signet/lambda/upload"
)

// Who calls /s3/{session}?
//
// Uppy 6 sends no Authorization header, and cookies to its own origin alone. A
// cookie would be of no use to a page on another origin, and it goes along with
// whatever a browser sends, wanted or not, so that each call would need a defence
// against other sites' pages. So the caller is in the path: POST /s3/session,
// which takes the usual token, answers a companionEndpoint that holds a session.
// A page that was not given it cannot name it, and none of the browser's own
// doing adds it to a request: there is nothing to forge.
//
// A session is a presigned request to S3, made for this caller and no other:
// UploadPart to an upload that does not exist ([upload.Policy.AuthorizeSession]).
// To check it we send it: S3 answers NoSuchUpload where signature, time,
// credentials and permission are right, and refuses it otherwise. So
//
//   - there is no key of our own to keep, rotate, pay for or leak, and no state;
//     whoever can make a session may write under that prefix anyway;
//   - every instance, a laptop and any other S3 store check it in the same way;
//   - it ends by itself: after the configuration's expires, by its own signature,
//     and at the latest 5 minutes later by the bucket's policy;
//   - what it is good for is uploading: it lists, reads and deletes no file.
//
// A KMS key for HMACs would do as well, for a dollar a month, a permission, a
// client of KMS in the function, and a local stand-in that is not what is
// deployed. The token of the issuer itself would be worth more to whoever finds
// it in a log, and could not be checked without fetching the issuer's keys.
//
// Whoever finds the address in a log can use it until then, to upload. API
// Gateway's log has routes and no paths, and ours too; CloudFront's has paths, in a
// bucket that only the account reads, and comes up to an hour later.
//
// The cost: the address is about 1.7 kB long with a role's session token, and the
// first call that an instance sees of a session which another one made asks S3,
// which takes a few milliseconds.

// createSession gives the caller a session.
func (h *Handler) createSession(x *exchange) (any, error) {
	request, err := h.policy.AuthorizeSession(x.bearer)
	if err != nil {
		return nil, err
	}
	signed, err := h.proofs.URL(x.ctx(), request)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(signed.URL)
	if err != nil {
		return nil, err
	}
	fields := []string{string(x.bearer.Caller)}
	for _, name := range sessionFields() {
		fields = append(fields, u.Query().Get(name))
	}
	token := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(fields, "\n")))
	h.sessions.keep(token, signed.Expires)
	return &Session{CompanionEndpoint: Base + "/s3/" + token, Expires: signed.Expires}, nil
}

// sessionFields are the parameters of the signed request that a session has to
// bring; everything else about it is known.
func sessionFields() []string {
	return []string{"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-Security-Token"}
}

// maxSessions bounds the sessions that an instance remembers, at 1.7 kB each.
const maxSessions = 1000

// sessions remembers the sessions that were made here or that S3 has found good,
// and until when they are.
type sessions struct {
	mu   sync.Mutex
	good map[string]time.Time
}

func (s *sessions) knows(token string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.good[token])
}

func (s *sessions) keep(token string, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.good) >= maxSessions || s.good == nil {
		s.good = map[string]time.Time{} // the others are asked about again
	}
	s.good[token] = until
}

// session is the bearer that a session speaks for.
func (h *Handler) session(ctx context.Context, token string) (nobody upload.Bearer, err error) {
	bad := upload.Errorf(upload.Unauthorized, "got no session that is valid now, want the companionEndpoint of POST %s/s3/session: ask for a new one", Base)
	text, err := base64.RawURLEncoding.Strict().DecodeString(token)
	fields := strings.Split(string(text), "\n")
	if err != nil || len(fields) != 1+len(sessionFields()) {
		return nobody, bad
	}
	caller, ok := upload.ParseCaller(fields[0])
	bearer := upload.Bearer{Caller: caller}
	date, err := time.Parse("20060102T150405Z", fields[2])
	seconds, err2 := strconv.ParseUint(fields[3], 10, 20)
	if !ok || err != nil || err2 != nil {
		return nobody, bad
	}
	now, ends := h.options.Now(), date.Add(min(time.Duration(seconds)*time.Second, time.Duration(h.options.Config.Expires)))
	switch {
	case !now.Before(ends):
		return nobody, bad
	case h.sessions.knows(token, now):
		return bearer, nil
	}
	switch ok, err := h.prove(ctx, bearer, fields[1:]); {
	case err != nil:
		return nobody, err
	case !ok:
		return nobody, bad
	}
	h.sessions.keep(token, ends)
	return bearer, nil
}

// prove sends a session's request to S3. Its address is our own in everything
// but the signature's parameters.
func (h *Handler) prove(ctx context.Context, bearer upload.Bearer, values []string) (bool, error) {
	request, err := h.policy.AuthorizeSession(bearer)
	if err != nil {
		return false, err
	}
	signed, err := h.proofs.URL(ctx, request)
	if err != nil {
		return false, err
	}
	u, err := url.Parse(signed.URL)
	if err != nil {
		return false, err
	}
	query := u.Query()
	for i, name := range sessionFields() {
		query.Del(name)
		if values[i] != "" {
			query.Set(name, values[i])
		}
	}
	u.RawQuery = query.Encode()
	r, err := http.NewRequestWithContext(ctx, signed.Method, u.String(), http.NoBody)
	if err != nil {
		return false, err
	}
	client := cmp.Or(h.options.HTTP, http.DefaultClient)
	answer, err := client.Do(r)
	if err != nil {
		return false, &upload.Error{Code: upload.SlowDown, Detail: "S3 cannot be asked about the session: wait a second and try again", Err: err}
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 4<<10))
	switch known := answer.StatusCode == http.StatusNotFound && strings.Contains(string(body), "<Code>NoSuchUpload</Code>"); {
	case known:
		return true, nil
	case answer.StatusCode == http.StatusForbidden || answer.StatusCode == http.StatusBadRequest:
		return false, nil // not signed by us, too late, or its credentials have ended
	case err == nil && answer.StatusCode < 500:
		return false, upload.Errorf(upload.InternalError, "S3 did not answer as expected about the session: its operator finds the reason in the bucket's settings")
	}
	return false, &upload.Error{Code: upload.SlowDown, Detail: "S3 does not answer about the session: wait a second and try again", Err: err}
}
