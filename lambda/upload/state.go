package upload

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// The folders of the state bucket.
const (
	passFolder  = "passes/"
	byFolder    = "by/"
	usageFolder = "usage/"
	// ownSpace stands for the space "" in a key; no space can be called so.
	ownSpace = "uploads"
)

// StateDays is after how many days without a change an object of the state bucket goes.
const StateDays = 400

// stateLife is how long a request to the state bucket is good for. It is sent at once.
const stateLife = time.Minute

// StateKey names an object of the state bucket. Only this package makes them.
type StateKey struct{ key string }

// PassKey is where a pass is kept.
func PassKey(id string) StateKey { return StateKey{passFolder + id} }

// ByKey is an empty object by which an owner's passes are listed; its name is all of it.
func ByKey(owner Caller, id string) StateKey { return StateKey{byFolder + string(owner) + "/" + id} }

// ByPrefix begins the keys of all such objects of an owner.
func ByPrefix(owner Caller) string { return byFolder + string(owner) + "/" }

// UsageKey is where it is kept what an owner's part of a space takes.
func UsageKey(space string, owner Caller) StateKey {
	if space == "" {
		space = ownSpace
	}
	return StateKey{usageFolder + space + "/" + string(owner)}
}

// String is the key.
func (k StateKey) String() string { return k.key }

// Get reads the object.
func (k StateKey) Get() Request {
	return Request{operation: GetObject, key: k.key, expires: stateLife}
}

// Put writes the object where it still is the one with this ETag, or where none is
// there, if etag is empty. S3 refuses anything else with 412, 409 or 404
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html).
func (k StateKey) Put(etag string) Request {
	condition := Header{"if-match", etag}
	if etag == "" {
		condition = Header{"if-none-match", "*"}
	}
	return Request{operation: PutObject, key: k.key, headers: []Header{condition}, expires: stateLife}
}

// Delete removes the object.
func (k StateKey) Delete() Request {
	return Request{operation: DeleteObject, key: k.key, expires: stateLife}
}

// IsConflict says of a status of S3's whether what was written depends on what is not
// so any more, or is not yet: it is to be read again.
func IsConflict(status int) bool {
	return status == http.StatusPreconditionFailed || status == http.StatusConflict || status == http.StatusNotFound
}

// HashOf names a key within a pass or a ledger, which have to be short: 8 bytes of its
// SHA-256 in hex.
func HashOf(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:8])
}

// StateGrants is what the function's role may do with the state bucket. Its key is that
// of the uploads, which [Grants] allows. Listing all of it makes S3 answer 404 for what
// is not there, where it would say 403 else
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html, "Permissions").
func StateGrants(bucketARN string) []Grant {
	objects := []string{"s3:GetObject"}
	for _, operation := range []Operation{PutObject, DeleteObject} {
		objects = append(objects, operation.Spec().Actions...)
	}
	return []Grant{
		{Sid: "StateObjects", Actions: set(objects), Resources: []string{bucketARN + "/*"}},
		{Sid: "StateList", Actions: ListObjectsV2.Spec().Actions, Resources: []string{bucketARN}},
	}
}
