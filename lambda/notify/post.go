package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

const (
	// postTime is how long a receiver has to answer.
	postTime = 15 * time.Second
	// textTime is how long the beginning of its answer's text is waited for, once the
	// status is there.
	textTime = time.Second
	// answerText and answerHeader bound what is read of an answer, in bytes.
	answerText   = 512
	answerHeader = 32 << 10
)

// Secrets gives the keys to sign with, newest first; at least one.
type Secrets func(ctx context.Context) ([]Secret, error)

// Poster sends events to an address, as the standard has it.
type Poster struct {
	url     string
	secrets Secrets
	client  *http.Client
	now     func() time.Time
}

// NewPoster makes a Poster. It calls no private address; loopback lets it call this
// machine. A nil now is time.Now.
func NewPoster(url string, secrets Secrets, loopback bool, now func() time.Time) *Poster {
	if now == nil {
		now = time.Now
	}
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: guard(loopback)}
	return &Poster{url: url, secrets: secrets, now: now, client: &http.Client{
		Timeout: postTime,
		// Where the answer leads to, nobody has configured.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{ // no proxy: it would be what is asked whether an address is private
			DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ForceAttemptHTTP2: true,
			MaxResponseHeaderBytes: answerHeader, DisableCompression: true, MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second,
		},
	}}
}

// Send makes one POST request. Success is a status of 200 to 299 in time.
func (p *Poster) Send(ctx context.Context, e *Event) Answer {
	secrets, err := p.secrets(ctx)
	if err != nil {
		return Answer{Err: err}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body := e.Body()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return Answer{Err: err}
	}
	at := p.now()
	r.Header = http.Header{
		"Content-Type": {"application/json"}, "User-Agent": {"Signet-Webhooks"},
		"Webhook-Id": {e.ID}, "Webhook-Timestamp": {seconds(at)}, "Webhook-Signature": {sign(secrets, e.ID, at, body)},
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return Answer{Err: plain(err)}
	}
	defer answer.Body.Close()
	slow := time.AfterFunc(textTime, cancel)
	defer slow.Stop()
	text, _ := io.ReadAll(io.LimitReader(answer.Body, answerText)) // what is there of it
	return judge(answer, text)
}

// judge reads an answer as the standard does: 2xx is success, 410 the end, everything
// else, redirects included, is tried again.
func judge(answer *http.Response, text []byte) Answer {
	a := Answer{Status: answer.StatusCode, Text: readable(text)}
	switch status := answer.StatusCode; {
	case status >= 200 && status < 300:
	case status == http.StatusGone:
		a.Gone, a.Err = true, errors.New("got 410, the receiver takes nothing more: take events.url out of the configuration, or have it answer and redrive what waits")
	case status >= 300 && status < 400:
		a.Err = fmt.Errorf("got %d, a redirect, which is never followed: set events.url to where it leads", status)
	default:
		a.Err = fmt.Errorf("got %d, want 200 to 299", status)
		if s, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && s > 0 {
			a.After = time.Duration(min(s, 24*3600)) * time.Second
		}
	}
	return a
}

// readable is the beginning of a text, in one line, without what a terminal acts on or
// what turns letters round: it is shown, and logged.
func readable(text []byte) string {
	s := strings.Join(strings.Fields(strings.ToValidUTF8(string(text), "")), " ")
	s = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, s)
	for len(s) > 200 || !utf8.ValidString(s) {
		s = s[:len(s)-1]
	}
	return s
}

// plain is a connection's error without the address, which may hold a secret of the
// receiver's.
func plain(err error) error {
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return fmt.Errorf("got no answer within %v", postTime)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
