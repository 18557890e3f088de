package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// What a full disk behind standard output did not take is a failure.
func TestFullStandardOutput(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	for _, command := range [][]string{{"version"}, {"help"}, {"man"}, {"completion", "bash"}, {"put", "--help"}} {
		var said bytes.Buffer
		if code := run(command, full, &said); code != exitFailed || !strings.Contains(said.String(), "standard output took not all") {
			t.Errorf("%q: exit code %d, said %q", command, code, said.String())
		}
	}
}
