// Command sdk is the usual presigning Lambda in Go: the SDK's default
// configuration, its S3 client and its PresignClient, made at start.
package main

import (
	"context"
	"encoding/json"
	"log"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

type event struct {
	Body string `json:"body"`
}

type response struct {
	StatusCode int    `json:"statusCode"`
	Body       string `json:"body"`
}

func main() {
	c, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	client := s3.NewPresignClient(s3.NewFromConfig(c))
	lambda.Start(func(ctx context.Context, e event) (response, error) {
		var file struct {
			Key         string `json:"key"`
			ContentType string `json:"contentType"`
		}
		if err := json.Unmarshal([]byte(e.Body), &file); err != nil {
			return response{}, err
		}
		signed, err := client.PresignPutObject(ctx, &s3.PutObjectInput{
			Bucket: aws.String("my-upload-demo-2025"), Key: &file.Key, ContentType: &file.ContentType, IfNoneMatch: aws.String("*"),
		}, s3.WithPresignExpires(15*time.Minute))
		if err != nil {
			return response{}, err
		}
		body, err := json.Marshal(map[string]any{"url": signed.URL, "headers": signed.SignedHeader})
		return response{StatusCode: 200, Body: string(body)}, err
	})
}
