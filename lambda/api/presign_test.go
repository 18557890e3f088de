package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"signet/lambda/api"
	"signet/lambda/presign"
)

// A thousand files with names as long as one call can hold, and the longest session
// tokens that Lambda gives, must fit into one answer of Lambda's, 6 MB.
func TestLargestBatchFits(t *testing.T) {
	w := serviceWith(t, sharedGateway(t), func(o *api.Options) {
		o.Credentials = func(context.Context) (presign.Credentials, error) {
			return presign.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "x", SessionToken: strings.Repeat("IQoJb3JpZ2luX2VjE/+=", 70)}, nil
		}
	})
	folder := strings.Repeat("한", 60) + "/" + strings.Repeat("한", 60) + "/" + strings.Repeat("한", 45)
	files := make([]api.File, 1000)
	for i := range files {
		files[i] = api.File{
			Name: fmt.Sprintf("%03d", i) + strings.Repeat("한", 65), Folder: folder, Type: "application/octet-stream", Size: size(1),
			ID: fmt.Sprintf("0%047d", i), Checksum: &api.Checksum{CRC64NVME: "AAAAAAAAAAA="},
		}
	}
	body, err := json.Marshal(api.PresignRequest{Files: files})
	if err != nil || len(body) < api.MaxBody*95/100 || len(body) > api.MaxBody {
		t.Fatalf("got a body of %d bytes, %v, want nearly %d", len(body), err, api.MaxBody)
	}
	r, err := http.NewRequest(http.MethodPost, w.api+"/presign", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+strings.Repeat("c", 64))
	answer, err := contract{t}.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	var out api.PresignedFiles
	text, err := io.ReadAll(answer.Body)
	if err != nil || json.Unmarshal(text, &out) != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	const most = 6 << 20
	if len(out.Files) != 1000 || out.Files[999].Presigned == nil || len(text) > most {
		t.Errorf("got %d files in %d bytes, want 1000 in at most %d", len(out.Files), len(text), most)
	}
	t.Logf("%d bytes", len(text))
}
