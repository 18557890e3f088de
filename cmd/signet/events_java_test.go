package main

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// javaServer is a server around the README's example: it prints its port, and then each
// event that the example takes for one.
const javaServer = `
import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

public class Hook {
EXAMPLE
    public static void main(String[] args) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(System.getenv("PORT"))), 0);
        server.createContext("/hooks/signet", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean ours = verified(body, exchange.getRequestHeaders());
            if (ours) {
                System.out.println("{\"id\":\"" + exchange.getRequestHeaders().getFirst("webhook-id") + "\"," + body.substring(1));
            }
            exchange.sendResponseHeaders(ours ? 204 : 400, -1);
            exchange.close();
        });
        server.start();
        System.out.println(server.getAddress().getPort());
    }
}
`

// hookExample is the README's code for a language.
func hookExample(t *testing.T, language string) string {
	t.Helper()
	readme, err := readmes()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "<!-- hook: "+language+" -->\n```"+language+"\n")
	code, _, end := strings.Cut(rest, "```")
	if !ok || !end {
		t.Fatalf("the README has no hook in %s", language)
	}
	return code
}

// javaReceiver compiles and runs the README's example, with the standard's own library.
func javaReceiver(t *testing.T, r *receiver, port int, secret string) {
	t.Helper()
	for _, tool := range []string{"java", "javac", "mvn"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(tool + " is not installed")
		}
	}
	dir := t.TempDir()
	lib := filepath.Join(dir, "lib")
	writeText(t, filepath.Join(dir, "Hook.java"), strings.Replace(javaServer, "EXAMPLE", hookExample(t, "java"), 1))
	for _, command := range [][]string{
		{"mvn", "-q", "-B", "-f", "testdata/receivers/pom.xml", "dependency:copy-dependencies", "-DoutputDirectory=" + lib},
		{"javac", "-cp", filepath.Join(lib, "*"), "-d", dir, filepath.Join(dir, "Hook.java")},
	} {
		if out, err := exec.Command(command[0], command[1:]...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command[0], err, out)
		}
	}
	r.program(t, port, secret, "java", "-cp", dir+string(filepath.ListSeparator)+filepath.Join(lib, "*"), "Hook")
}

// A server in Java takes each event once, and nothing that is signed otherwise, is old or
// was changed.
func TestEventsInJava(t *testing.T) {
	port := freePort(t)
	c := startDev(t, t.TempDir(), "--events", hookAt(port))
	r := &receiver{}
	javaReceiver(t, r, port, c.EventsSecret)
	key := c.store(t, "a.txt", "hello")
	got := r.wait(t, key, 1)[0]
	if got.Type != "file.stored" || got.Data.Metadata["case"] != "4711" || got.Data.Size == nil || *got.Data.Size != 5 {
		t.Errorf("got %+v, want file.stored with what is known of it", got)
	}
	const other, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `{"type":"file.stored"}`
	now := time.Now()
	for _, row := range []struct {
		name, secret, sent string
		at                 time.Time
		want               int
	}{
		{"as it is", c.EventsSecret, body, now, http.StatusNoContent},
		{"another secret", other, body, now, http.StatusBadRequest},
		{"an hour old", c.EventsSecret, body, now.Add(-time.Hour), http.StatusBadRequest},
		{"changed", c.EventsSecret, `{"type":"file.deleted"}`, now, http.StatusBadRequest},
	} {
		signer, err := standardwebhooks.NewWebhook(row.secret)
		if err != nil {
			t.Fatal(err)
		}
		signature, err := signer.Sign("msg_1", row.at, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		q, err := http.NewRequest(http.MethodPost, hookAt(port), strings.NewReader(row.sent))
		if err != nil {
			t.Fatal(err)
		}
		q.Header = http.Header{"Webhook-Id": {"msg_1"}, "Webhook-Timestamp": {strconv.FormatInt(row.at.Unix(), 10)}, "Webhook-Signature": {signature}}
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != row.want {
			t.Errorf("%s: got %d, want %d", row.name, answer.StatusCode, row.want)
		}
	}
}
