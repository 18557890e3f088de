package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"signet/lambda/upload"
)

// What is built and where, from the repository's root.
const (
	functionDir   = "build/function"
	quarantineDir = "build/quarantine"
	notifyDir     = "build/notify"
	keysDir       = "build/keys"
	programFile   = "build/relay/signet"
	siteDir       = "frontend/dist"
	siteStamp     = "build/site.sha256"
)

// build makes what the stacks deploy: the programs, and the site at the same time.
func build(ctx context.Context, config upload.Config) error {
	done := make(chan error, 1)
	go func() { done <- buildSite(ctx) }()
	err := buildProgram(ctx, functionDir+"/bootstrap", "./lambda")
	if err == nil && config.MalwareScan {
		err = buildProgram(ctx, quarantineDir+"/bootstrap", "./lambda/quarantine")
	}
	if err == nil && config.Events != nil {
		err = buildProgram(ctx, notifyDir+"/bootstrap", "./lambda/notify/function")
	}
	if err == nil && config.Relay {
		err = buildProgram(ctx, keysDir+"/bootstrap", "./lambda/keys")
	}
	err = errors.Join(err, <-done)
	if err == nil && config.Relay {
		err = buildProgram(ctx, programFile, "./cmd/signet") // the site is part of it
	}
	return err
}

// buildProgram compiles one for Amazon Linux on arm64. With these flags it is the
// same from any directory on any day, so that an unchanged program keeps its asset
// hash and is not deployed again.
func buildProgram(ctx context.Context, file, source string) error {
	if err := os.RemoveAll(filepath.Dir(file)); err != nil {
		return err
	}
	small, err := smallFlags(source)
	if err != nil {
		return err
	}
	args := append([]string{"build", "-trimpath", "-buildvcs=false"}, small...)
	cmd := exec.CommandContext(ctx, "go", append(args, "-ldflags", "-s -w -buildid=", "-o", file, source)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=arm64", "GOARM64=v8.2", "GOFLAGS=", "GOEXPERIMENT=")
	return output(cmd)
}

// smallFlags keep the function small: those of lambda/build.txt. In other programs
// nothing of the S3 client is inlined.
func smallFlags(source string) ([]string, error) {
	if source != "./lambda" {
		return []string{"-tags=lambda.norpc", "-gcflags=github.com/aws/aws-sdk-go-v2/service/s3/...=-l"}, nil
	}
	text, err := os.ReadFile("lambda/build.txt")
	var flags []string
	for line := range strings.Lines(string(text)) {
		if flag := strings.TrimSpace(line); flag != "" && flag[0] != '#' {
			flags = append(flags, flag)
		}
	}
	return flags, err
}

// buildSite runs Vite, unless the sources are those of the site that is there.
func buildSite(ctx context.Context) error {
	sum, err := sourceSum("frontend")
	if err != nil {
		return err
	}
	_, missing := os.Stat(siteDir + "/index.html")
	if was, err := os.ReadFile(siteStamp); err == nil && missing == nil && string(was) == sum {
		return nil
	}
	if !newer("frontend/node_modules/.package-lock.json", "frontend/package-lock.json") {
		if err := output(exec.CommandContext(ctx, "npm", "--prefix", "frontend", "ci", "--no-audit", "--no-fund")); err != nil {
			return err
		}
	}
	if err := output(exec.CommandContext(ctx, "npm", "--prefix", "frontend", "run", "build")); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(siteStamp), 0o755); err != nil {
		return err
	}
	return os.WriteFile(siteStamp, []byte(sum), 0o644)
}

// sourceSum is a hash of everything under dir that the site is built of.
func sourceSum(dir string) (string, error) {
	sum := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			switch entry.Name() {
			case "node_modules", "dist", "test", "e2e":
				return filepath.SkipDir
			}
			return nil
		}
		file, err := os.Open(path)
		if err != nil {
			return err
		}
		defer file.Close()
		fmt.Fprintf(sum, "%s\x00", filepath.ToSlash(path))
		_, err = io.Copy(sum, file)
		return err
	})
	return fmt.Sprintf("%x", sum.Sum(nil)), err
}

// newer says that both files are there and a is not older than b.
func newer(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && !x.ModTime().Before(y.ModTime())
}

// output runs a command and, if it fails, makes its output the error.
func output(cmd *exec.Cmd) error {
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, out)
	}
	return nil
}
