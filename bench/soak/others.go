package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"time"
)

// dial opens a line to serve or, by turns, to dev.
func dial(w *world, dice *rand.Rand) (net.Conn, error) {
	to := w.relay
	if dice.IntN(4) == 0 {
		to = strings.TrimPrefix(w.Site, "http://")
	}
	return net.DialTimeout("tcp", to, 5*time.Second)
}

// begin sends the head of an upload and some of its body, over a line to serve.
func begin(w *world, dice *rand.Rand) (net.Conn, error) {
	c, err := net.DialTimeout("tcp", w.relay, 5*time.Second)
	if err != nil {
		return nil, err
	}
	_ = c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprintf(c, "PUT /api/relay/a.bin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: 7000000\r\n\r\n", w.Token)
	_, err = c.Write(make([]byte, dice.IntN(6_500_000)))
	return c, err
}

func cut(_ context.Context, w *world, dice *rand.Rand) error {
	c, err := begin(w, dice)
	if c == nil {
		return err
	}
	if line, ok := c.(*net.TCPConn); ok && dice.IntN(2) == 0 { // as a process that is killed
		_ = line.SetLinger(0)
	}
	return c.Close()
}

// stall waits for what the server says of it.
func stall(_ context.Context, w *world, dice *rand.Rand) error {
	c, err := begin(w, dice)
	if c == nil {
		return err
	}
	defer c.Close()
	_, err = io.Copy(io.Discard, c)
	return err
}

// deaf asks for much and reads nothing of it.
func deaf(ctx context.Context, w *world, dice *rand.Rand) error {
	c, err := dial(w, dice)
	if err != nil {
		return err
	}
	defer c.Close()
	_ = c.(*net.TCPConn).SetReadBuffer(4 << 10)
	_ = c.SetWriteDeadline(time.Now().Add(5 * time.Second))
	_, err = io.WriteString(c, strings.Repeat("GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n", 500))
	pause(ctx, 40*time.Second)
	return err
}

// hello is a request and the beginning of the next one.
const hello = "GET /api/healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /"

// silent opens lines and says nothing, or half a header.
func silent(ctx context.Context, w *world, dice *rand.Rand) error {
	for range 5 {
		c, err := dial(w, dice)
		if err != nil {
			return err
		}
		defer c.Close()
		_, _ = io.WriteString(c, hello[:dice.IntN(len(hello))])
	}
	pause(ctx, time.Duration(dice.IntN(20))*time.Second)
	return nil
}

// liar brings tokens and sessions that nobody has signed.
func liar(ctx context.Context, w *world, dice *rand.Rand) error {
	base := "http://" + w.relay + "/api"
	if dice.IntN(2) == 0 {
		base = w.API
	}
	head := fmt.Sprintf(`{"alg":"RS256","kid":"k%d"}`, dice.Uint32())
	token := base64.RawURLEncoding.EncodeToString([]byte(head)) + ".e30.AAAA"
	session := fmt.Sprintf("bob\nASIA%016d/x\n%s\n900\n%064x\nt", dice.Uint32(), time.Now().UTC().Format("20060102T150405Z"), dice.Uint64())
	for _, path := range []string{"/files", "/s3/" + base64.RawURLEncoding.EncodeToString([]byte(session)) + "/s3/params?filename=a", "/presign"} {
		r, err := http.NewRequestWithContext(ctx, "GET", base+path, nil)
		if err != nil {
			return err
		}
		r.Header.Set("Authorization", "Bearer "+token)
		if err := drop(r); err != nil {
			return err
		}
	}
	return nil
}

// babble sends what is no form and no JSON, with a good token.
func babble(ctx context.Context, w *world, dice *rand.Rand) error {
	kind, body, path := "application/json", strings.Repeat(`{"files":[`, dice.IntN(5000)), "/presign"
	if dice.IntN(2) == 0 {
		kind, body, path = "multipart/form-data; boundary=x", strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n", dice.IntN(3000)), "/relay"
	}
	r, err := http.NewRequestWithContext(ctx, "POST", "http://"+w.relay+"/api"+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+w.Token)
	r.Header.Set("Content-Type", kind)
	return drop(r)
}

func drop(r *http.Request) error {
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	return err
}
