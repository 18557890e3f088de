package upload

import (
	"maps"
	"mime"
	"slices"
	"strings"
)

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
// what it had, and the key that it had. by is who uploads it there; empty: whoever did
// so before. More than S3 takes is MetadataTooLarge.
func MovedMetadata(stored map[string]string, from, by string) (map[string]string, error) {
	total, moved := 0, map[string]string{}
	for name, value := range PlainMetadata(stored) {
		moved[name] = encodeWord(value)
	}
	moved[MetadataMovedFrom] = encodeWord(from)
	if by != "" {
		moved[MetadataBy] = by
	}
	for name, value := range moved {
		total += len(name) + len(value)
	}
	if total > MaxMetadataBytes {
		return nil, Errorf(MetadataTooLarge, "got %d bytes of metadata with the key that the file had, want at most %d: download it and upload it again with less", total, MaxMetadataBytes)
	}
	return moved, nil
}

// metadataHeader begins the names of headers that are metadata.
const metadataHeader = "x-amz-meta-"

// withoutOwn is metadata without the service's own.
func withoutOwn(metadata map[string]string) map[string]string {
	maps.DeleteFunc(metadata, func(name, _ string) bool { return strings.HasPrefix(name, MetadataOwn) })
	return metadata
}

// OwnMetadata is what an uploader said of an object, as it was meant, of the metadata
// that it has, as it travels.
func OwnMetadata(stored map[string]string) map[string]string {
	return withoutOwn(PlainMetadata(stored))
}

// Uploader is who uploaded an object with this metadata, as it travels, under a key:
// the owner where nobody else writes. Empty: nobody knows.
func (p *Policy) Uploader(key string, stored map[string]string) string {
	if by := PlainMetadata(stored)[MetadataBy]; by != "" {
		return by
	}
	k, _ := p.ParseKey(key)
	if s := p.spaceOf(key); s == nil || s.several {
		return ""
	}
	return string(k.Owner)
}

// metadata are the headers of a file's metadata, with what the policy adds: who
// uploads it where several do, and the tag of what has to be confirmed.
func (t part) metadata(b Bearer, given map[string]string) ([]Header, error) {
	if b.Bound != nil && b.Bound.Metadata != nil {
		if len(given) > 0 {
			return nil, Errorf(InvalidArgument, "got metadata, want none: that of the pass is taken, leave yours out")
		}
		given = b.Bound.Metadata
	}
	if err := t.checkMetadata(given); err != nil {
		return nil, err
	}
	headers, err := metadataHeaders(given)
	if err != nil {
		return nil, err
	}
	if t.digits != "" {
		headers = append(headers, Header{metadataHeader + MetadataBy, b.By()})
	}
	if err := checkMetadataBytes(headers); err != nil {
		return nil, err
	}
	if t.space.Confirm > 0 {
		headers = append(headers, Header{taggingHeader, ConfirmTag + "=" + ConfirmNo})
	}
	return headers, nil
}

// checkMetadata holds metadata to what the space must and may have of it.
func (t part) checkMetadata(given map[string]string) error {
	rules := t.space.Metadata
	if rules == nil {
		return nil
	}
	has := map[string]bool{}
	for name, value := range given {
		lower := strings.ToLower(name)
		if !containsFold(rules.Must, lower) && !containsFold(rules.May, lower) {
			return Errorf(InvalidArgument, "got metadata %s, want none but %s: leave it out", quote(name), rules.names())
		}
		has[lower] = strings.TrimSpace(value) != ""
	}
	for _, name := range rules.Must {
		if !has[strings.ToLower(name)] {
			return Errorf(InvalidArgument, "got no metadata %s, want it of every file here: add it", quote(name))
		}
	}
	return nil
}

// Known leaves of metadata what a space has a rule for, for clients that add some by
// themselves: those of Uppy. Without rules it is all of it.
func (p *Policy) Known(b Bearer, at Place, given map[string]string, added ...string) map[string]string {
	t, err := p.partAt(b, at)
	if err != nil || t.space.Metadata == nil {
		return given
	}
	known := maps.Clone(given)
	for _, name := range added {
		if lower := strings.ToLower(name); !containsFold(t.space.Metadata.Must, lower) && !containsFold(t.space.Metadata.May, lower) {
			delete(known, name)
		}
	}
	return known
}

func (m SpaceMetadata) names() string { return orNone(slices.Concat(m.Must, m.May)) }

func containsFold(list []string, lower string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.ToLower(s) == lower })
}
