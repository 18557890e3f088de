package api_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

func TestLogTellsNoSecrets(t *testing.T) {
	w := service(t)
	me := caller(t)
	signed := must[api.Presigned](w)(w.as(me).Presign(t.Context(), api.File{Name: "geheim.txt", Size: size(1)}))
	w.as(me).FileURL(t.Context(), signed.Key, "")
	w.as(me).ListVersions(t.Context(), signed.Key)
	log := w.log.String()
	if !strings.Contains(log, `"route":"/api/presign"`) || !strings.Contains(log, `"code":"NoSuchKey"`) {
		t.Errorf("the log lacks route or code:\n%s", log)
	}
	for _, secret := range []string{"geheim", me, "X-Amz", "Bearer", "uploads/"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %q:\n%s", secret, log)
		}
	}
}

// A client that goes away is no failure of the service.
func TestGoneClientIsNoError(t *testing.T) {
	w := service(t)
	handler := w.handler
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, "GET", "/api/uploads", nil)
	r.Header.Set("Authorization", "Bearer alice")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	if log := w.log.String(); !strings.Contains(log, "canceled") || strings.Contains(log, "ERROR") {
		t.Errorf("the log should have it below ERROR:\n%s", log)
	}
}

// A role without a permission is the operator's trouble: the caller learns
// nothing of it, the log does.
func TestMissingPermission(t *testing.T) {
	g := startGateway(t, strings.Replace(grants(t), `"s3:ListBucketMultipartUploads"`, `"s3:GetBucketLocation"`, 1))
	defer g.Close()
	w := serviceOn(t, g)
	_, err := w.as("alice").ListUploads(t.Context(), "")
	p, ok := errors.AsType[*api.Problem](err)
	if !ok || p.Code != upload.InternalError || p.Status != 500 || strings.Contains(p.Detail, "AccessDenied") {
		t.Errorf("got %v, want an InternalError that tells nothing", err)
	}
	if !strings.Contains(w.log.String(), "AccessDenied") {
		t.Errorf("the log does not say why:\n%s", w.log)
	}
}

// S3 may answer Complete with 200 and put an error into the body. The gateway
// does not, so an answer as AWS documents it stands in.
func TestErrorInside200(t *testing.T) {
	for code, want := range map[string]upload.Code{"InternalError": upload.ServiceUnavailable, "SlowDown": upload.SlowDown} {
		t.Run(code, func(t *testing.T) {
			t.Parallel() // the SDK waits between its three tries
			w := standIn(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == "GET" {
					io.WriteString(w, onePart)
					return
				}
				io.WriteString(w, `<?xml version="1.0" encoding="UTF-8"?>`+"\n  <Error><Code>"+code+`</Code><Message>m</Message></Error>`)
			})
			_, err := w.as("alice").CompleteUpload(t.Context(), api.CompleteRequest{Key: aliceKey, UploadID: "u", Size: size(5)})
			if p, ok := errors.AsType[*api.Problem](err); !ok || p.Code != want {
				t.Errorf("got %v, want %s", err, want)
			}
		})
	}
}

const (
	aliceKey = "uploads/alice/a~abcdefgh"
	onePart  = `<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>"e"</ETag><Size>5</Size></Part></ListPartsResult>`
)

// standIn is the API in front of answers that the gateway cannot be brought to
// give.
func standIn(t *testing.T, s3 http.HandlerFunc) *world {
	fake := httptest.NewServer(s3)
	t.Cleanup(fake.Close)
	config := upload.DefaultConfig()
	config.Resolved = upload.Resolved{Bucket: bucket, Region: region, Endpoint: fake.URL}
	w := &world{T: t, log: &bytes.Buffer{}}
	server := httptest.NewServer(api.New(api.Options{Config: config, Subject: subject, Credentials: fixed, Log: slog.New(slog.NewJSONHandler(w.log, nil))}))
	t.Cleanup(server.Close)
	w.api = server.URL + api.Base
	return w
}

// A store that does not compare the checksum itself.
func TestWrongChecksumIsRemoved(t *testing.T) {
	var deleted string
	w := standIn(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case "GET":
			io.WriteString(w, onePart)
		case "DELETE":
			deleted = r.URL.Path + "?" + r.URL.Query().Get("versionId")
			w.WriteHeader(204)
		default:
			w.Header().Set("X-Amz-Version-Id", "v7")
			io.WriteString(w, `<CompleteMultipartUploadResult><ETag>"e"</ETag><ChecksumCRC64NVME>rosUhgp5mIg=</ChecksumCRC64NVME></CompleteMultipartUploadResult>`)
		}
	})
	ask := api.CompleteRequest{Key: aliceKey, UploadID: "u", Size: size(5), Checksum: &api.Checksum{CRC64NVME: "AAAAAAAAAAA="}}
	_, err := w.as("alice").CompleteUpload(t.Context(), ask)
	wantCode(t, err, upload.BadDigest)
	if want := "/" + bucket + "/" + aliceKey + "?v7"; deleted != want {
		t.Errorf("deleted %q, want %q", deleted, want)
	}
}

func fixed(context.Context) (presign.Credentials, error) {
	return presign.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}, nil
}
