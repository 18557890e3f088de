package transfer

import (
	"context"

	"signet/lambda/api"
)

// BeginPipe implements [Piper].
func (a *API) BeginPipe(ctx context.Context, f File, expected int64) (Pipe, error) {
	stream := api.Stream{Stream: true, ExpectedSize: expected}
	u, err := a.Client.CreateUpload(ctx, api.UploadRequest{Name: f.Name, Space: a.Space, Folder: f.Folder, Type: f.Type, Metadata: f.Metadata, Stream: stream})
	switch {
	case err != nil:
		return nil, apiError(err)
	case u.PartSize < 1 || u.Key == "" || u.UploadID == "":
		return nil, &Error{Code: "InvalidRequest", Detail: "got an upload without a key, an id or a part size: see that --api is Signet's"}
	}
	m := &apiUpload{client: a.Client, key: u.Key, id: u.UploadID, table: api.Signed{Sign: u.Sign, Expires: u.Expires}, stream: stream}
	m.plan.PartSize = u.PartSize
	return &apiPipe{upload: m}, nil
}

// apiPipe is an upload of unknown length that a signature table signs, but for its
// last part.
type apiPipe struct{ upload *apiUpload }

func (m *apiPipe) Key() string     { return m.upload.key }
func (m *apiPipe) PartSize() int64 { return m.upload.plan.PartSize }

// Part implements [Pipe].
func (m *apiPipe) Part(ctx context.Context, n int, size int64, again bool) (Request, error) {
	if size == m.PartSize() {
		return m.upload.Part(ctx, n, again)
	}
	signed, err := m.upload.client.SignParts(ctx, api.SignRequest{Key: m.upload.key, UploadID: m.upload.id, Stream: m.upload.stream,
		Last: &api.LastPart{PartNumber: n, Size: size}})
	if err != nil {
		return Request{}, apiError(err)
	}
	last := apiUpload{key: m.upload.key, table: signed}
	return last.request(n), nil
}

// Complete implements [Pipe].
func (m *apiPipe) Complete(ctx context.Context, _ []Part, size int64, crc64nvme string) (Object, error) {
	done, err := m.upload.client.CompleteUpload(ctx, api.CompleteRequest{
		Key: m.upload.key, UploadID: m.upload.id, Size: &size, Checksum: &api.Checksum{CRC64NVME: crc64nvme}, Stream: true,
	})
	return Object{Key: done.Key, ETag: done.ETag}, apiError(err)
}

// Abort implements [Pipe].
func (m *apiPipe) Abort(ctx context.Context) error { return m.upload.Abort(ctx) }
