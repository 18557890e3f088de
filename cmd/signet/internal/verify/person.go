package verify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Person is somebody whom this run has made in the user pool, and who has signed in.
type Person struct {
	Access, ID string // tokens
	mail       string
	pool       *pool
}

// mostPages is how many pages managed login may show one after the other: one for the
// name, one for the password, and redirects between them.
const mostPages = 12

// newPerson makes a user of a deployment with a user pool, in a group where one is named,
// and signs in as that user at managed login, as a browser does: fills in the form and
// comes back with a code (RFC 7636). Delete has to be called. Where sign-in wants more
// than a password, or shows a page that cannot be filled in here, that is the error, and
// nobody is left behind.
func newPerson(ctx context.Context, client *http.Client, site string, in *pool, group string) (*Person, error) {
	p := &Person{mail: "signet-verify-" + random(8) + "@example.com", pool: in}
	password := "Aa1!" + random(16)
	err := p.pool.invite(ctx, p.mail, password)
	if err == nil && group != "" {
		err = p.pool.addTo(ctx, group, p.mail)
	}
	if err != nil {
		return nil, errors.Join(err, p.Delete(context.WithoutCancel(ctx)))
	}
	if err := p.signIn(ctx, client, site, password); err != nil {
		return nil, errors.Join(fmt.Errorf("a user of its own: %w", err), p.Delete(context.WithoutCancel(ctx)))
	}
	return p, nil
}

// Delete takes the user out of the pool again. One that is not there is gone.
func (p *Person) Delete(ctx context.Context) error {
	err := p.pool.remove(ctx, p.mail)
	if err != nil && strings.Contains(err.Error(), "UserNotFoundException") {
		return nil
	}
	return err
}

// Invite makes two people of a run's own, to talk as and to be another, whom leave
// deletes again. The first is in a group of his own, for the spaces that groups have.
func (t *Target) Invite(ctx context.Context, config aws.Config, poolID string) (leave func() error, err error) {
	in, group := &pool{config, poolID, t.HTTP}, "signet-verify-"+random(4)
	if err := in.group(ctx, group); err != nil {
		return func() error { return nil }, err
	}
	var people []*Person
	leave = func() error {
		trouble := []error{in.ungroup(context.WithoutCancel(ctx), group)}
		for _, p := range people {
			trouble = append(trouble, p.Delete(context.WithoutCancel(ctx)))
		}
		return errors.Join(trouble...)
	}
	for _, of := range []string{group, ""} {
		p, err := newPerson(ctx, t.HTTP, t.Site, in, of)
		if err != nil {
			return leave, errors.Join(err, leave())
		}
		people = append(people, p)
	}
	t.Token, t.IDToken, t.Other = people[0].Access, people[0].ID, people[1].Access
	return leave, nil
}

// settings are what the site's config.json says of signing in.
type settings struct {
	Auth struct{ ClientID, Scope, Logout string }
}

func (p *Person) signIn(ctx context.Context, client *http.Client, site, password string) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	b := browser{client: &http.Client{Transport: client.Transport, Timeout: client.Timeout, Jar: jar, CheckRedirect: client.CheckRedirect}}
	var s settings
	if err := b.json(ctx, site+"/config.json", &s); err != nil {
		return err
	}
	host, ok := strings.CutSuffix(s.Auth.Logout, "/logout")
	if !ok {
		return errors.New("got a site that signs in elsewhere than at Cognito, want Cognito: sign in with signet login")
	}
	back, verifier := site+"/", base64.RawURLEncoding.EncodeToString([]byte(random(24)))
	challenge := sha256.Sum256([]byte(verifier))
	code, err := b.code(ctx, host+"/oauth2/authorize?"+url.Values{
		"response_type": {"code"}, "client_id": {s.Auth.ClientID}, "redirect_uri": {back}, "scope": {s.Auth.Scope}, "state": {random(8)},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}, "code_challenge_method": {"S256"},
	}.Encode(), back, p.mail, password)
	if err != nil {
		return err
	}
	return p.exchange(ctx, b, host, url.Values{
		"grant_type": {"authorization_code"}, "client_id": {s.Auth.ClientID}, "code": {code}, "redirect_uri": {back}, "code_verifier": {verifier},
	})
}

func (p *Person) exchange(ctx context.Context, b browser, host string, form url.Values) error {
	page, err := b.open(ctx, http.MethodPost, host+"/oauth2/token", form)
	if err != nil {
		return err
	}
	var tokens struct {
		Access string `json:"access_token"`
		ID     string `json:"id_token"`
	}
	if json.Unmarshal([]byte(page.text), &tokens) != nil || tokens.Access == "" {
		return fmt.Errorf("got %d of %s/oauth2/token, want tokens: %.200s", page.status, host, page.text)
	}
	p.Access, p.ID = tokens.Access, tokens.ID
	return nil
}

// browser opens pages, with cookies.
type browser struct{ client *http.Client }

// page is an answer, and where a redirect leads.
type page struct {
	status int
	text   string
	at, to *url.URL
}

func (b browser) open(ctx context.Context, method, at string, form url.Values) (page, error) {
	r, err := http.NewRequestWithContext(ctx, method, at, strings.NewReader(form.Encode()))
	if err != nil {
		return page{}, err
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := b.client.Do(r)
	if err != nil {
		return page{}, err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 4<<20))
	p := page{status: answer.StatusCode, text: string(text), at: r.URL}
	if to := answer.Header.Get("Location"); to != "" && answer.StatusCode/100 == 3 {
		p.to, err = r.URL.Parse(to)
	}
	return p, err
}

func (b browser) json(ctx context.Context, at string, out any) error {
	p, err := b.open(ctx, http.MethodGet, at, nil)
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(p.text), out); err != nil {
		return fmt.Errorf("%s: got %d, want JSON: %w", at, p.status, err)
	}
	return nil
}

// code follows managed login from its first page until it leads back to the site.
func (b browser) code(ctx context.Context, at, back, mail, password string) (string, error) {
	p, err := b.open(ctx, http.MethodGet, at, nil)
	filled := 0
	for range mostPages {
		switch {
		case err != nil:
			return "", err
		case p.to != nil && p.to.Scheme+"://"+p.to.Host+p.to.Path == back:
			if code := p.to.Query().Get("code"); code != "" {
				return code, nil
			}
			return "", fmt.Errorf("got %s of managed login, want a code", p.to)
		case p.to != nil:
			p, err = b.open(ctx, http.MethodGet, p.to.String(), nil)
			continue
		}
		form, to, known := b.fill(p, mail, password)
		if !known || filled == 3 {
			return "", fmt.Errorf("got a page of managed login at %s (%d) that cannot be filled in here, want one for name and password: sign in with signet login, and run this again", p.at.Path, p.status)
		}
		filled++
		p, err = b.open(ctx, http.MethodPost, to, form)
	}
	return "", errors.New("got redirects of managed login that do not end, want a code: sign in with signet login, and run this again")
}

// The parts of a page's form.
var (
	inputs  = regexp.MustCompile(`(?is)<input\b[^>]*>`)
	actions = regexp.MustCompile(`(?is)<form\b[^>]*\baction="([^"]*)"`)
	names   = regexp.MustCompile(`(?is)\bname="([^"]*)"`)
	values  = regexp.MustCompile(`(?is)\bvalue="([^"]*)"`)
)

// fill is the form of a page with name and password filled in, and where it goes; it
// is not known where it asks for neither. Cognito takes its protection from forgery as
// the field _csrf, which is its cookie XSRF-TOKEN too
// (https://docs.aws.amazon.com/cognito/latest/developerguide/login-endpoint.html).
func (b browser) fill(p page, mail, password string) (form url.Values, to string, known bool) {
	form = url.Values{}
	for _, input := range inputs.FindAllString(p.text, -1) {
		name := attribute(names, input)
		switch {
		case name == "":
		case name == "username":
			form.Set(name, mail)
			known = true
		case name == "password":
			form.Set(name, password)
			known = true
		case form.Get(name) == "":
			form.Set(name, attribute(values, input))
		}
	}
	for _, c := range b.client.Jar.Cookies(p.at) {
		if c.Name == "XSRF-TOKEN" && form.Get("_csrf") == "" {
			form.Set("_csrf", c.Value)
		}
	}
	to = p.at.String()
	if action := attribute(actions, p.text); action != "" {
		if at, err := p.at.Parse(action); err == nil && at.Host == p.at.Host {
			to = at.String()
		}
	}
	return form, to, known
}

func attribute(pattern *regexp.Regexp, tag string) string {
	if found := pattern.FindStringSubmatch(tag); found != nil {
		return html.UnescapeString(found[1])
	}
	return ""
}
