//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package gateway

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// lockPatience is how long a folder may still be in use by a gateway whose
// parent has just ended.
const lockPatience = time.Second

// lockDir takes dir for this process until it ends; owner is the process that a
// second one is told of. unlock gives it back early.
func lockDir(dir string, owner int) (unlock func(), err error) {
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for wait := time.Duration(0); ; wait += lockPatience / 20 {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) || wait >= lockPatience {
			break
		}
		time.Sleep(lockPatience / 20)
	}
	if errors.Is(err, syscall.EWOULDBLOCK) {
		holder, _ := io.ReadAll(file)
		_ = file.Close()
		return nil, &startError{code: dirLocked, text: fmt.Sprintf("got folder %s, which process %s uses: stop that or choose another folder",
			dir, strings.TrimSpace(string(holder)))}
	}
	if err == nil {
		err = file.Truncate(0)
	}
	if err == nil {
		_, err = file.WriteAt([]byte(strconv.Itoa(owner)+"\n"), 0)
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return func() { _ = file.Close() }, nil
}
