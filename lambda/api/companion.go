package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signet/lambda/upload"
)

// The Companion S3 protocol, as Uppy's aws-s3 plugin speaks it in versions 5 and
// 6 (https://uppy.io/docs/companion/). Where Companion would answer otherwise is
// listed in bench/browser/companion/DIFFERENCES.md, which a test holds.

// companionCalls are those below /s3/{session}. batch stands before the part
// number, which it is not.
func (h *Handler) companionCalls() []call {
	const base = "/s3/{session}/s3"
	calls := []call{
		{method: "GET", path: base + "/params", query: []string{"filename", "type", "metadata["}, serve: h.companionForm},
		{method: "POST", path: base + "/multipart", serve: h.companionCreate},
		{method: "GET", path: base + "/multipart/{uploadId}", query: []string{"key"}, serve: h.companionParts},
		{method: "DELETE", path: base + "/multipart/{uploadId}", query: []string{"key"}, serve: h.companionAbort},
		{method: "POST", path: base + "/multipart/{uploadId}/complete", query: []string{"key"}, serve: h.companionComplete},
		{method: "GET", path: base + "/multipart/{uploadId}/batch", query: []string{"key", "partNumbers"}, serve: h.companionBatch},
		{method: "GET", path: base + "/multipart/{uploadId}/{partNumber}", query: []string{"key"}, serve: h.companionPart},
	}
	for i := range calls {
		calls[i].session = true
	}
	return calls
}

// companionForm signs a POST policy for a whole file.
func (h *Handler) companionForm(x *exchange) (any, error) {
	name, err1 := parameter(x.Request, "filename", true)
	mediaType, err2 := parameter(x.Request, "type", false)
	values, err3 := query(x.Request)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return nil, err
		}
	}
	metadata := bracketed(values)
	form, err := h.policy.AuthorizeForm(x.bearer, upload.Place{}, upload.FormWish{Name: pathOf(name, metadata), Type: mediaType, Metadata: h.knownOf(x, upload.Place{}, metadata)})
	if err != nil {
		return nil, err
	}
	signed, err := h.signer.Form(x.ctx(), form)
	if err != nil {
		return nil, err
	}
	return &CompanionForm{Method: "POST", URL: signed.URL, Fields: Fields(signed.Fields), Expires: h.seconds(signed.Expires)}, nil
}

// bracketed gathers the parameters metadata[name]=value. Uppy writes a file's
// relativePath of null as the text "null"; that is none.
func bracketed(values url.Values) map[string]string {
	metadata := map[string]string{}
	for name, all := range values {
		inner, ok := strings.CutPrefix(name, "metadata[")
		inner, closed := strings.CutSuffix(inner, "]")
		if value := all[len(all)-1]; ok && closed && (inner != "relativePath" || value != "null") {
			metadata[inner] = value
		}
	}
	return metadata
}

// knownOf leaves out of a file's metadata what Uppy has added by itself and the space
// has no room for.
func (h *Handler) knownOf(x *exchange, at upload.Place, metadata map[string]string) map[string]string {
	return h.policy.Known(x.bearer, at, metadata, "name", "type", "relativePath")
}

// companionCreate begins an upload in parts.
func (h *Handler) companionCreate(x *exchange) (any, error) {
	var m CompanionCreate
	if err := decodeForeign(x.Request, &m); err != nil {
		return nil, err
	}
	if m.Filename == "" {
		return nil, required("filename")
	}
	metadata := texts(m.Metadata)
	approved, err := h.policy.AuthorizeUnsized(x.bearer, upload.Place{}, upload.File{Name: pathOf(m.Filename, metadata), Type: m.Type, Metadata: h.knownOf(x, upload.Place{}, metadata)})
	if err != nil {
		return nil, err
	}
	uploadID, err := h.store.create(x.ctx(), approved)
	if err != nil {
		return nil, err
	}
	return &CompanionUpload{Key: approved.Object().Key(), UploadID: uploadID, Bucket: h.options.Config.Bucket}, nil
}

// texts writes metadata of any kind as text, as JavaScript would; null is none.
func texts(metadata map[string]any) map[string]string {
	out := map[string]string{}
	for name, value := range metadata {
		switch v := value.(type) {
		case nil:
		case string:
			out[name] = v
		default:
			text, _ := json.Marshal(v) // it has come out of JSON
			out[name] = string(text)
		}
	}
	return out
}

// companionPart signs one part.
func (h *Handler) companionPart(x *exchange) (any, error) {
	number, err := partNumber(x.path["partNumber"])
	if err != nil {
		return nil, err
	}
	signed, expires, err := h.signCompanionParts(x, []int{number})
	if err != nil {
		return nil, err
	}
	return &CompanionPart{URL: signed[strconv.Itoa(number)], Expires: h.seconds(expires)}, nil
}

// companionBatch signs several parts.
func (h *Handler) companionBatch(x *exchange) (any, error) {
	list, err := parameter(x.Request, "partNumbers", true)
	if err != nil {
		return nil, err
	}
	var numbers []int
	for text := range strings.SplitSeq(list, ",") {
		number, err := partNumber(text)
		if err != nil {
			return nil, err
		}
		numbers = append(numbers, number)
	}
	if len(numbers) > upload.ListPage {
		return nil, upload.Errorf(upload.InvalidArgument, "got %d part numbers, want at most %d: split the call", len(numbers), upload.ListPage)
	}
	signed, _, err := h.signCompanionParts(x, numbers)
	if err != nil {
		return nil, err
	}
	return &CompanionBatch{PresignedURLs: signed}, nil
}

func partNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, upload.Errorf(upload.InvalidArgument, "got part number %.20q, want 1 to %d: correct it", text, upload.MaxParts)
	}
	return n, nil
}

func (h *Handler) signCompanionParts(x *exchange, numbers []int) (urls map[string]string, expires time.Time, err error) {
	key, err := parameter(x.Request, "key", true)
	if err != nil {
		return nil, expires, err
	}
	urls = make(map[string]string, len(numbers))
	for _, n := range numbers {
		request, err := h.policy.AuthorizePart(x.bearer, key, x.path["uploadId"], n)
		if err != nil {
			return nil, expires, err
		}
		signed, err := h.signer.URL(x.ctx(), request)
		if err != nil {
			return nil, expires, err
		}
		urls[strconv.Itoa(n)], expires = signed.URL, signed.Expires
	}
	return urls, expires, nil
}

// seconds is how long something still lives, as Companion counts it.
func (h *Handler) seconds(expires time.Time) int {
	return max(1, int(expires.Sub(h.options.Now())/time.Second))
}

// companionUpload finds the upload that path and key name to be the caller's own.
func (h *Handler) companionUpload(x *exchange) (object upload.Object, uploadID string, err error) {
	key, err := parameter(x.Request, "key", true)
	if err != nil {
		return object, "", err
	}
	object, err = h.policy.AuthorizeUpload(x.bearer, key, x.path["uploadId"])
	return object, x.path["uploadId"], err
}

// companionParts lists all stored parts.
func (h *Handler) companionParts(x *exchange) (any, error) {
	object, uploadID, err := h.companionUpload(x)
	if err != nil {
		return nil, err
	}
	stored, err := h.store.parts(x.ctx(), object.Key(), uploadID)
	if err != nil {
		return nil, err
	}
	out := make([]CompanionStored, len(stored))
	for i, p := range stored {
		out[i] = CompanionStored{PartNumber: p.PartNumber, ETag: p.ETag, Size: p.Size, LastModified: p.modified}
	}
	return out, nil
}

// companionAbort drops an upload and its parts.
func (h *Handler) companionAbort(x *exchange) (any, error) {
	object, uploadID, err := h.companionUpload(x)
	if err != nil {
		return nil, err
	}
	return struct{}{}, h.store.abort(x.ctx(), object.Key(), uploadID)
}

// companionComplete puts the named parts together, once their size is found to be
// allowed. Asked again after a success, it gives the same answer.
func (h *Handler) companionComplete(x *exchange) (any, error) {
	object, uploadID, err := h.companionUpload(x)
	if err != nil {
		return nil, err
	}
	var m CompanionComplete
	if err := decodeForeign(x.Request, &m); err != nil {
		return nil, err
	}
	key := object.Key()
	c := completion{key: key, uploadID: uploadID, plan: upload.Plan{PartCount: len(m.Parts)}, keep: !h.policy.Overwrite()}
	stored, err := h.store.parts(x.ctx(), key, uploadID)
	if err == nil {
		err = h.choose(x, object, &c, stored, m.Parts)
	}
	if err == nil {
		_, err = h.store.complete(x.ctx(), c)
	}
	if is(err, upload.NoSuchUpload) {
		err = h.wasCompleted(x, c, err)
	}
	if err != nil {
		return nil, err
	}
	return &CompanionObject{Location: h.signer.Location(key), Key: key, Bucket: h.options.Config.Bucket}, nil
}

// choose takes the named parts from those that are stored. An upload that has
// grown too large is dropped: it can never be completed.
func (h *Handler) choose(x *exchange, object upload.Object, c *completion, stored []storedPart, named []CompanionETag) error {
	if len(named) == 0 {
		return required("parts")
	}
	for _, n := range named {
		i := slices.IndexFunc(stored, func(p storedPart) bool { return p.PartNumber == n.PartNumber })
		if i < 0 || unquoted(stored[i].ETag) != unquoted(n.ETag) {
			return upload.Errorf(upload.InvalidPart, "got part %d, which S3 does not have with this ETag, want those that were sent: list them and send it again", n.PartNumber)
		}
		c.parts = append(c.parts, stored[i])
		c.plan.Size += stored[i].Size
	}
	err := object.CheckSize(c.plan.Size)
	if is(err, upload.EntityTooLarge) {
		return h.giveUp(x.ctx(), *c, err)
	}
	return err
}

// wasCompleted finds out whether an upload that is gone has its object, with as
// many parts as are named now.
func (h *Handler) wasCompleted(x *exchange, c completion, gone error) error {
	there, err := h.store.head(x.ctx(), c.key)
	switch {
	case is(err, upload.NoSuchKey):
		return gone
	case err != nil:
		return err
	case !c.keep || !strings.HasSuffix(unquoted(there.etag), fmt.Sprintf("-%d", c.plan.PartCount)):
		return gone
	}
	return nil
}
