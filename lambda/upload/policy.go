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
}

// NewPolicy makes the policy of a configuration that Parse… has checked.
func NewPolicy(c Config) *Policy { return &Policy{config: c} }

// Overwrite says whether an object may replace another of the same key.
func (p *Policy) Overwrite() bool { return p.config.Overwrite }

// MaxFiles is the most files that one presign call may name.
func (p *Policy) MaxFiles() int { return p.config.MaxFiles }

func (p *Policy) expires() time.Duration { return time.Duration(p.config.Expires) }

// Authorize approves one PUT of a whole file: at most 5 GiB or the policy's
// largest, whichever is less. The request signs the exact length, the type,
// If-None-Match unless overwriting is allowed, the checksum when given, and
// metadata. With the id of known content that checksum is the SHA-256, and so S3
// stores those bytes under that key or nothing.
func (p *Policy) Authorize(b Bearer, at Place, f File) (Request, error) {
	if f.Size > MaxPutSize && f.Size <= int64(p.config.MaxObjectSize) {
		return Request{}, Errorf(EntityTooLarge, "got size %d, want at most %d for a single PUT: use POST /uploads, which sends it in parts", f.Size, int64(MaxPutSize))
	}
	object, headers, err := p.file(b, at, f)
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
	plan, err := p.Plan(size)
	if err != nil {
		return Parts{}, err
	}
	first, count, err = plan.Range(first, count)
	if err != nil {
		return Parts{}, err
	}
	return Parts{request: object.part(), uploadID: uploadID, plan: plan, first: first, count: count}, nil
}

// Plan is the part plan of a size that the policy allows.
func (p *Policy) Plan(size int64) (Plan, error) {
	if err := p.CheckSize(size); err != nil {
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
	most := min(int64(p.config.MaxObjectSize), MaxPutSize)
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

// AuthorizeKey finds a key to be in the bearer's own part, whoever named it. Any
// other key is NoSuchKey, the same answer as for one that does not exist, so that
// nobody learns what others have.
func (p *Policy) AuthorizeKey(b Bearer, key string) (Object, error) {
	owner, err := p.owner(b, "")
	if err != nil {
		return Object{}, err
	}
	if !p.isOwn(owner, key) {
		return Object{}, ErrNoSuchKey(key)
	}
	return Object{key: key, expires: p.expires()}, nil
}

// AuthorizeUpload finds a key to be the caller's own and an upload id to have the
// form of one: letters, digits and . _ ~ - + =, as S3 and the stores like it
// make them. A store that keeps uploads in files must not get a path.
func (p *Policy) AuthorizeUpload(b Bearer, key, uploadID string) (Object, error) {
	object, err := p.AuthorizeKey(b, key)
	if err != nil {
		return Object{}, err
	}
	ok := uploadID != "" && len(uploadID) <= 1024 && uploadID != "." && uploadID != ".." &&
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
	if err := p.CheckSize(f.Size); err != nil {
		return Object{}, nil, err
	}
	mediaType, err := checkType(f.Type, p.config.AllowedTypes)
	if err != nil {
		return Object{}, nil, err
	}
	headers, err := metadataHeaders(f.Metadata)
	if err != nil {
		return Object{}, nil, err
	}
	key, err := p.name(b, at, f.Name, f.ID)
	if err == nil {
		err = f.checkContent()
	}
	if err != nil {
		return Object{}, nil, err
	}
	return Object{key: key, expires: p.expires()}, append(headers, Header{"content-type", mediaType}), nil
}

// CheckSize accepts 0 bytes to the largest file that the configuration allows.
func (p *Policy) CheckSize(size int64) error {
	if size < 0 {
		return Errorf(InvalidArgument, "got size %d, want 0 or more: give the file's length in bytes", size)
	}
	if most := p.config.MaxObjectSize; size > int64(most) {
		return Errorf(EntityTooLarge, "got size %d, want at most %d (%s): choose a smaller file, or raise maxObjectSize", size, int64(most), most)
	}
	return nil
}

func sortHeaders(headers []Header) {
	slices.SortFunc(headers, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
}
