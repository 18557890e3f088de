package relay

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"strings"

	"signet/lambda/api"
	"signet/lambda/upload"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle []byte

// page is for people whose browser runs no script: it signs in by redirects, and
// uploads by a form.
type page struct {
	config   upload.Config
	policy   *upload.Policy
	origin   string
	tokens   *tokens
	seal     sealer
	out      signedOut
	guard    *http.CrossOriginProtection
	template *template.Template
}

func newPage(c upload.Config, policy *upload.Policy, origin string, t *tokens) *page {
	guard := http.NewCrossOriginProtection()
	_ = guard.AddTrustedOrigin(origin) // by which it is known, whatever Host a proxy sends; it was checked
	return &page{
		config: c, policy: policy, origin: origin, tokens: t, seal: newSealer(), guard: guard,
		template: template.Must(template.New("page").Parse(pageText)),
	}
}

// view is what the template shows: one of sign-in, form, result and problem.
type view struct {
	Name    string // the deployment's
	Path    string // of the page
	Action  string // of the form
	Refresh string // where to go at once
	CSRF    string // of who is signed in; empty: nobody
	Subject string
	Most    string        // the largest file
	Accept  string        // the form's
	Spaces  []upload.Area // in which who is signed in may upload; none: there is but one
	Stored  *Stored
	Problem *api.Problem
}

// ServeHTTP answers the page's own paths.
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method + " " + r.URL.Path {
	case "GET /":
		http.Redirect(w, r, PagePath, http.StatusSeeOther)
	case "GET " + PagePath:
		p.show(w, r, http.StatusOK, view{})
	case "GET " + PagePath + "/style.css":
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=3600")
		w.Write(pageStyle)
	case "GET " + PagePath + "/sign-in":
		p.signIn(w, r)
	case "GET " + CallbackPath:
		p.callback(w, r)
	case "POST " + PagePath + "/sign-out":
		p.signOut(w, r)
	default:
		problem, _ := api.ProblemOf(upload.Errorf(upload.NoSuchRoute, "got a path that is not here, want %s: correct it", PagePath))
		p.problem(w, r, problem)
	}
}

// show writes the page. Nothing on it runs, and nobody may frame it.
func (p *page) show(w http.ResponseWriter, r *http.Request, status int, v view) {
	v.Name, v.Path, v.Action, v.Most = p.config.Name, PagePath, UploadPath, p.config.MaxObjectSize.String()
	if s, err := p.session(r); err == nil {
		v.CSRF, v.Subject = s.CSRF, s.Subject
		v.Spaces = p.writable(s)
	}
	if types := strings.Join(p.config.AllowedTypes, ","); types != "*/*" && v.Spaces == nil {
		v.Accept = types
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	if strings.HasPrefix(p.origin, "https://") {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	var text bytes.Buffer
	_ = p.template.Execute(&text, v) // of our own template and values
	send(w, status, text.Bytes())
}

// writable are the places in which somebody may upload, where there are several.
func (p *page) writable(s session) (places []upload.Area) {
	b, err := s.bearer()
	if err != nil || len(p.config.Spaces) == 0 {
		return nil
	}
	for _, a := range p.policy.Spaces(b) {
		if a.Rights().Has(upload.Write) && (a.Space().Metadata == nil || len(a.Space().Metadata.Must) == 0) {
			places = append(places, a)
		}
	}
	return places
}

func (p *page) stored(w http.ResponseWriter, r *http.Request, s Stored) {
	p.show(w, r, http.StatusCreated, view{Stored: &s})
}

func (p *page) problem(w http.ResponseWriter, r *http.Request, problem *api.Problem) {
	p.show(w, r, problem.Status, view{Problem: problem})
}
