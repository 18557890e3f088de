package notify

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// AWS calls those services of which one operation each is needed: their modules would
// be most of the function's program.
type AWS struct {
	Region      string
	Credentials aws.CredentialsProvider
	// HTTP sends the requests. nil: http.DefaultClient.
	HTTP *http.Client
	// Endpoint stands in for all services' addresses. Empty: AWS's own.
	Endpoint string
}

// awsTime bounds a call.
const awsTime = 10 * time.Second

// Call makes a call of a service that speaks JSON: target is X-Amz-Target, version that of
// its protocol, "1.0" or "1.1". out may be nil. A refusal is an [AWSError].
func (a *AWS) Call(ctx context.Context, service, target, version string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	header := http.Header{"Content-Type": {"application/x-amz-json-" + version}, "X-Amz-Target": {target}}
	data, err := a.send(ctx, service, "/", header, body)
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(data, out)
}

// send makes one signed POST request.
func (a *AWS) send(ctx context.Context, service, path string, header http.Header, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, awsTime)
	defer cancel()
	endpoint := a.Endpoint
	if endpoint == "" {
		endpoint = "https://" + service + "." + a.Region + ".amazonaws.com"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header = header
	credentials, err := a.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), service, a.Region, time.Now()); err != nil {
		return nil, err
	}
	client := a.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", service, err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err == nil && answer.StatusCode >= 300 {
		err = refusal(service, answer.StatusCode, data)
	}
	return data, err
}

// refusal is a service's error, with the code by which it can be told.
func refusal(service string, status int, data []byte) error {
	var said struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
		Capital string `json:"Message"`
	}
	_ = json.Unmarshal(data, &said) // an answer that is no JSON has its status alone
	_, code, found := strings.Cut(said.Type, "#")
	if !found {
		code = said.Type
	}
	return &AWSError{Service: service, Status: status, Code: code, Message: said.Message + said.Capital}
}

// AWSError is what a service answered in place of a result.
type AWSError struct {
	Service, Code, Message string
	Status                 int
}

// Error implements error.
func (e *AWSError) Error() string {
	return fmt.Sprintf("%s answered %d %s: %s", e.Service, e.Status, e.Code, e.Message)
}
