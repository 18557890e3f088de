package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"signet/bench/runtimeapi"
	"signet/lambda/api"
	"signet/lambda/apigw"
	"signet/lambda/upload"
)

const (
	ourName    = "signet"
	spacesName = "signet, 20 spaces"
	emptyName  = "empty aws-lambda-go handler"
	constName  = "Go, reads its event, constant answer"
	sdkName    = "Go, SDK PresignClient"
	nodeName   = "Node, @aws-sdk"
	botoName   = "Python, boto3"

	// spaces is how many the second configuration has.
	spaces = 20

	python = ".venv/bin/python"
)

// build compiles the Go handlers as a deployment does, and names all of them.
func build(ctx context.Context, dir string) ([]runtimeapi.Handler, error) {
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	event, err := presignEvent()
	if err != nil {
		return nil, err
	}
	usual, err := json.Marshal(map[string]string{"body": `{"key":"uploads/ada/holiday photo~0123456789abcdef.jpg","contentType":"image/jpeg"}`})
	if err != nil {
		return nil, err
	}
	handlers := []runtimeapi.Handler{
		{Name: ourName, Args: []string{filepath.Join(dir, "signet")}, Event: event, Check: checkURL},
		{Name: spacesName, Args: []string{filepath.Join(dir, "signet")}, Event: event, Check: checkURL},
		{Name: emptyName, Args: []string{filepath.Join(dir, "empty")}, Event: event, Check: checkNull},
		{Name: constName, Args: []string{filepath.Join(dir, "constant")}, Event: event, Check: checkURL},
		{Name: sdkName, Args: []string{filepath.Join(dir, "sdk")}, Event: usual, Check: checkURL},
		{Name: nodeName, Args: []string{"node", filepath.Join(root, "bench/peers/node/runtime.mjs")}, Event: usual, Check: checkURL},
		{Name: botoName, Args: []string{filepath.Join(root, python), filepath.Join(root, "bench/peers/boto3/runtime.py")}, Event: usual, Check: checkURL},
	}
	config := upload.DefaultConfig()
	plain, err := environment(dir, config)
	if err != nil {
		return nil, err
	}
	beside := filepath.Join(dir, "spaces")
	if err := os.Mkdir(beside, 0o755); err != nil {
		return nil, err
	}
	config.Spaces = manySpaces()
	many, err := environment(beside, config)
	if err != nil {
		return nil, err
	}
	for i := range handlers {
		handlers[i].Dir, handlers[i].Env = dir, plain
		if handlers[i].Name == spacesName {
			handlers[i].Dir, handlers[i].Env = beside, many
		}
	}
	for name, source := range map[string]string{"signet": "./lambda", "empty": "./bench/peers/empty", "constant": "./bench/peers/constant", "sdk": "./bench/peers/sdk"} {
		if err := compile(ctx, filepath.Join(dir, name), source); err != nil {
			return nil, err
		}
	}
	return handlers, nil
}

// compile builds a command with the flags of make lambda.
func compile(ctx context.Context, to, source string, env ...string) error {
	small, err := os.ReadFile("lambda/build.txt")
	if err != nil {
		return err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false"}
	for line := range strings.Lines(string(small)) {
		if flag := strings.TrimSpace(line); flag != "" && flag[0] != '#' {
			args = append(args, flag)
		}
	}
	build := exec.CommandContext(ctx, "go", append(args, "-ldflags", "-s -w -buildid=", "-o", to, source)...)
	build.Env = append(append(os.Environ(), "CGO_ENABLED=0"), env...)
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", build, err, out)
	}
	return nil
}

// presignEvent is POST /api/presign of one photo, as API Gateway hands it on.
func presignEvent() ([]byte, error) {
	return json.Marshal(apigw.Event{
		Version: "2.0", RawPath: api.Base + "/presign",
		Headers: map[string]string{
			"accept": "*/*", "accept-encoding": "gzip, deflate, br", "content-type": "application/json", "content-length": "64",
			"host": "abcdef0123.execute-api.eu-central-1.amazonaws.com", "user-agent": "Mozilla/5.0", "x-forwarded-for": "192.0.2.1",
			"x-forwarded-port": "443", "x-forwarded-proto": "https", "authorization": "Bearer " + token(),
		},
		Body: `{"name":"holiday photo.jpg","type":"image/jpeg","size":12345678}`,
		RequestContext: apigw.RequestContext{
			Authorizer: &apigw.Authorizer{JWT: &apigw.JWT{Claims: map[string]string{"sub": "ada", "iss": "https://issuer.example", "exp": "1795406400"}}},
			DomainName: "abcdef0123.execute-api.eu-central-1.amazonaws.com", RequestID: "JKJaXmPLvHcESHA=", Stage: "$default",
			HTTP: apigw.HTTP{Method: http.MethodPost, Path: api.Base + "/presign", Protocol: "HTTP/1.1", SourceIP: "192.0.2.1"},
		},
	})
}

// token is an access token as Cognito makes them, of somebody who is in two groups.
func token() string {
	part := base64.RawURLEncoding.EncodeToString
	payload := `{"sub":"ada","cognito:groups":["design","admins"],"iss":"https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_a1B2c3D4e","version":2,"client_id":"3n4b5urk1ft4fl3mg5e62d9ado",` +
		`"origin_jti":"aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee","token_use":"access","scope":"openid profile email","auth_time":1795400000,"exp":1795406400,"iat":1795402800,"jti":"aaaaaaaa-bbbb-cccc-dddd-ffffffffffff","username":"ada"}`
	return part([]byte(`{"kid":"abcdefghijklmnopqrsexample=","alg":"RS256"}`)) + "." + part([]byte(payload)) + "." + part(bytes.Repeat([]byte("s"), 256))
}

// manySpaces are some of every kind.
func manySpaces() map[string]upload.Space {
	all := map[string]upload.Space{}
	for i := range spaces {
		s := upload.Space{Name: fmt.Sprintf("space-%d", i), Per: []upload.Per{upload.PerCaller, upload.PerGroup, upload.PerAll}[i%3]}
		if i%2 == 0 {
			s.AllowedTypes, s.MaxObjectSize, s.Read = []string{"image/*", "application/pdf"}, 10<<20, []string{"owner", "group:admins"}
		}
		all[s.Name] = s
	}
	return all
}

// environment is Lambda's, with credentials that have a session token of 1,200
// bytes, and puts into dir what an archive has beside the program.
func environment(dir string, config upload.Config) ([]string, error) {
	config.Bucket, config.Region = "uploads-123456789012", "eu-central-1"
	written, resolved, err := config.Split()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, upload.ConfigFile), written, 0o644); err != nil {
		return nil, err
	}
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1",
		"AWS_LAMBDA_FUNCTION_NAME=bench", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256",
		"AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
		"AWS_SESSION_TOKEN=" + strings.Repeat("IQoJb3JpZ2luX2VjE/+=", 60),
		"LAMBDA_TASK_ROOT=" + dir, upload.EnvVar + "=" + string(resolved),
	}, nil
}

func checkNull(answer []byte) error {
	if string(answer) != "null" {
		return fmt.Errorf("got answer %s, want null", answer)
	}
	return nil
}

// checkURL wants an answer of API Gateway's form with a signed URL in it.
func checkURL(answer []byte) error {
	if !bytes.Contains(answer, []byte(`"statusCode":200`)) && !bytes.Contains(answer, []byte(`"statusCode": 200`)) || !bytes.Contains(answer, []byte("X-Amz-Signature=")) {
		return fmt.Errorf("got answer %.300s, want 200 and a signed URL", answer)
	}
	return nil
}

// sizes builds what is deployed and measures it and its zip, in bytes.
func sizes(ctx context.Context, bootstrap string) (binary, zipped int64, err error) {
	if err := compile(ctx, bootstrap, "./lambda", "GOOS=linux", "GOARCH=arm64", "GOARM64=v8.2"); err != nil {
		return 0, 0, err
	}
	content, err := os.ReadFile(bootstrap)
	if err != nil {
		return 0, 0, err
	}
	var archive bytes.Buffer
	z := zip.NewWriter(&archive)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestCompression) })
	f, err := z.Create("bootstrap")
	if err != nil {
		return 0, 0, err
	}
	_, err = f.Write(content)
	err = errors.Join(err, z.Close())
	return int64(len(content)), int64(archive.Len()), err
}
