package upload

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// CheckCRC64NVME accepts a checksum as S3 writes it, the base64 of 8 bytes, or
// nothing. Anything else is InvalidDigest.
func CheckCRC64NVME(crc64nvme string) error {
	if crc64nvme == "" {
		return nil
	}
	if _, err := decodeSum(crc64nvme, 8); err != nil {
		return errCRC64NVME(crc64nvme)
	}
	return nil
}

func errCRC64NVME(crc64nvme string) error {
	return Errorf(InvalidDigest, "got crc64nvme %s, want the base64 of 8 bytes: 12 characters such as AAAAAAAAAAA=", quote(crc64nvme))
}

// checkContent holds a file to what its id says of its content, and its checksums to
// their form: an id of known content needs the SHA-256 that it was made of, and a file
// of less than [MultipartFrom].
func (f File) checkContent() error {
	if f.SHA256 != "" && f.CRC64NVME != "" {
		return Errorf(InvalidArgument, "got two checksums, want crc64nvme or sha256: S3 takes one of a request")
	}
	if err := CheckCRC64NVME(f.CRC64NVME); err != nil {
		return err
	}
	sum, err := decodeSum(f.SHA256, sha256.Size)
	if f.SHA256 != "" && err != nil {
		return Errorf(InvalidDigest, "got sha256 %s, want the base64 of 32 bytes: 44 characters, of the whole file", quote(f.SHA256))
	}
	switch {
	case !IsContentID(f.ID):
		return nil
	case f.Size >= MultipartFrom:
		return Errorf(InvalidArgument, "got the id of known content for %d bytes, want less than %d: larger files go in parts, with a p id", f.Size, MultipartFrom)
	case f.SHA256 == "":
		return Errorf(InvalidArgument, "got the id of known content without its checksum, want checksum.sha256: add it, or leave the id out")
	}
	if want := ContentID([sha256.Size]byte(sum)); f.ID != want {
		return Errorf(InvalidDigest, "got id %s, want %s, which this sha256 makes: correct one of them", quote(f.ID), want)
	}
	return nil
}

var errSum = errors.New("no base64 of a checksum")

// decodeSum reads the base64 of a checksum of n bytes, strictly: one checksum has one
// way to be written.
func decodeSum(text string, n int) ([]byte, error) {
	sum, err := base64.StdEncoding.Strict().DecodeString(text)
	if err == nil && len(sum) != n {
		err = errSum
	}
	return sum, err
}
