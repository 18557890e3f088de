// Package sigv4 checks requests that are signed with Signature Version 4 in their
// headers, as API Gateway's IAM authorizer does, where there is no API Gateway
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
package sigv4

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

const (
	service = "execute-api"
	// maxSkew is how far a signature's time may be from ours.
	maxSkew    = 5 * time.Minute
	timeFormat = "20060102T150405Z"
)

// Keys are those of somebody who may sign.
type Keys struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	// Region that is signed for.
	Region string `json:"region"`
	// ARN is who it is, told nobody.
	ARN string `json:"-"`
}

// Errors of a request that nobody known has signed as it is.
var (
	ErrUnsigned = errors.New("no Signature Version 4 for " + service + " in the Authorization header")
	ErrUnknown  = errors.New("signed with keys that are not known, or for another region or day")
	ErrTime     = errors.New("signed too long ago, or ahead of time")
	ErrWrong    = errors.New("another signature than this request has")
)

// Check gives the ARN of the holder of the keys, if it has signed the request with this
// body at about now.
func (k Keys) Check(r *http.Request, body []byte, now time.Time) (arn string, err error) {
	rest, ok := strings.CutPrefix(r.Header.Get("Authorization"), presign.Algorithm+" ")
	if !ok {
		return "", ErrUnsigned
	}
	fields := fieldsOf(rest)
	date, err := time.Parse(timeFormat, r.Header.Get("X-Amz-Date"))
	if err != nil {
		return "", ErrUnsigned
	}
	scope := presign.Scope{Time: date, Region: k.Region, Service: service}
	if fields["Credential"] != k.AccessKeyID+"/"+scope.String() || k.AccessKeyID == "" {
		return "", ErrUnknown
	}
	if date.Before(now.Add(-maxSkew)) || date.After(now.Add(maxSkew)) {
		return "", ErrTime
	}
	names := strings.Split(fields["SignedHeaders"], ";")
	if !slices.Contains(names, "host") || !slices.Contains(names, "x-amz-date") {
		return "", ErrWrong
	}
	m := presign.Message{Method: r.Method, Path: presign.EscapePath(r.URL.EscapedPath()), PayloadHash: hash(body)}
	for _, name := range names {
		m.Headers = append(m.Headers, upload.Header{Name: name, Value: header(r, name)})
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return "", ErrWrong
	}
	for name, all := range values {
		for _, value := range all {
			m.Query = append(m.Query, upload.Header{Name: name, Value: value})
		}
	}
	if given := r.Header.Get("X-Amz-Content-Sha256"); given != "" && given != m.PayloadHash {
		return "", ErrWrong
	}
	want := presign.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey}.Sign(scope, scope.StringToSign(m.CanonicalRequest()))
	if subtle.ConstantTimeCompare([]byte(want), []byte(fields["Signature"])) != 1 {
		return "", ErrWrong
	}
	return k.ARN, nil
}

// fieldsOf reads name=value, name=value.
func fieldsOf(text string) map[string]string {
	fields := map[string]string{}
	for field := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	return fields
}

// header is a header's value as it is signed.
func header(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10) // net/http keeps it there
	}
	return strings.Join(r.Header.Values(name), ",")
}

func hash(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
