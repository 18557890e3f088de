// Command proxy stands between a browser and all that it talks to, and is as
// slow and as faulty as it is told to be.
//
// It reads one line of JSON from standard input, {"pages":{"/path/":"folder"}},
// prints {"s3","app","secure","control"} when it listens, each an address on
// 127.0.0.1, and ends when standard input does:
//
//	s3       leads to S3, through a line (package link) and faults (package faults)
//	app      has the pages; /api/ leads to Signet's site and /companion/ to
//	         Companion, through a line of its own, as a site's own origin would
//	secure   the same by TLS and HTTP/2, with /uploads/ leading to S3 too, as the
//	         site's distribution does, through a line that is shaped as S3's
//	control  changes all that: see control.go
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"signet/bench/browser/link"
	"signet/cmd/signet/faults"
)

// answerLag is half of a round trip, and what a busy machine adds to it.
const answerLag = 100 * time.Millisecond

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "proxy:", err)
		os.Exit(1)
	}
}

func run(stdin io.Reader, stdout io.Writer) error {
	input := bufio.NewReader(stdin)
	line, err := input.ReadBytes('\n')
	if err != nil {
		return err
	}
	var settings struct {
		Pages map[string]string `json:"pages"`
	}
	if err := json.Unmarshal(line, &settings); err != nil {
		return err
	}
	c := &control{s3: faults.New(false), site: faults.New(true), companion: faults.New(true), edge: faults.New(true)}
	c.s3.Lag = answerLag
	ready := map[string]string{}
	if c.s3Line, err = behindLine(c.s3); err != nil {
		return err
	}
	if c.appLine, err = behindLine(app(c, settings.Pages)); err != nil {
		return err
	}
	if c.secureLine, err = behindSecureLine(app(c, settings.Pages)); err != nil {
		return err
	}
	controlAddr, err := serve(c.handler())
	if err != nil {
		return err
	}
	ready["s3"], ready["app"], ready["control"] = "http://"+c.s3Line.Addr(), "http://"+c.appLine.Addr(), "http://"+controlAddr
	ready["secure"] = "https://" + c.secureLine.Addr()
	if err := json.NewEncoder(stdout).Encode(ready); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, input) // until whoever started this is gone
	return err
}

// behindLine serves h at the end of a new line.
func behindLine(h http.Handler) (*link.Line, error) {
	addr, err := serve(h)
	if err != nil {
		return nil, err
	}
	return link.Open(addr)
}

// serve serves h on a free port until the process ends.
func serve(h http.Handler) (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }() // it ends with the process
	return l.Addr().String(), nil
}

// app is the origin of the pages.
func app(c *control, pages map[string]string) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/api/", c.site)
	mux.Handle("/uploads/", c.edge)
	mux.Handle("/companion/", http.StripPrefix("/companion", c.companion))
	for path, folder := range pages {
		mux.Handle(path, http.StripPrefix(path, http.FileServer(http.Dir(folder))))
	}
	return mux
}
