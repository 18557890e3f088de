package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"signet/cmd/signet/internal/remote"
	"signet/lambda/api"
	"signet/lambda/upload"
)

// Of files of one name the newest is moved last; all others at once.
func TestMovesInRounds(t *testing.T) {
	file := func(name, key string) move { return move{file: api.StoredFile{Name: name, Key: key}} }
	rounds := inRounds([]move{file("a", "a3"), file("a", "a2"), file("a", "a1"), file("b", "b1"), file("c", "c2"), file("c", "c1")})
	var got []string
	for _, round := range rounds {
		line := ""
		for _, m := range round {
			line += m.file.Key + " "
		}
		got = append(got, line)
	}
	if want := []string{"a1 b1 c1 ", "a2 c2 ", "a3 "}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A service that is busy each time is not asked for ever.
func TestMoveOfABusyService(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = json.NewEncoder(w).Encode(api.Problem{Status: http.StatusServiceUnavailable, Code: upload.SlowDown, Detail: "busy"})
	}))
	defer server.Close()
	_, err := moveOne(t.Context(), &remote.Files{Client: &api.Client{Base: server.URL}}, move{file: api.StoredFile{Key: "a", Name: "a"}, name: "b"})
	if err == nil || err.Error() != "busy" || asked != mostBusy {
		t.Errorf("asked %d times, got %v", asked, err)
	}
}
