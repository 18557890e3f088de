package upload

import (
	"net/url"
	"slices"
	"strings"
	"time"
)

// Policy decides what may be uploaded and under which key. It holds no state
// but the configuration and is safe for concurrent use.
type Policy struct {
	config Config
	spaces []*space // those of AllSpaces, in that order
}

// NewPolicy makes the policy of a configuration that Parse… has checked.
func NewPolicy(c Config) *Policy {
	p := &Policy{config: c}
	for _, s := range c.AllSpaces() {
		p.spaces = append(p.spaces, newSpace(s))
	}
	return p
}

// Overwrite says whether an object may replace another of the same key.
func (p *Policy) Overwrite() bool { return p.config.Overwrite }

// MaxFiles is the most files of a space that one call may name. at is as of
// [Place.Space]; of a space that is not there, it is that of each caller's own files.
func (p *Policy) MaxFiles(b Bearer, at string) int {
	t, err := p.partAt(b, Place{Space: at})
	switch {
	case err != nil:
		return p.config.MaxFiles
	case t.limits != nil && t.limits.MaxFiles > 0:
		return min(t.limits.MaxFiles, t.space.MaxFiles)
	}
	return t.space.MaxFiles
}

// MostBytes is the largest file that may be uploaded anywhere, in bytes.
func (p *Policy) MostBytes() int64 {
	most := Size(0)
	for _, s := range p.spaces {
		most = max(most, s.MaxObjectSize)
	}
	return int64(most)
}

// Life is how long what the policy approves is signed for.
func (p *Policy) Life() time.Duration { return p.expires() }

func (p *Policy) expires() time.Duration { return time.Duration(p.config.Expires) }

// Authorize approves one PUT of a whole file: at most 5 GiB or the policy's
// largest, whichever is less. The request signs the exact length, the type,
// If-None-Match unless overwriting is allowed, the checksum when given, and
// metadata. With the id of known content that checksum is the SHA-256, and so S3
// stores those bytes under that key or nothing.
func (p *Policy) Authorize(b Bearer, at Place, f File) (Request, error) {
	object, headers, err := p.file(b, at, f)
	if err == nil && f.Size > MaxPutSize {
		err = Errorf(EntityTooLarge, "got size %d, want at most %d for a single PUT: use POST /uploads, which sends it in parts", f.Size, int64(MaxPutSize))
	}
	if err != nil {
		return Request{}, err
	}
	headers = append(headers, contentLength(f.Size))
	if f.CRC64NVME != "" {
		headers = append(headers, Header{"x-amz-checksum-crc64nvme", f.CRC64NVME})
	}
	if f.SHA256 != "" {
		headers = append(headers, Header{"x-amz-checksum-sha256", f.SHA256})
	}
	if !p.config.Overwrite {
		headers = append(headers, Header{"if-none-match", "*"})
	}
	sortHeaders(headers)
	return Request{operation: PutObject, key: object.key, headers: headers, expires: p.expires()}, nil
}

// AuthorizeMultipart approves an upload in parts of one file of 1 byte or more. Its
// id is a hint or none: what is sent in parts is not bound to its bytes, so the id of
// known content is InvalidArgument.
func (p *Policy) AuthorizeMultipart(b Bearer, at Place, f File) (Multipart, error) {
	if err := notKnown(f.ID); err != nil {
		return Multipart{}, err
	}
	object, headers, err := p.file(b, at, f)
	if err != nil {
		return Multipart{}, err
	}
	plan, err := NewPlan(f.Size)
	if err != nil {
		return Multipart{}, err
	}
	sortHeaders(headers)
	return Multipart{object: object, plan: plan, headers: headers}, nil
}

// AuthorizeParts approves count parts from number first of an upload of size
// bytes; first 0 is 1 and count 0 is all that remain.
func (p *Policy) AuthorizeParts(b Bearer, key, uploadID string, size int64, first, count int) (Parts, error) {
	object, err := p.AuthorizeUpload(b, key, uploadID)
	if err != nil {
		return Parts{}, err
	}
	plan, err := object.plan(size)
	if err != nil {
		return Parts{}, err
	}
	first, count, err = plan.Range(first, count)
	if err != nil {
		return Parts{}, err
	}
	return Parts{request: object.uploadPart(), uploadID: uploadID, plan: plan, first: first, count: count}, nil
}

// plan is the part plan of a size that is allowed there.
func (o Object) plan(size int64) (Plan, error) {
	if err := o.CheckSize(size); err != nil {
		return Plan{}, err
	}
	return NewPlan(size)
}

// FormWish is what a caller wants of a POST form.
type FormWish struct {
	Name    string // as of File
	Type    string // as of File
	MaxSize int64  // bytes; 0: as much as the policy and a single POST allow
	// Metadata is as of File.
	Metadata map[string]string
	// SuccessRedirect is where S3 sends the browser afterwards: an absolute URL
	// on one of the configured origins. Empty: S3 answers 201.
	SuccessRedirect string
}

// AuthorizeForm approves a POST upload from a plain HTML form. S3 cannot make a
// form keep an existing object, so the key always has a fresh random id.
func (p *Policy) AuthorizeForm(b Bearer, at Place, w FormWish) (Form, error) {
	t, err := p.partAt(b, at)
	if err != nil {
		return Form{}, err
	}
	most := min(t.MostBytes(), MaxPutSize)
	if w.MaxSize < 0 || w.MaxSize > most {
		return Form{}, Errorf(EntityTooLarge, "got maxSize %d, want 1 to %d, or 0 for the most: lower it", w.MaxSize, most)
	}
	if w.MaxSize > 0 {
		most = w.MaxSize
	}
	if !p.isRedirect(w.SuccessRedirect) {
		return Form{}, Errorf(InvalidArgument, "got successRedirect %s, want a URL on one of the configured origins (%s): leave it out, or add its origin to the configuration",
			quote(w.SuccessRedirect), orNone(p.config.Origins))
	}
	object, headers, err := p.file(b, at, File{Name: w.Name, Type: w.Type, Metadata: w.Metadata})
	if err != nil {
		return Form{}, err
	}
	fields := []Header{{"key", object.key}, {"Content-Type", headerValue(headers, "content-type")}}
	headers = asFields(headers)
	if w.SuccessRedirect != "" {
		fields = append(fields, Header{"success_action_redirect", w.SuccessRedirect})
	} else {
		fields = append(fields, Header{"success_action_status", "201"})
	}
	fields = append(fields, slices.DeleteFunc(headers, func(h Header) bool { return h.Name == "content-type" })...)
	return Form{key: object.key, fields: fields, min: 0, max: most, expires: p.expires()}, nil
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "there are none"
	}
	return strings.Join(list, ", ")
}

func (p *Policy) isRedirect(to string) bool {
	if to == "" {
		return true
	}
	u, err := url.Parse(to)
	return err == nil && u.User == nil && len(to) <= 1024 && only(to, isPrintable) &&
		slices.Contains(p.config.Origins, u.Scheme+"://"+u.Host)
}

// AuthorizeKey finds a key to be one that the bearer may read, whoever named it. A key
// of which he may not see that it is there is NoSuchKey, the same answer as for one
// that does not exist, so that nobody learns what others have; one that he may see but
// not read is AccessDenied.
func (p *Policy) AuthorizeKey(b Bearer, key string) (Object, error) { return p.object(b, key, Read) }

// AuthorizeDelete finds a key to be one that the bearer may delete or bring back; where
// that holds for his own uploads alone, [Object.MustBeBy] says so. Errors are those of
// AuthorizeKey.
func (p *Policy) AuthorizeDelete(b Bearer, key string) (Object, error) {
	return p.object(b, key, Delete|DeleteOwn)
}

// AuthorizeConfirm finds a key to be one whose file the bearer may confirm: he may
// write there. Errors are those of AuthorizeKey, and InvalidRequest in a space whose
// files are not confirmed.
func (p *Policy) AuthorizeConfirm(b Bearer, key string) (Object, error) {
	o, err := p.object(b, key, Write)
	if err == nil && o.space.Confirm == 0 {
		err = Errorf(InvalidRequest, "got a key of a space whose files need no confirmation, want one with confirm: leave it out")
	}
	return o, err
}

// object finds a key in which the bearer has one of some rights.
func (p *Policy) object(b Bearer, key string, needs Rights) (Object, error) {
	t, err := p.partOf(b, key)
	if err == nil {
		err = t.need(needs)
	}
	if err == nil && needs == Read && !b.Sees(key) {
		err = ErrNoSuchKey(key)
	}
	if err != nil {
		return Object{}, err
	}
	o := Object{part: t, key: key, expires: p.expires()}
	if needs&DeleteOwn != 0 && t.rights&Delete == 0 {
		o.by = b.By()
	}
	return o, nil
}

// AuthorizeUpload finds a key to be one under which the bearer uploads and an upload id
// to have the form of one: letters, digits and . _ ~ - + =, as S3 and the stores like
// it make them. A store that keeps uploads in files must not get a path, and the id of
// sessions is none: whoever has one could have it signed anew for ever. An upload of
// somebody else's is NoSuchKey, where several write too.
func (p *Policy) AuthorizeUpload(b Bearer, key, uploadID string) (Object, error) {
	object, err := p.object(b, key, Write)
	if err == nil && !(Area{part: object.part}).Owns(key) {
		err = ErrNoSuchKey(key)
	}
	if err != nil {
		return Object{}, err
	}
	ok := uploadID != "" && len(uploadID) <= 1024 && uploadID != "." && uploadID != ".." && uploadID != noUploadID &&
		only(uploadID, func(c byte) bool { return isCallerByte(c) || strings.IndexByte("~+=", c) >= 0 })
	if !ok {
		return Object{}, Errorf(InvalidArgument, "got uploadId %s, want the one that POST /uploads answered: ask again", quote(uploadID))
	}
	return object, nil
}

// ErrNoSuchKey is the one answer for keys that are missing and keys that are
// somebody else's.
func ErrNoSuchKey(key string) *Error {
	return Errorf(NoSuchKey, "got key %s, want one of your own files: GET /files lists them", quote(key))
}

// file checks what PUT, multipart and form have in common, and names the object.
func (p *Policy) file(b Bearer, at Place, f File) (Object, []Header, error) {
	t, err := p.partAt(b, at)
	if err == nil {
		err = t.need(Write)
	}
	if err != nil {
		return Object{}, nil, err
	}
	if err := t.CheckSize(f.Size); err != nil {
		return Object{}, nil, err
	}
	mediaType, err := t.mediaType(f.Type)
	if err != nil {
		return Object{}, nil, err
	}
	headers, err := t.metadata(b, f.Metadata)
	if err != nil {
		return Object{}, nil, err
	}
	key, err := t.name(at, f.Name, f.ID)
	if err == nil {
		err = f.checkContent()
	}
	if err != nil {
		return Object{}, nil, err
	}
	return Object{part: t, key: key, expires: p.expires()}, append(headers, Header{"content-type", mediaType}), nil
}

func sortHeaders(headers []Header) {
	slices.SortFunc(headers, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
}
