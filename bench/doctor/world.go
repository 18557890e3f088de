package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// world is moto with a bucket as our own stack has it, and one for each mistake.
type world struct {
	Bucket, Role, Logs string
	Each               map[string]struct{ Bucket, Role, Logs string }

	endpoint string
	process  *exec.Cmd
	orders   io.Closer
}

func startWorld() (*world, error) {
	c := exec.Command(".venv/infra/bin/python", filepath.Join(testdata, "cloud.py"))
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, fmt.Errorf("moto: %w: run make .venv/infra/.installed", err)
	}
	w := &world{process: c, orders: in}
	answers := bufio.NewReader(out)
	endpoint, err := answers.ReadString('\n')
	if err == nil {
		_, err = io.WriteString(in, `{"template":"full","each":true}`+"\n")
	}
	if err == nil {
		err = json.NewDecoder(answers).Decode(w)
	}
	if err != nil {
		w.stop()
		return nil, fmt.Errorf("moto: %w", err)
	}
	w.endpoint = strings.TrimSpace(endpoint)
	return w, nil
}

func (w *world) stop() {
	w.orders.Close() // it ends with its orders
	_ = w.process.Wait()
}

func (w *world) region() string { return "eu-west-1" }

// environment points the SDKs at moto, and away from the user's own account. A
// profile must be away altogether: an empty one is a name to Python's SDK.
func (w *world) environment() []string {
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
	return append(own, "AWS_ENDPOINT_URL="+w.endpoint, "AWS_REGION="+w.region(), "AWS_DEFAULT_REGION="+w.region(), "AWS_ACCESS_KEY_ID=testing",
		"AWS_SECRET_ACCESS_KEY=testing", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null", "AWS_EC2_METADATA_DISABLED=true")
}
