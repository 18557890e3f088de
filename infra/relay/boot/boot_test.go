package boot_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"signet/infra/relay/boot"
	"signet/infra/settings"
	"signet/lambda/upload"
)

// machine is a folder that stands for a machine's disk, with an aws and a systemctl
// that do nothing but what the script needs of them.
type machine struct {
	root    string
	service *httptest.Server
	told    chan string
	notYet  atomic.Int32 // how often readyz answers 503
}

const program = "#!/bin/sh\necho \"[Unit] of $1 $2\"\n"

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{root: t.TempDir(), told: make(chan string, 1)}
	m.service = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPut:
			body, _ := io.ReadAll(r.Body)
			m.told <- string(body)
		case m.notYet.Add(-1) >= 0:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(m.service.Close)
	m.write(t, "s3/program", program)
	// The first start of the keys' service fails, as when their writer is late.
	m.write(t, "bin/systemctl", "#!/bin/sh\necho \"$*\" >>"+m.root+"/systemctl.log\n[ \"$*\" != 'start signet-keys.service' ] || [ -e "+m.root+"/late ] || { touch "+m.root+"/late; exit 1; }\n")
	m.write(t, "bin/aws", "#!/bin/sh\n[ \"$1 $2 $3\" = 's3 cp --only-show-errors' ] && [ \"$AWS_DEFAULT_REGION\" = eu-west-1 ] && [ \"$4\" = s3://assets/program ] && cp "+m.root+"/s3/program \"$5\"\n")
	m.write(t, "bin/sleep", "#!/bin/sh\n")
	return m
}

func (m *machine) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(m.root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

func (m *machine) read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(m.root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// start runs the script with the machine's folder for its disk.
func (m *machine) start(t *testing.T, of boot.Machine) (said string, err error) {
	t.Helper()
	of.Ready = m.service.URL + "/ready"
	text := of.Script()
	for _, path := range []string{"/usr/local/bin", "/etc/signet", "/etc/systemd", "/var/log/journal"} {
		text = strings.ReplaceAll(text, " "+path, " "+m.root+path)
		text = strings.ReplaceAll(text, ">"+path, ">"+m.root+path)
		text = strings.ReplaceAll(text, "\n"+path, "\n"+m.root+path)
	}
	text = strings.ReplaceAll(text, "http://127.0.0.1:8080", m.service.URL)
	if err := os.MkdirAll(m.root+"/etc/systemd/system", 0o755); err != nil {
		t.Fatal(err)
	}
	run := exec.Command("bash", "-c", text)
	run.Env = append(os.Environ(), "PATH="+m.root+"/bin:"+os.Getenv("PATH"), "no_proxy=127.0.0.1")
	out, err := run.CombinedOutput()
	return string(out), err
}

func ours() boot.Machine {
	config := upload.DefaultConfig()
	config.Alarms = "ada's(files)!@example.com"
	config.Resolved = upload.Resolved{Bucket: "files", Region: "eu-west-1"}
	text, _ := config.JSON()
	return boot.Machine{
		Region: "eu-west-1", Program: "s3://assets/program", SHA256: fmt.Sprintf("%x", sha256.Sum256([]byte(program))),
		Keys: "s3://site/relay/jwks.json", Config: string(text),
	}
}

// TestFirstStart runs the script as it is: program and unit are in place, the
// configuration comes back as it went in, and CloudFormation hears of it.
func TestFirstStart(t *testing.T) {
	m := newMachine(t)
	m.notYet.Store(2)
	if said, err := m.start(t, ours()); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if told := <-m.told; !strings.Contains(told, `"Status": "SUCCESS"`) {
		t.Errorf("got %s told to CloudFormation, want SUCCESS", told)
	}
	if got := m.read(t, "etc/systemd/system/signet.service"); got != "[Unit] of serve --print-unit\n" {
		t.Errorf("got the unit %q, want the program's own", got)
	}
	if got := m.read(t, "systemctl.log"); strings.Count(got, "start signet-keys.service\n") != 2 || !strings.Contains(got, "enable --now signet-keys.timer signet.service\n") {
		t.Errorf("got %s, want the keys tried again, then both services on", got)
	}
	environment := m.read(t, "etc/signet/environment")
	line, rest, _ := strings.Cut(environment, "\n")
	text, ok := strings.CutPrefix(line, upload.EnvVar+"='")
	if !ok || strings.Count(line, "'") != 2 || rest != "SIGNET_SERVE=--listen :8080 --jwks "+boot.KeysFile+"\n" {
		t.Fatalf("got the environment %s", environment)
	}
	config, err := upload.ParseConfig([]byte(strings.TrimSuffix(text, "'")))
	if err != nil || config.Alarms != "ada's(files)!@example.com" {
		t.Errorf("got %q, %v, want the configuration as it was", config.Alarms, err)
	}
}

// TestRoleOfMinutesAgo is refused by S3 until IAM knows the role everywhere: that
// must not end the deployment.
func TestRoleOfMinutesAgo(t *testing.T) {
	m := newMachine(t)
	m.write(t, "bin/aws", "#!/bin/sh\necho x >>"+m.root+"/tries\n[ $(wc -l <"+m.root+"/tries) -gt 29 ] && cp "+m.root+"/s3/program \"$5\"\n")
	if said, err := m.start(t, ours()); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	if told := <-m.told; !strings.Contains(told, `"Status": "SUCCESS"`) {
		t.Errorf("got %s told to CloudFormation, want SUCCESS", told)
	}
}

// TestRefuses tells CloudFormation, and starts nothing.
func TestRefuses(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(*machine, *boot.Machine)
		said   string
		told   string
	}{
		{"another program", func(m *machine, of *boot.Machine) { m.write(t, "s3/program", program+"# more") }, "did NOT match", "failed in line"},
		{"no program", func(m *machine, of *boot.Machine) { of.Program = "s3://assets/gone" }, "", "could not be fetched in five minutes"},
	} {
		m, of := newMachine(t), ours()
		row.change(m, &of)
		said, err := m.start(t, of)
		if err == nil || !strings.Contains(said, row.said) {
			t.Errorf("%s: got %v and %q, want it to fail with %q", row.name, err, said, row.said)
		}
		if told := <-m.told; !strings.Contains(told, `"Status": "FAILURE"`) || !strings.Contains(told, row.told) {
			t.Errorf("%s: got %s told to CloudFormation, want FAILURE with %q", row.name, told, row.told)
		}
		if _, err := os.Stat(m.root + "/systemctl.log"); err == nil {
			t.Errorf("%s: got services started, want none", row.name)
		}
		if _, err := os.Stat(m.root + "/usr/local/bin/signet"); err == nil {
			t.Errorf("%s: got the program installed, want none", row.name)
		}
	}
}

// TestNeverReady says so after its time.
func TestNeverReady(t *testing.T) {
	m := newMachine(t)
	m.notYet.Store(1000)
	if _, err := m.start(t, ours()); err == nil {
		t.Error("got success, want it to fail")
	}
	if told := <-m.told; !strings.Contains(told, "not ready in five minutes") {
		t.Errorf("got %s told to CloudFormation", told)
	}
}

// TestSize holds the script with a configuration of the largest size to what user data may have.
func TestSize(t *testing.T) {
	of := ours()
	of.Config = strings.Repeat("x", settings.MaxUserData+512) // and what is resolved
	if n := len(of.Script()); n > 16<<10 {
		t.Errorf("got %d bytes of user data, want at most 16 KiB", n)
	}
}
