package duration

import (
	"fmt"
	"time"

	"signet/lambda/upload"
)

// Method is one way to send a file, and what it takes.
type Method struct {
	// Name is "single PUT", or the client that sends parts.
	Name string `json:"name"`
	Time
	BytesPerSecond float64 `json:"bytesPerSecond"`
	// Memory is what the client holds of the file at once, in bytes.
	Memory int64 `json:"memory"`
	Bound  Bound `json:"bound"`
	// Refused says why S3 does not take it; empty: it does.
	Refused string `json:"refused,omitempty"`
}

// Comparison is one file sent in every way that there is.
type Comparison struct {
	PartSize  int64    `json:"partSize"` // bytes
	PartCount int      `json:"partCount"`
	Methods   []Method `json:"methods"` // the single PUT first
}

// SinglePut is the name of the method that is one PUT.
const SinglePut = "single PUT"

// Compare sends a file of so many bytes over a line in one PUT, and in parts with
// each of our engines.
func Compare(size int64, line Line) (Comparison, error) {
	var c Comparison
	single := Upload{Size: size, Line: line, Client: Browser(1)}
	c.Methods = append(c.Methods, single.method(SinglePut, single.Single()))
	if size > upload.MaxPutSize {
		c.Methods[0].Refused = fmt.Sprintf("S3 takes at most %s in one PUT", upload.Size(upload.MaxPutSize))
	}
	for _, client := range []Client{Browser(1), Browser(2), CommandLine()} {
		u := Upload{Size: size, Line: line, Client: client}
		t, plan, err := u.Parts()
		if err != nil {
			return c, err
		}
		c.PartSize, c.PartCount = plan.PartSize, plan.PartCount
		c.Methods = append(c.Methods, u.method(client.Name, t))
	}
	return c, nil
}

func (u Upload) method(name string, t Time) Method {
	return Method{
		Name: name, Time: t, BytesPerSecond: float64(u.Size) / t.Total, Bound: u.Bound(t),
		Memory: int64(t.Connections)*u.Client.Buffer + u.Client.Shared,
	}
}

// EdgeRTT is what is taken for the round trip to the nearest edge location where
// nobody says: CloudFront has one in every large city.
const EdgeRTT = 20 * time.Millisecond

// Accelerated is the same line by S3 Transfer Acceleration: TCP and TLS end at an
// edge location, edge away at most; from there AWS's own network carries the bytes
// on (docs.aws.amazon.com/AmazonS3/latest/userguide/transfer-acceleration.html).
// So windows open and losses heal over the short way, and what bounds a connection
// on the long way is gone; the answer still comes from as far as before.
func (l Line) Accelerated(edge time.Duration) Line {
	edge = min(edge, l.RTT)
	l.Answer += l.RTT - edge
	l.RTT, l.PerConnection = edge, 0
	return l
}

// Acceleration is what Transfer Acceleration gains for one upload, and costs.
type Acceleration struct {
	Method  string  `json:"method"`
	Without float64 `json:"without"` // seconds
	With    float64 `json:"with"`    // seconds
	Saved   float64 `json:"saved"`   // seconds; not below 0
	// USD is the price of this upload's acceleration. AWS asks nothing where it
	// finds that acceleration is not faster.
	USD float64 `json:"usd"`
	// USDPerHour is where it breaks even: what an hour of waiting has to be worth, in
	// US dollars. 0: nothing is gained, whatever it is worth.
	USDPerHour float64 `json:"usdPerHour"`
}

// Accelerate compares each method of a comparison with its accelerated self.
// usd is what AWS asks for accelerating it.
func (c Comparison) Accelerate(size int64, line Line, edge time.Duration, usd float64) ([]Acceleration, error) {
	with, err := Compare(size, line.Accelerated(edge))
	if err != nil {
		return nil, err
	}
	all := make([]Acceleration, len(c.Methods))
	for i, m := range c.Methods {
		a := Acceleration{Method: m.Name, Without: m.Total, With: with.Methods[i].Total}
		if a.Saved = a.Without - a.With; a.Saved > 0 {
			a.USD = usd
			a.USDPerHour = a.USD / a.Saved * 3600
		} else {
			a.Saved = 0
		}
		all[i] = a
	}
	return all, nil
}
