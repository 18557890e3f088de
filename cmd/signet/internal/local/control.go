package local

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/cmd/signet/faults"
	"signet/cmd/signet/internal/issuer"
	"signet/lambda/upload"
)

// control is what tests ask of the cloud besides what clients can, in JSON: what
// [faults.Control] has, and
//
//	POST /token    {"user","life"}           answers {"token"}: a new one; life as "1s", 1 h without
//	POST /backend  {"method","path","body"}  a call of the API as the application's server signs it; answers what it answers
//	GET  /objects?prefix=                    answers {"objects": [faults.Object, …]}: what is in the bucket, in S3's order
//	GET  /objects/KEY                        answers the object's bytes
//
// Its path begins with a secret, so that no page of a browser can guess it.
type control struct {
	cloud    *Cloud
	id       *issuer.Issuer
	store    *s3.Client
	prefixes []string
	client   *http.Client // to the site
}

// serveControl begins to answer tests; without Testing it does nothing.
func (c *Cloud) serveControl(o Options, id *issuer.Issuer) error {
	if c.faulty == nil {
		return nil
	}
	listener, err := listen(0)
	if err != nil {
		return err
	}
	k := &control{cloud: c, id: id, store: c.client(), prefixes: o.Config.Prefixes(), client: http.DefaultClient}
	if c.certificate != nil {
		k.client = &http.Client{Transport: trusting(*c.certificate)}
	}
	mux := http.NewServeMux()
	(&faults.Control{S3: c.faulty.s3, Site: c.faulty.site, Lines: c.faulty.lines}).Routes(mux)
	mux.HandleFunc("POST /token", faults.Answer(k.token))
	mux.HandleFunc("POST /backend", k.backend)
	mux.HandleFunc("GET /objects", k.list)
	mux.HandleFunc("GET /objects/{key...}", k.read)
	secret := "/" + rand.Text()
	c.faulty.control = &http.Server{Handler: http.StripPrefix(secret, mux), ReadHeaderTimeout: 10 * time.Second}
	c.Control = "http://" + listener.Addr().String() + secret
	go func() { _ = c.faulty.control.Serve(listener) }() // until close
	return nil
}

func (k *control) token(in struct{ User, Life string }) (any, error) {
	life, err := time.ParseDuration(cmp.Or(in.Life, "1h"))
	if err != nil {
		return nil, err
	}
	token, err := k.id.Token(in.User, life)
	return map[string]string{"token": token}, err
}

// backend sends a call as whoever holds the ready line's keys.
func (k *control) backend(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Method, Path string
		Body         json.RawMessage
	}
	err := json.NewDecoder(r.Body).Decode(&in)
	keys := k.cloud.Backend
	if err == nil && keys == nil {
		err = errors.New("got a call of the backend and no passes, want them in the configuration: \"passes\": true")
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := k.signed(r.Context(), in.Method, k.cloud.API+"/backend"+in.Path, in.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	defer answer.Body.Close()
	w.Header().Set("Content-Type", answer.Header.Get("Content-Type"))
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body) // whoever is gone needs no answer
}

func (k *control) signed(ctx context.Context, method, address string, body []byte) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	keys := k.cloud.Backend
	sum := sha256.Sum256(body)
	who := aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(ctx, who, r, hex.EncodeToString(sum[:]), "execute-api", keys.Region, time.Now()); err != nil {
		return nil, err
	}
	return k.client.Do(r)
}

func (k *control) list(w http.ResponseWriter, r *http.Request) {
	wanted := r.URL.Query().Get("prefix")
	objects := []faults.Object{}
	for _, prefix := range k.prefixes {
		if !strings.HasPrefix(wanted, prefix) && !strings.HasPrefix(prefix, wanted) {
			continue
		}
		pages := s3.NewListObjectsV2Paginator(k.store, &s3.ListObjectsV2Input{Bucket: &k.cloud.Bucket, Prefix: aws.String(longer(prefix, wanted))})
		for pages.HasMorePages() {
			page, err := pages.NextPage(r.Context())
			for i := 0; err == nil && i < len(page.Contents); i++ {
				var o faults.Object
				if o, err = k.head(r.Context(), aws.ToString(page.Contents[i].Key)); err == nil {
					objects = append(objects, o)
				}
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string][]faults.Object{"objects": objects}) // as above
}

func longer(a, b string) string {
	if len(a) > len(b) {
		return a
	}
	return b
}

func (k *control) head(ctx context.Context, key string) (faults.Object, error) {
	out, err := k.store.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &k.cloud.Bucket, Key: &key, ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		return faults.Object{}, fmt.Errorf("%s: %w", key, err)
	}
	metadata := out.Metadata
	if metadata == nil {
		metadata = map[string]string{}
	}
	return faults.Object{
		Key: key, Name: upload.NameOf(key), Size: aws.ToInt64(out.ContentLength), Type: aws.ToString(out.ContentType),
		Checksum: aws.ToString(out.ChecksumCRC64NVME), Metadata: metadata, Modified: aws.ToTime(out.LastModified),
	}, nil
}

func (k *control) read(w http.ResponseWriter, r *http.Request) {
	key := r.PathValue("key")
	out, err := k.store.GetObject(r.Context(), &s3.GetObjectInput{Bucket: &k.cloud.Bucket, Key: &key})
	if err != nil {
		http.Error(w, fmt.Sprintf("got key %q: %v", key, err), http.StatusNotFound)
		return
	}
	defer out.Body.Close()
	w.Header().Set("Content-Type", aws.ToString(out.ContentType))
	_, _ = io.Copy(w, out.Body) // as above
}
