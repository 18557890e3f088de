package transfer

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"signet/lambda/api"
	"signet/lambda/upload"
)

// apiBatch is the most files that one call signs: as in the browser, few enough
// that their signatures are used up before they expire even on a slow line.
const apiBatch = 250

// lookedFirst is how many files are looked for to learn whether any are there: each costs
// a request to S3 before the first byte leaves.
const lookedFirst = 16

// API is the target whose signatures come from Signet's API.
type API struct {
	// Client calls it. Required.
	Client *api.Client
	// MaxFiles is the policy's limit on files in a call. 0: unknown.
	MaxFiles int
	// Space is where the files go. Empty: among the caller's own.
	Space string

	// unseen says that none of the last files was there already, so that the next are
	// sent without a look.
	unseen atomic.Bool
}

// Batch implements [Target].
func (a *API) Batch() int {
	if a.MaxFiles > 0 {
		return min(a.MaxFiles, apiBatch)
	}
	return apiBatch
}

// Names fails for a name that JSON cannot hold, which would be stored as another one.
func (a *API) Names(f *File) error {
	if utf8.ValidString(f.Name) && utf8.ValidString(f.Folder) {
		return nil
	}
	return &Error{Code: string(upload.InvalidArgument), Detail: fmt.Sprintf("got a name that is not UTF-8 (%q), want UTF-8: rename it, or give it another with --name", path.Join(f.Folder, f.Name))}
}

// ByContent says that small files are named by their content.
func (a *API) ByContent() bool { return true }

// SentInVain makes the next files be looked for again.
func (a *API) SentInVain() { a.unseen.Store(false) }

// Presign implements [Target].
func (a *API) Presign(ctx context.Context, wishes []Wish) ([]Signed, error) {
	files := make([]api.File, len(wishes))
	for i, w := range wishes {
		files[i] = api.File{
			Name: w.Name, Space: a.Space, Folder: w.Folder, Type: w.Type, Size: &w.Size, ID: w.ID, Metadata: w.Metadata,
		}
		switch { // S3 takes one of a request
		case w.SHA256 != "":
			files[i].Checksum = &api.Checksum{SHA256: w.SHA256}
		case w.CRC64NVME != "":
			files[i].Checksum = &api.Checksum{CRC64NVME: w.CRC64NVME}
		}
	}
	answers, err := a.sign(ctx, files)
	if err != nil {
		return nil, apiError(err)
	}
	signed := make([]Signed, len(wishes))
	for i, f := range answers {
		switch {
		case f.Error != nil:
			signed[i].Err = apiError(f.Error)
		case f.Presigned != nil:
			signed[i].Request = Request{Key: f.Key, URL: f.URL, Edge: f.Edge, Headers: f.Headers, Expires: f.Expires}
		}
	}
	return signed, nil
}

// sign signs files but for those that are there already. S3 says so of a PUT only once
// its bytes have come, so the API is asked to look for them, which it does for a form,
// as long as it finds some.
func (a *API) sign(ctx context.Context, files []api.File) ([]api.PresignedFile, error) {
	answers, err := a.there(ctx, files)
	if err != nil {
		return nil, err
	}
	rest, missing := make([]int, 0, len(files)), make([]api.File, 0, len(files))
	for i, f := range answers {
		if !isThere(f) {
			rest, missing = append(rest, i), append(missing, files[i])
		}
	}
	a.unseen.Store(len(missing) == len(files))
	if len(missing) == 0 {
		return answers, nil
	}
	signed, err := a.Client.PresignFiles(ctx, missing)
	if err = errors.Join(err, errCount(signed, err, missing)); err != nil {
		return nil, err
	}
	for i, at := range rest {
		answers[at] = signed.Files[i]
	}
	return answers, nil
}

// there looks for files, of which the first few tell whether it is worth it for all.
func (a *API) there(ctx context.Context, files []api.File) ([]api.PresignedFile, error) {
	answers := make([]api.PresignedFile, len(files))
	if a.unseen.Load() || slices.ContainsFunc(files, func(f api.File) bool { return !upload.IsContentID(f.ID) }) {
		return answers, nil
	}
	for from, to := 0, min(lookedFirst, len(files)); from < to; from, to = to, len(files) {
		looked, err := a.Client.PresignContents(ctx, 1, files[from:to])
		if err = errors.Join(err, errCount(looked, err, files[from:to])); err != nil {
			return nil, err
		}
		copy(answers[from:], looked.Files)
		if !slices.ContainsFunc(looked.Files, isThere) {
			break
		}
	}
	return answers, nil
}

func isThere(f api.PresignedFile) bool {
	return f.Error != nil && f.Error.Code == upload.PreconditionFailed
}

func errCount(answer api.PresignedFiles, err error, files []api.File) error {
	if err != nil || len(answer.Files) == len(files) {
		return nil
	}
	return &Error{Code: "InvalidRequest", Detail: fmt.Sprintf("got %d signatures for %d files: see that --api is Signet's", len(answer.Files), len(files))}
}

// Begin implements [Target].
func (a *API) Begin(ctx context.Context, w Wish) (Multipart, error) {
	u, err := a.Client.CreateUpload(ctx, api.UploadRequest{Name: w.Name, Space: a.Space, Folder: w.Folder, Type: w.Type, Size: &w.Size, ID: w.ID, Metadata: w.Metadata})
	if err != nil {
		return nil, apiError(err)
	}
	plan := upload.Plan{Size: w.Size, PartSize: u.PartSize, PartCount: u.PartCount}
	if plan.PartSize < 1 || int64(plan.PartCount) != (plan.Size+plan.PartSize-1)/plan.PartSize {
		return nil, &Error{Code: "InvalidPart", Detail: fmt.Sprintf("got %s, want them to cover %d bytes: update signet", plan, plan.Size)}
	}
	m := &apiUpload{client: a.Client, key: u.Key, id: u.UploadID, plan: plan, table: api.Signed{Sign: u.Sign, Expires: u.Expires}}
	for _, p := range u.Uploaded {
		stored := Part{Number: p.PartNumber, Size: p.Size, ETag: p.ETag}
		if p.Checksum != nil {
			stored.CRC64NVME = p.Checksum.CRC64NVME
		}
		m.stored = append(m.stored, stored)
	}
	return m, nil
}

// apiUpload is an upload whose parts a signature table signs.
type apiUpload struct {
	client  *api.Client
	key, id string
	plan    upload.Plan
	stored  []Part
	stream  api.Stream

	mu     sync.Mutex
	table  api.Signed
	signed time.Time // when the table was signed anew; zero: it is the first
}

func (m *apiUpload) Key() string       { return m.key }
func (m *apiUpload) Plan() upload.Plan { return m.plan }
func (m *apiUpload) Stored() []Part    { return m.stored }

// Part implements [Multipart]. Many parts meet an expiry at once: the first has
// all that follow it signed, and the others take theirs from that.
func (m *apiUpload) Part(ctx context.Context, n int, again bool) (Request, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, fresh := m.request(n), time.Since(m.signed) < time.Second
	if r.URL != "" && (fresh || !again && !r.stale()) {
		return r, nil
	}
	ask := api.SignRequest{Key: m.key, UploadID: m.id, First: n, Stream: m.stream}
	if !m.stream.Stream {
		ask.Size = &m.plan.Size
	}
	table, err := m.client.SignParts(ctx, ask)
	if err != nil {
		return Request{}, apiError(err)
	}
	m.table, m.signed = table, time.Now()
	if r = m.request(n); r.URL == "" {
		return r, &Error{Code: "InvalidPart", Detail: fmt.Sprintf("got no signature of part %d: see that --api is Signet's", n)}
	}
	return r, nil
}

func (m *apiUpload) request(n int) Request {
	i := n - m.table.Sign.First
	if i < 0 || i >= len(m.table.Sign.Signatures) {
		return Request{}
	}
	return Request{Key: m.key, Expires: m.table.Expires,
		URL: fmt.Sprintf("%s&partNumber=%d&X-Amz-Signature=%s", m.table.Sign.URL, n, m.table.Sign.Signatures[i])}
}

// Complete implements [Multipart]. The server lists the parts itself.
func (m *apiUpload) Complete(ctx context.Context, _ []Part, crc64nvme string) (Object, error) {
	done, err := m.client.CompleteUpload(ctx, api.CompleteRequest{
		Key: m.key, UploadID: m.id, Size: &m.plan.Size, Checksum: &api.Checksum{CRC64NVME: crc64nvme},
	})
	return Object{Key: done.Key, ETag: done.ETag}, apiError(err)
}

// Abort implements [Multipart].
func (m *apiUpload) Abort(ctx context.Context) error {
	err := apiError(m.client.AbortUpload(ctx, m.key, m.id))
	if codeOf(err) == string(upload.NoSuchUpload) {
		return nil
	}
	return err
}

// AskChecksum asks the API for S3's checksum of a version.
func AskChecksum(ctx context.Context, client *api.Client, key, versionID string) (Checksum, error) {
	info, err := client.FileInfo(ctx, key, versionID)
	if err != nil || info.Checksum == nil {
		return Checksum{}, apiError(err)
	}
	return Checksum{info.Checksum.CRC64NVME, info.Checksum.SHA256}, nil
}

// SignGet signs the download of a version through the API.
func SignGet(ctx context.Context, client *api.Client, key, versionID string) (Request, error) {
	link, err := client.CheckedFileURL(ctx, key, versionID)
	return Request{Key: key, URL: link.URL, Headers: link.Headers, Expires: link.Expires}, apiError(err)
}
