package transfer

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// leftover is what a download leaves: .NAME.HASH.partial, one beside it that another run
// had, and their journals.
var leftover = regexp.MustCompile(`^\.(.+)\.[0-9a-f]{12}\.partial(\.[0-9]+)?(\.parts)?$`)

// IsLeftover says that a file's name is that of what has arrived of a download: of
// nobody's use but the download's, which goes on from it.
func IsLeftover(path string) bool { return leftover.MatchString(filepath.Base(path)) }

// DropLeftovers removes what earlier runs have left of other versions of files, by their
// places: those have been fetched, and nobody goes on with these. What another run is
// at, or is another person's, stays. Nothing that fails here matters to anybody.
func DropLeftovers(fetched []string) {
	byFolder := map[string]map[string]bool{}
	for _, to := range fetched {
		dir, name := filepath.Split(to)
		if byFolder[dir] == nil {
			byFolder[dir] = map[string]bool{}
		}
		byFolder[dir][PartialBase(name)] = true
	}
	for dir, names := range byFolder {
		entries, _ := os.ReadDir(filepath.Clean(dir + "."))
		for _, e := range entries {
			if m := leftover.FindStringSubmatch(e.Name()); m != nil && names[m[1]] {
				dropLeftover(filepath.Join(dir, e.Name()))
			}
		}
	}
}

func dropLeftover(path string) {
	file, err := openOwn(path)
	if err != nil {
		return
	}
	defer file.Close()
	_ = os.Remove(path) // it is there again at worst
}

// PartialBase is as much of a file's name as what is left of it is called by: names are
// short where there are file systems that take 255 bytes.
func PartialBase(name string) string {
	const most = 200 // bytes
	for len(name) > most {
		name = name[:len(name)-1]
	}
	return strings.ToValidUTF8(name, "")
}
