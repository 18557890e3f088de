package issuer

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"golang.org/x/text/language"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// text is one of the sentences that pages are made of.
type text int

const (
	signIn text = iota
	chooseUser
	continueAs
	cancel
	cannotSignIn
	unknownClient
	unknownRedirect
	signedOut
	closePage
)

func languages() []language.Tag { return []language.Tag{language.English, language.Korean} }

// sentences are in the order of languages.
func sentences() []map[text]string {
	return []map[text]string{{
		signIn:          "Sign in",
		chooseUser:      "This is the local sign-in of a development server: choose who to be. There are no passwords.",
		continueAs:      "Continue as %s",
		cancel:          "Cancel",
		cannotSignIn:    "Cannot sign in",
		unknownClient:   "The request comes from an application that is not known here. Start again from the site.",
		unknownRedirect: "The request asks to return to an address that is not registered here. Open the site under the address that the server printed.",
		signedOut:       "Signed out",
		closePage:       "You can close this page.",
	}, {
		signIn:          "로그인",
		chooseUser:      "개발용 서버의 로컬 로그인입니다. 사용할 계정을 고르세요. 비밀번호는 없습니다.",
		continueAs:      "%s 계정으로 계속",
		cancel:          "취소",
		cannotSignIn:    "로그인할 수 없습니다",
		unknownClient:   "알 수 없는 애플리케이션의 요청입니다. 사이트에서 다시 시작하세요.",
		unknownRedirect: "등록되지 않은 주소로 돌아가라는 요청입니다. 서버가 출력한 주소로 사이트를 여세요.",
		signedOut:       "로그아웃했습니다",
		closePage:       "이 페이지를 닫아도 됩니다.",
	}}
}

// page is what page.html shows.
type page struct {
	Lang    string
	Style   template.CSS
	Title   string
	Message string
	Action  string // of the form; empty: there is none
	Fields  map[string]string
	Users   []choice
	Cancel  string
}

type choice struct{ Subject, Label, Email string }

// speak picks the language of a request.
func (i *Issuer) speak(r *http.Request) (tag string, say map[text]string) {
	_, at := language.MatchStrings(i.matcher, r.FormValue("ui_locales"), r.Header.Get("Accept-Language"))
	return languages()[at].String(), sentences()[at]
}

func (i *Issuer) loginPage(w http.ResponseWriter, r *http.Request, a asked) {
	tag, say := i.speak(r)
	p := page{Lang: tag, Title: say[signIn], Message: say[chooseUser], Action: i.path + "/authorize", Fields: map[string]string{}, Cancel: say[cancel]}
	for name := range a.query {
		if !slices.Contains([]string{"user", "cancel"}, name) {
			p.Fields[name] = a.query.Get(name)
		}
	}
	for _, u := range i.config.Users {
		p.Users = append(p.Users, choice{Subject: u.Subject, Label: fmt.Sprintf(say[continueAs], u.Name), Email: u.Email})
	}
	// Chromium holds the redirect after a form to form-action, too.
	write(w, http.StatusOK, p, originOf(a.redirectURI))
}

// messagePage is a page with nothing to choose.
func (i *Issuer) messagePage(w http.ResponseWriter, r *http.Request, status int, what text) {
	tag, say := i.speak(r)
	p := page{Lang: tag, Title: say[cannotSignIn], Message: say[what]}
	if what == signedOut {
		p.Title, p.Message = say[signedOut], say[closePage]
	}
	write(w, status, p, "")
}

func write(w http.ResponseWriter, status int, p page, formTarget string) {
	p.Style = template.CSS(pageStyle)
	tmpl, err := template.New("page").Parse(pageText)
	var body bytes.Buffer
	if err == nil {
		err = tmpl.Execute(&body, p)
	}
	if err != nil {
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	sum := sha256.Sum256([]byte(pageStyle))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; img-src data:; form-action 'self' "+formTarget+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "same-origin") // with no-referrer, a form's Origin would be null
	h.Set("Vary", "Accept-Language")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes()) // a browser that is gone needs no page
}

func originOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
