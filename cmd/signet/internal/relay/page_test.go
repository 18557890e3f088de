package relay

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"signet/lambda/upload"
)

// The page without script offers the places in which somebody may upload, where there
// are several.
func TestPageOffersSpaces(t *testing.T) {
	config, err := upload.ParseContext([]byte(`{"spaces": {"team": {"per": "group", "maxObjectSize": "2 MiB"}, "news": {"per": "all", "write": ["group:admins"]}, "cases": {"per": "all", "metadata": {"must": ["case"]}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	shown := func(config upload.Config, s session) string {
		p := newPage(config, upload.NewPolicy(config), "https://relay.example", &tokens{groups: "groups"})
		signed := httptest.NewRecorder()
		if err := p.keep(signed, sessionCookie, s, time.Hour, http.SameSiteStrictMode); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("GET", PagePath, nil)
		r.AddCookie(signed.Result().Cookies()[0])
		w := httptest.NewRecorder()
		p.ServeHTTP(w, r)
		return w.Body.String()
	}
	page := shown(config, session{ID: "1", Subject: "alice", Groups: []string{"design", `"><b>`}, CSRF: "x"})
	for _, want := range []string{`<select id="space" name="space">`, `<option value="">My files (at most 5 GiB)</option>`, `<option value="team/design">team/design (at most 2 MiB)</option>`, `team/&#34;&gt;&lt;b&gt;`} {
		if !strings.Contains(page, want) {
			t.Errorf("%s is not on %s", want, page)
		}
	}
	for _, no := range []string{"news", "cases", "<b>"} {
		if strings.Contains(page, no) {
			t.Errorf("%s is on %s", no, page)
		}
	}
	if plain := shown(upload.DefaultConfig(), session{ID: "1", Subject: "alice", CSRF: "x"}); strings.Contains(plain, "<select") || !strings.Contains(plain, "A file of at most 5 GiB") {
		t.Errorf("without spaces: %s", plain)
	}
}

func TestSomeGroups(t *testing.T) {
	all := make([]string, 1000)
	for i := range all {
		all[i] = strings.Repeat("g", 36)
	}
	if some := someGroups(all); len(some) == 0 || len(some)*39 > mostGroups {
		t.Errorf("%d groups are kept", len(some))
	}
	if some := someGroups(all[:3]); len(some) != 3 {
		t.Errorf("%d of 3 groups are kept", len(some))
	}
}
