package api

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"signet/lambda/upload"
)

// details are all that HEAD says of a version of an object.
type details struct {
	key, versionID, etag string
	size                 int64
	modified             time.Time
	checksum             *Checksum // of the whole object
	headers              headers
	metadata             map[string]string // as it travels
}

// headers are what S3 answers a download with.
type headers struct{ contentType, encoding, language, disposition, cacheControl, expires *string }

// look looks a version of an object up, the current one where versionID is empty. A
// version that is not there, or is a delete marker, is NoSuchVersion, and a key without
// an object NoSuchKey; S3 answers 403 in its place to a role that may list its prefix
// only, and since no other key gets here, that is NoSuchKey too
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html, "Permissions").
func (s *store) look(ctx context.Context, key, versionID string) (details, error) {
	out, err := s.s3().HeadObject(ctx, &s3.HeadObjectInput{Bucket: s.bucket(), Key: &key, VersionId: nonEmpty(versionID), ChecksumMode: types.ChecksumModeEnabled})
	if err != nil {
		return details{}, notThere(err, key, versionID)
	}
	return details{
		key: key, versionID: aws.ToString(out.VersionId), etag: aws.ToString(out.ETag),
		size: aws.ToInt64(out.ContentLength), modified: at(out.LastModified), checksum: wholeChecksum(out), metadata: out.Metadata,
		headers: headers{out.ContentType, out.ContentEncoding, out.ContentLanguage, out.ContentDisposition, out.CacheControl, out.ExpiresString},
	}, nil
}

// notThere reads the error of a HEAD, which has a status and no code: 404 for what is
// not there, 400 for a version id that cannot be one, 405 for a delete marker's.
func notThere(err error, key, versionID string) error {
	code := codeIn(err)
	switch {
	case versionID != "" && (code == upload.NoSuchKey || code == upload.NoSuchVersion || code == "BadRequest" || code == upload.InvalidArgument || code == upload.MethodNotAllowed):
		return noSuchVersion(err)
	case code == upload.AccessDenied || code == upload.NoSuchKey:
		e := upload.ErrNoSuchKey(key)
		e.Err = err
		return e
	}
	return s3Error(err)
}

func noSuchVersion(cause error) error {
	return &upload.Error{Code: upload.NoSuchVersion, Detail: "got a versionId that this file does not have, or a delete marker's, want one of GET /files/versions: list them again", Err: cause}
}

// fileInfo says what is known of a file, with a receipt: a request by which anybody who
// is given it has it from S3 itself.
func (h *Handler) fileInfo(x *exchange) (any, error) {
	object, err := h.ownFile(x)
	if err != nil {
		return nil, err
	}
	versionID, err := parameter(x.Request, "versionId", false)
	if err != nil {
		return nil, err
	}
	d, err := h.store.look(x.ctx(), object.Key(), versionID)
	if err != nil {
		return nil, err
	}
	receipt, err := h.signer.URL(x.ctx(), object.Receipt(d.versionID))
	if err != nil {
		return nil, err
	}
	info := &FileInfo{
		Key: d.key, Size: d.size, Type: aws.ToString(d.headers.contentType), Checksum: d.checksum, VersionID: d.versionID, Modified: d.modified,
		Receipt: FileURL{URL: receipt.URL, Headers: receipt.Headers, Expires: receipt.Expires},
	}
	info.Uploader, info.Metadata = h.policy.Uploader(d.key, d.metadata), upload.OwnMetadata(d.metadata)
	at, err := h.policy.PlaceOf(x.bearer, d.key)
	if err != nil {
		return nil, err
	}
	info.Name, info.Space, info.Folder, info.Public = upload.NameOf(d.key), at.Space, at.Folder, h.policy.PublicURL(d.key)
	if object.Space().Confirm > 0 {
		unconfirmed, err := h.store.unconfirmed(x.ctx(), d.key)
		if err != nil && !is(err, upload.NoSuchKey) { // an older version of what is deleted
			return nil, err
		}
		info.Unconfirmed = unconfirmed
	}
	return info, nil
}

// fileURL signs a download; with checksum=true one that S3 answers with the
// object's checksum, with inline=true one that a browser shows.
func (h *Handler) fileURL(x *exchange) (any, error) {
	object, err := h.ownFile(x)
	if err != nil {
		return nil, err
	}
	versionID, err := parameter(x.Request, "versionId", false)
	if err != nil {
		return nil, err
	}
	checked, err := flag(x.Request, "checksum")
	if err != nil {
		return nil, err
	}
	inline, err := flag(x.Request, "inline")
	if err != nil {
		return nil, err
	}
	request := object.Get(versionID)
	if inline {
		if request, err = h.inline(x.ctx(), object, versionID); err != nil {
			return nil, err
		}
	}
	return h.download(x.ctx(), request, checked)
}

// download is the address of an approved request.
func (h *Handler) download(ctx context.Context, request upload.Request, checked bool) (*FileURL, error) {
	if checked {
		request = request.Checked()
	}
	signed, err := h.signer.URL(ctx, request)
	if err != nil {
		return nil, err
	}
	return &FileURL{URL: signed.URL, Headers: signed.Headers, Expires: signed.Expires}, nil
}

// fileURLs signs the downloads of several files, each answered for itself.
func (h *Handler) fileURLs(x *exchange) (any, error) {
	var m FileURLsRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if err := checkRows("keys", len(m.Keys)); err != nil {
		return nil, err
	}
	out := &FileURLs{Files: make([]SignedFile, len(m.Keys))}
	for i, key := range m.Keys {
		signed, err := h.signGet(x, key, m.Checksum)
		out.Files[i] = SignedFile{Key: key, FileURL: signed, Error: rowProblem(err)}
	}
	return out, nil
}

func (h *Handler) signGet(x *exchange, key string, checked bool) (*FileURL, error) {
	object, err := h.policy.AuthorizeKey(x.bearer, key)
	if err != nil {
		return nil, err
	}
	return h.download(x.ctx(), object.Get(""), checked)
}

// inline approves showing a file, by the type that S3 has of it.
func (h *Handler) inline(ctx context.Context, object upload.Object, versionID string) (upload.Request, error) {
	d, err := h.store.look(ctx, object.Key(), versionID)
	if err != nil {
		return upload.Request{}, err
	}
	return object.Inline(versionID, aws.ToString(d.headers.contentType))
}
