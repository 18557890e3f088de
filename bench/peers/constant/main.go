// Command constant takes a real event and gives a constant answer of a real
// one's size: what is left of Signet's handler when it decides and signs
// nothing. No handler over lambda.Start that reads its event can be faster.
package main

import (
	"context"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"

	"signet/lambda/apigw"
)

func main() {
	answer := apigw.Response{
		StatusCode: 200,
		Headers:    map[string]string{"cache-control": "no-store", "content-type": "application/json", "x-content-type-options": "nosniff"},
		// As long as a signed URL with a session token of 1,200 bytes.
		Body: `{"key":"uploads/ada/holiday photo~rabcdefghijklmnopqrstuvwxy.jpg","method":"PUT","url":"https://uploads/?X-Amz-Signature=` +
			strings.Repeat("0123456789abcdef", 125) + `","headers":{"content-length":"12345678","content-type":"image/jpeg","if-none-match":"*"},"expires":"2026-11-23T15:00:00Z"}`,
	}
	lambda.Start(func(_ context.Context, event apigw.Event) (apigw.Response, error) {
		if event.RequestContext.HTTP.Method == "" {
			return apigw.Response{StatusCode: 500}, nil
		}
		return answer, nil
	})
}
