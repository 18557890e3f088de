package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"signet/lambda/api"
)

// backendExample is the README's code for a language.
func backendExample(t *testing.T, language string) string {
	t.Helper()
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "<!-- backend: "+language+" -->\n```")
	_, code, _ := strings.Cut(rest, "\n")
	code, _, end := strings.Cut(code, "\n```")
	if !ok || !end {
		t.Fatalf("the README has no backend in %s", language)
	}
	return code + "\n"
}

// asServer is a command with what the application's server has in its environment.
func (c *cloud) asServer(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "SIGNET_BACKEND="+c.API+"/backend", "AWS_REGION="+c.Backend.Region,
		"AWS_ACCESS_KEY_ID="+c.Backend.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+c.Backend.SecretAccessKey, "AWS_EC2_METADATA_DISABLED=true")
	cmd.Stderr = os.Stderr
	return cmd
}

// holds says of a token that it uploads into an owner's folder, and with which metadata.
func (c *cloud) holds(t *testing.T, token, owner string) {
	t.Helper()
	key := sendAs(t, c.asGuest(strings.TrimSpace(token)), "a.txt", "hello")
	if !strings.HasPrefix(key, "uploads/"+owner+"/in/") {
		t.Errorf("%s: key %s", owner, key)
	}
	if list, err := c.backendFiles(t, owner); err != nil || len(list.Files) != 1 {
		t.Errorf("%s has %+v, %v", owner, list.Files, err)
	}
}

// forged is a name that somebody may choose who wants to be another owner by it.
const forged = `me", "owner": "mallory`

// keepsApart says the same of the first token, and of the second that its owner is the one
// of the forged name.
func (c *cloud) keepsApart(t *testing.T, tokens, owner string) {
	t.Helper()
	first, second, _ := strings.Cut(strings.TrimSpace(tokens), "\n")
	c.holds(t, first, owner)
	if key := sendAs(t, c.asGuest(second), "a.txt", "hello"); strings.HasPrefix(key, "uploads/mallory/") {
		t.Errorf("the owner %s is mallory: %s", forged, key)
	}
}

func writeText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// nodeDir is a folder in which Node finds the packages of an application (cmd/signet/events.mk).
func nodeDir(t *testing.T) string {
	t.Helper()
	modules, err := filepath.Abs("testdata/receivers/node_modules")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(modules, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func python(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../.venv/clients/bin/python")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// The README's backends, as they stand there, with AWS's own signers.
func TestReadmeBackends(t *testing.T) {
	c := startSharing(t, "")
	t.Run("node", func(t *testing.T) {
		dir := nodeDir(t)
		writeText(t, filepath.Join(dir, "pass.mjs"), backendExample(t, "node")+
			"console.log(await passFor('user-node', { do: 'upload', folder: 'in', expires: '1h', metadata: { case: '4711' } }));\n")
		out, err := c.asServer("node", "--preserve-symlinks-main", filepath.Join(dir, "pass.mjs")).Output()
		if err != nil {
			t.Fatal(err)
		}
		c.holds(t, string(out), "user-node")
	})
	t.Run("python", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "pass_for.py")
		writeText(t, file, backendExample(t, "python")+"print(pass_for('user-python', do='upload', folder='in', expires='1h', files=10))\n")
		out, err := c.asServer(python(t), file).Output()
		if err != nil {
			t.Fatal(err)
		}
		c.holds(t, string(out), "user-python")
	})
	t.Run("go", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "main.go")
		writeText(t, file, `package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

`+backendExample(t, "go")+`
func main() {
	keys := aws.Credentials{AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY")}
	for _, owner := range os.Args[1:] {
		token, err := passFor(context.Background(), owner, keys)
		if err != nil {
			panic(err)
		}
		fmt.Println(token)
	}
	keys.SecretAccessKey = "another"
	if token, err := passFor(context.Background(), "user-go", keys); err == nil {
		panic("by another key the token " + token)
	}
}
`)
		out, err := c.asServer("go", "run", file, "user-go", forged).Output()
		if err != nil {
			t.Fatal(err)
		}
		c.keepsApart(t, string(out), "user-go")
	})
}

// The same in Java, whose signer Maven brings.
func TestReadmeBackendInJava(t *testing.T) {
	for _, tool := range []string{"java", "mvn"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	dir := t.TempDir()
	lib := filepath.Join(dir, "lib")
	if out, err := exec.Command("mvn", "-q", "-B", "-f", "testdata/backend/pom.xml", "dependency:copy-dependencies", "-DoutputDirectory="+lib).CombinedOutput(); err != nil {
		t.Fatalf("mvn: %v\n%s", err, out)
	}
	writeText(t, filepath.Join(dir, "Pass.java"), `
import java.net.URI;
import java.net.http.*;
import software.amazon.awssdk.http.*;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

public class Pass {
`+backendExample(t, "java")+`
    public static void main(String[] args) throws Exception {
        for (var owner : args) System.out.println(passFor(owner, AwsCredentialsIdentity.create(System.getenv("AWS_ACCESS_KEY_ID"), System.getenv("AWS_SECRET_ACCESS_KEY"))));
        try {
            System.out.println(passFor("user-java", AwsCredentialsIdentity.create(System.getenv("AWS_ACCESS_KEY_ID"), "another")));
            System.exit(3);
        } catch (java.io.IOException e) {
        }
    }
}
`)
	c := startSharing(t, "")
	out, err := c.asServer("java", "-cp", filepath.Join(lib, "*"), filepath.Join(dir, "Pass.java"), "user-java", forged).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	c.keepsApart(t, string(out), "user-java")
}

// served starts an application and gives the address that it prints.
func served(t *testing.T, cmd *exec.Cmd) string {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal("the application did not start: ", err)
	}
	go io.Copy(io.Discard, out)
	return strings.TrimSpace(line)
}

// asksFor asks an application for a pass as one of its users, known by the session that
// the application gave him.
func asksFor(t *testing.T, address, session string) (int, string) {
	t.Helper()
	r, err := http.NewRequest("POST", address+"/upload-pass", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "session="+session)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var b bytes.Buffer
	b.ReadFrom(answer.Body)
	return answer.StatusCode, b.String()
}

// Two applications with a login of their own and no OIDC anywhere: each user uploads into
// his own folder, and into nobody else's.
func TestApplicationsWithoutOIDC(t *testing.T) {
	c := startSharing(t, "")
	dir := nodeDir(t)
	writeText(t, filepath.Join(dir, "app.mjs"), backendExample(t, "node")+`
import express from "express";
const sessions = new Map([["s-1", "user-1"], ["s-2", "user-2"]]);
const app = express();
app.post("/upload-pass", async (request, response) => {
  const user = sessions.get(/session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1]);
  if (!user) return response.status(401).end();
  response.send(await passFor("express-" + user, { do: "upload", folder: "in", expires: "1h", files: 10, metadata: { user } }));
});
const server = app.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
`)
	flask := filepath.Join(t.TempDir(), "app.py")
	writeText(t, flask, backendExample(t, "python")+`
import flask, socket, sys
from werkzeug.serving import make_server
app = flask.Flask(__name__)
sessions = {"s-1": "user-1", "s-2": "user-2"}

@app.post("/upload-pass")
def upload_pass():
    user = sessions.get(flask.request.cookies.get("session"))
    if not user:
        flask.abort(401)
    return pass_for("flask-" + user, do="upload", folder="in", expires="1h", files=10, metadata={"user": user})

server = make_server("127.0.0.1", 0, app)
print("http://127.0.0.1:%d" % server.port, flush=True)
server.serve_forever()
`)
	for name, cmd := range map[string]*exec.Cmd{
		"express": c.asServer("node", filepath.Join(dir, "app.mjs")), "flask": c.asServer(python(t), flask),
	} {
		t.Run(name, func(t *testing.T) {
			address := served(t, cmd)
			if status, _ := asksFor(t, address, "nobody"); status != 401 {
				t.Errorf("whoever is not signed in got %d", status)
			}
			for _, user := range []string{"1", "2"} {
				status, token := asksFor(t, address, "s-"+user)
				if status != 200 {
					t.Fatalf("user %s: %d %s", user, status, token)
				}
				c.holds(t, token, name+"-user-"+user)
				// Metadata of the pass is the application's to say.
				_, err := c.asGuest(token).Presign(t.Context(), api.File{Name: "b.txt", Size: int64p(1), Metadata: map[string]string{"user": "somebody"}})
				if p, ok := err.(*api.Problem); !ok || p.Status != 400 {
					t.Errorf("metadata of the browser's own: %v", err)
				}
			}
		})
	}
}
