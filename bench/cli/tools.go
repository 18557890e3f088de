package main

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"strings"

	"signet/bench/local"
	"signet/bench/report"
	"signet/bench/turns"
)

// The tools, as the tables call them.
const (
	ours   = "signet put"
	plain  = "signet put --bucket"
	s5cmd  = "s5cmd"
	rclone = "rclone"
	awscli = "aws s3"
	boto3  = "boto3, the document's script"
)

var peers = []string{s5cmd, rclone, awscli, boto3}

// tool is one that sends.
type tool struct {
	name string
	// credentials: it is given the owner's; else only an API and a token.
	credentials bool
	// file, folder and sync are its command lines; nil: it has none.
	file, folder, sync func(path string) []string
}

const to = "s3://" + local.Bucket + "/"

func tools() []tool {
	rcloneFlags := []string{"--config=", "--s3-provider=Other", "--s3-env-auth", "--s3-no-check-bucket", "--s3-endpoint=$AWS_ENDPOINT_URL", "-q"}
	command := func(words ...string) func(string) []string {
		return func(path string) []string {
			out := make([]string, len(words))
			for i, w := range words {
				out[i] = strings.ReplaceAll(strings.ReplaceAll(w, "{}", path), "{name}", filepath.Base(path))
			}
			return out
		}
	}
	rc := func(words ...string) func(string) []string { return command(append(words, rcloneFlags...)...) }
	return []tool{
		{name: ours, file: command("bin/signet", "put", "-q", "{}"), folder: command("bin/signet", "put", "-q", "-r", "{}")},
		{name: plain, credentials: true,
			file: command("bin/signet", "put", "-q", "{}", "--bucket", local.Bucket), folder: command("bin/signet", "put", "-q", "-r", "{}", "--bucket", local.Bucket, "--prefix", "all/"),
			sync: command("bin/signet", "sync", "-q", "{}", to+"all")},
		{name: s5cmd, credentials: true, file: command("build/peers/s5cmd", "cp", "{}", to+"{name}"),
			folder: command("build/peers/s5cmd", "cp", "{}/", to+"all/"), sync: command("build/peers/s5cmd", "sync", "{}/", to+"all/")},
		{name: rclone, credentials: true, file: rc("build/peers/rclone", "copyto", "{}", ":s3:"+local.Bucket+"/{name}"),
			folder: rc("build/peers/rclone", "copy", "{}", ":s3:"+local.Bucket+"/all"), sync: rc("build/peers/rclone", "sync", "{}", ":s3:"+local.Bucket+"/all")},
		{name: awscli, credentials: true, file: command(".venv/bin/aws", "s3", "cp", "--only-show-errors", "{}", to+"{name}"),
			folder: command(".venv/bin/aws", "s3", "cp", "--only-show-errors", "--recursive", "{}", to+"all/"),
			sync:   command(".venv/bin/aws", "s3", "sync", "--only-show-errors", "{}", to+"all/")},
		{name: boto3, credentials: true, file: command(".venv/bin/python", "bench/peers/boto3/upload.py", "{}", local.Bucket, "{name}")},
	}
}

// command makes a command line of a tool that goes through a door; what it says is
// kept for the error.
func (t tool) command(ctx context.Context, words []string, d *local.Door, home string) (*exec.Cmd, *bytes.Buffer) {
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "$AWS_ENDPOINT_URL", d.S3)
	}
	c := exec.CommandContext(ctx, words[0], words[1:]...)
	c.Env = d.Environment(home, t.credentials)
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	return c, &said
}

// measure runs a command line to its end, which must be a success.
func (t tool) measure(ctx context.Context, words []string, d *local.Door, home string) (turns.Run, error) {
	return turns.Measure(t.command(ctx, words, d, home))
}

// versions says what was compared.
func versions(ctx context.Context) []string {
	first := func(words ...string) string {
		out, err := exec.CommandContext(ctx, words[0], words[1:]...).Output()
		if err != nil {
			return words[0] + " unknown"
		}
		line, _, _ := strings.Cut(string(out), "\n")
		return line
	}
	return []string{first("bin/signet", "version"), report.Peer("s5cmd"), report.Peer("rclone"), strings.ReplaceAll(strings.Fields(first(".venv/bin/aws", "--version"))[0], "/", " "),
		"boto3 " + first(".venv/bin/python", "-c", "import boto3; print(boto3.__version__)"), report.Peer("toxiproxy")}
}
