// Package signettest starts the whole of Signet on this machine for go test, S3
// with it, and has things go wrong on request: it is for others' tests what
// net/http/httptest is for servers.
//
//	func TestUpload(t *testing.T) {
//		cloud := signettest.Start(t, signettest.Options{Faults: []signettest.Fault{{Kind: signettest.SlowDown}}})
//		… upload to cloud.API with cloud.Token …
//		objects := cloud.Objects(t, "")
//	}
//
// It needs nothing beside the standard library. The program is what SIGNET_BIN
// names, signet on the PATH, or what Go builds of the module that this package
// is in.
package signettest

import (
	"bufio"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"signet/cmd/signet/faults"
	"signet/cmd/signet/internal/heard"
)

// Fault is what is to go wrong with the next request that it fits.
type Fault = faults.Fault

// Kinds of faults; see package faults.
const (
	Flip         = faults.Flip
	Cut          = faults.Cut
	Offline      = faults.Offline
	SlowDown     = faults.SlowDown
	AnswerLost   = faults.AnswerLost
	TokenExpired = faults.TokenExpired
)

// Options say how to start. The zero value is a cloud with all defaults.
type Options struct {
	// Faults wait from the beginning, each for the next request that it fits.
	Faults []Fault
	// Events is who is told of events: an address of this machine, or https. Empty:
	// nobody.
	Events string
	// Config is what stands under "signet" in the context of cdk.json. nil: defaults.
	Config map[string]any
	// Flags are further ones of signet dev, such as --person carol=design.
	Flags []string
	// Dir keeps what is stored. Empty: a folder that goes with the test.
	Dir string
	// Binary is the program. Empty: it is found, or built.
	Binary string
	// Env is what the program's environment has besides that of the test.
	Env []string
}

// Cloud is a running signet dev. Its exported fields are what that prints when it is
// ready.
type Cloud struct {
	Site, API, S3, Bucket string
	Token                 string            // of alice
	Tokens                map[string]string // by name
	// Backend are the keys of the application's server; nil without passes.
	Backend *Keys
	// EventsSecret is what events are signed with; "" without events.
	EventsSecret string
	// Public is the origin of public files; "" where no space is public.
	Public string
	// Certificate is a file of the site's, with the flag --tls.
	Certificate string
	// Control is where faults are asked for.
	Control string

	binary string
	args   []string
	env    []string
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr heard.Buffer
}

// Keys sign requests of the application's server.
type Keys struct {
	AccessKeyID     string `json:"accessKeyId"`
	SecretAccessKey string `json:"secretAccessKey"`
	Region          string `json:"region"`
}

// Start starts a cloud on free ports, which ends with the test.
func Start(t testing.TB, o Options) *Cloud {
	t.Helper()
	dir := o.Dir
	if dir == "" {
		dir = t.TempDir()
	}
	c := &Cloud{binary: o.Binary, env: o.Env}
	if c.binary == "" {
		var err error
		if c.binary, err = findBinary(); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(dir, "config.json")
	wanted := o.Config
	if wanted == nil {
		wanted = map[string]any{}
	}
	text, err := json.Marshal(map[string]any{"context": map[string]any{"signet": wanted}})
	if err == nil {
		err = os.WriteFile(config, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	c.args = []string{"dev", "--json", "--testing", "--dir", filepath.Join(dir, "data"), "--config", config}
	if o.Events != "" {
		c.args = append(c.args, "--events", o.Events)
	}
	c.args = append(c.args, o.Flags...)
	t.Cleanup(c.end)
	c.start(t, "0")
	for _, f := range o.Faults {
		c.Fault(t, f)
	}
	return c
}

// start starts the process and reads its line.
func (c *Cloud) start(t testing.TB, port string) {
	t.Helper()
	c.cmd = exec.Command(c.binary, append(c.args, "--port", port)...)
	c.cmd.Env = append(os.Environ(), c.env...)
	c.cmd.Stderr = &c.stderr
	out, err := c.cmd.StdoutPipe()
	if err == nil {
		c.stdin, err = c.cmd.StdinPipe()
	}
	if err == nil {
		err = c.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, c)
	}
	if err != nil {
		t.Fatalf("got %v, want the line of signet dev: %s", err, c.stderr.String())
	}
}

// end has it end as Ctrl-C does, and waits.
func (c *Cloud) end() {
	if c.cmd == nil || c.cmd.Process == nil {
		return
	}
	c.stdin.Close()
	_ = c.cmd.Wait() // how it ended does not matter to the test any more
}

// Restart ends it, with kill as a crash, and starts it where it was: what was stored is
// there, tokens are new.
func (c *Cloud) Restart(t testing.TB, kill bool) {
	t.Helper()
	site, err := url.Parse(c.Site)
	if err != nil {
		t.Fatal(err)
	}
	if kill {
		_ = c.cmd.Process.Kill() // it has ended by itself otherwise
	}
	c.end()
	c.start(t, site.Port())
}

// Stderr is what it has complained of.
func (c *Cloud) Stderr() string { return c.stderr.String() }
