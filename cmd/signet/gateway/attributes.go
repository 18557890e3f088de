package gateway

import (
	"os"

	"github.com/versity/versitygw/backend/meta"
)

const (
	// partsAttribute is where versitygw keeps the sizes of an object's parts, for a
	// GET by part number alone.
	partsAttribute = "mp-metadata"
	// partsRoom is as much of it as is kept, in bytes: ext4 has 4 KiB for all
	// attributes of a file, and the others need theirs
	// (https://docs.kernel.org/filesystems/ext4/attributes.html).
	partsRoom = 2 << 10
)

// attributes keeps what S3 knows of an object in the file's attributes. A long
// list of part sizes is left out: without that, an upload of a few hundred parts
// could not be completed for want of room, however empty the disk is.
type attributes struct{ meta.XattrMeta }

// StoreAttribute implements meta.MetadataStorer.
func (a attributes) StoreAttribute(f *os.File, bucket, object, attribute string, value []byte) error {
	if attribute == partsAttribute && len(value) > partsRoom {
		return nil
	}
	return a.XattrMeta.StoreAttribute(f, bucket, object, attribute, value)
}
