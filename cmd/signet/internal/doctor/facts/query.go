package facts

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"signet/cmd/signet/internal/wait"
)

// query makes one call of AWS's Query protocol, for services of which we need a
// single one and whose modules are large. page may be nil.
func query(ctx context.Context, config aws.Config, service string, form url.Values, page any) error {
	if !ReadOnly(form.Get("Action")) {
		return fmt.Errorf("got the operation %s, want one that only reads", form.Get("Action"))
	}
	body := []byte(form.Encode())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address(config, service), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	answer, data, err := signed(ctx, config, service, r, body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return refusal(answer.Status, data)
	}
	if page == nil {
		return nil
	}
	return xml.Unmarshal(data, page)
}

// get makes one call of a REST service whose answers are JSON.
func get(ctx context.Context, config aws.Config, service, path string, page any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(address(config, service), "/")+path, nil)
	if err != nil {
		return err
	}
	answer, data, err := signed(ctx, config, service, r, nil)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		code, _, _ := strings.Cut(answer.Header.Get("X-Amzn-ErrorType"), ":")
		return &smithy.GenericAPIError{Code: cmp.Or(code, answer.Status)}
	}
	return json.Unmarshal(data, page)
}

// ask makes one call of a service that speaks JSON; target is X-Amz-Target.
func ask(ctx context.Context, config aws.Config, service, target string, in, out any) error {
	if _, operation, _ := strings.Cut(target, "."); !ReadOnly(operation) {
		return fmt.Errorf("got the operation %s, want one that only reads", target)
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address(config, service), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header = http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {target}}
	answer, data, err := signed(ctx, config, service, r, body)
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		var said struct {
			Type string `json:"__type"`
		}
		_ = json.Unmarshal(data, &said) // an answer that is no JSON has its status alone
		code := said.Type[strings.LastIndexByte(said.Type, '#')+1:]
		return &smithy.GenericAPIError{Code: cmp.Or(code, answer.Status)}
	}
	return json.Unmarshal(data, out)
}

// signed sends a request with the credentials, and reads its answer. Where the line was
// cut it is sent again, as the SDK does with calls of its own: it only reads.
func signed(ctx context.Context, config aws.Config, service string, r *http.Request, body []byte) (*http.Response, []byte, error) {
	credentials, err := config.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, nil, err
	}
	retries := retryer(config)
	for attempt := 1; ; attempt++ {
		sum := sha256.Sum256(body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		if err := v4.NewSigner().SignHTTP(ctx, credentials, r, hex.EncodeToString(sum[:]), service, config.Region, time.Now()); err != nil {
			return nil, nil, err
		}
		answer, data, err := send(config, r)
		if err == nil || attempt >= retries.MaxAttempts() || !retries.IsErrorRetryable(&smithyhttp.RequestSendError{Err: err}) {
			return answer, data, err
		}
		delay, delayErr := retries.RetryDelay(attempt, err)
		if delayErr != nil {
			return nil, nil, err
		}
		if wait.For(ctx, delay) != nil {
			return nil, nil, err
		}
	}
}

// retryer is what the SDK would take.
func retryer(config aws.Config) aws.Retryer {
	var retries aws.Retryer = retry.NewStandard()
	if config.Retryer != nil {
		retries = config.Retryer()
	}
	if config.RetryMaxAttempts > 0 {
		retries = retry.AddWithMaxAttempts(retries, config.RetryMaxAttempts)
	}
	return retries
}

// send sends a request once, and reads its answer.
func send(config aws.Config, r *http.Request) (*http.Response, []byte, error) {
	client := config.HTTPClient
	if client == nil {
		client = http.DefaultClient
	}
	answer, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(io.LimitReader(answer.Body, 16<<20))
	return answer, data, err
}

// refusal has the code in EC2's form or in everybody else's.
func refusal(status string, data []byte) error {
	var said struct {
		EC2  string `xml:"Errors>Error>Code"`
		Code string `xml:"Error>Code"`
	}
	_ = xml.Unmarshal(data, &said) // an answer that is no XML has the status alone
	switch {
	case said.EC2 != "":
		status = said.EC2
	case said.Code != "":
		status = said.Code
	}
	return &smithy.GenericAPIError{Code: status}
}

// address of a service's Query protocol.
func address(config aws.Config, service string) string {
	if own := Override(config, strings.ToUpper(service)); own != "" {
		return own
	}
	suffix := ".amazonaws.com/"
	if partition(config.Region) == "aws-cn" {
		suffix = ".amazonaws.com.cn/"
	}
	return "https://" + service + "." + config.Region + suffix
}
