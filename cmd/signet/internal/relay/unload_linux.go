package relay

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// unload lets go of the program's own pages, which the kernel reads again from its
// cache when they are needed, one by one: the start of every command that the program
// has besides has touched tens of megabytes that serving never needs. Best effort
// (man 2 madvise).
func unload() {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return
	}
	defer maps.Close()
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to uintptr
		var rights string
		if _, err := fmt.Sscanf(lines.Text(), "%x-%x %s", &from, &to, &rights); err != nil {
			return
		}
		// What is written to would be lost.
		if !strings.HasSuffix(lines.Text(), " "+program) || strings.Contains(rights, "w") {
			continue
		}
		for _, advice := range []uintptr{unix.MADV_RANDOM, unix.MADV_DONTNEED} {
			unix.Syscall(unix.SYS_MADVISE, from, to-from, advice)
		}
	}
}
