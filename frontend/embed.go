// Package frontend carries the built static site inside the binary, so that `bin/signet dev` needs nothing beside itself.
package frontend

import (
	"embed"
	"io/fs"
)

// dist is what `npm run build` writes. A clean checkout holds only dist/.keep, which lets this package compile before
// the first build; "all:" takes the dot file in.
//
//go:embed all:dist
var dist embed.FS

// Site returns the site's files, index.html at the root, and whether the site had been built when this binary was
// compiled. When it had not, the files hold nothing to serve and the caller should say: run `make build`.
func Site() (site fs.FS, built bool) {
	site, err := fs.Sub(dist, "dist")
	if err != nil {
		return dist, false
	}
	_, err = fs.Stat(site, "index.html")
	return site, err == nil
}
