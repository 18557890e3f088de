// Command put sends a file as a program of somebody else does: the service signs
// one PUT, and the bytes go to S3. SIGNET_API is the address of the API, SIGNET_TOKEN
// a caller's token.
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"

	"signet/lambda/api"
)

func main() {
	key, err := put(context.Background(), os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(key)
}

func put(ctx context.Context, file string) (key string, err error) {
	body, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	token := func(context.Context) (string, error) { return os.Getenv("SIGNET_TOKEN"), nil }
	client := api.Client{Base: os.Getenv("SIGNET_API"), Token: token}
	size := int64(len(body))
	signed, err := client.Presign(ctx, api.File{Name: filepath.Base(file), Type: "text/plain", Size: &size})
	if err != nil {
		return "", err
	}
	r, err := http.NewRequestWithContext(ctx, signed.Method, signed.URL, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	for name, value := range signed.Headers {
		r.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("S3 answers %s", answer.Status)
	}
	return signed.Key, nil
}
