package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signet/cmd/signet/gateway"
	"signet/lambda/api"
)

// asCommand makes this test binary be signet itself, so that what is tested is
// the process that a person starts.
const asCommand = "SIGNET_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	if os.Getenv(asCommand) != "" {
		main()
	}
	m.Run()
}

// signet is a signet process.
func signet(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), asCommand+"=1")
	return c
}

// cloud is a running `signet dev --json`.
type cloud struct {
	Site, API, S3, Bucket, Token string
	Certificate, EventsSecret    string
	Backend                      *backendKeys
	Public, Control              string
	Tokens                       map[string]string
	dir                          string
	process                      *exec.Cmd
	stderr                       bytes.Buffer
}

func startDev(t *testing.T, dir string, args ...string) *cloud {
	t.Helper()
	c := &cloud{dir: dir, process: signet(append([]string{"dev", "--json", "--port", "0", "--dir", dir}, args...)...)}
	c.process.Stderr = &c.stderr
	out, err := c.process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.process.Process.Kill()
		c.process.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil {
		t.Fatalf("no ready line: %v\n%s", err, &c.stderr)
	}
	if err := json.Unmarshal(line, c); err != nil {
		t.Fatalf("ready line %s: %v", line, err)
	}
	return c
}

func (c *cloud) client() *api.Client {
	return &api.Client{Base: c.API, Token: func(context.Context) (string, error) { return c.Token, nil }}
}

func put(t *testing.T, url string, headers map[string]string, body []byte) int {
	t.Helper()
	r, err := http.NewRequest("PUT", url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	return answer.StatusCode
}

func get(t *testing.T, url string) (int, []byte, http.Header) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, body, answer.Header
}

func int64p(n int64) *int64 { return &n }

// children lists the processes that pid started, from any of its threads, as
// Linux tells.
func children(t *testing.T, pid int) (pids []string) {
	t.Helper()
	lists, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil && !errors.Is(err, os.ErrNotExist) { // a thread that ended
			t.Fatal(err)
		}
		pids = append(pids, strings.Fields(string(text))...)
	}
	return pids
}

func alive(pid string) bool {
	stat, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func waitGone(t *testing.T, pids []string) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for _, pid := range pids {
		for alive(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("process %s is left", pid)
			}
			time.Sleep(10 * time.Millisecond)
		}
	}
}
