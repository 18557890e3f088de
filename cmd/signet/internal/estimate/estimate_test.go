package estimate

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"signet/cmd/signet/internal/estimate/field"
	"signet/cmd/signet/internal/estimate/price"
	"signet/lambda/upload"
)

const seoul = "ap-northeast-2"

func prices(t *testing.T) price.Table {
	t.Helper()
	book, err := price.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	table, err := book.Table(seoul)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestTime(t *testing.T) {
	used := map[price.Item]float64{}
	got, err := Time{Size: "1 GiB", Link: "200Mbps", RTT: "180ms", Loss: "0.1%", EdgeRTT: "10ms"}.Estimate(prices(t), used)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Methods) != 4 || got.Size != 1<<30 || len(got.Acceleration) != 4 || len(got.Assumed) == 0 {
		t.Errorf("got %+v", got)
	}
	if want := prices(t).Figure(price.AccelerationIn).Cost(1); got.Acceleration[0].USD != want || used[price.AccelerationIn] != 1 {
		t.Errorf("got %v USD for %v GB, want %v for one", got.Acceleration[0].USD, used[price.AccelerationIn], want)
	}
}

func TestLimits(t *testing.T) {
	got, err := Limits{Rate: 200, Size: "1MiB"}.Find(seoul, upload.DefaultConfig())
	if err != nil {
		t.Fatal(err)
	}
	if got.Most != 100 || got.Fits() || got.Simulation != nil {
		t.Errorf("got %+v", got.Report)
	}
}

// The slowest and the largest that is taken comes to an end, and can be written:
// no infinite number is in it.
func TestExtremes(t *testing.T) {
	var answers []any
	for _, q := range []Time{
		{Size: "48.8TiB", Link: "1bps", RTT: "5s", PerConnection: "1bps", Loss: "20%"},
		{Size: "48.8TiB", Link: "4000Gbps", RTT: "5s", Loss: "20%"},
		{Size: "48.8TiB", Link: "4000Gbps", RTT: "1ns", Loss: "0.0000001%"},
		{Size: "48.8TiB", Link: "1Mbps", RTT: "100ms", Loss: "0.000001%"},
		{Size: "48.8TiB", Link: "4000Gbps", RTT: "100ms", PerConnection: "1kbps"},
		{Size: "1", Link: "4000Gbps", RTT: "0ms"},
	} {
		a, err := q.Estimate(prices(t), map[price.Item]float64{})
		if err != nil {
			t.Errorf("%+v: %v", q, err)
		}
		answers = append(answers, a)
	}
	for _, q := range []Limits{{Rate: 1_000_000, Size: "48.8TiB", Simulate: true}, {Rate: 1e-300, Size: "1"}} {
		a, err := q.Find(seoul, upload.DefaultConfig())
		if err != nil {
			t.Errorf("%+v: %v", q, err)
		}
		answers = append(answers, a)
	}
	if _, err := json.Marshal(answers); err != nil {
		t.Error(err)
	}
}

func TestTimeRefused(t *testing.T) {
	for _, row := range []struct {
		asked Time
		want  string
	}{
		{Time{Size: "big", Link: "1Mbps", RTT: "1ms"}, `size: got size "big"`},
		{Time{Size: "0", Link: "1Mbps", RTT: "1ms"}, `size: got size 0, want 1 or more`},
		{Time{Size: "49TiB", Link: "1Mbps", RTT: "1ms"}, `size: got size`},
		{Time{Size: "1GB", RTT: "1ms"}, `link: got rate ""`},
		{Time{Size: "1GB", Link: "1Mbps"}, `rtt: got round trip ""`},
		{Time{Size: "1GB", Link: "1Mbps", RTT: "1ms", Loss: "21%"}, `loss: got loss "21%", want at most 20%`},
		{Time{Size: "1GB", Link: "1Mbps", RTT: "1ms", PerConnection: "x"}, `perConnection: got rate "x"`},
		{Time{Size: "1GB", Link: "1Mbps", RTT: "1ms", EdgeRTT: "x"}, `edgeRtt: got round trip "x"`},
	} {
		_, err := row.asked.Estimate(prices(t), map[price.Item]float64{})
		refused(t, err, row.want)
		if _, ours := errors.AsType[*field.Error](err); !ours {
			t.Errorf("%s: got a %T, want one that names the field", row.want, err)
		}
	}
}

func TestLimitsRefused(t *testing.T) {
	for _, row := range []struct {
		asked Limits
		want  string
	}{
		{Limits{Rate: 0, Size: "1MB"}, `rate: got 0, want above 0`},
		{Limits{Rate: 1, Size: ""}, `size: got size ""`},
		{Limits{Rate: 1, Size: "1MB", Partitions: -1}, `partitions: got -1, want 1 to 1,000,000`},
		{Limits{Rate: 1, Size: "1MB", FilesPerCall: 1001}, `filesPerCall: got 1001, want 1 to 1,000`},
		{Limits{Rate: 1, Size: "1MB", UploadsPerSignIn: -1}, `uploadsPerSignIn: got -1`},
	} {
		_, err := row.asked.Find(seoul, upload.DefaultConfig())
		refused(t, err, row.want)
	}
}

func refused(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Who issues the tokens is the configuration's to say.
func TestSignIns(t *testing.T) {
	config := upload.DefaultConfig()
	for _, cognito := range []*upload.Cognito{{}, nil} {
		config.Auth.Cognito = cognito
		got, err := Limits{Rate: 1, Size: "1MB"}.Find(seoul, config)
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, q := range got.Quotas {
			found = found || strings.HasPrefix(q.Name, "Cognito")
		}
		if found != (cognito != nil) {
			t.Errorf("Cognito %v: its quota is there: %v", cognito != nil, found)
		}
	}
}
