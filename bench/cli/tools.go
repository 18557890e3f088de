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
	ours   = "signet"
	plain  = "signet --bucket"
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
	// file, folder and sync are its command lines to send; nil: it has none.
	file, folder, sync func(path string) []string
	// get, getFolder and syncDown are those to fetch what lies at a key, or below one,
	// to a path.
	get, getFolder, syncDown func(key, path string) []string
}

const to = "s3://" + local.Bucket + "/"

// fill puts a place and a key into the words of a command line.
func fill(words []string, path, key string) []string {
	with := strings.NewReplacer("{}", path, "{name}", filepath.Base(path), "{key}", key, "{own}", strings.TrimPrefix(key, local.Part))
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = with.Replace(w)
	}
	return out
}

func up(words ...string) func(string) []string {
	return func(path string) []string { return fill(words, path, "") }
}

func down(words ...string) func(key, path string) []string {
	return func(key, path string) []string { return fill(words, path, key) }
}

func tools() []tool {
	return []tool{
		{name: ours, file: up("bin/signet", "put", "-q", "{}"), folder: up("bin/signet", "put", "-q", "-r", "{}"),
			get: down("bin/signet", "get", "-q", "{key}", "-o", "{}"), getFolder: down("bin/signet", "get", "-q", "-r", "{own}", "-o", "{}/")},
		{name: plain, credentials: true,
			file: up("bin/signet", "put", "-q", "{}", "--bucket", local.Bucket), folder: up("bin/signet", "put", "-q", "-r", "{}", "--bucket", local.Bucket, "--prefix", "all/"),
			sync: up("bin/signet", "sync", "-q", "{}", to+"all"),
			get:  down("bin/signet", "get", "-q", "{key}", "--bucket", local.Bucket, "-o", "{}"), getFolder: down("bin/signet", "get", "-q", "-r", "{key}", "--bucket", local.Bucket, "-o", "{}/"),
			syncDown: down("bin/signet", "sync", "-q", to+"{key}/", "{}")},
		{name: s5cmd, credentials: true, file: up("build/peers/s5cmd", "cp", "{}", to+"{name}"),
			folder: up("build/peers/s5cmd", "cp", "{}/", to+"all/"), sync: up("build/peers/s5cmd", "sync", "{}/", to+"all/"),
			get: down("build/peers/s5cmd", "cp", to+"{key}", "{}"), getFolder: down("build/peers/s5cmd", "cp", to+"{key}/*", "{}/"),
			syncDown: down("build/peers/s5cmd", "sync", to+"{key}/*", "{}/")},
		rcloneTool(),
		{name: awscli, credentials: true, file: up(".venv/bin/aws", "s3", "cp", "--only-show-errors", "{}", to+"{name}"),
			folder: up(".venv/bin/aws", "s3", "cp", "--only-show-errors", "--recursive", "{}", to+"all/"),
			sync:   up(".venv/bin/aws", "s3", "sync", "--only-show-errors", "{}", to+"all/"),
			get:    down(".venv/bin/aws", "s3", "cp", "--only-show-errors", to+"{key}", "{}"), getFolder: down(".venv/bin/aws", "s3", "cp", "--only-show-errors", "--recursive", to+"{key}/", "{}"),
			syncDown: down(".venv/bin/aws", "s3", "sync", "--only-show-errors", to+"{key}/", "{}")},
		{name: boto3, credentials: true, file: up(".venv/bin/python", "bench/peers/boto3/upload.py", "{}", local.Bucket, "{name}")},
	}
}

func rcloneTool() tool {
	with := func(words ...string) []string {
		return append(append([]string{"build/peers/rclone"}, words...),
			"--config=", "--s3-provider=Other", "--s3-env-auth", "--s3-no-check-bucket", "--s3-endpoint=$AWS_ENDPOINT_URL", "-q")
	}
	const remote = ":s3:" + local.Bucket + "/"
	return tool{name: rclone, credentials: true, file: up(with("copyto", "{}", remote+"{name}")...),
		folder: up(with("copy", "{}", remote+"all")...), sync: up(with("sync", "{}", remote+"all")...),
		get: down(with("copyto", remote+"{key}", "{}")...), getFolder: down(with("copy", remote+"{key}", "{}")...), syncDown: down(with("sync", remote+"{key}", "{}")...)}
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
