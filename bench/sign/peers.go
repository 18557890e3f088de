package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/presign"
	"signet/lambda/upload"
)

const (
	bucket   = "uploads-123456789012"
	region   = "eu-central-1"
	host     = bucket + ".s3." + region + ".amazonaws.com"
	key      = "uploads/ada/holiday photo~0123456789abcdef.jpg"
	uploadID = "VXBsb2FkSWQtb2YtdGhlLWxlbmd0aC10aGF0LVMzLWdpdmVzLWl0cy1pZHM.a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9f0"
	partSize = 8 * upload.MiB
	expires  = 15 * time.Minute
)

var ctx = context.Background()

func credentials(token string) presign.Credentials {
	return presign.Credentials{AccessKeyID: "ASIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", SessionToken: token}
}

func sdkCredentials(token string) aws.Credentials {
	c := credentials(token)
	return aws.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
}

func signer(token string) *presign.Signer {
	return presign.New(presign.Options{Bucket: bucket, Region: region, Credentials: func(context.Context) (presign.Credentials, error) {
		return credentials(token), nil
	}})
}

func policy() *upload.Policy {
	config := upload.DefaultConfig()
	config.MaxObjectSize = upload.TiB
	return upload.NewPolicy(config)
}

// puts are the ways to sign one PUT of a photo: type, exact length and
// If-None-Match.
func puts(token string) ([]peer, error) {
	request, err := policy().Authorize(upload.Bearer{Caller: "ada"}, upload.Place{}, upload.File{Name: "holiday photo.jpg", Type: "image/jpeg", Size: 12345678, ID: "0123456789abcdef"})
	if err != nil {
		return nil, err
	}
	ours := signer(token)
	signed, err := ours.URL(ctx, request)
	if err != nil {
		return nil, err
	}
	client := s3.NewPresignClient(s3.New(s3.Options{Region: region, Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return sdkCredentials(token), nil
	})}))
	theirs := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	httpRequest := &http.Request{Method: http.MethodPut, Host: host, ContentLength: 12345678,
		Header: http.Header{"Content-Type": {"image/jpeg"}, "If-None-Match": {"*"}},
		URL:    &url.URL{Scheme: "https", Host: host, Path: "/" + key, RawPath: "/" + presign.EscapePath(key), RawQuery: "X-Amz-Expires=900"}}
	return []peer{
		{name: ourName, run: times(func(int) error { _, err := ours.URL(ctx, request); return err })},
		{name: v4Name, run: times(func(int) error {
			_, _, err := theirs.PresignHTTP(ctx, sdkCredentials(token), httpRequest, "UNSIGNED-PAYLOAD", "s3", region, time.Now())
			return err
		})},
		{name: clientName, run: times(func(int) error {
			_, err := client.PresignPutObject(ctx, &s3.PutObjectInput{
				Bucket: aws.String(bucket), Key: aws.String(key), ContentType: aws.String("image/jpeg"), ContentLength: aws.Int64(12345678), IfNoneMatch: aws.String("*"),
			}, s3.WithPresignExpires(expires))
			return err
		})},
		{name: hashName, run: hashes(signed.URL)},
	}, nil
}

// hashes is what no signer can do without: one SHA-256 of the canonical request,
// which is as long as the URL, and one HMAC of the string to sign.
func hashes(canonical string) func(n int) error {
	data, toSign, key := []byte(canonical), make([]byte, 140), make([]byte, 32)
	return times(func(int) error {
		sum := sha256.Sum256(data)
		h := hmac.New(sha256.New, key)
		h.Write(toSign)
		h.Sum(sum[:0])
		return nil
	})
}

// parts are the ways to sign all parts of a file of 10,000 parts.
func parts(token string) ([]peer, error) {
	run, err := policy().AuthorizeParts(upload.Bearer{Caller: "ada"}, key, uploadID, upload.MaxParts*partSize, 0, 0)
	if err != nil {
		return nil, err
	}
	ours := signer(token)
	theirs := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	return []peer{
		{name: ourName, per: upload.MaxParts, run: times(func(int) error { _, err := ours.Parts(ctx, run); return err })},
		{name: v4Name, per: upload.MaxParts, run: times(func(int) error { return loop(theirs, token) })},
	}, nil
}

// loop signs 10,000 parts with the SDK's v4 signer and keeps the signatures, as
// an answer of our form has them.
func loop(s *v4.Signer, token string) error {
	signatures := make([]string, upload.MaxParts)
	now, c := time.Now(), sdkCredentials(token)
	path := presign.EscapePath(key)
	for n := 1; n <= upload.MaxParts; n++ {
		request := &http.Request{Method: http.MethodPut, Host: host, ContentLength: partSize, Header: http.Header{},
			URL: &url.URL{Scheme: "https", Host: host, Path: "/" + key, RawPath: "/" + path,
				RawQuery: "X-Amz-Expires=900&partNumber=" + strconv.Itoa(n) + "&uploadId=" + uploadID}}
		signed, _, err := s.PresignHTTP(ctx, c, request, "UNSIGNED-PAYLOAD", "s3", region, now)
		if err != nil {
			return err
		}
		signatures[n-1] = signed[strings.LastIndexByte(signed, '=')+1:]
	}
	return nil
}

// times runs one signature n times.
func times(one func(i int) error) func(n int) error {
	return func(n int) error {
		for i := range n {
			if err := one(i); err != nil {
				return err
			}
		}
		return nil
	}
}
