// Package aside empties a bench's bucket without deleting: ext4 takes no inode again
// within a minute of its deletion and searches past it at each new file, so that
// whoever came after a deletion of thousands would pay for it.
package aside

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Move moves all that bucket, the folder of a bucket of the local gateway, holds into a
// new folder beneath dir, on the same file system, and leaves it there as empty files.
// It goes past S3, so nothing may be under way. The gateway's own files stay.
func Move(bucket, dir string) error {
	entries, err := os.ReadDir(bucket)
	if err != nil {
		return err
	}
	to, err := os.MkdirTemp(dir, "aside-")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Name() == ".sgwtmp" { // the gateway's own
			continue
		}
		if err := os.Rename(filepath.Join(bucket, e.Name()), filepath.Join(to, e.Name())); err != nil {
			return err
		}
	}
	return filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			err = os.Truncate(path, 0)
		}
		return err
	})
}
