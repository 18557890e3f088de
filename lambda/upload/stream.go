package upload

// UnknownSize is the size of a [File] whose length nobody knows before its end.
const UnknownSize = -1

// Stream is an approved upload whose bytes pass through us, so that its length
// need not be known before its end. Whoever sends it has to stop at Most.
type Stream struct {
	object  Object
	headers []Header
	most    int64
	keep    bool
}

// AuthorizeStream approves an upload through a server. f.Size is what the caller
// declared, or [UnknownSize]. The errors and the key are those of every other way, but
// for the id of known content, which is InvalidArgument: who knows the bytes sends them
// whole, as [Policy.Authorize] approves.
func (p *Policy) AuthorizeStream(b Bearer, at Place, f File) (Stream, error) {
	f.Size = max(f.Size, 0)
	if err := notKnown(f.ID); err != nil {
		return Stream{}, err
	}
	object, headers, err := p.file(b, at, f)
	if err != nil {
		return Stream{}, err
	}
	sortHeaders(headers)
	return Stream{object: object, headers: headers, most: object.MostBytes(), keep: !p.config.Overwrite}, nil
}

// Object is the key that the upload will have.
func (s Stream) Object() Object { return s.object }

// Type is the media type to store the object with.
func (s Stream) Type() string { return headerValue(s.headers, "content-type") }

// Metadata is as of [Multipart.Metadata].
func (s Stream) Metadata() map[string]string { return metadataOf(s.headers) }

// Tagging is as of [Multipart.Tagging].
func (s Stream) Tagging() string { return headerValue(s.headers, taggingHeader) }

// Most is the largest object that the policy allows, in bytes.
func (s Stream) Most() int64 { return s.most }

// Keep says that an object which is already there must stay: If-None-Match: *.
func (s Stream) Keep() bool { return s.keep }
