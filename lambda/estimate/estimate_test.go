package estimate

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"signet/lambda/estimate/cost"
	"signet/lambda/estimate/price"
	"signet/lambda/upload"
)

func estimator(t *testing.T) Estimator {
	t.Helper()
	book, err := price.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	config := upload.DefaultConfig()
	config.Region = "us-east-1"
	return Estimator{Config: config, Prices: book, Now: func() time.Time { return time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC) }}
}

func ask(t *testing.T, text string) (*Answer, error) {
	t.Helper()
	var q Question
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return nil, err
	}
	return estimator(t).Answer(q)
}

func TestAnswer(t *testing.T) {
	a, err := ask(t, `{"region":"ap-northeast-2","time":{"size":"1 GiB","link":"200Mbps","rtt":"180ms","loss":"0.1%","edgeRtt":"10ms"},
		"cost":{"filesPerMonth":500},"limits":{"rate":200,"size":"1MiB"}}`)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Time.Methods) != 4 || a.Time.Size != 1<<30 || len(a.Time.Acceleration) != 4 || len(a.Time.Assumed) == 0 {
		t.Errorf("got %+v", a.Time)
	}
	table, _ := estimator(t).Prices.Table("ap-northeast-2")
	if want := table.Figure(price.AccelerationIn).Cost(1); a.Time.Acceleration[0].USD != want {
		t.Errorf("got %v USD for a GB, want %v", a.Time.Acceleration[0].USD, want)
	}
	// What is left out of the workload is the default's.
	want := cost.DefaultWorkload()
	want.FilesPerMonth = 500
	if a.Cost.Workload != want || len(a.Cost.Months) != want.Months || a.Cost.Region != "ap-northeast-2" {
		t.Errorf("got %+v", a.Cost.Workload)
	}
	if a.Limits.Most != 100 || a.Limits.Fits() || a.Limits.Simulation != nil {
		t.Errorf("got %+v", a.Limits.Report)
	}
	if a.Prices.Region != "ap-northeast-2" {
		t.Errorf("got prices %+v", a.Prices)
	}
	// Everything can be written: no infinite number is in it.
	if _, err := json.Marshal(a); err != nil {
		t.Error(err)
	}
}

// The slowest and the largest that is taken can be written too.
func TestExtremes(t *testing.T) {
	for _, text := range []string{
		`{"time":{"size":"48.8TiB","link":"1bps","rtt":"5s","perConnection":"1bps","loss":"20%"}}`,
		`{"time":{"size":"48.8TiB","link":"4000Gbps","rtt":"5s","loss":"20%"}}`,
		`{"time":{"size":"48.8TiB","link":"4000Gbps","rtt":"1ns","loss":"0.0000001%"}}`,
		`{"time":{"size":"48.8TiB","link":"1Mbps","rtt":"100ms","loss":"0.000001%"}}`,
		`{"time":{"size":"48.8TiB","link":"4000Gbps","rtt":"100ms","perConnection":"1kbps"}}`,
		`{"time":{"size":"1","link":"4000Gbps","rtt":"0ms"}}`,
		`{"limits":{"rate":1000000,"size":"48.8TiB","simulate":true}}`,
		`{"limits":{"rate":1e-300,"size":"1"}}`,
	} {
		start := time.Now()
		a, err := ask(t, text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if took := time.Since(start); took > 10*time.Second { // an answer has to fit API Gateway's 30 s
			t.Errorf("%s takes %v", text, took)
		}
		if _, err := json.Marshal(a); err != nil {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		`{}`:                          "want time, cost or limits",
		`{"region":"moon","cost":{}}`: `region: got region "moon", want one of ap-northeast-2, eu-west-1, us-east-1`,
		`{"time":{"size":"big","link":"1Mbps","rtt":"1ms"}}`:                     `time.size: got size "big"`,
		`{"time":{"size":"0","link":"1Mbps","rtt":"1ms"}}`:                       `time.size: got size 0, want 1 or more`,
		`{"time":{"size":"49TiB","link":"1Mbps","rtt":"1ms"}}`:                   `time.size: got size`,
		`{"time":{"size":"1GB","rtt":"1ms"}}`:                                    `time.link: got rate ""`,
		`{"time":{"size":"1GB","link":"1Mbps"}}`:                                 `time.rtt: got round trip ""`,
		`{"time":{"size":"1GB","link":"1Mbps","rtt":"1ms","loss":"21%"}}`:        `time.loss: got loss "21%", want at most 20%`,
		`{"time":{"size":"1GB","link":"1Mbps","rtt":"1ms","perConnection":"x"}}`: `time.perConnection: got rate "x"`,
		`{"time":{"size":"1GB","link":"1Mbps","rtt":"1ms","edgeRtt":"x"}}`:       `time.edgeRtt: got round trip "x"`,
		`{"cost":{"months":0}}`:                                                  `cost.months: got 0, want 1 to 120`,
		`{"cost":{"monthss":1}}`:                                                 `unknown field "monthss"`,
		`{"limits":{"rate":0,"size":"1MB"}}`:                                     `limits.rate: got 0, want above 0`,
		`{"limits":{"rate":1,"size":""}}`:                                        `limits.size: got size ""`,
		`{"limits":{"rate":1,"size":"1MB","partitions":-1}}`:                     `limits.partitions: got -1, want 1 to 1,000,000`,
		`{"limits":{"rate":1,"size":"1MB","filesPerCall":1001}}`:                 `limits.filesPerCall: got 1001, want 1 to 1,000`,
		`{"limits":{"rate":1,"size":"1MB","uploadsPerSignIn":-1}}`:               `limits.uploadsPerSignIn: got -1`,
	} {
		if _, err := ask(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestFieldsAsFlags(t *testing.T) {
	for field, want := range map[string]string{"size": "--size", "perConnection": "--per-connection", "edgeRtt": "--edge-rtt"} {
		if got := (&FieldError{field, errors.New("x")}).Flag(); got != want {
			t.Errorf("%s: got %s", field, got)
		}
	}
}

// Who issues the tokens is the configuration's to say.
func TestSignIns(t *testing.T) {
	e := estimator(t)
	for _, cognito := range []*upload.Cognito{{}, nil} {
		e.Config.Auth.Cognito = cognito
		a, err := e.Answer(Question{Limits: &Limits{Rate: 1, Size: "1MB"}})
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, q := range a.Limits.Quotas {
			found = found || strings.HasPrefix(q.Name, "Cognito")
		}
		if found != (cognito != nil) {
			t.Errorf("Cognito %v: its quota is there: %v", cognito != nil, found)
		}
	}
}
