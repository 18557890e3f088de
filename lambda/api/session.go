package api

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"signet/lambda/presign"
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
// Anybody may call with what is no session. What this instance can tell by itself it
// refuses; of the rest S3 is asked, but only so often in vain (see [sessions]).
//
// The cost: the address is about 1.7 kB long with a role's session token, and the
// first call that an instance sees of a session which another one made asks S3,
// which takes a few milliseconds.

// createSession gives the caller a session, for his own files or for another place in
// which he may upload.
func (h *Handler) createSession(x *exchange) (any, error) {
	var m SessionRequest
	if err := decodeOptional(x.Request, &m); err != nil {
		return nil, err
	}
	bearer, err := h.policy.Bind(x.bearer, upload.Place{Space: m.Space, Folder: m.Folder}, upload.Write)
	if err != nil {
		return nil, err
	}
	request, err := h.policy.AuthorizeSession(bearer)
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
	fields := []string{string(bearer.Caller)}
	for _, name := range sessionFields() {
		fields = append(fields, u.Query().Get(name))
	}
	fields = append(fields, placeFields(bearer)...)
	token := base64.RawURLEncoding.EncodeToString([]byte(strings.Join(fields, "\n")))
	h.sessions.keep(token, signed.Expires, true)
	return &Session{CompanionEndpoint: Base + "/s3/" + token, Expires: signed.Expires}, nil
}

const (
	dateFormat = "20060102T150405Z" // of X-Amz-Date
	// maxSkew is how far ahead S3 lets a signature's date be.
	maxSkew = 15 * time.Minute
)

// sessionFields are the parameters of the signed request that a session has to
// bring; everything else about it is known.
func sessionFields() []string {
	return []string{"X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-Signature", "X-Amz-Security-Token"}
}

// placeFields name the place of a session: none where it is the caller's own files, so
// that such a session is what it was before there were others.
func placeFields(b upload.Bearer) []string {
	if b.Bound.Space == "" && b.Bound.Folder == "" && b.Bound.Owner == b.Caller {
		return nil
	}
	return []string{b.Bound.Space, string(b.Bound.Owner), b.Bound.Folder}
}

// sessionBearer is who a session says that it is for.
func sessionBearer(fields []string) (b upload.Bearer, ok bool) {
	caller, ok := upload.ParseCaller(fields[0])
	b = upload.Bearer{Caller: caller, Bound: &upload.Bound{Owner: caller, Rights: upload.Write}}
	if place := fields[1+len(sessionFields()):]; len(place) > 0 {
		owner, known := upload.ParseCaller(place[1])
		b.Bound.Space, b.Bound.Owner, b.Bound.Folder = place[0], owner, place[2]
		ok = ok && known && len(placeFields(b)) > 0 // a place has one spelling too
	}
	return b, ok
}

// session is the bearer that a session speaks for. A session has one spelling: with
// others, each taken for a new one, whoever holds one could flush what is remembered.
func (h *Handler) session(ctx context.Context, token string) (nobody upload.Bearer, err error) {
	bad := upload.Errorf(upload.Unauthorized, "got no session that is valid now, want the companionEndpoint of POST %s/s3/session: ask for a new one", Base)
	text, err := base64.RawURLEncoding.Strict().DecodeString(token)
	fields := strings.Split(string(text), "\n")
	if err != nil || base64.RawURLEncoding.EncodeToString(text) != token || len(fields) != 1+len(sessionFields()) && len(fields) != 4+len(sessionFields()) {
		return nobody, bad
	}
	bearer, ok := sessionBearer(fields)
	date, err := time.Parse(dateFormat, fields[2])
	seconds, err2 := strconv.ParseUint(fields[3], 10, 20)
	if !ok || err != nil || err2 != nil {
		return nobody, bad
	}
	now, ends := h.options.Now(), date.Add(min(time.Duration(seconds)*time.Second, time.Duration(h.options.Config.Expires)))
	if !now.Before(ends) || date.After(now.Add(maxSkew)) {
		return nobody, bad
	}
	good, known := h.sessions.knows(token, now)
	if !known {
		if good, err = h.prove(ctx, bearer, date, fields[1:1+len(sessionFields())]); err != nil {
			return nobody, err
		}
		h.sessions.keep(token, ends, good)
	}
	if !good {
		return nobody, bad
	}
	return bearer, nil
}

// prove finds out whether a session is one. What cannot be, by what it says of
// itself or because this instance's own key would have signed it otherwise, costs no
// request; and all the rest, whoever brings it, no more than S3 may be asked in vain.
func (h *Handler) prove(ctx context.Context, bearer upload.Bearer, date time.Time, values []string) (bool, error) {
	if _, err := h.policy.AuthorizeSession(bearer); err != nil {
		return false, nil // a place that is none
	}
	likely, err := h.likely(ctx, bearer, date, values)
	if err != nil || !likely {
		return false, err
	}
	if !h.sessions.begin(h.options.Now()) {
		return false, upload.Errorf(upload.SlowDown, "S3 has been asked about too many sessions that are none: wait a few seconds and try again")
	}
	good, err := h.ask(ctx, bearer, values)
	if good {
		h.sessions.worthIt()
	}
	return good, err
}

// likely says of a session what can be said here: whether its values have the form
// of a signature for this bucket's region, and, where our own key is said to have
// signed, whether it has.
func (h *Handler) likely(ctx context.Context, bearer upload.Bearer, date time.Time, values []string) (bool, error) {
	key, scope, _ := strings.Cut(values[0], "/")
	signature, err := hex.DecodeString(values[3])
	if err != nil || len(signature) != sha256.Size || scope != (presign.Scope{Time: date, Region: h.options.Config.Region}).String() {
		return false, nil
	}
	own, err := h.options.Credentials(ctx)
	if err != nil || own.AccessKeyID != key {
		return err == nil, err
	}
	u, err := h.signedAt(ctx, bearer, date)
	if err != nil {
		return false, nil // a date at which the key had ended
	}
	for i, name := range sessionFields() {
		if subtle.ConstantTimeCompare([]byte(u.Query().Get(name)), []byte(values[i])) != 1 {
			return false, nil
		}
	}
	return true, nil
}

// signedAt is the session that this instance would have made then.
func (h *Handler) signedAt(ctx context.Context, bearer upload.Bearer, date time.Time) (*url.URL, error) {
	o := h.proving
	o.Now = func() time.Time { return date }
	request, err := h.policy.AuthorizeSession(bearer)
	if err != nil {
		return nil, err
	}
	signed, err := presign.New(o).URL(ctx, request)
	if err != nil {
		return nil, err
	}
	return url.Parse(signed.URL)
}

// ask sends a session's request to S3. Its address is our own in everything but the
// signature's parameters.
func (h *Handler) ask(ctx context.Context, bearer upload.Bearer, values []string) (bool, error) {
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
		return false, s3Away(err)
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
	return false, s3Away(err)
}
