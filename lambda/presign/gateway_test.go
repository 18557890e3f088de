package presign_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/gateway"
	"signet/cmd/signet/gateway/gatewaytest"
	"signet/lambda/presign"
	"signet/lambda/upload"
)

func TestMain(m *testing.M) { gatewaytest.Main(m) }

const (
	bucket = "uploads"
	region = "ap-northeast-2"
)

// ada asks in these tests.
var ada = upload.Bearer{Caller: "ada"}

// world is a real S3 gateway with a signer for it, whose role may do what the
// deployed one may.
type world struct {
	gateway *gateway.Gateway
	policy  *upload.Policy
	signer  *presign.Signer
}

func newWorld(t *testing.T) world {
	t.Helper()
	config := upload.DefaultConfig()
	config.Origins = []string{"https://example.org"}
	role := gateway.Role{Policy: gatewaytest.UploadPolicy(t, bucket, "", region)}
	g := gatewaytest.Start(t, gateway.Config{Bucket: bucket, Region: region, Role: role})
	signer := presign.New(presign.Options{Bucket: bucket, Region: region, Endpoint: g.URL(), Credentials: g.SigningCredentials})
	return world{gateway: g, policy: upload.NewPolicy(config), signer: signer}
}

// send makes a request and gives its status, header and body.
func send(t *testing.T, method, url string, headers map[string]string, body []byte) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value) // net/http sets content-length by itself
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(said)
}

func (w world) sign(t *testing.T, r upload.Request) presign.URL {
	t.Helper()
	signed, err := w.signer.URL(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

// read downloads a key by a signed URL.
func (w world) read(t *testing.T, key, version string) (int, http.Header, string) {
	t.Helper()
	object, err := w.policy.AuthorizeKey(ada, key)
	if err != nil {
		t.Fatal(err)
	}
	signed := w.sign(t, object.Get(version))
	return send(t, signed.Method, signed.URL, signed.Headers, nil)
}

// TestGatewayTakesPutAndGet stores files with all that a PUT can sign, under
// names that need care, and reads them back by signed GETs.
func TestGatewayTakesPutAndGet(t *testing.T) {
	w := newWorld(t)
	for i, file := range []upload.File{
		{Name: "plain.txt"},
		{Name: "empty", Size: 0},
		{Name: "a b+c~d%2Fe%.txt", Type: "text/plain; charset=utf-8"},
		{Name: "ß 日本語 😀 e\u0301.jpg", Type: "image/jpeg"},
		{Name: "'()*!$&,;=:@[]?#.x"},
		{Name: "meta", Metadata: map[string]string{"by": "ada", "note": "two  spaces", "who": "größe"}},
		{Name: "checksum", CRC64NVME: "rosUhgp5mIg="},
	} {
		t.Run(file.Name, func(t *testing.T) {
			body := []byte("123456789")
			if i == 1 {
				body = nil
			}
			file.Size = int64(len(body))
			request, err := w.policy.Authorize(ada, upload.Place{}, file)
			if err != nil {
				t.Fatal(err)
			}
			signed := w.sign(t, request)
			status, header, said := send(t, signed.Method, signed.URL, signed.Headers, body)
			if status != 200 {
				t.Fatalf("PUT: got %d %s, want 200", status, said)
			}
			for _, version := range []string{"", header.Get("x-amz-version-id")} {
				if status, header, said := w.read(t, request.Key(), version); status != 200 || said != string(body) || !strings.HasPrefix(header.Get("Content-Disposition"), "attachment") {
					t.Errorf("GET of version %q: got %d %q %v, want the bytes as an attachment", version, status, said, header)
				}
			}
		})
	}
}

// TestGatewayRefusesWhatWasNotSigned: what a signature covers cannot be changed,
// or else the tests above would prove nothing.
func TestGatewayRefusesWhatWasNotSigned(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*presign.URL, *[]byte){
		"signature": func(u *presign.URL, _ *[]byte) {
			last := u.URL[len(u.URL)-1]
			u.URL = u.URL[:len(u.URL)-1] + string(rune('0'+(last+1)%2))
		},
		"key":           func(u *presign.URL, _ *[]byte) { u.URL = strings.Replace(u.URL, "/f~", "/g~", 1) },
		"life":          func(u *presign.URL, _ *[]byte) { u.URL = strings.Replace(u.URL, "Expires=900", "Expires=901", 1) },
		"type":          func(u *presign.URL, _ *[]byte) { u.Headers["content-type"] = "text/html" },
		"length":        func(_ *presign.URL, body *[]byte) { *body = append(*body, '!') },
		"if-none-match": func(u *presign.URL, _ *[]byte) { delete(u.Headers, "if-none-match") },
		"method":        func(u *presign.URL, body *[]byte) { u.Method, *body = http.MethodDelete, nil },
	} {
		t.Run(name, func(t *testing.T) {
			body := []byte("123456789")
			request, err := w.policy.Authorize(ada, upload.Place{}, upload.File{Name: "f.txt", Size: int64(len(body))})
			if err != nil {
				t.Fatal(err)
			}
			signed := w.sign(t, request)
			change(&signed, &body)
			if status, _, said := send(t, signed.Method, signed.URL, signed.Headers, body); status != 403 {
				t.Errorf("got %d %s, want 403", status, said)
			}
		})
	}
}

// TestGatewayTakesParts uploads parts by the table, and one by a URL of its own.
func TestGatewayTakesParts(t *testing.T) {
	w := newWorld(t)
	const size = 2*8*upload.MiB + 5
	m, err := w.policy.AuthorizeMultipart(ada, upload.Place{}, upload.File{Name: "film ß+.mov", Size: size})
	if err != nil {
		t.Fatal(err)
	}
	key := m.Object().Key()
	client := s3.New(s3.Options{BaseEndpoint: aws.String(w.gateway.URL()), UsePathStyle: true, Region: region, Credentials: aws.CredentialsProviderFunc(w.gateway.Credentials)})
	created, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	parts, err := w.policy.AuthorizeParts(ada, key, *created.UploadId, size, 0, 0)
	if err != nil {
		t.Fatal(err)
	}
	table, err := w.signer.Parts(t.Context(), parts)
	if err != nil {
		t.Fatal(err)
	}
	var done []types.CompletedPart
	for i, signature := range table.Signatures {
		n := table.First + i
		address := table.URL + "&partNumber=" + strconv.Itoa(n) + "&X-Amz-Signature=" + signature
		if n == 2 {
			address = w.sign(t, parts.Part(n)).URL
		}
		body := bytes.Repeat([]byte{byte('0' + n)}, int(parts.Plan().Length(n)))
		if status, _, _ := send(t, http.MethodPut, address, nil, []byte("another")); status != 403 {
			t.Errorf("part %d, of another length: got %d, want 403", n, status)
		}
		status, header, said := send(t, http.MethodPut, address, nil, body)
		if status != 200 {
			t.Fatalf("part %d: got %d %s, want 200", n, status, said)
		}
		done = append(done, types.CompletedPart{PartNumber: aws.Int32(int32(n)), ETag: aws.String(header.Get("ETag"))})
	}
	_, err = client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: aws.String(bucket), Key: &key, UploadId: created.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: done}})
	if err != nil {
		t.Fatal(err)
	}
	if status, _, said := w.read(t, key, ""); status != 200 || len(said) != size || !strings.HasSuffix(said, "233333") {
		t.Errorf("GET: got %d with %d bytes, want %d", status, len(said), size)
	}
}

// TestGatewayTakesForms uploads by a form, and holds the gateway to its bounds.
func TestGatewayTakesForms(t *testing.T) {
	w := newWorld(t)
	for _, tt := range []struct {
		wish   upload.FormWish
		length int
		status int
	}{
		{upload.FormWish{Name: "ß + \"1\".png", Type: "image/png", MaxSize: 10}, 10, 201},
		{upload.FormWish{Name: "long.png", Type: "image/png", MaxSize: 10}, 11, 400},
		{upload.FormWish{Name: "redirected", SuccessRedirect: "https://example.org/done"}, 3, 303},
	} {
		t.Run(tt.wish.Name, func(t *testing.T) {
			approved, err := w.policy.AuthorizeForm(ada, upload.Place{}, tt.wish)
			if err != nil {
				t.Fatal(err)
			}
			form, err := w.signer.Form(t.Context(), approved)
			if err != nil {
				t.Fatal(err)
			}
			status, said := post(t, form, strings.Repeat("x", tt.length))
			if status != tt.status {
				t.Fatalf("POST: got %d %s, want %d", status, said, tt.status)
			}
			if tt.status == 400 {
				return
			}
			if status, header, said := w.read(t, approved.Key(), ""); status != 200 || len(said) != tt.length || tt.wish.Type != "" && header.Get("Content-Type") != tt.wish.Type {
				t.Errorf("GET: got %d %q %v, want %d bytes of type %s", status, said, header, tt.length, tt.wish.Type)
			}
			form.Fields[0].Value += "x"
			if status, said := post(t, form, "x"); status != 403 {
				t.Errorf("POST of another key: got %d %s, want 403", status, said)
			}
		})
	}
}

// post sends a form as a browser does, without following a redirect.
func post(t *testing.T, form presign.Form, content string) (int, string) {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for _, f := range form.Fields {
		if err := m.WriteField(f.Name, f.Value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := m.CreateFormFile("file", "own name.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprint(file, content) // to memory
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, form.URL, &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(said)
}
