package local

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/versity/versitygw/backend/meta"
)

// Put makes an object of zeros, past S3, as the gateway keeps those that lie there: a
// file, which may be sparse, and its ETag beside it. A hundred thousand take seconds.
func (w *World) Put(key string, size int64, modified time.Time) error {
	path := filepath.Join(w.bucket(), key)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		return err
	}
	sum := md5.Sum([]byte(key))
	if err := (meta.XattrMeta{}).StoreAttribute(f, "", "", "etag", []byte(`"`+hex.EncodeToString(sum[:])+`"`)); err != nil {
		return fmt.Errorf("%s: %w: set TMPDIR to a folder on a file system with extended attributes", path, err)
	}
	return os.Chtimes(path, modified, modified)
}

// bucket is the folder of the bucket.
func (w *World) bucket() string { return filepath.Join(w.dir, "s3", "data", Bucket) }
