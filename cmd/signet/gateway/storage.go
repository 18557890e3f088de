package gateway

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/backend"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
)

// openStorage opens the folder and brings the bucket to what the settings say.
func (s settings) openStorage(iam *identities) (backend.Backend, error) {
	data, versions := s.path("data"), s.path("versions")
	for _, dir := range []string{data, versions} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, err
		}
	}
	if err := recoverUploads(filepath.Join(data, s.Bucket)); err != nil {
		return nil, err
	}
	opts := posix.PosixOpts{VersioningDir: versions, CopyObjectThreshold: 5 << 30}
	opts.SetNewDirPerm(0o700)
	opts.SetNewFilePerm(0o600)
	var store meta.MetadataStorer = attributes{}
	if (meta.XattrMeta{}).Test(data) != nil { // a file system without extended attributes
		opts.SideCarDir = s.path("meta")
		if err := os.MkdirAll(opts.SideCarDir, 0o700); err != nil {
			return nil, err
		}
		sidecar, err := meta.NewSideCar(opts.SideCarDir)
		if err != nil {
			return nil, err
		}
		store = sidecar
	}
	storage, err := posix.New(data, store, opts)
	if err != nil {
		return nil, err
	}
	return storage, s.setUpBucket(storage, iam)
}

func (s settings) setUpBucket(storage backend.Backend, iam *identities) error {
	ctx := context.Background()
	acl, err := json.Marshal(auth.ACL{Owner: iam.root.Access})
	if err != nil {
		return err
	}
	for _, name := range []string{s.Bucket, s.StateBucket} {
		if err := s.makeBucket(ctx, storage, name, acl); err != nil {
			return err
		}
	}
	if err := storage.PutBucketVersioning(ctx, s.Bucket, types.BucketVersioningStatusEnabled); err != nil {
		return fmt.Errorf("versioning of bucket %s: %w", s.Bucket, err)
	}
	if s.BucketPolicy == "" {
		return nil
	}
	if err := auth.ValidatePolicyDocument([]byte(s.BucketPolicy), s.Bucket, iam); err != nil {
		return fmt.Errorf("bucket policy: %w", err)
	}
	return nil
}

// makeBucket makes a bucket that is not there yet.
func (s settings) makeBucket(ctx context.Context, storage backend.Backend, name string, acl []byte) error {
	if name == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(s.path("data"), name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := storage.CreateBucket(ctx, &s3.CreateBucketInput{
		Bucket:                    &name,
		ObjectOwnership:           types.ObjectOwnershipBucketOwnerEnforced,
		CreateBucketConfiguration: &types.CreateBucketConfiguration{},
	}, acl)
	if err != nil {
		return fmt.Errorf("create bucket %s: %w", name, err)
	}
	return nil
}

// corsRule writes the bucket's CORS configuration. nil: there is none.
func corsRule(c Config) ([]byte, error) {
	if len(c.Origins) == 0 {
		return nil, nil
	}
	rule := auth.CORSRule{AllowedMethods: []auth.CORSHTTPMethod{"PUT", "POST", "GET", "HEAD", "DELETE"}}
	for _, o := range c.Origins {
		rule.AllowedOrigins = append(rule.AllowedOrigins, auth.CORSOrigin(o))
	}
	for _, h := range c.AllowedHeaders {
		rule.AllowedHeaders = append(rule.AllowedHeaders, auth.CORSHeader(h))
	}
	for _, h := range c.ExposeHeaders {
		rule.ExposeHeaders = append(rule.ExposeHeaders, auth.CORSHeader(h))
	}
	if c.MaxAge > 0 {
		seconds := int32(c.MaxAge / time.Second)
		rule.MaxAgeSeconds = &seconds
	}
	return xml.Marshal(struct {
		XMLName xml.Name `xml:"CORSConfiguration"`
		auth.CORSConfiguration
	}{CORSConfiguration: auth.CORSConfiguration{Rules: []auth.CORSRule{rule}}})
}

const claimed = ".inprogress"

// leftover matches the name of a temporary file, where unnamed ones do not exist.
var leftover = regexp.MustCompile(`^[0-9a-f]{64}\.\d+$`)

// recoverUploads puts right what a crash left in the bucket at path. A
// CompleteMultipartUpload claims its upload by renaming it: undone, it can be
// completed again. Half-written bodies go.
func recoverUploads(path string) error {
	tmp := filepath.Join(path, posix.MetaTmpDir)
	if err := removeLeftovers(tmp); err != nil {
		return err
	}
	objects := filepath.Join(path, posix.MetaTmpMultipartDir)
	entries, err := readDir(objects)
	if err != nil {
		return err
	}
	for _, object := range entries {
		dir := filepath.Join(objects, object.Name())
		if err := removeLeftovers(dir); err != nil {
			return err
		}
		uploads, err := readDir(dir)
		if err != nil {
			return err
		}
		for _, u := range uploads {
			id, _, _ := strings.Cut(u.Name(), ".")
			if !strings.HasSuffix(u.Name(), claimed) {
				continue
			}
			if err := os.Rename(filepath.Join(dir, u.Name()), filepath.Join(dir, id)); err != nil {
				return err
			}
		}
	}
	return nil
}

func removeLeftovers(dir string) error {
	entries, err := readDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Type().IsRegular() && leftover.MatchString(e.Name()) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// readDir is os.ReadDir, but that an absent folder is an empty one.
func readDir(dir string) ([]os.DirEntry, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	return entries, err
}
