// Command preflight looks, before a deployment begins, for what would end it after
// minutes: at the account, the region, the names and the issuer. Before a
// deletion it says what stays, asks for the stack's name and takes its
// termination protection off.
//
//	go run ./infra/preflight [--config FILE] deploy
//	go run ./infra/preflight [--config FILE] [--assembly DIR] adopt
//	go run ./infra/preflight [--config FILE] [--yes] [--kept FILE] destroy
//
// adopt takes up what the configuration's existing names, before the first
// deployment that does.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"signet/infra/settings"
	"signet/lambda/upload"
)

// limit is how long all that is asked may take.
const limit = time.Minute

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "preflight:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	set := flag.NewFlagSet("preflight", flag.ContinueOnError)
	file := set.String("config", "", "a file with what else stands in cdk.json under context.signet")
	yes := set.Bool("yes", false, "destroy: do not ask for the stack's name")
	assembly := set.String("assembly", "cdk.out", "adopt: where the synthesized templates are")
	keep := set.String("kept", "build/kept.json", "destroy: the file that says what stays, as the field existing takes it")
	if err := set.Parse(args); err != nil {
		return err
	}
	c, err := configuration(*file)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, limit+2*adoptLimit)
	defer cancel()
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	if loaded.Region == "" {
		return errors.New("got no region, want one: set AWS_REGION, or the region of AWS_PROFILE")
	}
	account := newAccount(loaded)
	switch set.Arg(0) {
	case "deploy":
		return deploy(ctx, account, c, out)
	case "adopt":
		return adopt(ctx, account, c, *assembly, out)
	case "destroy":
		if err := destroy(ctx, account, c, *keep, out); err != nil {
			return err
		}
		if !*yes && !asked(c.Name, in, out) {
			return fmt.Errorf("got another name than %q: nothing was changed", c.Name)
		}
		return account.unprotect(ctx, c.Name)
	}
	return fmt.Errorf("got %q, want deploy, adopt or destroy", set.Arg(0))
}

// configuration is that of a file, else cdk.json's.
func configuration(file string) (upload.Config, error) {
	if file == "" {
		context, err := settings.Context()
		if err != nil {
			return upload.Config{}, err
		}
		return named("cdk.json")(settings.Read(context["signet"]))
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return upload.Config{}, err
	}
	return named(file)(settings.Read(string(data)))
}

func named(file string) func(upload.Config, error) (upload.Config, error) {
	return func(c upload.Config, err error) (upload.Config, error) {
		if err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
		return c, err
	}
}

// deploy prints a line for each check, and fails if one of them did.
func deploy(ctx context.Context, a *account, c upload.Config, out io.Writer) error {
	failed := 0
	for _, f := range judge(c, a.read(ctx, c)) {
		fmt.Fprintln(out, f)
		if f.Status == fail {
			failed++
		}
	}
	if failed > 0 {
		return fmt.Errorf("got %d findings that would end the deployment, want none: do what they say, or set SKIP_PREFLIGHT=1 if you know better", failed)
	}
	return nil
}

// destroy says what stays, and writes it down for a deployment that takes it up.
func destroy(ctx context.Context, a *account, c upload.Config, file string, out io.Writer) error {
	kept, err := a.kept(ctx, c.Name)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s in %s is about to be deleted. These stay, for you to delete by hand (infra/README.md):\n", c.Name, a.region)
	for _, k := range kept {
		fmt.Fprintf(out, "  %-22s %s\n", k.Type, k.Physical)
	}
	bucket, err := a.output(ctx, c.Name, "BucketName")
	if err != nil || bucket == "" {
		return err
	}
	text, err := json.MarshalIndent(map[string]any{"existing": existingOf(kept, bucket)}, "", "  ")
	if err != nil {
		return err
	}
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, append(text, '\n'), 0o644)); err != nil {
		return err
	}
	fmt.Fprintf(out, "A later deployment takes up the uploads, their key and the people with what is in %s.\n", file)
	return nil
}

// asked says whether the name was typed.
func asked(name string, in io.Reader, out io.Writer) bool {
	fmt.Fprint(out, "Type its name to go on: ")
	line, _ := bufio.NewReader(in).ReadString('\n')
	return strings.TrimSpace(line) == name
}
