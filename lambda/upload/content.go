package upload

// AuthorizeContent approves a POST upload of one file whose SHA-256 is known, under
// the same key as a PUT of it. A form cannot carry If-None-Match, and it can be sent
// again while it lives. So it takes these bytes alone, and unless overwriting is
// allowed its id is that of the content or a fresh random one: whatever is sent later
// under the same key has the same content. Errors are those of [Policy.Authorize].
func (p *Policy) AuthorizeContent(b Bearer, at Place, f File) (Form, error) {
	if f.Size > MaxPutSize {
		return Form{}, Errorf(EntityTooLarge, "got size %d, want at most %d for a form: use POST /uploads, which sends it in parts", f.Size, int64(MaxPutSize))
	}
	if f.SHA256 == "" {
		return Form{}, Errorf(InvalidDigest, "got no sha256, want the base64 of the file's 32 bytes: a form takes known content alone")
	}
	if f.ID != "" && !IsContentID(f.ID) && !p.config.Overwrite {
		return Form{}, Errorf(InvalidArgument, "got id %s, want that of the content, h and %d digits, for a form: leave it out, or use a PUT", quote(f.ID), contentDigits)
	}
	object, headers, err := p.file(b, at, f)
	if err != nil {
		return Form{}, err
	}
	sortHeaders(headers)
	fields := []Header{{"key", object.key}, {"Content-Type", headerValue(headers, "content-type")}, {"success_action_status", "201"}}
	for _, h := range asFields(headers) {
		if h.Name != "content-type" {
			fields = append(fields, h)
		}
	}
	fields = append(fields, Header{"x-amz-checksum-sha256", f.SHA256})
	return Form{key: object.key, fields: fields, min: f.Size, max: f.Size, expires: p.expires()}, nil
}

// notKnown refuses the id of known content where the bytes are not bound to it.
func notKnown(id string) error {
	if IsContentID(id) {
		return Errorf(InvalidArgument, "got id %s, which is that of known content, want a p id or none: known content is sent whole", quote(id))
	}
	return nil
}
