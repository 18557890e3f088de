// Package reference serves a page that shows the API's OpenAPI document: Swagger
// UI, from files of this binary, under a content security policy without
// exceptions. It is for signet dev; neither the Lambda nor the deployed site has it.
package reference

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"
)

// dist is what `make build` gathers: the page and Swagger UI's two files. A clean
// checkout holds dist/.keep alone, which lets this package compile.
//
//go:embed all:dist
var dist embed.FS

// policy lets the page load its own files and try calls of this origin and of S3.
func policy(s3 string) string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:",
		"connect-src 'self' " + s3, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
	}, "; ")
}

// Handler serves the page for paths that begin with a slash; s3 is the origin
// that what is signed there leads to.
func Handler(s3 string) http.Handler {
	files, err := fs.Sub(dist, "dist")
	if err == nil {
		_, err = fs.Stat(files, "index.html")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err != nil {
			http.Error(w, "this binary was built without the reference page: run make build", http.StatusNotFound)
			return
		}
		header := w.Header()
		header.Set("Content-Security-Policy", policy(s3))
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("X-Frame-Options", "DENY")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cache-Control", "no-cache")
		http.FileServerFS(files).ServeHTTP(w, r)
	})
}
