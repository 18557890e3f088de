package main

import (
	"net/http"
	"net/url"
	"time"

	"signet/bench/browser/link"
	"signet/cmd/signet/faults"
)

// control is what whoever runs the proxy can change and see, in JSON: what
// [faults.Control] has, and
//
//	POST /upstream {"s3","site","companion","bucket"} addresses; an empty one changes nothing; the edge leads to s3 as the host bucket
//	POST /shape    {"roundTrip","bytesPerSecond"}    ms and bytes a connection; 0 is no limit
type control struct {
	s3, site, companion, edge   *faults.Layer
	s3Line, appLine, secureLine *link.Line
}

func (c *control) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /upstream", faults.Answer(c.setUpstream))
	mux.HandleFunc("POST /shape", faults.Answer(c.reshape))
	all := &faults.Control{
		S3: c.s3, Site: c.site, Others: map[string]*faults.Layer{"companion": c.companion, "edge": c.edge},
		Lines: faults.Lines{c.s3Line, c.appLine, c.secureLine},
	}
	all.Routes(mux)
	return mux
}

type upstreams struct{ S3, Site, Companion, Bucket string }

func (c *control) setUpstream(to upstreams) (any, error) {
	for layer, address := range map[*faults.Layer]string{c.s3: to.S3, c.site: to.Site, c.edge: to.S3, c.companion: to.Companion} {
		if address == "" {
			continue
		}
		u, err := url.Parse(address)
		if err != nil {
			return nil, err
		}
		layer.SetUpstream(u)
	}
	if to.Bucket != "" {
		c.edge.SetHost(to.Bucket)
	}
	return nil, nil
}

type shape struct{ RoundTrip, BytesPerSecond int64 }

func (c *control) reshape(to shape) (any, error) {
	s := link.Shape{RoundTrip: time.Duration(to.RoundTrip) * time.Millisecond, BytesPerSecond: to.BytesPerSecond}
	if err := c.s3Line.Reshape(s); err != nil {
		return nil, err
	}
	if err := c.secureLine.Reshape(s); err != nil {
		return nil, err
	}
	// The API's calls are small; what delays them is the way.
	return nil, c.appLine.Reshape(link.Shape{RoundTrip: s.RoundTrip})
}
