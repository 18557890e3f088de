package signettest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
)

// own is this package's path in its module.
const own = "/cmd/signet/signettest"

// findBinary is the program, looked for once a test binary.
var findBinary = sync.OnceValues(func() (string, error) {
	if named := os.Getenv("SIGNET_BIN"); named != "" {
		if path, err := exec.LookPath(named); err == nil {
			return filepath.Abs(path)
		}
		return "", fmt.Errorf("got no program at %s, want that of SIGNET_BIN: build it, or leave SIGNET_BIN out", named)
	}
	if path, err := exec.LookPath("signet"); err == nil {
		return path, nil
	}
	return build()
})

// build has Go build the command of this package's module, in whose folder its own
// requirements hold, into the user's cache. Tests that begin at once each put a whole
// file in its place.
func build() (string, error) {
	module := strings.TrimSuffix(reflect.TypeFor[Cloud]().PkgPath(), own)
	folder, err := lineOf("", "go", "list", "-m", "-f", "{{.Dir}}", module)
	if err != nil || folder == "" {
		return "", fmt.Errorf("got no signet, want one: set SIGNET_BIN to it, put it on the PATH, or have Go know the module %s (%v)", module, err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	binary := filepath.Join(cache, "signet-testing", fmt.Sprintf("%x", sha256.Sum256([]byte(folder)))[:16])
	made := fmt.Sprint(binary, ".", os.Getpid())
	if _, err := lineOf(folder, "go", "build", "-o", made, "./cmd/signet"); err != nil {
		return "", fmt.Errorf("got no signet from go build in %s: %w", folder, err)
	}
	return binary, os.Rename(made, binary)
}

// lineOf runs a program and gives the line that it prints.
func lineOf(dir, name string, args ...string) (string, error) {
	c := exec.Command(name, args...)
	c.Dir = dir
	out, err := c.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		err = fmt.Errorf("%w: %s", err, strings.TrimSpace(string(exit.Stderr)))
	}
	return strings.TrimSpace(string(out)), err
}
