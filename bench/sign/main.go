// Command sign measures signing: one PUT and 10,000 parts, against the SDK's two
// signers, boto3 and the JavaScript SDK, in one run; and what passes and quotas cost a
// presign, with the requests to S3. It writes its section of bench/RESULTS.md and exits
// with 1 where a goal is missed.
//
// Run it at the root of the repository, with boto3 in .venv and the packages of
// bench/peers/node installed.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"signet/bench/report"
	"signet/cmd/signet/gateway"
	"signet/lambda/api"
	"signet/lambda/apigw"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

const (
	ourName    = "signet `presign`"
	v4Name     = "SDK v4 signer"
	clientName = "SDK PresignClient"
	hashName   = "bare SHA-256 and HMAC"
	botoName   = "boto3"
	nodeName   = "@aws-sdk/s3-request-presigner"
)

func main() {
	if gateway.IsChild() {
		os.Exit(gateway.RunChild())
	}
	met, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	if err != nil || !met {
		os.Exit(1)
	}
}

func run() (bool, error) {
	section := report.Section{Name: "bench-sign", Title: "Signing", Versions: []string{
		report.Module("github.com/aws/aws-sdk-go-v2"), "boto3 " + report.Output(python, "-c", "import boto3; print(boto3.__version__)"),
		"Node " + report.Output("node", "--version"),
	}}
	// Roles have session tokens, and 1,200 bytes is what one with session tags
	// comes to; long-lived credentials have none.
	for _, token := range []string{strings.Repeat("IQoJb3JpZ2luX2VjE/+=", 60), ""} {
		if err := onePut(&section, token); err != nil {
			return false, err
		}
	}
	if err := allParts(&section, strings.Repeat("IQoJb3JpZ2luX2VjE/+=", 60)); err != nil {
		return false, err
	}
	if err := sharing(&section, sharedRounds, sharedCalls); err != nil {
		return false, err
	}
	return section.Finish("bench/RESULTS.md")
}

func onePut(section *report.Section, token string) error {
	peers, err := puts(token)
	if err != nil {
		return err
	}
	results, err := compare(peers)
	if err != nil {
		return err
	}
	for name, command := range map[string][]string{botoName: {python, "bench/sign/boto3_sign.py", token}, nodeName: {"node", "bench/peers/node/sign.mjs", token}} {
		if results[name], err = script(command); err != nil {
			return err
		}
	}
	ours := results[ourName]
	with := "without a session token"
	if token != "" {
		with = fmt.Sprintf("with a session token of %d bytes", len(token))
	}
	table := report.Table{Caption: "One presigned PUT " + with, Columns: []string{"signer", "µs", "allocations", "times ours"}}
	for _, name := range []string{ourName, v4Name, clientName, botoName, nodeName, hashName} {
		r, allocs, ratio := results[name], "", 0.0
		if name == botoName || name == nodeName {
			ratio = float64(r.median()) / float64(ours.median())
		} else {
			allocs, ratio = report.Number(float64(int(r.allocs))), ours.ratio(r)
		}
		table.Rows = append(table.Rows, []string{name, micros(r.median()), allocs, report.Number(ratio)})
	}
	section.Tables = append(section.Tables, table)
	section.Goals = append(section.Goals,
		report.Goal{Figure: "one PUT " + with + ", against PresignClient", Got: ours.ratio(results[clientName]), Want: 10, Unit: "×"},
		report.Goal{Figure: "… against the v4 signer", Got: ours.ratio(results[v4Name]), Want: 3, Unit: "×"},
		report.Goal{Figure: "… allocations", Got: float64(int(ours.allocs)), Want: 12, AtMost: true})
	return nil
}

func allParts(section *report.Section, token string) error {
	peers, err := parts(token)
	if err != nil {
		return err
	}
	results, err := compare(peers)
	if err != nil {
		return err
	}
	size, err := answerSize(token)
	if err != nil {
		return err
	}
	ours, theirs := results[ourName], results[v4Name]
	section.Tables = append(section.Tables, report.Table{
		Caption: fmt.Sprintf("10,000 parts with a session token of %d bytes", len(token)),
		Columns: []string{"signer", "µs a part", "allocations in all", "MB allocated", "times ours"},
		Rows: [][]string{
			{ourName, micros(ours.median()), report.Number(float64(int(ours.allocs))), report.Number(ours.bytes / 1e6), "1"},
			{v4Name + " in a loop", micros(theirs.median()), report.Number(float64(int(theirs.allocs))), report.Number(theirs.bytes / 1e6), report.Number(ours.ratio(theirs))},
		}})
	section.Goals = append(section.Goals,
		report.Goal{Figure: "10,000 parts, against the v4 signer in a loop", Got: ours.ratio(theirs), Want: 4, Unit: "×"},
		report.Goal{Figure: "… each part", Got: float64(ours.median()) / 1e3, Want: 5, AtMost: true, Unit: " µs"},
		report.Goal{Figure: "… Lambda's whole answer", Got: float64(size) / 1e6, Want: 1, AtMost: true, Unit: " MB"})
	return nil
}

// answerSize is the length of what the Lambda answers POST /api/uploads/sign
// with for 10,000 parts, in bytes.
func answerSize(token string) (int, error) {
	config := upload.DefaultConfig()
	config.MaxObjectSize, config.Bucket, config.Region = upload.TiB, bucket, region
	handle := apigw.Wrap(api.New(api.Options{Config: config,
		Credentials: func(context.Context) (presign.Credentials, error) { return credentials(token), nil },
		Subject:     func(*http.Request) string { return "ada" },
		Log:         slog.New(slog.DiscardHandler),
	}))
	body, err := json.Marshal(map[string]any{"key": key, "uploadId": uploadID, "size": int64(upload.MaxParts * partSize)})
	if err != nil {
		return 0, err
	}
	answer, err := handle(ctx, apigw.Event{Version: "2.0", RawPath: api.Base + "/uploads/sign", Body: string(body),
		Headers: map[string]string{"content-type": "application/json"}, RequestContext: apigw.RequestContext{HTTP: apigw.HTTP{Method: http.MethodPost}}})
	if err != nil {
		return 0, err
	}
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("got %d %s, want the signatures", answer.StatusCode, answer.Body)
	}
	whole, err := json.Marshal(answer)
	return len(whole), err
}

const python = ".venv/bin/python"

// script runs a peer in another language, which prints the nanoseconds of each
// of its rounds.
func script(command []string) (result, error) {
	out, err := exec.Command(command[0], command[1:]...).Output()
	if err != nil {
		return result{}, fmt.Errorf("%s %s: %w: install boto3 into .venv and run npm ci in bench/peers/node", command[0], command[1], err)
	}
	var r result
	for _, field := range strings.Fields(string(out)) {
		ns, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return result{}, err
		}
		r.times = append(r.times, time.Duration(ns))
	}
	return r, nil
}

func micros(d time.Duration) string { return report.Number(float64(d) / 1e3) }
