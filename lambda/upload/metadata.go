package upload

import "mime"

// Metadata whose name begins with MetadataOwn is the service's: nobody uploads any.
const (
	MetadataOwn = "signet-"
	// MetadataBy is who uploaded a file where several may; else it is its owner.
	MetadataBy = "signet-by"
	// MetadataMovedFrom is the key that a moved file had.
	MetadataMovedFrom = "signet-moved-from"
)

// PlainMetadata is metadata as its writer meant it: S3 holds encoded words of RFC 2047
// for what is not ASCII. What is no such word stays as it is.
func PlainMetadata(stored map[string]string) map[string]string {
	plain := make(map[string]string, len(stored))
	for name, value := range stored {
		if decoded, err := new(mime.WordDecoder).DecodeHeader(value); err == nil {
			value = decoded
		}
		plain[name] = value
	}
	return plain
}

// MovedMetadata is the metadata, as it travels, of an object's copy under another key:
// what it had, and the key that it had. More than S3 takes is MetadataTooLarge.
func MovedMetadata(stored map[string]string, from string) (map[string]string, error) {
	total, moved := 0, map[string]string{}
	for name, value := range PlainMetadata(stored) {
		moved[name] = encodeWord(value)
	}
	moved[MetadataMovedFrom] = encodeWord(from)
	for name, value := range moved {
		total += len(name) + len(value)
	}
	if total > MaxMetadataBytes {
		return nil, Errorf(MetadataTooLarge, "got %d bytes of metadata with the key that the file had, want at most %d: download it and upload it again with less", total, MaxMetadataBytes)
	}
	return moved, nil
}
