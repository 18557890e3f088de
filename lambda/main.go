// Command lambda is the Lambda function behind API Gateway: it reads the
// configuration and the role's credentials from its archive and the environment, and
// answers the API.
package main

import (
	"log/slog"
	"net/http"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"signet/lambda/api"
	"signet/lambda/apigw"
	"signet/lambda/upload"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	config, edge, err := configuration(os.Getenv)
	if err != nil {
		log.Error("configuration", "error", err)
		os.Exit(1)
	}
	handler := api.New(options(config, edge, log))
	lambda.Start(apigw.Wrap(handler))
}

// options are the handler's, as an event of API Gateway's tells who asks.
func options(config upload.Config, edge string, log *slog.Logger) api.Options {
	return api.Options{
		Config:      config,
		Credentials: credentials,
		Subject:     func(r *http.Request) string { return apigw.Claim(r, "sub") },
		Groups:      func(r *http.Request) []string { return apigw.List(r, config.Auth.Groups()) },
		Backend:     apigw.Signer,
		Log:         log,
		Edge:        edge,
	}
}
