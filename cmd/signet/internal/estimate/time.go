package estimate

import (
	"fmt"
	"time"

	"signet/cmd/signet/duration"
	"signet/cmd/signet/internal/estimate/field"
	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

// Time asks how long a file takes over a line. All are as people write them;
// Size, Link and RTT must be given.
type Time struct {
	Size          string `json:"size"`                    // "1TB", "5 GiB"
	Link          string `json:"link"`                    // "200Mbps"
	RTT           string `json:"rtt"`                     // "180ms"
	PerConnection string `json:"perConnection,omitempty"` // "20Mbps". Empty: no bound but TCP's
	Loss          string `json:"loss,omitempty"`          // "0.1%". Empty: none
	EdgeRTT       string `json:"edgeRtt,omitempty"`       // to Transfer Acceleration. Empty: 20ms
}

// TimeReport is every way to send the file.
type TimeReport struct {
	Asked Time  `json:"asked"`
	Size  int64 `json:"size"` // bytes
	duration.Comparison
	// Acceleration says of each method what Transfer Acceleration gains.
	Acceleration []duration.Acceleration `json:"acceleration"`
	// Assumed says what was taken for granted.
	Assumed []string `json:"assumed"`
}

// Estimate answers. used learns which price counted.
func (t Time) Estimate(prices price.Table, used map[price.Item]float64) (*TimeReport, error) {
	size, line, edge, err := t.read()
	if err != nil {
		return nil, err
	}
	out := &TimeReport{Asked: t, Size: size}
	if out.Comparison, err = duration.Compare(size, line); err != nil {
		return nil, &field.Error{Field: "size", Err: err}
	}
	gb := float64(size) / upload.GiB // as on AWS's bills
	used[price.AccelerationIn] = gb
	usd := prices.Figure(price.AccelerationIn).Cost(gb)
	if out.Acceleration, err = out.Accelerate(size, line, edge, usd); err != nil {
		return nil, err
	}
	out.Assumed = []string{
		fmt.Sprintf("connecting takes %d round trips (TCP, TLS 1.3), and the API is as far away as S3", line.Handshake),
		fmt.Sprintf("S3 and the API answer within %v; a new connection's window is %d bytes and grows to at most %s", line.Answer, line.InitialWindow, upload.Size(line.MaxWindow)),
		fmt.Sprintf("packets have %d bytes of payload and %d of headers and framing", duration.Segment, line.Overhead),
		fmt.Sprintf("the next edge location of Transfer Acceleration is %v away, and no connection is bounded beyond it", edge),
	}
	return out, nil
}

func (t Time) read() (size int64, line duration.Line, edge time.Duration, err error) {
	given, err := upload.ParseSize(t.Size)
	if err == nil {
		_, err = upload.NewPlan(int64(given))
	}
	if err != nil {
		return 0, line, 0, &field.Error{Field: "size", Err: err}
	}
	rate, err := duration.ParseRate(t.Link)
	if err != nil {
		return 0, line, 0, &field.Error{Field: "link", Err: err}
	}
	rtt, err := duration.ParseRTT(t.RTT)
	if err != nil {
		return 0, line, 0, &field.Error{Field: "rtt", Err: err}
	}
	line, edge = duration.Internet(rate, rtt), duration.EdgeRTT
	if t.PerConnection != "" {
		if line.PerConnection, err = duration.ParseRate(t.PerConnection); err != nil {
			return 0, line, 0, &field.Error{Field: "perConnection", Err: err}
		}
	}
	if t.Loss != "" {
		if line.Loss, err = duration.ParseLoss(t.Loss); err != nil {
			return 0, line, 0, &field.Error{Field: "loss", Err: err}
		}
	}
	if t.EdgeRTT != "" {
		if edge, err = duration.ParseRTT(t.EdgeRTT); err != nil {
			return 0, line, 0, &field.Error{Field: "edgeRtt", Err: err}
		}
	}
	return int64(given), line, edge, nil
}
