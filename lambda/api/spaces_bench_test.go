package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// BenchmarkPresign is a warm POST /presign, without spaces and with twenty.
func BenchmarkPresign(b *testing.B) {
	for _, n := range []int{0, 20} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			config := upload.DefaultConfig()
			config.Resolved = upload.Resolved{Bucket: bucket, Region: region}
			if n > 0 {
				config.Spaces = map[string]upload.Space{}
			}
			for i := range n {
				config.Spaces[fmt.Sprintf("space-%d", i)] = upload.Space{Per: []upload.Per{upload.PerCaller, upload.PerGroup, upload.PerAll}[i%3]}
			}
			handler := api.New(api.Options{Config: config, Subject: subject, Credentials: fixed, Groups: func(*http.Request) []string { return []string{"design", "admins"} }})
			for b.Loop() {
				r := httptest.NewRequest("POST", "/api/presign", strings.NewReader(`{"name":"holiday photo.jpg","type":"image/jpeg","size":12345678}`))
				r.Header.Set("Authorization", "Bearer ada")
				w := httptest.NewRecorder()
				if handler.ServeHTTP(w, r); w.Code != 200 {
					b.Fatal(w.Body)
				}
			}
		})
	}
}
