// Package filestate tells whether a file is still what it was, as far as a file
// system can tell without reading it.
package filestate

import (
	"cmp"
	"io/fs"
	"time"
)

// State is a file as a look at it found it. Two equal ones are of the same file,
// unchanged: size and time of modification can be set back (unzip, touch -r,
// SOURCE_DATE_EPOCH), the time of change of the inode cannot.
type State struct {
	Size     int64
	Modified int64  // nanoseconds since 1970
	Changed  int64  // of the inode, likewise; 0 where the system has none
	Inode    uint64 // 0 likewise
}

// Of reads a file's state from what os.Stat gave.
func Of(info fs.FileInfo) State {
	s := State{Size: info.Size(), Modified: info.ModTime().UnixNano()}
	s.Changed, s.Inode = inode(info)
	return s
}

// Last is when the file was last seen to change: its time of modification says nothing of
// that where the inode has one, and may lie in the future.
func (s State) Last() time.Time { return time.Unix(0, cmp.Or(s.Changed, s.Modified)) }
