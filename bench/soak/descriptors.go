package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// States of a connection in /proc/net/tcp (include/net/tcp_states.h).
const (
	closeWait = "08" // the other side has closed it, and this one has not
	listening = "0A"
)

// descriptorsOf counts what a process has open, and how much of it is connections: as
// many as clients and S3 have use for, at every moment other ones. One that the other
// side has closed counts as none: somebody has forgotten it, or is about to close it.
func descriptorsOf(pid int) (all, connections int, err error) {
	open, err := connectionsOf(pid)
	if err != nil {
		return 0, 0, err
	}
	folder := fmt.Sprintf("/proc/%d/fd", pid)
	names, err := os.ReadDir(folder)
	if err != nil {
		return 0, 0, err
	}
	for _, name := range names {
		what, err := os.Readlink(filepath.Join(folder, name.Name()))
		if err != nil {
			continue // closed just now
		}
		all++
		if inode, ok := strings.CutPrefix(what, "socket:["); ok && open[strings.TrimSuffix(inode, "]")] {
			connections++
		}
	}
	return all, connections, nil
}

// connectionsOf are the inodes of all TCP connections of a process's network.
func connectionsOf(pid int) (map[string]bool, error) {
	inodes := map[string]bool{}
	for _, kind := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, kind))
		if errors.Is(err, fs.ErrNotExist) && kind == "tcp6" {
			continue // a machine without IPv6
		}
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(text)) {
			// sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
			if field := strings.Fields(line); len(field) > 9 && field[3] != closeWait && field[3] != listening {
				inodes[field[9]] = true
			}
		}
	}
	return inodes, nil
}
