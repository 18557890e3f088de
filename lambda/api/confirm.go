package api

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"signet/lambda/upload"
)

// confirmFiles takes off several files the tag by which they would expire. Asked again
// it says the same, and that they were confirmed before.
func (h *Handler) confirmFiles(x *exchange) (any, error) {
	var m ConfirmRequest
	if err := decode(x.Request, &m); err != nil {
		return nil, err
	}
	if err := checkRows("keys", len(m.Keys)); err != nil {
		return nil, err
	}
	already := make([]bool, len(m.Keys))
	at := map[string]int{}
	for i, key := range m.Keys {
		at[key] = i
	}
	errs := eachOnce(m.Keys, inTime(h.options.Now, func(key string) (err error) {
		already[at[key]], err = h.confirm(x, key)
		return err
	}))
	out := &ConfirmedFiles{Files: make([]ConfirmedFile, len(m.Keys))}
	for i, key := range m.Keys {
		out.Files[i] = ConfirmedFile{Key: key, Already: already[at[key]], Error: rowProblem(errs[i])}
	}
	return out, nil
}

func (h *Handler) confirm(x *exchange, key string) (already bool, err error) {
	object, err := h.policy.AuthorizeConfirm(x.bearer, key)
	if err != nil {
		return false, err
	}
	unconfirmed, err := h.store.unconfirmed(x.ctx(), object.Key())
	if err != nil || !unconfirmed {
		return err == nil, err
	}
	_, err = h.store.s3().DeleteObjectTagging(x.ctx(), &s3.DeleteObjectTaggingInput{Bucket: h.store.bucket(), Key: aws.String(object.Key())})
	return false, s3Error(err)
}

// unconfirmed says whether a file, which has to be there, waits for its confirmation.
func (s *store) unconfirmed(ctx context.Context, key string) (bool, error) {
	out, err := s.s3().GetObjectTagging(ctx, &s3.GetObjectTaggingInput{Bucket: s.bucket(), Key: &key})
	if err != nil {
		// Of a deleted file S3 says that its marker takes no such call.
		if code := codeIn(err); code == upload.MethodNotAllowed || code == upload.NoSuchKey {
			e := upload.ErrNoSuchKey(key)
			e.Err = err
			return false, e
		}
		return false, s3Error(err)
	}
	for _, tag := range out.TagSet {
		if aws.ToString(tag.Key) == upload.ConfirmTag {
			return true, nil
		}
	}
	return false, nil
}
