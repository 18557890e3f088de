// Command function is the Lambda function that tells an application's server what
// happened to files. SQS hands it what EventBridge has put there; see package notify.
package main

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/notify"
	"signet/lambda/role"
	"signet/lambda/upload"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	n, err := notifier(os.Getenv, log)
	if err != nil {
		log.Error("configuration", "error", err)
		os.Exit(1)
	}
	lambda.Start(n.Handle)
}

// notifier reads what a person wrote, which lies beside the program, and over it what
// the deployment resolved.
func notifier(env func(string) string, log *slog.Logger) (*notify.Notifier, error) {
	written, err := os.ReadFile(filepath.Join(env("LAMBDA_TASK_ROOT"), upload.ConfigFile))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", upload.ConfigFile, err)
	}
	config, err := upload.ParseConfig(written, []byte(env(upload.EventsEnvVar)))
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", upload.ConfigFile, upload.EventsEnvVar, err)
	}
	if config.Events == nil {
		return nil, fmt.Errorf("%s: got no events, want who is told: add the field", upload.ConfigFile)
	}
	credentials := role.Credentials(env)
	services := &notify.AWS{Region: config.Region, Credentials: credentials}
	return notify.New(notify.Options{
		Config: config,
		S3:     s3.New(s3.Options{Region: config.Region, Credentials: credentials}),
		Queue:  &notify.SQS{AWS: services, Failures: config.EventsFailures},
		Sender: sender(config, services),
		Log:    log,
	}), nil
}

func sender(config upload.Config, services *notify.AWS) notify.Sender {
	e := config.Events
	if e.URL == "" {
		return notify.NewSender(services, e.Queue, e.Bus, e.Function)
	}
	vault := &notify.Vault{AWS: services, ID: config.EventsSecret, Now: time.Now}
	return notify.NewPoster(e.URL, vault.Get, false, nil)
}
