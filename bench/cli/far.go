package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"time"
)

// far is toxiproxy before S3.
type far struct {
	url     string
	process *exec.Cmd
}

// toxic is what toxiproxy does to a direction.
type toxic struct {
	Type       string         `json:"type"`
	Stream     string         `json:"stream"`
	Attributes map[string]int `json:"attributes"`
}

// distance puts half of a way's 80 ms into each direction.
var distance = []toxic{{"latency", "upstream", map[string]int{"latency": 40}}, {"latency", "downstream", map[string]int{"latency": 40}}}

// narrow holds each connection to 8 MB/s.
func narrow(direction string) toxic {
	return toxic{"bandwidth", direction, map[string]int{"rate": 8000}} // kB/s
}

// farAway puts toxics before S3.
func farAway(ctx context.Context, s3 string, toxics ...toxic) (*far, error) {
	control, err := freeAddress()
	if err != nil {
		return nil, err
	}
	listen, err := freeAddress()
	if err != nil {
		return nil, err
	}
	host, port, err := net.SplitHostPort(control)
	if err != nil {
		return nil, err
	}
	f := &far{url: "http://" + listen, process: exec.CommandContext(ctx, "build/peers/toxiproxy", "-host", host, "-port", port)}
	if err := f.process.Start(); err != nil {
		return nil, err
	}
	u, err := url.Parse(s3)
	if err != nil {
		return nil, err
	}
	err = send(ctx, "http://"+control+"/proxies", map[string]any{"name": "s3", "listen": listen, "upstream": u.Host, "enabled": true})
	for _, t := range toxics {
		if err == nil {
			err = send(ctx, "http://"+control+"/proxies/s3/toxics", t)
		}
	}
	if err != nil {
		f.close()
		return nil, err
	}
	return f, nil
}

func (f *far) close() {
	f.process.Process.Kill()
	f.process.Wait()
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// send posts to toxiproxy, which takes a moment to start.
func send(ctx context.Context, to string, message any) error {
	body, err := json.Marshal(message)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(r)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode >= 300 {
				return fmt.Errorf("toxiproxy answered %d", answer.StatusCode)
			}
			return nil
		}
		if time.Now().After(deadline) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}
