package upload

import "strconv"

// Other people's clients name a file and its type but not its size: those of
// Companion's protocol, and Uppy's signRequest. What follows approves for them.
// Their parts carry no signed length; the size is held to the policy when the
// upload is completed.

// AuthorizeUnsized approves an upload in parts of a file of which Size, ID and
// checksums count for nothing: its id is random and its [Multipart] has no plan.
func (p *Policy) AuthorizeUnsized(b Bearer, at Place, f File) (Multipart, error) {
	f.Size, f.ID, f.SHA256, f.CRC64NVME = 0, "", "", ""
	object, headers, err := p.file(b, at, f)
	if err != nil {
		return Multipart{}, err
	}
	sortHeaders(headers)
	return Multipart{object: object, headers: headers}, nil
}

// Create is the request that begins the upload, for clients that send it to S3
// themselves.
func (m Multipart) Create() Request {
	return Request{operation: CreateMultipartUpload, key: m.object.key, headers: m.headers, expires: m.object.expires}
}

// AuthorizePart approves part n of an upload, 1 to [MaxParts], of any length.
func (p *Policy) AuthorizePart(b Bearer, key, uploadID string, n int) (Request, error) {
	r, err := p.onUpload(UploadPart, b, key, uploadID)
	if err == nil && (n < 1 || n > MaxParts) {
		err = Errorf(InvalidArgument, "got part number %d, want 1 to %d: send the file in larger parts", n, MaxParts)
	}
	if err != nil {
		return Request{}, err
	}
	r.query = append(r.query, Header{"partNumber", strconv.Itoa(n)})
	return r, nil
}

// AuthorizeListParts approves looking at what is stored of an upload.
func (p *Policy) AuthorizeListParts(b Bearer, key, uploadID string) (Request, error) {
	return p.onUpload(ListParts, b, key, uploadID)
}

// AuthorizeAbort approves dropping an upload.
func (p *Policy) AuthorizeAbort(b Bearer, key, uploadID string) (Request, error) {
	return p.onUpload(AbortMultipartUpload, b, key, uploadID)
}

// AuthorizeComplete approves putting an upload together, of which size bytes are
// stored. S3 is told that size, so that a part which is replaced after this
// approval makes the completion fail.
func (p *Policy) AuthorizeComplete(b Bearer, key, uploadID string, size int64) (Request, error) {
	object, err := p.AuthorizeUpload(b, key, uploadID)
	if err == nil {
		err = object.CheckSize(size)
	}
	if err != nil {
		return Request{}, err
	}
	r := object.onUpload(CompleteMultipartUpload, uploadID)
	if !p.config.Overwrite {
		r.headers = append(r.headers, Header{"if-none-match", "*"})
	}
	r.headers = append(r.headers, Header{"x-amz-mp-object-size", strconv.FormatInt(size, 10)})
	return r, nil
}

func (p *Policy) onUpload(operation Operation, b Bearer, key, uploadID string) (Request, error) {
	object, err := p.AuthorizeUpload(b, key, uploadID)
	if err != nil {
		return Request{}, err
	}
	return object.onUpload(operation, uploadID), nil
}

func (o Object) onUpload(operation Operation, uploadID string) Request {
	return Request{operation: operation, key: o.key, query: []Header{{"uploadId", uploadID}}, expires: o.expires}
}
