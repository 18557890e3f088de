package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"

	"signet/lambda/upload"
)

// read gives a record and its ETag. One that is not there is a fresh one without; so is
// one that is no JSON, which has an ETag to be replaced by.
func (r *records) read(ctx context.Context, key upload.StateKey, fresh func() any) (record any, etag string, err error) {
	status, header, body, err := r.send(ctx, key.Get(), nil)
	switch {
	case err != nil:
		return nil, "", err
	case status == http.StatusNotFound:
		return fresh(), "", nil
	case status != http.StatusOK:
		return nil, "", stateError(status, body)
	}
	record = fresh()
	if json.Unmarshal(body, record) != nil {
		record = fresh()
	}
	return record, header.Get("ETag"), nil
}

// write writes a record over the one with an ETag, or where there is none.
func (r *records) write(ctx context.Context, key upload.StateKey, etag string, record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return err
	}
	status, _, body, err := r.send(ctx, key.Put(etag), text)
	if err == nil && status != http.StatusOK {
		err = stateError(status, body)
	}
	return err
}

// create writes an object that nobody can have written before, as it is.
func (r *records) create(ctx context.Context, key upload.StateKey, text []byte) error {
	return r.retry(func() error {
		status, _, body, err := r.send(ctx, key.Put(""), text)
		// 412 is for one that was written by a try whose answer was lost.
		if err == nil && status != http.StatusOK && status != http.StatusPreconditionFailed {
			err = stateError(status, body)
		}
		return err
	})
}

// remove deletes an object. That there is none is as well.
func (r *records) remove(ctx context.Context, key upload.StateKey) error {
	return r.retry(func() error {
		status, _, body, err := r.send(ctx, key.Delete(), nil)
		if err == nil && status != http.StatusNoContent && status != http.StatusOK && status != http.StatusNotFound {
			err = stateError(status, body)
		}
		return err
	})
}

// maxRecord is the longest object that is read, in bytes.
const maxRecord = 8 << 20

// send sends a request to the state bucket, which gets no more time for it than a
// change has. Its errors are those of the network.
func (r *records) send(ctx context.Context, request upload.Request, text []byte) (status int, header http.Header, body []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, r.limits.time)
	defer cancel()
	signed, err := r.signer.URL(ctx, request)
	if err != nil {
		return 0, nil, nil, err
	}
	q, err := http.NewRequestWithContext(ctx, signed.Method, signed.URL, bytes.NewReader(text))
	if err != nil {
		return 0, nil, nil, err
	}
	for name, value := range signed.Headers {
		q.Header.Set(name, value)
	}
	answer, err := cmp.Or(r.http, http.DefaultClient).Do(q)
	if err != nil {
		return 0, nil, nil, s3Away(err)
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(io.LimitReader(answer.Body, maxRecord))
	if err != nil {
		return 0, nil, nil, s3Away(err)
	}
	return answer.StatusCode, answer.Header, body, nil
}

// stateError is what S3 has answered.
func stateError(status int, body []byte) error {
	if upload.IsConflict(status) {
		return upload.Errorf(upload.ConditionalRequestConflict, "got a pass or quota that somebody else has changed, want it as it was: try again")
	}
	if status >= 500 {
		return s3Away(errors.New(http.StatusText(status)))
	}
	return &upload.Error{Code: upload.InternalError, Detail: "the service may not use its state bucket: its operator finds the reason in the log", Err: errors.New(codeOfXML(body))}
}

// codeOfXML is S3's code in an answer.
func codeOfXML(body []byte) string {
	_, rest, _ := bytes.Cut(body, []byte("<Code>"))
	code, _, _ := bytes.Cut(rest, []byte("</Code>"))
	return string(code)
}
