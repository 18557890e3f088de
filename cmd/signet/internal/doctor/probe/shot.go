package probe

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// shot is one request: signed as the headers say, sent as change makes it.
type shot struct {
	method, key, body string
	headers           map[string]string
	age               time.Duration // how long ago it was signed
	life              time.Duration // 0: 5 minutes
	unsigned          bool
	change            func(*http.Request)
}

// answer is what S3 said.
type answer struct {
	status int
	code   string // S3's
	header http.Header
	err    error
}

func (a answer) stored() bool { return a.err == nil && a.status < 300 }

func (a answer) text() string {
	if a.err != nil {
		return a.err.Error()
	}
	return strings.TrimSpace(fmt.Sprintf("%d %s", a.status, a.code))
}

// send sends a request and remembers what it stored. An error names no URL,
// which is signed.
func (p *runner) send(ctx context.Context, s shot) answer {
	r, err := p.request(ctx, s)
	if err != nil {
		return answer{err: err}
	}
	sent := r.URL.EscapedPath()
	got, err := p.http.Do(r)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			err = failed.Err
		}
		if r.Method == http.MethodPut { // it may be stored all the same
			p.written = append(p.written, [2]string{s.key, ""})
		}
		return answer{err: err}
	}
	a := answer{status: got.StatusCode, header: got.Header}
	var said struct{ Code string }
	if xml.Unmarshal([]byte(drain(got.Body)), &said) == nil {
		a.code = said.Code
	}
	if r.Method == http.MethodPut && a.stored() {
		key := s.key
		if i := strings.Index(sent, p.folder); i >= 0 {
			key = sent[i:]
		}
		p.written = append(p.written, [2]string{key, got.Header.Get("X-Amz-Version-Id")})
	}
	return a
}

func (p *runner) request(ctx context.Context, s shot) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, s.method, p.base+s.key, strings.NewReader(s.body))
	if err != nil {
		return nil, err
	}
	for name, value := range s.headers {
		r.Header.Set(name, value)
	}
	if !s.unsigned {
		if s.life == 0 {
			s.life = 5 * time.Minute
		}
		if err := p.sign(ctx, r, s); err != nil {
			return nil, err
		}
	}
	if s.change != nil {
		s.change(r)
	}
	return r, nil
}

func (p *runner) sign(ctx context.Context, r *http.Request, s shot) error {
	query := r.URL.Query()
	query.Set("X-Amz-Expires", strconv.Itoa(int(s.life.Seconds())))
	r.URL.RawQuery = query.Encode()
	credentials, err := p.config.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	signed, _, err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).
		PresignHTTP(ctx, credentials, r, "UNSIGNED-PAYLOAD", "s3", p.config.Region, p.Now().Add(-s.age))
	if err != nil {
		return err
	}
	r.URL, err = url.Parse(signed)
	return err
}
